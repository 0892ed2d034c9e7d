#!/bin/bash
# The clock that retention goes by, as an administrator sees it: doctor names what is wrong and the
# command, the command puts it right.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
if [[ -z ${DB_CONTROL:-} ]]; then
    exec ./lib_cluster.sh "$PWD/retention.sh"
fi
cd ../..
sekisho=${BUILD:-build}/bin/sekisho
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
export VAR=$dir/var
n=0
bad=0
# name, exit code, pattern in the output, command…
gives() {
    local name=$1 want=$2 pattern=$3 rc=0
    shift 3
    n=$((n + 1))
    "$sekisho" "$@" >"$dir/out" 2>&1 || rc=$?
    if ((rc == want)) && grep -q -- "$pattern" "$dir/out"; then
        echo "ok $n - $name"
    else
        echo "not ok $n - $name"
        sed "s/^/# $rc: /" "$dir/out" | head -5
        bad=1
    fi
}
behind() {
    psql -X -q "$DATABASE_URL user=postgres" -c "UPDATE retention_clock SET at = now() - interval '$1'"
}
gives "at first it goes by the clock" 0 'goes by the clock' doctor --part retention
behind '61 hours'
gives "a weekend behind is named, and is no illness" 0 'retention ok .*61 hours.*sekisho retention resume' doctor --part retention
behind '80 hours'
gives "days are one" 1 'retention BAD .*80 hours.*sekisho retention resume' doctor --part retention
gives "the clock is right, somebody says" 0 '^Retention goes by the clock again; it was 80 hours behind\.$' retention resume
gives "then it goes by the clock" 0 'goes by the clock' doctor --part retention
gives "twice does no harm" 0 '"behind_seconds": *0' retention resume --json
gives "it is in the audit log, whose chain is whole" 0 'installation: 2 rows, unbroken' audit verify
psql -X -q "$DATABASE_URL user=postgres" -c "DELETE FROM retention_clock"
gives "without the clock nothing expires, doctor says" 1 'retention BAD .*sekisho retention resume' doctor --part retention
gives "that is put right the same way" 0 'by the clock' retention resume
gives "nothing is wrong then" 0 'goes by the clock' doctor --part retention
echo "1..$n"
exit $bad
