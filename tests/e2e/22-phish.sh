#!/bin/bash
# Catch levels, high-profile users, look-alike domains and graymail (F25, F27, F28, F29, N5): real Postfix with XCLIENT.
# See phish.mjs.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=tests/env.sh
. tests/env.sh
# shellcheck source=tests/e2e/lib.sh
. tests/e2e/lib.sh
test_environment e2e22
trap '"$STACK" stop >/dev/null 2>&1 || :' EXIT
"$STACK" stop >/dev/null 2>&1 || :
rm -rf "$VAR"
ok "start" "$STACK" start
password=$VAR/password
export PASSWORD_FILE=$password
(umask 077 && head -c 12 /dev/urandom | base64 >"$password")
ok "setup" "$SEKISHO" setup --org Phish --admin admin@phish.example --password-file "$password"
ok "domain" "$SEKISHO" domain add phish.example --next-hop "127.0.0.1:$SINK_PORT"
adopt < <(node tests/e2e/phish.mjs)
done_testing
