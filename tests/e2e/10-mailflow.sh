#!/bin/bash
# The main job with everything real: Postfix, PostgreSQL, clamd, engine, a next hop. See mailflow.mjs.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=tests/env.sh
. tests/env.sh
# shellcheck source=tests/e2e/lib.sh
. tests/e2e/lib.sh
test_environment e2e10
trap '"$STACK" stop >/dev/null 2>&1 || :' EXIT
"$STACK" stop >/dev/null 2>&1 || :
rm -rf "$VAR"
ok "start" "$STACK" start
password=$VAR/password
(umask 077 && head -c 12 /dev/urandom | base64 >"$password")
ok "setup" "$SEKISHO" setup --org Flow --admin admin@flow.example --password-file "$password"
ok "domain" "$SEKISHO" domain add flow.example --next-hop "127.0.0.1:$SINK_PORT"
adopt < <(node tests/e2e/mailflow.mjs)
no_crash() { # T-S4
    ! grep -aE 'smtpd.*(signal|panic|fatal)|killed by signal' "$VAR/log/postfix.log"
}
ok "no process of Postfix was killed by an answer of ours (T-S4)" no_crash
done_testing
