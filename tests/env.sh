# Sourced by tests that start an installation of their own: free ports, a short VAR, test profile.
#   . tests/env.sh; test_environment NAME
# Exports VAR, the ports, SEKISHO_PROFILE; sets SEKISHO to the command and STACK to the script.
# shellcheck shell=bash

free_port() { # first port from $1 on that nobody listens on
    local p=$1
    while (exec 3<>"/dev/tcp/127.0.0.1/$p") 2>/dev/null; do
        p=$((p + 1))
    done
    echo "$p"
}
test_environment() {
    local base
    BUILD=${BUILD:-build}
    [[ $BUILD == /* ]] || BUILD=$PWD/$BUILD
    base=$((20000 + ($(cksum <<<"$1$BUILD" | cut -d' ' -f1) % 1200) * 10))
    VAR=/tmp/sekisho-$1-$(cksum <<<"$BUILD" | cut -d" " -f1)
    export VAR
    SMTP_PORT=$(free_port "$base")
    RELAY_PORT=$(free_port $((SMTP_PORT + 1)))
    ADMIN_PORT=$(free_port $((RELAY_PORT + 1)))
    PORTAL_PORT=$(free_port $((ADMIN_PORT + 1)))
    export SMTP_PORT RELAY_PORT ADMIN_PORT PORTAL_PORT BUILD
    # shellcheck disable=SC2034
    SINK_PORT=$(free_port $((PORTAL_PORT + 1)))
    export SINK_PORT SEKISHO_PROFILE=test
    # Most tests send from domains that no DNS knows, and fast.
    export SENDER_DOMAIN=${SENDER_DOMAIN:-no} RATES=${RATES:-no}
    # Most tests send mails of three lines, which look like nothing that people write.
    export STATISTICS_MODEL=${STATISTICS_MODEL:-none} RULES_FOLDERS=${RULES_FOLDERS:-/nonexistent}
    SEKISHO=$BUILD/bin/sekisho
    STACK=$PWD/src/tools/stack
    export SEKISHO STACK
}
