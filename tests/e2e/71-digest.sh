#!/bin/bash
# Digests of held mail: rules, periods, the mail, its links, its end, once whatever is killed. See digest.mjs.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=tests/env.sh
. tests/env.sh
# shellcheck source=tests/e2e/lib.sh
. tests/e2e/lib.sh
test_environment e2e71
export SEKISHO_HOSTNAME=gw.example PORTAL_URL=http://localhost:$PORTAL_PORT
trap '"$STACK" stop >/dev/null 2>&1 || :' EXIT
"$STACK" stop >/dev/null 2>&1 || :
rm -rf "$VAR"
ok "start" "$STACK" start
password=$VAR/password
(umask 077 && head -c 12 /dev/urandom | base64 >"$password")
ok "setup" "$SEKISHO" setup --org "Acme Group" --admin admin@acme.example --password-file "$password"
ok "domain" "$SEKISHO" domain add acme.example --next-hop "127.0.0.1:$SINK_PORT"
ok "a Japanese user" "$SEKISHO" user add misaki@acme.example --lang ja --tz Asia/Tokyo --password-file "$password"
adopt < <(node tests/e2e/digest.mjs)
done_testing
