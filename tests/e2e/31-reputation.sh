#!/bin/bash
# Web reputation and suspicious objects (F30-F32, M16): real Postfix with XCLIENT, feeds by the command, DNS lists in a
# real DNS server (unbound with local zones). See reputation.mjs. The list of phishing pages is read from ../shared.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=tests/env.sh
. tests/env.sh
# shellcheck source=tests/e2e/lib.sh
. tests/e2e/lib.sh
test_environment e2e31
DNS_PORT=$(free_port $((SINK_PORT + 1)))
DNS_DIR=$VAR-dns
export CLAMD_DESCRIPTOR=yes
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
ok "zones" node tests/e2e/reputation.mjs zones
PATH=$PATH:/usr/sbin unbound -d -c "$DNS_DIR/unbound.conf" &
dns=$!
ok "start" "$STACK" start
password=$VAR/password
(umask 077 && head -c 12 /dev/urandom | base64 >"$password")
ok "setup" "$SEKISHO" setup --org One --admin admin@one.example --password-file "$password"
ok "domain" "$SEKISHO" domain add one.example --next-hop "127.0.0.1:$SINK_PORT"
# F30 feeds at the command.
list=$DNS_DIR/list.txt
printf 'evil.example\nhttp://shop.example/kit/\nnonsense here\n' >"$list"
added() {
    local out
    out=$("$SEKISHO" feed add "$@")
    echo "$out"
    [[ $out == *"line 3: nonsense here: not a file hash"* && $out == *"2 entries from 3 lines; 1 could not be read"* ]]
}
checked() { [[ $("$SEKISHO" feed check "$1") == "$2"* ]]; }
ok "F30 feed add says which lines it cannot read" added evil --file "$list" --level dangerous
ok "F30 feed check" checked http://www.evil.example/x evil
ok "F30 feed check of what is in none" equals "$("$SEKISHO" feed check good.example)" ""
printf '<html>\n' >"$list"
unreadable() {
    local out rc=0
    out=$("$SEKISHO" feed update evil 2>&1) || rc=$?
    echo "$out"
    ((rc == 1)) && [[ $out == *"could be read as list"* ]]
}
ok "F30 feed update keeps the feed when the file is nothing" unreadable
ok "F30 and it still names" checked evil.example evil
printf 'evil.example\nhttp://shop.example/kit/\nnew.example\n' >"$list"
ok "F30 feed update" "$SEKISHO" feed update
ok "F30 a feed with a wrong level is refused" refuses "the level is" "$SEKISHO" feed add x --file "$list" --level bad
printf '# comment\n0.0.0.0 high.example\n' >"$DNS_DIR/hosts"
ok "F30 a feed of another level" "$SEKISHO" feed add high --file "$DNS_DIR/hosts" --format hosts --level highly-suspicious
printf 'sus.example\n' >"$DNS_DIR/sus"
ok "F30 and a third" "$SEKISHO" feed add sus --file "$DNS_DIR/sus" --format domains --level suspicious
adopt < <(node tests/e2e/reputation.mjs mail)
adopt < <(node tests/e2e/reputation.mjs clamd)
ok "F30 feed delete" "$SEKISHO" feed delete high
ok "F30 feed delete of what is not there" refuses "there is no feed" "$SEKISHO" feed delete high
shared=${SHARED:-../shared}/data/urls
if [[ -d $shared ]]; then
    for pack in jpcert-phish misp-warninglists; do
        tar -I zstd -xf "$shared/$pack.tar.zst" -C "$DNS_DIR"
    done
    ok "F30 a list of 57,000 phishing pages" "$SEKISHO" feed add phish --file "$DNS_DIR/jpcert-phish/2024.csv" --format csv --column url
    adopt < <(node tests/e2e/reputation.mjs phish)
else
    ok "F30 real lists # SKIP ../shared is not here" true
fi
# M16 F32 at the command.
cat >"$DNS_DIR/objects.csv" <<'EOF_LIST'
value,note,action,expires
bad.example,"a note, ""quoted""",log,2099-01-31
d41d8cd98f00b204e9800998ecf8427e,md5
co.jp,suffix
bad.example,again
old.example,,block,2001-01-01
EOF_LIST
object() { "$SEKISHO" object "$@" --org One; }
imports() {
    local out
    out=$(object import "$@")
    echo "$out"
    [[ $out == *"line 3: d41d8"*"SHA-256"* && $out == *"line 4: co.jp: is shared"* && $out == *"line 5: bad.example: stands in an earlier"* &&
        $out == *"line 6: old.example: it expires"* && $out == *"1 of 5 lines"* ]]
}
ok "M16 object import --check" imports "$DNS_DIR/objects.csv" --check
ok "M16 adds nothing" equals "$(object list --search bad.example)" ""
ok "M16 object import" imports "$DNS_DIR/objects.csv"
object export >"$DNS_DIR/exported.csv"
ok "M16 object delete" object delete bad.example
ok "M16 what was exported is imported again" object import "$DNS_DIR/exported.csv"
ok "M16 with all of it" equals "$(object list --search bad.example)" $'domain\tbad.example\tlog\t2099-01-31T00:00:00.000Z\ta note, "quoted"'
ok "M16 what cannot be approved is said" refuses "can be approved" object add a@b.example --approved
ok "M16 what is not there is said" refuses "is not in the list" object delete nowhere.example
ok "M16 nothing is approved for all" refuses "for each organisation" "$SEKISHO" object add all.example --approved --all
ok "M16 all or one" refuses "exclude each other" "$SEKISHO" object list --all --org One
ok "audit" "$SEKISHO" audit verify
done_testing
