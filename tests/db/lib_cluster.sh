#!/bin/bash
# Runs a command with a PostgreSQL cluster of its own, made for it and removed after it.
#
#   tests/db/lib_cluster.sh COMMAND...
#
# The command finds the database in DATABASE_URL (roles and migrations applied; any role may sign in
# over the Unix socket) and a script that restarts the server in DB_CONTROL: "$DB_CONTROL" stop|start.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

bin=$(printf '%s\n' /usr/lib/postgresql/*/bin | sort -V | tail -1)
dir=$(mktemp -d /tmp/skdb.XXXXXX)
as=()
if ((EUID == 0)); then
    as=(setpriv --reuid postgres --regid postgres --clear-groups --)
    chown postgres:postgres "$dir"
fi
cat >"$dir/control" <<CONTROL
#!/bin/bash
cd /
case \$1 in
stop) ${as[*]} "$bin/pg_ctl" -s -D "$dir/data" -m immediate -w stop ;;
start) ${as[*]} "$bin/pg_ctl" -s -D "$dir/data" -l "$dir/log" -w start ;;
esac </dev/null >/dev/null 2>&1
CONTROL
chmod 755 "$dir/control"
clean() {
    "$dir/control" stop || :
    rm -rf "$dir"
}
trap clean EXIT
trap 'exit 1' INT TERM

(cd / && "${as[@]}" "$bin/initdb" -D "$dir/data" -U postgres -A trust -E UTF8 --locale=C --no-sync >/dev/null)
"${as[@]}" tee -a "$dir/data/postgresql.conf" >/dev/null <<CONF
listen_addresses = ''
unix_socket_directories = '$dir'
fsync = off
max_connections = 200
shared_buffers = 32MB
CONF
"$dir/control" start

psql=(psql -X -q -v ON_ERROR_STOP=1 -h "$dir")
{
    cat sql/roles.sql
    echo 'CREATE DATABASE sekisho OWNER sekisho_owner TEMPLATE template0;'
    echo 'REVOKE CONNECT, TEMPORARY ON DATABASE sekisho FROM PUBLIC;'
    echo 'GRANT CONNECT ON DATABASE sekisho TO sekisho_engine, sekisho_jobs, sekisho_console, sekisho_portal, sekisho_postfix;'
    printf '\\connect sekisho\nALTER SCHEMA public OWNER TO sekisho_owner;\n'
    echo 'CREATE SCHEMA tap; CREATE EXTENSION IF NOT EXISTS pgtap SCHEMA tap;'
} | "${psql[@]}" -U postgres -d postgres
for f in sql/migrations/*.sql; do
    "${psql[@]}" -U sekisho_owner -d sekisho -1 -f "$f" >/dev/null
done

export DATABASE_URL="host=$dir port=5432 dbname=sekisho" DB_CONTROL=$dir/control
"$@"
