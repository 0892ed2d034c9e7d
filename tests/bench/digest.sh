#!/bin/bash
# How long 10,000 people's digests take: planned, given their lines, built, signed and queued in Postfix, on a stack of its own
# (issue 5, acceptance 6: at most 300 s). DIGEST_USERS=n for fewer. Called by bench.sh.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=tests/env.sh
. tests/env.sh
test_environment benchdigest
users=${DIGEST_USERS:-10000}
export SEKISHO_HOSTNAME=gw.example
trap '"$STACK" stop >/dev/null 2>&1 || :; kill "$sink" 2>/dev/null || :' EXIT
"$STACK" stop >/dev/null 2>&1 || :
rm -rf "$VAR"
"$STACK" start >/dev/null
(umask 077 && head -c 12 /dev/urandom | base64 >"$VAR/password")
"$SEKISHO" setup --org Bench --admin admin@acme.example --password-file "$VAR/password" >/dev/null
"$SEKISHO" domain add acme.example --next-hop "127.0.0.1:$SINK_PORT" >/dev/null
"$SEKISHO" dkim new acme.example >/dev/null
node tests/demo/sink.mjs "$SINK_PORT" "$VAR/sink" >/dev/null 2>&1 &
sink=$!
sql() {
    psql -X -q -At -h "${SEKISHO_RUN:-$VAR/run}/pg" -U sekisho_owner -d sekisho -c "$1"
}
sql "UPDATE dkim_key SET state = 'signing', signing_since = now() - interval '1 day'"
# Five held messages for each, ten minutes old.
sql "INSERT INTO message (org_id, message_id, received_at, node, direction, envelope_sender, header_from, header_from_name, subject, bytes, sha256, verdict, reasons)
     SELECT org_id, uuid7(), now() - interval '10 minutes' - make_interval(secs => n), 'n1', 'in', 'news@tabi-letter.example', 'news@tabi-letter.example', 'Travel Letter',
            'Kyoto in autumn ' || n, 1000, sha256(n::text::bytea), 'spam', '[{\"code\": \"spam-score\", \"severity\": \"warn\"}]'
       FROM org, generate_series(1, $users * 5) n"
sql "INSERT INTO message_recipient (org_id, message_id, recipient_id, received_at, address, domain, original, state, disposition, kind, expires_at)
     SELECT org_id, message_id, uuid7(), received_at, a, 'acme.example', a, 'held', 'quarantine', 'spam', now() + interval '30 days'
       FROM (SELECT *, 'user' || (row_number() OVER ()) % $users || '@acme.example' AS a FROM message) m"
sql "ANALYZE message, message_recipient"
start=$(date +%s.%N)
sql "INSERT INTO digest_rule (org_id, rule_id, name, priority, days, times, tz, next_at) SELECT org_id, uuid7(), 'All', 1, 127, '{540}', 'UTC', now() FROM org;
     UPDATE digest_rule SET next_at = now()"
planned=
until [[ $(sql "SELECT count(*) FROM user_mail WHERE state <> 'waiting'") == "$users" ]]; do
    if [[ -z $planned && $(sql "SELECT count(*) FROM digest WHERE state = 'queued'") == "$users" ]]; then
        planned=$(date +%s.%N)
    fi
    sleep 1
    (($(date +%s) - ${start%.*} < 900)) || break
done
end=$(date +%s.%N)
sent=$(sql "SELECT count(*) FROM user_mail WHERE state = 'sent'")
echo "digests: $users people, 5 messages each: planned and filled in $(bc <<<"${planned:-$end} - $start" | xargs printf '%.0f') s," \
    "$sent built, signed and in Postfix's queue after $(bc <<<"$end - $start" | xargs printf '%.0f') s (at most 300 s)"
