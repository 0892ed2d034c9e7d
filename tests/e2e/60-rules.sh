#!/bin/bash
# Rules are read again while mail flows: nothing is lost, nothing put off, and the new rules count.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=tests/env.sh
. tests/env.sh
# shellcheck source=tests/e2e/lib.sh
. tests/e2e/lib.sh
test_environment e2e60
trap '"$STACK" stop >/dev/null 2>&1 || :' EXIT
"$STACK" stop >/dev/null 2>&1 || :
rm -rf "$VAR" "$VAR-rules"
mkdir -p "$VAR-rules"
chmod 755 "$VAR-rules"
export RULES_FOLDERS=$VAR-rules
echo 'body FIRST /reload-marker/' >"$VAR-rules/a.cf"
ok "start" "$STACK" start
password=$VAR/password
(umask 077 && head -c 12 /dev/urandom | base64 >"$password")
ok "setup" "$SEKISHO" setup --org Rules --admin admin@rules.example --password-file "$password"
ok "domain" "$SEKISHO" domain add rules.example --next-hop "127.0.0.1:$SINK_PORT"
adopt < <(RULES=$VAR-rules node tests/e2e/rules.mjs)
ok "ledger" "$SEKISHO" ledger
"$STACK" stop >/dev/null 2>&1 || :
ok "a reload without an engine says so" refuses "not running" "$SEKISHO" rules reload
rm -rf "$VAR-rules"
done_testing
