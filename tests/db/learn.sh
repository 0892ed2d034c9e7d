#!/bin/bash
# sekisho learn: files, mboxes, Maildirs and standard input; list, agree, undo; and models of one's own.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
if [[ -z ${DB_CONTROL:-} ]]; then
    exec ./lib_cluster.sh "$PWD/learn.sh"
fi
cd ../..
sekisho=${BUILD:-build}/bin/sekisho
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
n=0
bad=0
check() { # name, command...
    local name=$1
    shift
    n=$((n + 1))
    if "$@"; then
        echo "ok $n - $name"
    else
        echo "not ok $n - $name"
        sed 's/^/# /' "$dir/out" "$dir/err" | cut -c1-600 | head -20
        bad=1
    fi
}
sql() {
    psql -X -q -v ON_ERROR_STOP=1 -At "$DATABASE_URL user=postgres" -c "$1"
}
run() { # arguments: exit code in rc
    rc=0
    "$sekisho" learn "$@" >"$dir/out" 2>"$dir/err" || rc=$?
}
samples() { # WHERE, number
    [[ $(sql "SELECT count(*) FROM learn_sample WHERE $1") == "$2" ]]
}
mail() { # number
    printf 'From: a%d@x.example\nTo: b@y.example\nSubject: mail %d\n\nWords of mail number %d\n' "$1" "$1" "$1"
}

sql "INSERT INTO org (org_id, name, body_key) VALUES ('00000000-0000-7000-8000-000000000001', 'one', ''),
  ('00000000-0000-7000-8000-000000000002', 'two', '')"
mkdir -p "$dir/md/new" "$dir/md/cur" "$dir/md/tmp"
for i in 1 2 3; do mail $i >"$dir/md/new/$i"; done
{ printf 'From x Mon Jan  1 00:00:00 2001\n'; mail 4; printf '\nFrom x Mon Jan  1 00:00:00 2001\n'; mail 5; } >"$dir/mbox"
mail 6 >"$dir/six"

run --spam --org one "$dir/md" "$dir/mbox" "$dir/six"
check "a Maildir, an mbox and a file" [ "$rc" = 0 ]
check "six samples of an administrator" samples "spam AND trusted AND by_name = 'cli:root'" 6
check "it says so" grep -q "learned 6 messages as spam" "$dir/out"
check "the audit log says who" [ "$(sql "SELECT count(*) FROM audit WHERE event = 'learn.added'")" = 1 ]
rc=0; mail 6 | "$sekisho" learn --ham --org one - >"$dir/out" 2>"$dir/err" || rc=$?
check "the last word about a message counts" samples "NOT spam" 1
check "and replaces the one before" samples true 6
run --ham "$dir/six"
check "which organisation must be said when there are two" [ "$rc" = 1 ]
run --ham --spam --org one "$dir/six"
check "one of --spam and --ham" [ "$rc" = 1 ]
run --ham --org one "$dir/none"
check "a file that is not there is an error" [ "$rc" = 1 ]
run list --org one --json
check "a list of all" [ "$(wc -l <"$dir/out")" = 6 ]
id=$(node -e 'console.log(JSON.parse(require("fs").readFileSync(process.argv[1], "utf8").split("\n")[0]).id)' "$dir/out")
run undo "$id" --org two
check "of one's own organisation only" samples true 6
run undo "$id" --org one
check "undo of one" samples true 5
run undo --by cli:root --org one
check "undo of all of one person" samples true 0

for i in $(seq 10 30); do mail "$i" >"$dir/m$i"; done
for i in $(seq 10 30); do printf '%s\t%s\t%s\n' "$([[ $((i % 2)) == 0 ]] && echo spam || echo ham)" "$dir/m$i" s; done >"$dir/list"
run model "$dir/model" --list "$dir/list"
check "a model of one's own" [ "$rc" = 0 ]
tac "$dir/list" >"$dir/list2"
run model "$dir/model2" --list "$dir/list2"
check "the same bytes in any order" cmp "$dir/model" "$dir/model2"
STATISTICS_MODEL=$dir/model "$sekisho" scan --json --no-network "$dir/six" >"$dir/out" 2>"$dir/err"
check "sekisho scan judges with it" grep -q '"scanner":"statistics"' "$dir/out"
echo "spam	$dir/none" >"$dir/list"
run model "$dir/model3" --list "$dir/list"
check "nothing is written when a file is missing" [ "$rc$(ls "$dir/model3" 2>/dev/null)" = 1 ]
echo "1..$n"
exit $bad
