#!/bin/bash
# Who a mail is from: real Postfix with XCLIENT, a real DNS server (unbound with local zones, which logs
# each question). See authentication.mjs.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=tests/env.sh
. tests/env.sh
# shellcheck source=tests/e2e/lib.sh
. tests/e2e/lib.sh
test_environment e2e20
DNS_PORT=$(free_port $((SINK_PORT + 1)))
DNS_DIR=$VAR-dns
export DNS_PORT DNS_DIR RESOLVER=127.0.0.1:$DNS_PORT SEKISHO_HOSTNAME=gw.example
dns=
stop_all() {
    "$STACK" stop >/dev/null 2>&1 || :
    [[ -z $dns ]] || kill "$dns" 2>/dev/null || :
}
trap stop_all EXIT
"$STACK" stop >/dev/null 2>&1 || :
rm -rf "$VAR" "$DNS_DIR"
mkdir -p "$DNS_DIR"
ok "zones" node tests/e2e/authentication.mjs zones
PATH=$PATH:/usr/sbin unbound -d -c "$DNS_DIR/unbound.conf" &
dns=$!
ok "start" "$STACK" start
password=$VAR/password
(umask 077 && head -c 12 /dev/urandom | base64 >"$password")
ok "setup" "$SEKISHO" setup --org Auth --admin admin@auth.example --password-file "$password"
ok "domain" "$SEKISHO" domain add auth.example --next-hop "127.0.0.1:$SINK_PORT"
ok "second domain" "$SEKISHO" domain add second.example --next-hop "127.0.0.1:$SINK_PORT"
adopt < <(node tests/e2e/authentication.mjs mail)
adopt < <(node tests/e2e/authentication.mjs rules)
kill "$dns"
wait "$dns" 2>/dev/null || :
dns=
adopt < <(node tests/e2e/authentication.mjs dead)
done_testing
