#!/bin/bash
# Every setting of settings.def does something: C code or the stack script asks for it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
n=0
bad=0
while read -r id; do
    n=$((n + 1))
    if grep -rqE "SET_$id\b" --include='*.c' src || grep -rqE "SET\[$id\]" src/tools; then
        echo "ok $n - $id"
    else
        echo "not ok $n - $id: nothing uses it"
        bad=1
    fi
done < <(sed -n 's/^SETTING(\([a-z_]*\),.*/\1/p' src/common/settings.def)
echo "1..$n"
exit $bad
