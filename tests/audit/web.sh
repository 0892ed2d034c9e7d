#!/bin/bash
# Scanners of others against the portal (acceptance of issue 5, T-W5, T-W8, T-W19): sqlmap with every route of routes.def and each
# of its parameters, wapiti from every page on, both signed in, on an installation of its own. TAP. Not part of make check: it
# takes about ten minutes on two idle cores.
#
#   tests/audit/web.sh [sqlmap] [wapiti] [admin]      (default: sqlmap wapiti, of the portal)
#
# That they would find something here is shown with pages that have holes (broken.mjs). What they cannot see is looked for
# afterwards in the logs: a statement that PostgreSQL could not parse, an answer of class 500, a worker that died.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
parts=()
surface=portal
for arg in "$@"; do
    case $arg in
    admin) surface="admin" ;;
    *) parts+=("$arg") ;;
    esac
done
((${#parts[@]})) || parts=(sqlmap wapiti)
# shellcheck source=tests/env.sh
. tests/env.sh
test_environment audit
work=$VAR-work
rm -rf "$VAR" "$work"
mkdir -p "$work"
# Limits of rates would answer instead of the pages.
export SEKISHO_CONF=$work/sekisho.conf
sed -E 's/^#? ?(login_per_account) *=.*/\1 = 10000/; s/^#? ?(login_per_address|asks_per_address) *=.*/\1 = 100000/; s/^#? ?user_download *=.*/user_download = yes/' conf/sekisho.conf >"$SEKISHO_CONF"
helpers=()
finish() {
    ((${#helpers[@]} == 0)) || kill "${helpers[@]}" 2>/dev/null || :
    src/tools/stack stop >/dev/null 2>&1 || :
}
trap finish EXIT
src/tools/stack start >"$work/start.log" 2>&1 || { cat "$work/start.log"; exit 1; }

n=0
bad=0
result() { # name, why (empty: good)
    n=$((n + 1))
    if [[ -z $2 ]]; then
        echo "ok $n - $1"
    else
        echo "not ok $n - $1"
        # shellcheck disable=SC2001
        sed 's/^/# /' <<<"$2" | head -40
        bad=1
    fi
}
port=$PORTAL_PORT
[[ $surface == portal ]] || port=$ADMIN_PORT
run=${SEKISHO_RUN:-$VAR/run}
broken_port=$(free_port $((SINK_PORT + 1)))
node tests/audit/broken.mjs "$broken_port" -X -q -t -A -h "$run/pg" -U sekisho_owner -d sekisho &
helpers+=($!)
node tests/audit/seed.mjs "$work" "$surface" >"$work/seed.log"
echo "# $(<"$work/seed.log")"
mark=$(wc -l <"$VAR/log/postgres.log")

# ------------------------------------------------------------------ sqlmap

# Codes of refusals are answers like others. The form's token stays as it is in requests, and is another one in each page: only texts are
# compared. What it says at its end is the result.
sqlmap_one() { # request file, folder of its own
    sqlmap -r "$1" --batch --ignore-stdin --disable-coloring --output-dir="$2" --dbms=PostgreSQL --level="${SQLMAP_LEVEL:-1}" --risk="${SQLMAP_RISK:-1}" \
        --time-sec=2 --threads=3 --text-only --skip=csrf --flush-session --skip-waf --ignore-code=400,401,403,404,405,409,410,413,414,422,429 \
        --answers='follow=N' >"$2.log" 2>&1 || :
}
export -f sqlmap_one
injectable='identified the following injection point'
sqlmap_all() {
    local start=$SECONDS requests found unread
    printf 'GET /sql?q=1 HTTP/1.1\r\nHost: 127.0.0.1:%s\r\n\r\n' "$broken_port" >"$work/broken.txt"
    mkdir -p "$work/sqlmap"
    sqlmap_one "$work/broken.txt" "$work/sqlmap/broken"
    result "T-W8 sqlmap finds the hole of a page that has one" "$(grep -qE "$injectable" "$work/sqlmap/broken.log" || tail -5 "$work/sqlmap/broken.log")"
    mv "$work/sqlmap/broken.log" "$work/broken.log"
    # shellcheck disable=SC2016
    find "$work/requests" -name '*.txt' -print0 | sort -z | xargs -0 -P 2 -I {} bash -c 'sqlmap_one "$1" "$2/sqlmap/$(basename "$1" .txt)"' - {} "$work"
    requests=$(find "$work/requests" -name '*.txt' | wc -l)
    found=$(grep -rlE "$injectable" "$work/sqlmap" --include='*.log' || :)
    # Each must have come to its end: "all tested parameters do not appear to be injectable".
    unread=$(grep -rLE "all tested parameters do not appear to be injectable" "$work/sqlmap" --include='*.log' || :)
    result "T-W8 sqlmap finds nothing in any parameter of $requests requests" "$(for f in $found; do basename "$f"; grep -E "$injectable" "$f"; done)"
    result "T-W8 sqlmap came to the end of each" "$(for f in $unread; do basename "$f"; grep -E 'CRITICAL|ERROR' "$f" | tail -2; done)"
    echo "# sqlmap: $requests requests, $(cat "$work"/sqlmap/*.log | grep -cE "testing for SQL injection on|custom.*parameter" || :) parameters, $((SECONDS - start)) s"
}

# ------------------------------------------------------------------ wapiti

# Without those that ask servers on the internet (ssrf and xxe need an endpoint there; wapp, nikto and buster fetch lists).
modules=backup,blindsql,cookieflags,crlf,csp,exec,file,htaccess,http_headers,methods,permanentxss,redirect,shellshock,sql,xss
# Findings that are none, each with its reason: "module text". An extended expression per line.
#  - X-XSS-Protection: browsers have dropped that filter, which could be made to leak; the CSP takes its place (web/protocol).
#  - Strict-Transport-Security and Secure cookies: the stack of this test speaks plain HTTP on loopback; with TLS both are there
#    (web/access, "TLS: 1.2 and 1.3 with EC and RSA keys, HSTS, __Host- cookies, Secure").
allowed='^HTTP Secure Headers: GET /  (X-XSS-Protection|Strict-Transport-Security) is not set$|^Secure Flag cookie: '
wapiti_one() { # url, report, more arguments
    local url=$1 report=$2
    shift 2
    HOME=$work wapiti -u "$url" --scope folder --no-bugreport --flush-session --store-session "$work/wapiti" --store-config "$work/wapiti" -f json -o "$report" \
        -m "$modules" -d 4 --max-links-per-page 40 --max-files-per-dir 60 --max-scan-time "${WAPITI_SECONDS:-240}" --max-attack-time "${WAPITI_SECONDS:-240}" -t 10 -v 1 "$@" >"$report.log" 2>&1 || :
}
# Report -> one line for each finding.
findings() {
    # shellcheck disable=SC2016
    node -e 'const r = JSON.parse(require("fs").readFileSync(process.argv[1], "utf8"));
        for (const kind of ["vulnerabilities", "anomalies"]) for (const [name, list] of Object.entries(r[kind] ?? {})) for (const f of list) console.log(`${name}: ${f.method} ${f.path} ${f.parameter ?? ""} ${f.info}`.slice(0, 300));' "$1"
}
wapiti_all() {
    local start=$SECONDS args=() found keeper_port
    wapiti_one "http://127.0.0.1:$broken_port/" "$work/broken.json"
    found=$(findings "$work/broken.json")
    for kind in "SQL Injection" "Cross Site Scripting" "Open Redirect" "Path Traversal"; do
        result "wapiti finds the hole of a page that has one: $kind" "$(grep -qE "$kind" <<<"$found" || echo "${found:-nothing}")"
    done
    keeper_port=$(free_port $((broken_port + 1)))
    node tests/audit/keeper.mjs "$keeper_port" "$port" "$(<"$work/cookie")" &
    helpers+=($!)
    while read -r url; do args+=(-s "${url/:$port/:$keeper_port}"); done <"$work/starts"
    wapiti_one "http://127.0.0.1:$keeper_port/" "$work/wapiti.json" "${args[@]}"
    found=$(findings "$work/wapiti.json" | grep -vE "$allowed" || :)
    result "wapiti finds nothing" "$found"
    echo "# wapiti: $(grep -oE 'scanned [0-9]+ |[0-9]+ URL|[0-9]+ pages' "$work/wapiti.json.log" | head -1) $(grep -cE '^\[\+\]|^\[\*\] Launching' "$work/wapiti.json.log" || :) steps, $((SECONDS - start)) s"
}

for part in "${parts[@]}"; do
    "${part}_all"
done

# ------------------------------------------------------------------ what only the logs know

# An error and the statement that it belongs to; those of broken.mjs are wanted.
result "T-W8 PostgreSQL could read every statement" "$(tail -n "+$mark" "$VAR/log/postgres.log" | awk '/ERROR: /{e=$0} /STATEMENT: /{sub(/^.*ERROR:/, "ERROR:", e); sub(/^.*STATEMENT:/, ""); print e " <-" $0}' |
    grep -aE 'syntax error|unterminated|invalid input syntax|operator does not exist|invalid byte sequence|zero-length' | grep -avF "relname = 'pg_class'" | sort | uniq -c | head || :)"
result "no answer of class 500, no worker died" "$(cat "$VAR"/log/{portal,admin}.log | grep -aE '^bug: |"status":"50[0-9]"|worker .*(died|exited|signal)' | cut -c1-300 | sort | uniq -c | sort -rn | head || :)"
echo "# $(grep -ac '"web.request"' "$VAR/log/$surface.log" || :) requests were answered: $(grep -aoE '"status":"[0-9]+"' "$VAR/log/$surface.log" | sort | uniq -c | sort -rn | awk '{printf "%s %s, ", $2, $1}')"
echo "1..$n"
exit $bad
