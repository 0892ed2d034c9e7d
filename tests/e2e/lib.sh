# Sourced by the end-to-end tests: TAP, and waiting for something to become true.
# shellcheck shell=bash
tap=0
failed=0
ok() { # name command…
    local name=$1
    shift
    tap=$((tap + 1))
    if "$@" >/tmp/sekisho-e2e.$$ 2>&1; then
        echo "ok $tap - $name"
    else
        echo "not ok $tap - $name"
        sed 's/^/# /' /tmp/sekisho-e2e.$$ | head -20
        failed=1
    fi
    rm -f /tmp/sekisho-e2e.$$
}
# Lines "ok NAME" and "not ok NAME: WHY" of a helper become tests of this program.
adopt() {
    local line
    while IFS= read -r line; do
        case $line in
        "ok "* | "not ok "*)
            tap=$((tap + 1))
            [[ $line == ok* ]] || failed=1
            echo "${line%%ok *}ok $tap - ${line#*ok }"
            ;;
        *) echo "# $line" ;;
        esac
    done
}
done_testing() {
    echo "1..$tap"
    exit $failed
}
# seconds command…
within() {
    local end=$((SECONDS + $1))
    shift
    until "$@"; do
        ((SECONDS < end)) || return 1
        sleep 0.2
    done
}
equals() {
    [[ $1 == "$2" ]] || {
        echo "expected: $2"
        echo "got:      $1"
        return 1
    }
}
# The command must fail with exit code 1 and one line that matches the pattern.
refuses() { # pattern command…
    local pattern=$1 out rc=0
    shift
    out=$("$@" 2>&1) || rc=$?
    echo "exit code $rc: $out"
    ((rc == 1)) && [[ $(grep -c . <<<"$out") == 1 && $out =~ $pattern ]]
}
