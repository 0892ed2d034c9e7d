# One start_, stop_ and ready_ function per part.
# shellcheck shell=bash

# part command…: in its own session (Kore signals its whole process group when it ends), with its
# own log, and with its pid in $RUN/<part>.pid.
launch() {
    local part=$1
    shift
    (
        cd "$TOP" || exit 1
        exec setsid "$@" >>"$VAR/log/$part.log" 2>&1 </dev/null 8>&- 9>&-
    ) &
    echo $! >"$RUN/$part.pid"
    disown $!
}

start_postgres() {
    if private_database; then
        # It may be started while children of a killed one still go away.
        launch postgres setpriv --reuid=postgres --regid=postgres --init-groups \
            postgres -D "$VAR/pg"
    fi
}
start_clamd() {
    if private_clamd; then
        launch clamd setpriv --reuid=clamav --regid=clamav --clear-groups \
            clamd --foreground --config-file="$VAR/etc/clamd.conf"
    fi
}
start_engine() {
    launch engine "$BUILD/bin/sekisho-engine"
}
start_postfix() {
    # It goes to the background by itself; its own lock file keeps a second one out.
    setsid postfix -c "$VAR/postfix/etc" start >>"$VAR/log/postfix.start.log" 2>&1 </dev/null 8>&- 9>&- || :
    tr -d ' ' <"$VAR/postfix/spool/pid/master.pid" >"$RUN/postfix.pid" 2>/dev/null || :
}
start_admin() {
    SEKISHO_SURFACE="admin" launch admin kore -f -n -c "$VAR/etc/admin.conf"
}
start_portal() {
    SEKISHO_SURFACE="portal" launch portal kore -f -n -c "$VAR/etc/portal.conf"
}

ready_postgres() {
    if private_database; then
        pg_isready -q -h "$RUN/pg" -d sekisho -U sekisho_owner
    fi
}
ready_clamd() {
    ! private_clamd || "$BUILD/bin/sekisho" doctor --part clamd >/dev/null 2>&1
}
ready_engine() {
    "$BUILD/bin/sekisho" doctor --part engine >/dev/null 2>&1
}
ready_postfix() {
    local host
    host=$(local_address)
    port_answers "$host" "${SET[smtp_port]}" && port_answers "$host" "${SET[relay_port]}" &&
        [[ -S $RUN/reinject.sock ]]
}
ready_admin() {
    port_answers "$(local_address)" "${SET[admin_port]}"
}
ready_portal() {
    port_answers "$(local_address)" "${SET[portal_port]}"
}

# Seconds that a part may take until it answers.
declare -A PATIENCE=([postgres]=60 [clamd]=90 [engine]=20 [postfix]=20 [admin]=20 [portal]=20 [sink]=10)

wait_ready() {
    local part=$1 pid end=$((SECONDS + PATIENCE[$1]))
    local once=0
    while ! "ready_$part"; do
        pid=$(pid_of "$part") || once=$((once + 1))
        # Twice, so that a check that ran just before its end is not the last word.
        ((once < 2)) || fail "$part does not start: $(last_words "$part")"
        ((SECONDS < end)) || fail "$part does not answer after ${PATIENCE[$part]} s:" \
            "$(last_words "$part")"
        sleep 0.1
    done
}
last_words() {
    local line
    line=$(grep -av '^[[:space:]]*$' "$VAR/log/$1.log" 2>/dev/null | tail -n 1 | cut -c1-300)
    echo "${line:-no reason given} (log: $VAR/log/$1.log)"
}

stop_part() {
    local part=$1 pid i
    pid=$(pid_of "$part") || {
        rm -f "$RUN/$part.pid"
        return 0
    }
    case $part in
    postgres) kill -INT "$pid" ;; # fast: no new connections, open transactions end
    postfix)
        timeout 20 postfix -c "$VAR/postfix/etc" stop >/dev/null 2>&1 || kill -TERM "$pid" || :
        ;;
    *) kill -TERM "$pid" ;;
    esac 2>/dev/null || :
    for ((i = 0; i < 200; i++)); do
        kill -0 "$pid" 2>/dev/null || break
        sleep 0.1
    done
    # Whatever is left of its session. PostgreSQL's children end by themselves without a parent.
    kill -KILL -- "-$pid" 2>/dev/null || :
    rm -f "$RUN/$part.pid"
}
stop_all() {
    local i
    stop_part sink # of make demo
    for ((i = ${#PARTS[@]} - 1; i >= 0; i--)); do
        stop_part "${PARTS[i]}"
    done
}
