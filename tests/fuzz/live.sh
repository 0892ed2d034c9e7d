#!/bin/bash
# A short run of every fuzz target: live.sh BUILD SECONDS. Starts from the regression corpus; what it
# finds stays in BUILD/corpus and BUILD/crashes. Exit code 1 when a target crashed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
build=$1 seconds=$2
bad=0
mkdir -p "$build/crashes"
for f in "$build"/tests/live/fuzz_*; do
    [[ -x $f ]] || continue
    x=${f##*/fuzz_}
    mkdir -p "$build/corpus/$x" "tests/fuzz/regression/$x"
    if "$f" -max_total_time="$seconds" -timeout=5 -rss_limit_mb=1024 -print_final_stats=1 \
        -artifact_prefix="$build/crashes/$x-" "$build/corpus/$x" "tests/fuzz/regression/$x" \
        >"$build/$x.log" 2>&1; then
        runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$build/$x.log")
        echo "ok      $x: $runs runs in $seconds s, no crash"
    else
        echo "CRASHED $x: see $build/$x.log; the input is in $build/crashes"
        bad=1
    fi
done
exit $bad
