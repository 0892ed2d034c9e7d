#!/bin/bash
# pgTAP files of tests/db/sql, one TAP stream with subtests' numbers made continuous. Starts itself
# again inside a cluster of its own. WRITE_GRANTS=1 writes grants.txt anew.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
if [[ -z ${DB_CONTROL:-} ]]; then
    exec ./lib_cluster.sh "$PWD/run.sh"
fi
n=0
bad=0
result() { # ok|not ok, text
    n=$((n + 1))
    echo "$1 $n - $2"
    [[ $1 == ok ]] || bad=1
}
grants=$(mktemp)
trap 'rm -f "$grants"' EXIT
for f in sql/*.sql; do
    name=$(basename "$f" .sql)
    rc=0
    out=$(psql -X "$DATABASE_URL user=postgres" -v grants_out="$grants" -f "$f" 2>&1) || rc=$?
    while IFS= read -r line; do
        case $line in
        'ok '*) result ok "$name: ${line#ok *- }" ;;
        'not ok '*) result 'not ok' "$name: ${line#not ok *- }" ;;
        1..* | '') ;;
        *) echo "# ${line#\# }" ;;
        esac
    done <<<"$out"
    ((rc == 0)) || result 'not ok' "$name: psql ends with $rc"
done
if [[ -n ${WRITE_GRANTS:-} ]]; then
    cp "$grants" grants.txt
fi
if diff=$(diff -u grants.txt "$grants"); then
    result ok "grants are those of grants.txt"
else
    result 'not ok' "grants are those of grants.txt"
    while IFS= read -r line; do
        echo "# $line"
    done <<<"$diff"
fi
echo "1..$n"
exit $bad
