#!/bin/bash
# Connection rules: real Postfix with XCLIENT, a real DNS server (unbound with local zones). Every refusal has its code
# and its row in blocked traffic. See connection.mjs.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
export SENDER_DOMAIN=yes RATES=yes
# shellcheck source=tests/env.sh
. tests/env.sh
# shellcheck source=tests/e2e/lib.sh
. tests/e2e/lib.sh
test_environment e2e30
DNS_PORT=$(free_port $((SINK_PORT + 1)))
DNS_DIR=$VAR-dns
export DNS_PORT DNS_DIR RESOLVER=127.0.0.1:$DNS_PORT SEKISHO_HOSTNAME=gw.example
export COUNTRY_DATABASE=$DNS_DIR/countries.mmdb SEKISHO_CONF=$DNS_DIR/sekisho.conf
dns=
stop_all() {
    "$STACK" stop >/dev/null 2>&1 || :
    [[ -z $dns ]] || kill "$dns" 2>/dev/null || :
}
trap stop_all EXIT
"$STACK" stop >/dev/null 2>&1 || :
rm -rf "$VAR" "$DNS_DIR"
mkdir -p "$DNS_DIR"
sed 's/^message_size = .*/message_size = 100K/; s/^message_recipients = .*/message_recipients = 30/' conf/sekisho.conf >"$SEKISHO_CONF"
ok "zones" node tests/e2e/connection.mjs zones
PATH=$PATH:/usr/sbin unbound -d -c "$DNS_DIR/unbound.conf" &
dns=$!
ok "start" "$STACK" start
password=$VAR/password
(umask 077 && head -c 12 /dev/urandom | base64 >"$password")
ok "setup" "$SEKISHO" setup --org Connection --admin admin@conn.example --password-file "$password"
ok "domain" "$SEKISHO" domain add conn.example --next-hop "127.0.0.1:$SINK_PORT"
adopt < <(node tests/e2e/connection.mjs mail)
kill "$dns"
wait "$dns" 2>/dev/null || :
dns=
adopt < <(node tests/e2e/connection.mjs dead)
done_testing
