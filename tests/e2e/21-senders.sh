#!/bin/bash
# Sender lists (D01-D06, D09, D10, N7): real Postfix with XCLIENT, signed and forged mail, a real DNS
# server (unbound with local zones). See senders.mjs.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
export SENDER_DOMAIN=yes # the organisation has it off but for one test
# shellcheck source=tests/env.sh
. tests/env.sh
# shellcheck source=tests/e2e/lib.sh
. tests/e2e/lib.sh
test_environment e2e21
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
ok "zones" node tests/e2e/senders.mjs zones
PATH=$PATH:/usr/sbin unbound -d -c "$DNS_DIR/unbound.conf" &
dns=$!
ok "start" "$STACK" start
password=$VAR/password
(umask 077 && head -c 12 /dev/urandom | base64 >"$password")
ok "setup" "$SEKISHO" setup --org Lists --admin admin@lists.example --password-file "$password"
ok "domain" "$SEKISHO" domain add lists.example --next-hop "127.0.0.1:$SINK_PORT"
adopt < <(node tests/e2e/senders.mjs mail)
done_testing
