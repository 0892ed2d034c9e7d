# Settings, messages and small helpers of src/tools/stack.
# shellcheck shell=bash disable=SC2034

die() {
    echo "sekisho: $*" >&2
    exit 1
}
say() {
    echo "$*"
}

# The program that knows all settings and checks them: SET[key]=value.
declare -A SET=()
load_settings() {
    local line out
    [[ -x $BUILD/bin/sekisho ]] || die "$BUILD/bin/sekisho is missing: run make first"
    if [[ -z ${SEKISHO_CONF:-} && $TOP == */lib/sekisho && -e /etc/sekisho/sekisho.conf ]]; then
        export SEKISHO_CONF=/etc/sekisho/sekisho.conf
    elif [[ -z ${SEKISHO_CONF:-} ]]; then
        export SEKISHO_CONF=$TOP/conf/sekisho.conf
    fi
    # It has already said in one line what is wrong.
    out=$(cd "$TOP" && "$BUILD/bin/sekisho" settings) || exit 1
    while IFS= read -r line; do
        SET[${line%%=*}]=${line#*=}
    done <<<"$out"
    VAR=${SET[var]}
    export VAR
    # Tests send from this machine; the engine is told in the same way.
    if test_profile && [[ -z ${SET[relay_networks]} ]]; then
        SET[relay_networks]=127.0.0.0/8
        export RELAY_NETWORKS=127.0.0.0/8
    fi
}

# Where state really is: $VAR, or a folder that other users can reach when $VAR is inside a private
# one (root's home). Then $VAR is a link to it, so that commands find it by the same name.
locate_var() {
    local old real
    if [[ -L $VAR ]]; then
        VAR=$(readlink -f "$VAR")
    fi
    if ! reachable "$VAR"; then
        old=$VAR
        real=/var/lib/sekisho/$(hash_of "$VAR")
        if [[ -d $VAR && -n $(ls -A "$VAR") ]]; then
            die "$VAR cannot be reached by the users of PostgreSQL and Postfix: give its parent" \
                "folders mode 711, or set VAR to another folder"
        fi
        mkdir -p "$real" "$(dirname "$VAR")"
        [[ ! -d $VAR ]] || rmdir "$VAR"
        ln -sfn "$real" "$VAR"
        VAR=$real
        say "State is in $VAR, because other users cannot reach $old (it is a link now)."
    fi
    mkdir -p "$VAR"
    VAR=$(cd "$VAR" && pwd -P)
    export VAR
    RUN=$VAR/run
    # Longest socket name below it: a limit of the kernel, 107 bytes.
    if ((${#RUN} > 80)); then
        RUN=${SEKISHO_RUN:-/tmp/sekisho-$(hash_of "$VAR")}
        export SEKISHO_RUN=$RUN
    fi
}
hash_of() {
    sha256sum <<<"$1" | cut -c1-12
}
# Can everybody pass through all folders above? Asked as a user who owns nothing.
reachable() {
    local dir=$1
    while [[ ! -d $dir ]]; do
        dir=$(dirname "$dir")
    done
    if [[ $dir == "$1" ]]; then
        dir=$(dirname "$dir")
    fi
    setpriv --reuid=65534 --regid=65534 --clear-groups test -x "$dir"
}

# Whether the part's main process is alive; its number is in MAIN_PID then. Starts no process itself:
# the watching asks twice a second for every part.
alive() {
    MAIN_PID=
    { read -r MAIN_PID <"$RUN/$1.pid" || [[ -n $MAIN_PID ]]; } 2>/dev/null &&
        [[ -n $MAIN_PID ]] && kill -0 "$MAIN_PID" 2>/dev/null
}
pid_of() { # the same, printed
    alive "$1" && echo "$MAIN_PID"
}
port_answers() { # host port
    (exec 3<>"/dev/tcp/$1/$2") 2>/dev/null
}
# A bind address as something to connect to.
local_address() {
    case ${SET[bind]} in
    0.0.0.0) echo 127.0.0.1 ;;
    ::) echo ::1 ;;
    *) echo "${SET[bind]}" ;;
    esac
}
private_database() {
    [[ -z ${SET[database]} ]]
}
private_clamd() {
    [[ ${SET[clamd_socket]} == private ]]
}
test_profile() {
    [[ ${SET[profile]} == test ]]
}
