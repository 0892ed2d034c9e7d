# The commands: run, start, stop, status, hold, resume.
# shellcheck shell=bash disable=SC2153

# An error while starting: nothing stays half-started.
fail() {
    echo "sekisho: $*" >&2
    stop_all
    release_lock
    exit 1
}
release_lock() {
    rm -f "$RUN/stack.pid" "$RUN/ready"
}

note() {
    echo "$(date +%H:%M:%S) $*"
}

running() { # pid of the watching script
    local pid
    pid=$(cat "$RUN/stack.pid" 2>/dev/null) && [[ -n $pid ]] && kill -0 "$pid" 2>/dev/null &&
        grep -qa stack "/proc/$pid/cmdline" && echo "$pid"
}

# What does not need each other starts together; Postfix opens its ports last, when all behind it works.
bring_up() {
    local part
    stop_all # leftovers of a killed run
    rm -f "$RUN"/hold.*
    prepare
    check_ports
    start_postgres
    start_clamd
    wait_ready postgres
    if private_database; then
        make_database
    fi
    migrate
    for part in engine admin portal; do
        "start_$part"
    done
    for part in engine clamd; do
        wait_ready "$part"
    done
    start_postfix
    for part in "${PARTS[@]}"; do
        [[ $part != sink ]] || start_sink
        wait_ready "$part"
    done
}

url() { # admin|portal
    local set=${SET[$1_url]} scheme=http
    [[ -z ${SET[tls_certificate]} ]] || scheme=https
    if [[ -n $set ]]; then
        echo "${set%/}/"
    else
        echo "$scheme://$(local_address):${SET[$1_port]}/"
    fi
}
show_addresses() {
    local link
    say ""
    say "Sekisho is running."
    say "  Console   $(url admin)"
    say "  Portal    $(url portal)"
    say "  SMTP      $(local_address):${SET[smtp_port]} inbound," \
        "$(local_address):${SET[relay_port]} outbound"
    say "  Logs      $VAR/log"
    link=$("$BUILD/bin/sekisho" setup --link --if-new 2>/dev/null || :)
    if [[ -n $link ]]; then
        say ""
        say "Set it up here (one time, valid for 24 hours):"
        say "  $link"
    fi
    say ""
}

# Children that outlived a killed parent would keep its port. PostgreSQL's end by themselves.
sweep() {
    local pid
    pid=$(cat "$RUN/$1.pid" 2>/dev/null) || return 0
    if [[ -n $pid && $1 != postgres ]] && ! kill -0 "$pid" 2>/dev/null; then
        kill -KILL -- "-$pid" 2>/dev/null || :
    fi
}
database_up=1
declare -A NEXT_TRY=() DELAY=() STARTED=()
# Starts what died. Called once a moment.
watch_part() {
    local part=$1 now=$SECONDS
    if [[ -e $RUN/hold.$part ]]; then
        if alive "$part"; then
            stop_part "$part"
            note "$part is held down"
        fi
        return 0
    fi
    if alive "$part"; then
        return 0
    fi
    if [[ -z ${NEXT_TRY[$part]:-} ]]; then
        sweep "$part"
        if ((now - ${STARTED[$part]:-0} < 10)); then
            DELAY[$part]=$((${DELAY[$part]:-1} < 10 ? ${DELAY[$part]:-1} * 2 : 10))
        else
            DELAY[$part]=1
        fi
        NEXT_TRY[$part]=$((now + DELAY[$part]))
        note "$part stopped; it is started again in ${DELAY[$part]} s (log: $VAR/log/$part.log)"
        return 0
    fi
    if ((now >= NEXT_TRY[$part])); then
        unset "NEXT_TRY[$part]"
        STARTED[$part]=$now
        "start_$part"
        # It may have been away for less time than watch_database looks.
        [[ $part != postgres ]] || database_up=0
        note "$part started again"
    fi
}
# Postfix's look-ups avoid a database for a minute after it failed once: tell it when it is back.
watch_database() {
    local up=1 said
    if private_database; then
        # The server's own word for it (line 8), without starting a program every two seconds. The
        # file may go at any moment.
        { mapfile -t said <"$VAR/pg/postmaster.pid"; } 2>/dev/null || said=()
        if ! alive postgres || [[ ${said[7]:-} != ready* ]]; then # it stays behind after a kill -9
            up=0
        fi
    else
        pg_isready -q -d "${SET[database]}" || up=0
    fi
    if ((up && !database_up)); then
        postfix -c "$VAR/postfix/etc" reload >/dev/null 2>&1 || :
        note "the database is back"
    fi
    database_up=$up
}
watched() { # parts that this installation has
    local part
    for part in "${PARTS[@]}"; do
        case $part in
        postgres) private_database || continue ;;
        clamd) private_clamd || continue ;;
        esac
        echo "$part"
    done
}
watch_all() {
    local part parts round=0
    mapfile -t parts < <(watched)
    while :; do
        # Not read -t: its alarm would end on_stop half-way.
        sleep 0.5 &
        wait $! || :
        for part in "${parts[@]}"; do
            watch_part "$part"
        done
        round=$((round + 1))
        if ((round % 4 == 0 || !database_up)); then
            watch_database
        fi
    done
}

on_stop() {
    trap '' INT TERM HUP PIPE
    # It may run within a command whose output goes elsewhere, or after the terminal has gone.
    say $'\nStopping.' >&8 2>/dev/null || :
    stop_all
    release_lock
    exit "${1:-0}"
}

# Takes the lock and brings everything up.
begin() {
    load_settings
    need_root
    locate_var
    mkdir -p "$RUN"
    exec 8>&1 9>"$RUN/stack.lock"
    if ! flock -n 9; then
        die "Sekisho is already running with VAR=$VAR: make stop ends it, make status shows it"
    fi
    echo $$ >"$RUN/stack.pid"
    trap on_stop INT TERM HUP
    bring_up
}
# Ctrl-C goes to every process of the terminal, and a shell that waits for one of them may take it as
# dealt with. So the work is done in a session of its own, and this shell does nothing but wait.
foreground() { # run|demo
    local rc=0 pid='' stopping=''
    trap 'stopping=1; [[ -z $pid ]] || kill -TERM "$pid" 2>/dev/null || :' INT TERM HUP
    STACK_SESSION=1 setsid "$0" "$1" &
    pid=$!
    while kill -0 "$pid" 2>/dev/null; do
        [[ -z $stopping ]] || kill -TERM "$pid" 2>/dev/null || :
        rc=0
        wait "$pid" || rc=$?
    done
    exit "$rc"
}
command_run() {
    [[ -n ${STACK_SESSION:-} ]] || foreground run
    begin
    show_addresses
    : >"$RUN/ready"
    [[ -n ${STACK_BACKGROUND:-} ]] || say "Ctrl-C stops everything."
    watch_all
}
command_start() {
    local pid
    load_settings
    need_root
    locate_var
    if pid=$(running); then
        say "Sekisho is already running (pid $pid)."
        return 0
    fi
    mkdir -p "$VAR/log" "$RUN"
    rm -f "$RUN/ready"
    : >"$VAR/log/stack.log"
    STACK_BACKGROUND=1 STACK_SESSION=1 setsid "$0" run >"$VAR/log/stack.log" 2>&1 </dev/null &
    pid=$!
    while [[ ! -e $RUN/ready ]] && kill -0 "$pid" 2>/dev/null; do
        sleep 0.1
    done
    if [[ -e $RUN/ready ]]; then
        cat "$VAR/log/stack.log"
        return 0
    fi
    cat "$VAR/log/stack.log" >&2
    exit 1
}
command_stop() {
    local pid i
    load_settings
    need_root
    locate_var
    if pid=$(running); then
        kill -TERM "$pid"
        for ((i = 0; i < 600; i++)); do
            kill -0 "$pid" 2>/dev/null || break
            sleep 0.1
        done
    fi
    stop_all
    release_lock
    say "Sekisho is stopped."
}
command_status() {
    local part pid state bad=0
    load_settings
    locate_var
    while read -r part; do
        if [[ -e $RUN/hold.$part ]]; then
            state="held down (stack resume $part)"
            bad=1
        elif ! pid=$(pid_of "$part"); then
            state="not running"
            bad=1
        elif "ready_$part"; then
            state="ok"
        else
            state="runs but does not answer: $(last_words "$part")"
            bad=1
        fi
        printf '%-9s %-7s %s\n' "$part" "${pid:-}" "$state"
        pid=
    done < <(watched)
    if ! running >/dev/null; then
        say "Nothing watches these parts: make start or make run starts them."
        exit 1
    fi
    exit $bad
}
command_hold() {
    local i
    load_settings
    locate_var
    running >/dev/null || die "Sekisho is not running: make start starts it"
    : >"$RUN/hold.$1"
    for ((i = 0; i < 300; i++)); do
        alive "$1" || return 0
        sleep 0.1
    done
    die "$1 does not stop"
}
command_resume() {
    local i
    load_settings
    locate_var
    running >/dev/null || die "Sekisho is not running: make start starts it"
    rm -f "$RUN/hold.$1"
    for ((i = 0; i < 300; i++)); do
        if alive "$1" && "ready_$1"; then
            return 0
        fi
        sleep 0.1
    done
    die "$1 does not answer: $(last_words "$1")"
}
