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
# C03 C06 the same lists at the command.
list=$DNS_DIR/list.csv
cat >"$list" <<'EOF_LIST'
network,note
172.16.0.0/12,"ours, ""all"""
172.16.0.1/12,slip
nonsense,x
172.16.0.0/12,again
172.20.0.0/16,other list
EOF_LIST
ip() { "$SEKISHO" ip "$@"; }
listed() { ip list "$1" | cut -f1 | grep -c '^172\.' || :; }
imports() { # what is said about each line
    local out
    out=$(ip import "$@")
    echo "$out"
    [[ $out == *"line 3: 172.16.0.1/12: has bits behind"* && $out == *"line 4: nonsense: not an address"* &&
        $out == *"line 5: 172.16.0.0/12: stands in an earlier line"* && $out == *"line 6: 172.20.0.0/16: is in the other list"* ]]
}
ok "C03 ip add" ip add blocked 172.20.0.0/16 --note "a note"
ok "C03 twice is said" refuses "is listed already" ip add approved 172.20.0.0/16
ok "C03 what is no network is said" refuses "behind the length" ip add approved 172.20.0.1/16
ok "C06 ip import --check adds nothing" imports approved "$list" --check
ok "C06 and says so" equals "$(listed approved)" 0
ok "C06 ip import" imports approved "$list"
ok "C06 one is added" equals "$(listed approved)" 1
ip export approved >"$list"
ok "ip delete" ip delete 172.16.0.0/12
again() { [[ $(ip import approved "$1" | tail -1) == "1 of"* ]]; }
ok "C06 what was exported is imported again" again "$list"
ok "C06 with its note" equals "$(ip list approved | grep '^172\.16')" $'172.16.0.0/12\tours, "all"'
ok "ip delete of what is not there" refuses "is in no list" ip delete 172.31.0.0/16
ok "audit" "$SEKISHO" audit verify
done_testing
