#!/bin/bash
# Runs the tests of the named kinds (default: all) and counts their TAP.
#
#   tests/run.sh [unit corpus asan fuzz db rpc web e2e]     or single programs: tests/run.sh e2e/00 db/test_release
#
# A test is an executable: $BUILD/tests/<kind>/test_* (compiled from C), tests/<kind>/*.sh, or
# tests/<kind>/*.test.mjs. It prints TAP; one that dies, prints no plan or another number of tests
# than planned counts as failed, too. Output is kept in $BUILD/test-logs. rpc and web tests
# find a running installation (profile "test", free ports): see tests/env.sh.
# Without arguments two lanes run side by side: web tests wait most of the time, and need an hour alone.
# The last line is "N passed, N failed".
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export TOP=$PWD BUILD=${BUILD:-build}
[[ $BUILD == /* ]] || BUILD=$TOP/$BUILD
ASAN_BUILD=${ASAN_BUILD:-$BUILD-asan}
export CMOCKA_MESSAGE_OUTPUT=TAP
export ASAN_OPTIONS=detect_leaks=1:abort_on_error=0:exitcode=99:allocator_may_return_null=1
export UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1
LIMIT=${TEST_SECONDS:-1200} # what hangs, not what is slow: two lanes share the machine
logs=$BUILD/test-logs
mkdir -p "$logs"

programs=0
passed=0
failed=0
skipped=0
failures=()

# Counts one TAP file: "passed failed skipped planned seen". Only lines at the margin count:
# node's subtests are indented.
count() {
    awk '
        /^ok([ \t]|$)/ { seen++; if (tolower($0) ~ /# *(skip|todo)/) skip++; else pass++ }
        /^not ok([ \t]|$)/ { seen++; if (tolower($0) ~ /# *(skip|todo)/) skip++; else fail++ } # cmocka: "not ok 1 # SKIP"
        /^1\.\.[0-9]+/ { split($1, p, /\.\./); plan += p[2]; planned = 1 }
        /^Bail out!/ { bail = 1 }
        END { print pass + 0, fail + 0, skip + 0, (planned ? plan : -1), seen + 0, bail + 0 }
    ' "$1"
}

# name command…
run() {
    local name=$1 log rc=0 start=$SECONDS pass fail skip plan seen bail why=''
    shift
    programs=$((programs + 1))
    log=$logs/${name//\//-}.tap
    timeout --kill-after=10 "$LIMIT" "$@" >"$log" 2>"$log.err" </dev/null || rc=$?
    read -r pass fail skip plan seen bail < <(count "$log")
    if ((rc == 124 || rc == 137)); then
        why="did not end within $LIMIT s"
    elif ((bail)); then
        why=$(grep -m1 '^Bail out!' "$log")
    elif ((plan < 0)); then
        why="printed no plan (exit code $rc)"
    elif ((plan != seen)); then
        why="planned $plan tests and ran $seen (exit code $rc)"
    elif ((rc != 0 && fail == 0)); then
        why="ended with exit code $rc"
    fi
    if [[ -n $why ]]; then
        fail=$((fail + 1))
        failures+=("$name: $why")
    fi
    passed=$((passed + pass))
    failed=$((failed + fail))
    skipped=$((skipped + skip))
    printf '%-7s %-40s %4d tests %4d s\n' "$( ((fail)) && echo FAILED || echo ok)" "$name" "$seen" \
        $((SECONDS - start))
    grep -a '^# shown: ' "$log" || :
    if ((fail)); then
        while IFS= read -r line; do
            failures+=("$name: $line")
        done < <(grep -a '^not ok' "$log")
        [[ -z $why ]] || echo "        $why"
        { grep -a -A8 '^not ok' "$log" | head -n 40 || :; tail -n 20 "$log.err"; } | sed 's/^/        /' || :
    fi
}

# kind [filter]: all programs of a kind whose name begins with the filter; the one of that name alone when there is one
run_kind() {
    local kind=$1 filter=${2:-} f base exact=
    for f in "tests/$kind/$filter"{,.c,.sh,.test.mjs}; do
        [[ -z $filter || ! -f $f ]] || exact=1
    done
    for f in "$BUILD/tests/$kind"/test_* "tests/$kind"/*.sh "tests/$kind"/*.test.mjs; do
        base=${f##*/}
        [[ -z $exact || $base == "$filter" || ${base%.*} == "$filter" || $base == "$filter.test.mjs" ]] || continue
        [[ -f $f && -x $f || $f == *.mjs ]] || continue
        [[ $base != lib*.sh && $base != *.d && $base == "$filter"* ]] || continue
        # A program without its source was left by an older tree.
        [[ $f != "$BUILD"/* || -e tests/$kind/$base.c ]] || continue
        [[ $f == *\** ]] && continue
        case $f in
        *.mjs) run "$kind/$base" node --test-reporter=tap "$f" ;;
        *) run "$kind/$base" "$f" ;;
        esac
    done
}
run_asan() {
    local f kind
    for kind in unit corpus; do
        for f in "$ASAN_BUILD/tests/$kind"/test_*; do
            [[ -x $f && -e tests/$kind/${f##*/}.c ]] || continue
            run "asan/${f##*/}" "$f"
        done
    done
}
run_fuzz() {
    local f target
    for f in "$ASAN_BUILD/tests/fuzz"/fuzz_*; do
        target=${f##*/fuzz_}
        [[ -x $f && -e tests/fuzz/fuzz_$target.c ]] || continue
        run "fuzz/$target" "$f" "tests/fuzz/regression/$target"
    done
}

# Prints what failed and the sums; of a lane, for the other one to print.
summary() {
    stop_stack
    if [[ -n ${LANE:-} ]]; then
        { printf '%s\n' "$passed $failed $skipped"; printf '%s\n' "${failures[@]}"; } >"$LANE"
        return
    fi
    if ((${#failures[@]})); then
        echo
        printf 'failed: %s\n' "${failures[@]}"
    fi
    if ((skipped)); then
        echo "skipped: $skipped (see $logs)"
    fi
    echo "$passed passed, $failed failed"
    ((failed == 0))
}

kinds=("$@")
lane=
if ((${#kinds[@]} == 0)); then
    kinds=(unit corpus asan fuzz db e2e)
    rm -f "$logs/lane"
    LANE=$logs/lane tests/run.sh rpc web &
    lane=$!
fi

need_stack=
for k in "${kinds[@]}"; do
    case $k in rpc* | web*) need_stack=1 ;; esac
done
stop_stack() {
    [[ -n $need_stack ]] || return 0
    need_stack=
    if ! "$TOP/src/tools/stack" stop >"$logs/stop.log" 2>&1; then
        echo "the installation for the tests does not stop:"
        sed 's/^/        /' "$logs/stop.log"
        failed=$((failed + 1))
        failures+=("stack: does not stop")
    fi
}
if [[ -n $need_stack ]]; then
    # shellcheck source=tests/env.sh
    . tests/env.sh
    test_environment check
    trap stop_stack EXIT
    rm -rf "$VAR"
    if ! src/tools/stack start >"$logs/stack.log" 2>&1; then
        echo "the installation for the tests does not start:"
        sed 's/^/        /' "$logs/stack.log"
        failed=$((failed + 1))
        failures+=("stack: does not start")
        need_stack=
    fi
fi

for k in "${kinds[@]}"; do
    before=$programs
    case $k in
    asan) run_asan ;;
    fuzz) run_fuzz ;;
    */*) run_kind "${k%%/*}" "${k#*/}" ;;
    *) run_kind "$k" ;;
    esac
    if ((programs == before)); then # not built, or misspelt: no tests are no success
        failed=$((failed + 1))
        failures+=("$k: no such tests")
    fi
done

if [[ -n $lane ]]; then
    wait "$lane" || :
    if [[ -s $logs/lane ]]; then
        mapfile -t other <"$logs/lane"
        read -r pass fail skip <<<"${other[0]}"
        passed=$((passed + pass)) failed=$((failed + fail)) skipped=$((skipped + skip))
        for f in "${other[@]:1}"; do
            [[ -z $f ]] || failures+=("$f")
        done
    else
        failed=$((failed + 1))
        failures+=("rpc web: the lane died")
    fi
fi
summary
