#!/bin/bash
# The compiler of named statements: what it counts, and that every mistake says where it is.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
sqlc=${BUILD:-build}/tools/sqlc
n=0
bad=0
check() { # name, 0 or 1
    n=$((n + 1))
    if (($2 == 0)); then
        echo "ok $n - $1"
    else
        echo "not ok $n - $1"
        bad=1
    fi
}
# name, SQL text, regular expression that must be in stmt.c
gives() {
    local rc=0
    printf '%s' "$2" >"$dir/q.sql"
    "$sqlc" "$dir/stmt.h" "$dir/stmt.c" "$dir/q.sql" 2>"$dir/err" && grep -Eq -- "$3" "$dir/stmt.c" &&
        gcc -std=gnu17 -Wall -Werror -I"$dir" -fsyntax-only "$dir/stmt.c" || rc=1
    check "$1" $rc
}
# name, SQL text, beginning of the message
refuses() {
    local rc=0
    printf '%s' "$2" >"$dir/q.sql"
    if "$sqlc" "$dir/stmt.h" "$dir/stmt.c" "$dir/q.sql" 2>"$dir/err"; then
        rc=1
    fi
    [[ $(cat "$dir/err") == "$dir/q.sql:$3"* ]] || rc=1
    check "$1" $rc
}
rc=0
"$sqlc" "$dir/stmt.h" "$dir/stmt.c" && gcc -std=gnu17 -I"$dir" -fsyntax-only "$dir/stmt.c" || rc=1
check "no files: an enum all the same" $rc
gives "parameters are counted" $'-- name: a\nSELECT $2, $1, $12\n' ' 12}'
gives "but not in literals, names and comments" $'-- name: a\nSELECT \'$9 \'\'$8\', "$7", $1 -- $6\n/* $5 */\n' ' 1}'
gives "roles are kept" $'-- name: a\n-- role: engine, console\nSELECT 1\n' '"engine, console", "", 0'
gives "roles with plans of their own are kept" $'-- name: a\n-- role: engine, console\n-- plan: console\nSELECT 1\n' '"engine, console", "console", 0'
gives "quotes and backslashes" $'-- name: a\nSELECT \'"\\\'\n' 'SELECT'
refuses "text before a name" $'\n\nSELECT 1\n' '3: '
refuses "the same name twice" $'-- name: a\nSELECT 1\n-- name: a\nSELECT 2\n' '3: '
refuses "a name that is none" $'-- name: A-b\nSELECT 1\n' '1: '
refuses "no name" $'-- name:\nSELECT 1\n' '1: '
refuses "no statement" $'-- name: a\n-- role: engine\n\n-- name: b\nSELECT 1\n' '1: '
echo "1..$n"
exit $bad
