#!/usr/bin/env bash
# How much unwanted mail is found, beside SpamAssassin with Bayes and bogofilter. Usage: make bench-accuracy
#
# Every filter learns the same part and is asked about the same other part, in one run; see accuracy.mjs for the parts.
# What SpamAssassin says is kept in build/bench/accuracy (it takes some 0.2 s a mail); REST=1 asks only those that are
# not kept. DATA: the folder of the packs.
set -euo pipefail
cd "$(dirname "$0")/../.."
build=${BUILD:-build} data=${DATA:-../shared/data}
for p in node sa-learn bogofilter zstd; do
  command -v $p >/dev/null || { echo "bench: $p is missing (make bench-accuracy installs conf/packages/bench.txt)" >&2; exit 1; }
done
for p in spamassassin-corpus modern-mixed-a phishing-pot-a; do
  [ -r "$data/mail/$p.tar.zst" ] || { echo "bench: $data/mail/$p.tar.zst is missing; set DATA to the folder of the packs" >&2; exit 1; }
  [ -d "$build/td/$p" ] || { mkdir -p "$build/td" && tar -I zstd -xf "$data/mail/$p.tar.zst" -C "$build/td"; }
done
mkdir -p "$build/bench/accuracy"
exec node tests/bench/accuracy.mjs "$build" "$@"
