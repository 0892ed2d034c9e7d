#!/bin/bash
# Starting, stopping and refusing; the settings that Postfix really has; nobody's mail is relayed
# (T-S6) and no second mail is smuggled in (T-S1).
# shellcheck disable=SC2016,SC2030,SC2031
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=tests/env.sh
. tests/env.sh
# shellcheck source=tests/e2e/lib.sh
. tests/e2e/lib.sh
test_environment e2e00
work=$VAR-work
sink_pid=
others=()
cleanup() {
    local p
    for p in $sink_pid "${others[@]}"; do
        kill "$p" 2>/dev/null || :
    done
    VAR=$real_var "$STACK" stop >/dev/null 2>&1 || :
}
real_var=$VAR
trap cleanup EXIT
"$STACK" stop >/dev/null 2>&1 || :
rm -rf "$VAR" "$work"
mkdir -p "$work"

nothing_runs() { # no process has this VAR in its command line
    ! pgrep -af -- "$VAR/" | grep -v "^$$ "
}

# ------------------------------------------------------------------ bad input: one line, nothing started

printf 'smtp_prot = 25\n' >"$work/wrong.conf"
ok "a wrong key is refused with its line and a suggestion" \
    env SEKISHO_CONF="$work/wrong.conf" bash -c '. tests/e2e/lib.sh; refuses "wrong.conf:1: smtp_prot.*smtp_port" src/tools/stack start'
printf 'smtp_port = 70000\n' >"$work/range.conf"
ok "a port out of range is refused" env -u SMTP_PORT SEKISHO_CONF="$work/range.conf" \
    bash -c '. tests/e2e/lib.sh; refuses "smtp_port.*70000" src/tools/stack start'
ok "the same port twice is refused" env RELAY_PORT="$SMTP_PORT" \
    bash -c '. tests/e2e/lib.sh; refuses "port $SMTP_PORT is used for two things" src/tools/stack start'
ok "nothing runs after that" nothing_runs

node -e 'require("net").createServer().listen(Number(process.argv[1]), "127.0.0.1")' "$ADMIN_PORT" &
others+=($!)
sleep 0.5
ok "a port in use is refused with its name" refuses "port $ADMIN_PORT .admin_port. is in use" "$STACK" start
ok "nothing runs after that" nothing_runs
kill "${others[@]}"
others=()

ok "a database that is not there is refused" \
    env DATABASE_URL="postgresql:///sekisho?host=$work/nowhere" \
    bash -c '. tests/e2e/lib.sh; refuses "database" src/tools/stack start'
ok "nothing runs after that" nothing_runs
ok "a DATABASE_URL of another kind is refused" env DATABASE_URL="mysql://localhost/x" \
    bash -c '. tests/e2e/lib.sh; refuses "DATABASE_URL" src/tools/stack start'

# A folder that others cannot reach: state goes elsewhere, under the same name.
private_folder() {
    (
        mkdir -p "$work/private"
        chmod 700 "$work/private"
        export VAR=$work/private/var
        "$STACK" start >"$work/private.log" 2>&1 || {
            cat "$work/private.log"
            exit 1
        }
        [[ -L $VAR && $(readlink "$VAR") == /var/lib/sekisho/* ]] && "$SEKISHO" doctor --part database
        rc=$?
        "$STACK" stop
        rm -rf "$(readlink "$VAR")" "$VAR"
        exit "$rc"
    )
}
ok "VAR in a private folder: state is moved and found" private_folder

# ------------------------------------------------------------------ start, normal profile

normal() {
    env SEKISHO_PROFILE=normal "$@"
}
ok "first start" normal "$STACK" start
ok "status says that every part is well" normal "$STACK" status
ok "a second start says that it runs" bash -c "$STACK start | grep -q 'already running'"
ok "doctor finds nothing" "$SEKISHO" doctor
link() {
    "$SEKISHO" setup --link | grep -qE '^http://[^ ]+/[^ ]{20,}$'
}
ok "a one-time set-up link is printed" link

password=$work/password
(umask 077 && head -c 12 /dev/urandom | base64 >"$password")
ok "setup without questions" "$SEKISHO" setup --org Test --admin admin@here.example --password-file "$password"
ok "domain add" "$SEKISHO" domain add here.example --next-hop "127.0.0.1:$SINK_PORT"
ok "domain add refuses a domain twice" refuses "here.example" "$SEKISHO" domain add here.example --next-hop 127.0.0.1:25
ok "domain add refuses nonsense" refuses "domain" "$SEKISHO" domain add 'no good' --next-hop 127.0.0.1:25
ok "user add" "$SEKISHO" user add user@here.example --lang ja --password-file "$password"
mailboxes() { # expected: of user@here.example, with how he got them
    equals "$("$SEKISHO" user mailbox list user@here.example | sort | tr '\t\n' ' ,')" "$1"
}
ok "user mailbox add: shared" "$SEKISHO" user mailbox add user@here.example office@here.example
ok "user mailbox add: an alias" "$SEKISHO" user mailbox add user@here.example u.ser@here.example --alias
ok "user mailbox list" mailboxes "office@here.example shared,u.ser@here.example alias,user@here.example own,"
ok "user mailbox add refuses it twice" refuses "has office@here.example already" "$SEKISHO" user mailbox add user@here.example office@here.example
ok "user mailbox add refuses a foreign domain" refuses "in no domain" "$SEKISHO" user mailbox add user@here.example office@elsewhere.example
ok "user mailbox remove" "$SEKISHO" user mailbox remove user@here.example office@here.example
ok "user mailbox remove leaves the address of signing in" refuses "signs in with stays" "$SEKISHO" user mailbox remove user@here.example user@here.example
ok "user mailbox remove took one" mailboxes "u.ser@here.example alias,user@here.example own,"
ok "user mailbox list of nobody is an error" refuses "no such user" "$SEKISHO" user mailbox list nobody@here.example

pf=$VAR/postfix/etc
setting() { # name value
    equals "$(postconf -c "$pf" -h "$1" 2>&1)" "$2"
}
service() { # port name value: as that service sees it
    local override
    override=$(postconf -c "$pf" -P "$1/inet/$2" 2>/dev/null | sed 's/^[^=]*= *//')
    equals "$override" "$3"
}
ok "T-S1 smtpd_forbid_bare_newline" setting smtpd_forbid_bare_newline normalize
ok "T-S1 smtpd_forbid_bare_newline_exclusions" setting smtpd_forbid_bare_newline_exclusions ''
ok "T-S1 smtpd_forbid_unauth_pipelining" setting smtpd_forbid_unauth_pipelining yes
ok "T-S1 chunking is off" setting smtpd_discard_ehlo_keywords 'chunking, etrn'
ok "T-S1 no smtpd_proxy_filter" setting smtpd_proxy_filter ''
ok "T-S2 cleanup_replace_stray_cr_lf" setting cleanup_replace_stray_cr_lf yes
ok "T-S3 no smtpd_end_of_data_restrictions" setting smtpd_end_of_data_restrictions ''
ok "milter_default_action" setting milter_default_action tempfail
ok "message_size_limit is beyond the 150 MB of the engine" setting message_size_limit $((300 * 1024 * 1024))
ok "smtpd_recipient_limit is beyond the 1000 of the engine" setting smtpd_recipient_limit 1010
ok "recipients that are too many do not slow a connection" setting smtpd_soft_error_limit 1010
ok "nor end it" setting smtpd_hard_error_limit 1020
ok "hopcount_limit is beyond the 26 of the engine" setting hopcount_limit 30
ok "enable_long_queue_ids" setting enable_long_queue_ids yes
ok "local_header_rewrite_clients is empty" setting local_header_rewrite_clients ''
ok "no header is dropped" setting message_drop_headers ''
ok "T-S6 mynetworks is empty" setting mynetworks ''
for p in SMTP_PORT RELAY_PORT; do
    ok "XCLIENT is off on $p" service "127.0.0.1:${!p}" smtpd_authorized_xclient_hosts ''
done
reinject() { # name value: as the re-injection service sees it
    equals "$(postconf -c "$pf" -P "reinject/unix/$1" | sed 's/^[^=]*= *//')" "$2"
}
ok "XCLIENT is off for re-injection" reinject smtpd_authorized_xclient_hosts ''
ok "no milter for re-injection" reinject smtpd_milters ''
ports() {
    equals "$(postconf -c "$pf" -M | awk '$2 == "inet" { print $1 }')" \
        "$(printf '%s\n' "127.0.0.1:$SMTP_PORT" "127.0.0.1:$RELAY_PORT")"
}
ok "re-injection has no port" ports
# What has no milter must be open to nobody but root and the role that releases mail.
cat >"$work/connect.mjs" <<'EOF'
import { connect } from "node:net";
const s = connect(process.argv[2]);
s.on("error", (e) => { console.log(e.code); process.exit(e.code === "EACCES" ? 3 : 1); });
s.on("data", (d) => { console.log(String(d)); process.exit(/^220 /.test(d) ? 0 : 1); });
EOF
connect_as() { # user groups
    local rc=0
    setpriv --reuid="$1" --regid="$(id -g "$1")" "${@:2}" node "$work/connect.mjs" "$VAR/run/reinject.sock" || rc=$?
    return "$rc"
}
shut_out() {
    local rc=0
    connect_as "$1" --clear-groups || rc=$?
    ((rc == 3))
}
chmod 755 "$work"
for u in nobody sekisho sekisho-scan sekisho-web sekisho-portal; do
    ok "T-S6 $u cannot reach the re-injection" shut_out "$u"
done
ok "its groups do not help the console" bash -c "! id -Gn sekisho-web | grep -qw postdrop"
ok "the role that releases mail can" connect_as sekisho --groups="$(getent group postdrop | cut -d: -f3)"
local_submission() {
    local out
    out=$(printf 'Subject: x\n\nx\n' | setpriv --reuid=nobody --regid=nogroup --clear-groups \
        sendmail -C "$pf" user@here.example 2>&1) && return 1
    echo "$out"
}
ok "T-S6 no local user submits mail past the milter by sendmail" local_submission
modes() {
    equals "$(stat -c '%a %U %s' "$VAR/key/master.key")" "400 sekisho 32"
}
ok "the master key is readable by the engine only" modes

adopt < <(node tests/e2e/relay.mjs "$SMTP_PORT" here.example)
adopt < <(node tests/e2e/relay.mjs "$RELAY_PORT" here.example)

ok "stop" "$STACK" stop
ok "nothing runs after stop" nothing_runs

# ------------------------------------------------------------------ again, test profile

# 15 s on an idle machine; a busy one gets its share more.
quick() {
    local start ms limit
    limit=$(awk -v n="$(nproc)" '{ f = $1 / n; print int(15000 * (f > 1 ? f : 1)) }' /proc/loadavg)
    start=$(date +%s%N)
    "$STACK" start || return 1
    ms=$((($(date +%s%N) - start) / 1000000))
    echo "# shown: the second start took $ms ms (limit $limit ms at this load)" >&3
    ((ms < limit))
}
exec 3>&1
ok "the second start takes less than 15 s" quick
node tests/demo/sink.mjs "$SINK_PORT" "$work/sink" >/dev/null &
sink_pid=$!
sleep 0.5
adopt < <(node tests/e2e/smuggle.mjs "$work/sink" user@here.example "$SMTP_PORT" "$RELAY_PORT" "$VAR/run/reinject.sock")

# ------------------------------------------------------------------ parts that die come back

for part in postgres clamd engine postfix admin portal; do
    killed() {
        kill -9 "$(cat "$VAR/run/$part.pid")"
        sleep 0.3
        within 25 "$STACK" status
    }
    ok "$part is started again after kill -9" killed
done
accepts() {
    node tests/demo/send.mjs --port "$SMTP_PORT" --to user@here.example --count 1 | grep -q '"accepted":1'
}
ok "mail is accepted afterwards" accepts

# F-5: a database that is down is a temporary refusal at once, and comes back without a restart.
cat >"$work/down.mjs" <<'EOF'
import { Smtp } from "/TOP/tests/e2e/smtp.mjs";
const start = Date.now();
const s = new Smtp(Number(process.argv[2]));
let r = await s.hello();
if (r[0] === "2") r = await s.say("MAIL FROM:<a@remote.example>\r\n");
if (r[0] === "2") r = await s.say("RCPT TO:<new@here.example>\r\n");
console.log(r, Date.now() - start, "ms");
process.exit(r[0] === "4" && Date.now() - start < 2000 ? 0 : 1);
EOF
sed -i "s|/TOP/|$PWD/|" "$work/down.mjs"
ok "the database can be held down" "$STACK" hold postgres
ok "F-5 SMTP answers 4xx within 2 s without a database" node "$work/down.mjs" "$SMTP_PORT"
ok "the database comes back" "$STACK" resume postgres
ok "F-5 mail is accepted again within 15 s" within 15 accepts
ok "no smtpd crashed (T-S4)" bash -c "! grep -E 'killed by signal|panic:|fatal: .*smtpd' '$VAR/log/postfix.log'"
done_testing
