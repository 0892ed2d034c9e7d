# Users, folders, keys, database cluster and generated configuration. Every step may run again.
# shellcheck shell=bash

need_root() {
    ((EUID == 0)) || die "Postfix and PostgreSQL need several users: run this as root" \
        "(containers: the default user is fine)"
}

# What must be installed; make does it, other ways of starting may forget.
need_programs() {
    local pair
    for pair in postfix:postfix kore:kore setpriv:util-linux postgres:postgresql-15 clamd:clamav-daemon; do
        case ${pair%%:*} in
        postgres) private_database || continue ;;
        clamd) private_clamd || continue ;;
        esac
        command -v "${pair%%:*}" >/dev/null ||
            die "${pair%%:*} is missing: install the package ${pair#*:}"
    done
    [[ -e /usr/lib/postfix/postfix-pgsql.so ]] ||
        die "Postfix cannot read the database: install the package postfix-pgsql"
}

# name group: a system user without home and shell
make_user() {
    if ! getent passwd "$1" >/dev/null; then
        useradd --system --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin \
            --gid "$2" "$1" >/dev/null
    fi
}
make_users() {
    local g
    for g in sekisho sekisho-rpc sekisho-scan; do
        getent group "$g" >/dev/null || groupadd --system "$g"
    done
    make_user sekisho sekisho
    make_user sekisho-scan sekisho-scan
    make_user sekisho-web sekisho-rpc
    make_user sekisho-portal sekisho-rpc
    # The engine hands its two sockets to these groups.
    usermod --append --groups sekisho-rpc,postfix sekisho
}

# mode owner:group path: only what this script owns is changed
folder() {
    mkdir -p "$3"
    chown "$2" "$3"
    chmod "$1" "$3"
}
make_folders() {
    folder 755 root:root "$VAR"
    folder 755 root:root "$VAR/log"
    folder 755 root:root "$VAR/etc"
    folder 700 sekisho:sekisho "$VAR/key"
    folder 755 sekisho:sekisho "$RUN"
    folder 755 root:root "$VAR/postfix"
    folder 755 root:root "$VAR/postfix/etc"
    folder 755 root:root "$VAR/postfix/spool"
    folder 700 postfix:root "$VAR/postfix/data"
    if [[ $RUN != "$VAR/run" ]]; then
        ln -sfn "$RUN" "$VAR/run"
    fi
    # Postfix writes its log as root; the engine follows it.
    local f
    for f in postgres clamd engine admin portal; do
        : >>"$VAR/log/$f.log"
        chmod 640 "$VAR/log/$f.log"
    done
    : >>"$VAR/log/postfix.log"
    chown root:sekisho "$VAR/log/postfix.log"
    chmod 640 "$VAR/log/postfix.log"
}
make_master_key() {
    local key=$VAR/key/master.key
    if [[ ! -e $key ]]; then
        (umask 077 && head -c 32 /dev/urandom >"$key.new" && sync "$key.new")
        chown sekisho:sekisho "$key.new"
        chmod 400 "$key.new"
        mv "$key.new" "$key"
        sync "$VAR/key"
    fi
    [[ $(stat -c %s "$key") == 32 ]] || die "$key is damaged: put it back from your backup"
}

as_postgres() {
    setpriv --reuid=postgres --regid=postgres --init-groups "$@"
}
make_cluster() {
    folder 755 postgres:postgres "$RUN/pg"
    if [[ ! -e $VAR/pg/PG_VERSION ]]; then
        rm -rf "$VAR/pg" "$VAR/pg.new"
        folder 700 postgres:postgres "$VAR/pg.new"
        as_postgres initdb --no-sync -D "$VAR/pg.new" -U postgres --auth=peer -E UTF8 \
            --locale=C.UTF-8 --data-checksums >"$VAR/log/initdb.log" 2>&1 ||
            die "the database cluster could not be made: see $VAR/log/initdb.log"
        sync -f "$VAR/pg.new"
        mv "$VAR/pg.new" "$VAR/pg"
    fi
    [[ $(cat "$VAR/pg/PG_VERSION") == 15 ]] ||
        die "$VAR/pg was made by PostgreSQL $(cat "$VAR/pg/PG_VERSION"), not 15: use that version" \
            "to dump it, or set DATABASE_URL"
    cat >"$VAR/pg/sekisho.conf" <<EOF
listen_addresses = ''
unix_socket_directories = '$RUN/pg'
unix_socket_permissions = 0777
max_connections = 200
shared_buffers = 256MB
synchronous_commit = on
fsync = on
full_page_writes = on
wal_compression = on
max_wal_size = 2GB
checkpoint_timeout = 15min
password_encryption = 'scram-sha-256'
timezone = 'UTC'
log_timezone = 'UTC'
log_line_prefix = '%m [%p] %u@%d '
log_min_duration_statement = 2s
log_lock_waits = on
logging_collector = off
EOF
    grep -q "^include 'sekisho.conf'" "$VAR/pg/postgresql.conf" ||
        echo "include 'sekisho.conf'" >>"$VAR/pg/postgresql.conf"
    # Nobody has a password: the operating system says who is asking.
    cat >"$VAR/pg/pg_hba.conf" <<'EOF'
local all postgres peer
local all all      peer map=sekisho
EOF
    cat >"$VAR/pg/pg_ident.conf" <<'EOF'
sekisho root           sekisho_owner
sekisho root           sekisho_engine
sekisho root           sekisho_jobs
sekisho root           sekisho_console
sekisho root           sekisho_portal
sekisho root           sekisho_postfix
sekisho sekisho        sekisho_engine
sekisho sekisho        sekisho_jobs
sekisho sekisho-web    sekisho_console
sekisho sekisho-portal sekisho_portal
sekisho postfix        sekisho_postfix
EOF
}
# Roles belong to the cluster, so its superuser makes them; sekisho migrate does the rest.
make_database() {
    local psql=(as_postgres psql -X -q -v ON_ERROR_STOP=1 -h "$RUN/pg" -U postgres -d postgres)
    {
        cat "$TOP/sql/roles.sql"
        cat <<'EOF'
SELECT 'CREATE DATABASE sekisho OWNER sekisho_owner TEMPLATE template0' WHERE NOT EXISTS
  (SELECT FROM pg_database WHERE datname = 'sekisho') \gexec
REVOKE CONNECT, TEMPORARY ON DATABASE sekisho FROM PUBLIC;
GRANT CONNECT ON DATABASE sekisho TO sekisho_engine, sekisho_jobs, sekisho_console, sekisho_portal,
  sekisho_postfix;
\connect sekisho
ALTER SCHEMA public OWNER TO sekisho_owner;
EOF
    } | "${psql[@]}" >"$VAR/log/database.log" 2>&1 ||
        fail "the database could not be made: see $VAR/log/database.log"
}
migrate() {
    local out
    out=$("$BUILD/bin/sekisho" migrate 2>&1) ||
        fail "${out##*sekisho: }"
}

# template result: @NAME@ is replaced from the array FILL
declare -A FILL=()
fill() {
    local text name
    text=$(cat "$1")
    for name in "${!FILL[@]}"; do
        text=${text//"@$name@"/"${FILL[$name]}"}
    done
    if [[ $text =~ @[A-Z_]+@ ]]; then
        die "$1: nothing is known about ${BASH_REMATCH[0]}"
    fi
    printf '%s\n' "$text" >"$2.new"
    mv "$2.new" "$2"
}
# Postfix knows connection URIs only.
postfix_database() {
    if private_database; then
        echo "postgresql://sekisho_postfix@/sekisho?host=$RUN/pg&port=5432&connect_timeout=2"
    else
        echo "${SET[database.sekisho_postfix]}"
    fi
}
# Transports of mail with TLS peers, and that of the null sender: tls0 to tls32 (tls_route.slot).
TLS_ROUTES=32
fill_tls_routes() { # folder of the maps
    local i map
    FILL+=([TLS_TRANSPORTS]='' [TLS_POLICIES]='')
    for ((i = 0; i <= TLS_ROUTES; i++)); do
        map=proxy:pgsql:$1/tls_policy_$i.cf
        FILL[TLS_POLICIES]+=" $map"
        FILL[TLS_TRANSPORTS]+="tls$i unix - - n - - smtp -o smtp_tls_policy_maps=$map"$'\n'
    done
}
write_tls_policies() { # folder
    local i
    for ((i = 0; i <= TLS_ROUTES; i++)); do
        FILL[SLOT]=$i
        fill "$TOP/conf/postfix/tls_policy.cf.in" "$1/tls_policy_$i.cf"
    done
}
# Postfix's form of what the gate reads as it stands: IPv6 in brackets.
postfix_networks() {
    local net out=()
    for net in ${1//,/ }; do
        if [[ $net == *:*/* ]]; then
            net="[${net%/*}]/${net##*/}"
        elif [[ $net == *:* ]]; then
            net="[$net]"
        fi
        out+=("$net")
    done
    echo "${out[*]}"
}
# Where certificates of others are checked; none: no TLS level asks for it with success.
ca_file() {
    local f=/etc/ssl/certs/ca-certificates.crt
    [[ ! -r $f ]] || echo "$f"
}
write_postfix() {
    local etc=$VAR/postfix/etc f host=${SET[hostname]}
    if [[ -z $host ]]; then
        host=$(hostname -f 2>/dev/null || hostname)
        [[ $host == *.* ]] || host=$host.localdomain
    fi
    local bind=${SET[bind]}
    [[ $bind != *:* ]] || bind="[$bind]"
    FILL=([VAR]=$VAR [RUN]=$RUN [BIND]=$bind [HOSTNAME]=$host
        [SMTP_PORT]=${SET[smtp_port]} [RELAY_PORT]=${SET[relay_port]}
        [MESSAGE_SIZE]=$((2 * SET[message_size]))
        [MESSAGE_RECIPIENTS]=$((SET[message_recipients] + 10)) [MESSAGE_HOPS]=$((SET[message_hops] + 4))
        [POSTFIX_DATABASE]=$(postfix_database)
        [RELAY_NETWORKS]=$(postfix_networks "${SET[relay_networks]}") [CA_FILE]=$(ca_file)
        [XCLIENT]='' [TLS]='' [CLIENT_CONNECTIONS]=50
        [BACKOFF_MIN]=300s [BACKOFF_MAX]=4000s)
    if test_profile; then
        FILL+=([XCLIENT]=127.0.0.1 [CLIENT_CONNECTIONS]=0
            [BACKOFF_MIN]=2s [BACKOFF_MAX]=10s)
    fi
    if [[ -n ${SET[tls_certificate]} ]]; then
        FILL[TLS]="smtpd_tls_security_level = may
smtpd_tls_cert_file = ${SET[tls_certificate]}
smtpd_tls_key_file = ${SET[tls_key]}
smtpd_tls_mandatory_protocols = >=TLSv1.2
smtpd_tls_protocols = >=TLSv1.2"
    fi
    fill_tls_routes "$etc"
    for f in main.cf master.cf release_checks relay_domains.cf relay_recipients.cf \
        next_hop.cf outbound_clients.cf tls_route.cf; do
        fill "$TOP/conf/postfix/$f.in" "$etc/$f"
    done
    write_tls_policies "$etc"
    # Where the engine finds it, by a name that is short enough for a socket.
    ln -sfn "$VAR/postfix/spool/public/reinject" "$RUN/reinject.sock"
    # The maps may hold the password of an external database.
    for f in "$etc"/{relay_domains,relay_recipients,next_hop,outbound_clients,tls_route,tls_policy_*}.cf; do
        chown root:postfix "$f"
        chmod 640 "$f"
    done
}
# Reading signatures again while the old ones go on needs their memory twice for a moment. Without it every scan waits about
# 30 s for a reload, however small the database (measured), and mail is refused meanwhile (F-10).
write_clamd() {
    folder 755 root:root "$VAR/clamav"
    folder 755 root:root "$VAR/clamav/db"
    folder 755 clamav:clamav "$RUN/clamd"
    ln -sfn clamd/clamd.sock "$RUN/clamd.sock"
    find "$VAR/clamav/db" -type l -delete
    printf '%s\n' "$EICAR_SIGNATURE" >"$VAR/clamav/db/eicar.ndb"
    local f
    if ! test_profile; then
        for f in /var/lib/clamav/*.c[vl]d; do
            [[ ! -e $f ]] || ln -s "$f" "$VAR/clamav/db/"
        done
    fi
    cat >"$VAR/etc/clamd.conf" <<EOF
DatabaseDirectory $VAR/clamav/db
LocalSocket $RUN/clamd/clamd.sock
LocalSocketMode 666
FixStaleSocket yes
Foreground yes
LogTime yes
OfficialDatabaseOnly no
MaxThreads 8
MaxConnectionQueueLength 60
MaxQueue 100
StreamMaxLength ${SET[message_size]}
MaxFileSize ${SET[message_size]}
MaxScanSize 400M
MaxScanTime 15000
MaxRecursion 17
MaxFiles 10000
AlertExceedsMax yes
ConcurrentDatabaseReload yes
TemporaryDirectory /tmp
EOF
}
# Our own signature, so that the test file is known without any downloaded database.
EICAR_SIGNATURE='Eicar-Test-Signature:0:*:58354f2150254041505b345c505a58353428505e2937434329377d2445494341522d5354414e444152442d414e544956495255532d544553542d46494c452124482b482a'

# part user
write_kore() {
    FILL=([MODULE]=$BUILD/console.so [USER]=$2 [WORKERS]=${SET[web_workers]} [VAR]=$VAR
        [PIDFILE]=$RUN/$1.kore.pid)
    fill "$TOP/conf/kore.conf.in" "$VAR/etc/$1.conf"
}

# Everything that can be refused is refused before anything is started.
check_ports() {
    local key port host
    for key in smtp_port relay_port admin_port portal_port; do
        port=${SET[$key]}
        host=$(local_address)
        if port_answers "$host" "$port"; then
            die "port $port ($key) is in use on $host: stop what listens there, or set" \
                "${key^^}=another in the environment or $key in conf/sekisho.conf"
        fi
    done
    local seen
    seen=$(printf '%s\n' "${SET[smtp_port]}" "${SET[relay_port]}" "${SET[admin_port]}" \
        "${SET[portal_port]}" | sort | uniq -d)
    [[ -z $seen ]] || die "port $seen is used for two things: give each its own in" \
        "conf/sekisho.conf"
}
prepare() {
    need_programs
    private_database || [[ ${SET[database]} == postgres*://* ]] ||
        die "DATABASE_URL must look like postgresql://host/database"
    make_users
    make_folders
    make_master_key
    if private_database; then
        make_cluster
    fi
    if private_clamd; then
        write_clamd
    fi
    write_postfix
    write_kore admin sekisho-web
    write_kore portal sekisho-portal
}
