#!/bin/bash
# The one-way dependencies between the layers and the calls that are forbidden everywhere.
# TAP; each rule is a grep that must find nothing.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

n=0
bad=0
# none NAME COMMAND…: ok when the command prints nothing.
none() {
    local name=$1 found
    shift
    n=$((n + 1))
    found=$("$@" || :)
    if [[ -z $found ]]; then
        echo "ok $n - $name"
    else
        echo "not ok $n - $name"
        head -20 <<<"$found" | sed 's/^/# /'
        bad=1
    fi
}
# includes DIRS… -- PATTERN: include lines of these folders that match.
includes() {
    local pattern=${*: -1}
    grep -rnE --include='*.[ch]' "^[[:space:]]*#[[:space:]]*include[[:space:]]*[<\"]($pattern)" \
        "${@:1:$#-1}"
}
# The awaiting implementations run inside the console's coroutines and are linked into it only.
includes_but_coro() {
    includes "$@" | grep -vE '^src/(store/db|rpc/rpc)_coro\.c:[0-9]+:#include "\.\./console/coro\.h"$'
}
calls() {
    grep -rnE --include='*.[ch]' "(^|[^_[:alnum:]\"./])($1)[[:space:]]*\(" src
}
pq_outside_store() {
    includes src 'libpq-fe\.h' | grep -v '^src/store/'
}
twice() {
    grep -o '^CLI([a-z_]*' "$1" | sort | uniq -d
}
psl_elsewhere() {
    grep -rnE --include='*.[ch]' 'libpsl\.h|psl_[a-z]+' src | grep -v '^src/common/suffixes\.c:'
}
same_base_name() {
    find src -name '*.c' -printf '%f\n' | sort | uniq -d
}

none "common includes nobody above it" includes src/common '(\.\./)*(store|rpc|console|engine|cli)/'
none "store does not include rpc, console, engine, cli" includes_but_coro src/store '(\.\./)*(rpc|console|engine|cli)/'
none "rpc does not include console, engine, cli" includes_but_coro src/rpc '(\.\./)*(console|engine|cli)/'
none "console does not include engine" includes src/console '(\.\./)*(engine|cli)/'
none "engine does not include console" includes src/engine '(\.\./)*(console|cli)/'
none "common knows no Kore, no libmilter, no libpq" includes src/common 'kore/|libmilter/|libpq'
none "engine knows no Kore" includes src/engine 'kore/'
none "libpq-fe.h only in src/store" pq_outside_store
none "no shell: system, popen, wordexp, execlp, execvp" calls 'system|popen|wordexp|execlp|execvp'
none "no unbounded text functions" calls 'sprintf|vsprintf|strcpy|strcat|stpcpy|gets|strtok'
none "one public suffix list: libpsl only in src/common/suffixes.c" psl_elsewhere
none "base names of source files are unique" same_base_name
none "commands are defined once" twice src/cli/cli.def
echo "1..$n"
exit $bad
