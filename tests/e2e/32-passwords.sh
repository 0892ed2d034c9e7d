#!/bin/bash
# T-A6 F20 Files with passwords, through real Postfix, worker and clamd: password in the mail, in an earlier mail, on the list,
# nowhere. See passwords.mjs. SPF comes from a real DNS server (unbound with local data).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=tests/env.sh
. tests/env.sh
# shellcheck source=tests/e2e/lib.sh
. tests/e2e/lib.sh
test_environment e2e32
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
ok "zones" node tests/e2e/passwords.mjs zones
PATH=$PATH:/usr/sbin unbound -d -c "$DNS_DIR/unbound.conf" &
dns=$!
ok "start" "$STACK" start
password=$VAR/password
(umask 077 && head -c 12 /dev/urandom | base64 >"$password")
ok "setup" "$SEKISHO" setup --org One --admin admin@one.example --password-file "$password"
ok "domain" "$SEKISHO" domain add one.example --next-hop "127.0.0.1:$SINK_PORT"
# F20 the list at the command.
word() { "$SEKISHO" password "$@" --org One; }
ok "F20 password show has the defaults" equals "$(word show)" "inbound on, outbound on, of earlier mails: 60 minutes"
ok "F20 password add" word add 'a,b "c"' --priority 3
from_stdin() { printf 'from stdin\n' | word add -; }
ok "F20 password add from standard input" from_stdin
ok "F20 the same again is refused" refuses "" "$SEKISHO" password add 'a,b "c"'
ok "F20 priorities are 1 to 100" refuses "1 to 100" "$SEKISHO" password add x --priority 101
ok "F20 password list is in the order of trying" equals "$(word list)" $'3\ta,b "c"\n50\tfrom stdin'
word export >"$DNS_DIR/list.txt"
printf 'new one\t100\nbad\t0\nfrom stdin\t7\n' >"$DNS_DIR/more.txt"
ok "F20 password import adds and changes" equals "$(word import "$DNS_DIR/more.txt")" $'line 2: the priority is a number from 1 to 100\n2 of 3 lines are good: 1 added, 1 changed'
for w in 'new one' 'from stdin' 'a,b "c"'; do
    ok "F20 password delete" word delete "$w"
done
ok "F20 what is not there is said" refuses "not on the list" "$SEKISHO" password delete nowhere
ok "F20 what was exported is imported again" word import "$DNS_DIR/list.txt"
ok "F20 with all of it" equals "$(word export)" "$(cat "$DNS_DIR/list.txt")"
ok "F20 earlier mails are remembered for a day at most" refuses "--earlier is 0 to 1440" "$SEKISHO" password set --earlier 1441
adopt < <(node tests/e2e/passwords.mjs mail)
ok "audit" "$SEKISHO" audit verify
ok "ledger" "$SEKISHO" ledger
done_testing
