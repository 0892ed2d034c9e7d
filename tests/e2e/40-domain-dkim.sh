#!/bin/bash
# A domain from nothing in DNS to Completed, and its outbound mail signed: real Postfix, a real DNS server
# (unbound with local zones), dkimpy and Mail::DKIM verify what arrived. See domain_dkim.mjs.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=tests/env.sh
. tests/env.sh
# shellcheck source=tests/e2e/lib.sh
. tests/e2e/lib.sh
test_environment e2e40
DNS_PORT=$(free_port $((SINK_PORT + 1)))
DNS_DIR=$VAR-dns
export DNS_PORT DNS_DIR RESOLVER=127.0.0.1:$DNS_PORT SEKISHO_HOSTNAME=gw.example REQUIRE_OWNERSHIP=yes
dns=
stop_all() {
    "$STACK" stop >/dev/null 2>&1 || :
    [[ -z $dns ]] || kill "$dns" 2>/dev/null || :
    wait "$dns" 2>/dev/null || : # its port is free then
}
trap stop_all EXIT
"$STACK" stop >/dev/null 2>&1 || :
rm -rf "$VAR" "$DNS_DIR"
mkdir -p "$DNS_DIR"
ok "zones" node tests/e2e/domain_dkim.mjs zones
PATH=$PATH:/usr/sbin unbound -d -c "$DNS_DIR/unbound.conf" &
dns=$!
ok "start" "$STACK" start
password=$VAR/password
(umask 077 && head -c 12 /dev/urandom | base64 >"$password")
ok "setup" "$SEKISHO" setup --org Acme --admin admin@acme.example --password-file "$password"
ok "domain" "$SEKISHO" domain add acme.example --next-hop "127.0.0.1:$SINK_PORT"
ok "second domain" "$SEKISHO" domain add mail.acme.example --next-hop "127.0.0.1:$SINK_PORT"
ok "third domain" "$SEKISHO" domain add other.example --next-hop "127.0.0.1:$SINK_PORT"
adopt < <(DNS_PID=$dns node tests/e2e/domain_dkim.mjs run)
done_testing
