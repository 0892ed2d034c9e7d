#!/usr/bin/env bash
# P8: the quarantine of one user with 20,000 held mails among 1 million of others, and of one with a dozen: the
# statements of its pages as the portal's role runs them, and "choose all, delete, undo". Usage: make bench-list
# HELD and RUNS may be set. The figures are of warm statements on the connection of a web worker; "after it all" is the
# list of 20,000 rows that were all changed twice and not vacuumed since.
set -euo pipefail
cd "$(dirname "$0")/../.."
if [[ -z ${DB_CONTROL:-} ]]; then
  exec tests/db/lib_cluster.sh "$PWD/tests/bench/list.sh"
fi
held=${HELD:-1000000} runs=${RUNS:-20}
own=20000 few=12
db() { psql -X -q -v ON_ERROR_STOP=1 "${@:2}" "$DATABASE_URL user=$1"; }
db postgres <<<"ALTER SYSTEM SET shared_buffers = '256MB'; ALTER SYSTEM SET jit = off; ALTER SYSTEM SET max_wal_size = '8GB'"
"$DB_CONTROL" stop
"$DB_CONTROL" start

org=00000000-0000-7000-8001-000000000001
big=00000000-0000-7000-8002-000000000001 small=00000000-0000-7000-8002-000000000002
echo "P8: making $held held mails ..."
db postgres <<SQL
DO \$\$
DECLARE t text; w date;
BEGIN
  FOR t IN SELECT c.relname FROM pg_class c WHERE c.relkind = 'p' AND c.relnamespace = 'public'::regnamespace LOOP
    FOR i IN -5..-2 LOOP
      w := date_trunc('week', now() AT TIME ZONE 'UTC')::date + 7 * i;
      EXECUTE format('CREATE TABLE %I PARTITION OF %I FOR VALUES FROM (%L) TO (%L)', t || '_p' || to_char(w, 'YYYYMMDD'), t,
                     w::text || ' 00:00:00+00', (w + 7)::text || ' 00:00:00+00');
    END LOOP;
  END LOOP;
END \$\$;
INSERT INTO org (org_id, name, body_key) VALUES ('$org', 'bench', '\\x00');
INSERT INTO domain (org_id, domain_id, name) VALUES ('$org', uuid7(), 'bench.example');
INSERT INTO account (org_id, account_id, address, role) VALUES ('$org', '$big', 'big@bench.example', 'user'), ('$org', '$small', 'small@bench.example', 'user');
INSERT INTO account_mailbox (org_id, account_id, address) VALUES ('$org', '$big', 'big@bench.example'), ('$org', '$small', 'small@bench.example');
CREATE TABLE mail AS
  SELECT i, uuid7() AS m, uuid7() AS r, date_trunc('milliseconds', now() - interval '1 minute' - interval '29 days' * (i::float8 / $held)) AS at,
         CASE WHEN i % ($held / $own) = 0 THEN 'big' WHEN i % ($held / $few) = 1 THEN 'small' ELSE 'u' || i % 20000 END || '@bench.example' AS address,
         CASE i / 50 % 10 WHEN 0 THEN 'phishing' WHEN 1 THEN 'malware' WHEN 2 THEN 'graymail' ELSE 'spam' END AS kind
    FROM generate_series(1, $held) i;
INSERT INTO message (org_id, message_id, received_at, node, direction, envelope_sender, header_from, header_from_name, subject, bytes, sha256, verdict, reasons)
  SELECT '$org', m, at, 'n', 'in', 's' || s || '@sender.example', 's' || s || '@sender.example', 'Sender ' || s,
         CASE WHEN i % 20 = 0 AND i % 400 = 0 THEN '【請求書】ご請求のご案内 ' ELSE 'お知らせ newsletter ' END || i, 4000, sha256(i::text::bytea), 'spam', '[]'
    FROM mail, LATERAL (SELECT (i / 50 * 7 + 2500) % 5000 AS s) x;
-- Its trigger says the same, row by row.
ALTER TABLE message_recipient DISABLE TRIGGER message_recipient_brief;
INSERT INTO message_recipient (org_id, message_id, recipient_id, received_at, address, domain, original, state, disposition, kind, expires_at, brief)
  SELECT '$org', m, r, at, address, 'bench.example', address, 'held', 'quarantine', kind, at + interval '30 days',
         held_brief(x.header_from_name, x.header_from, x.envelope_sender, x.subject)
    FROM mail JOIN message x ON x.org_id = '$org' AND x.received_at = at AND x.message_id = m;
ALTER TABLE message_recipient ENABLE TRIGGER message_recipient_brief;
DROP TABLE mail;
SQL
db postgres <<<'VACUUM ANALYZE'

statement() { # its text
  awk -v name="-- name: $1" '$0 == name { on = 1; next } /^-- name:/ { on = 0 } on && !/^--/' sql/queries/*.sql
}
planned() { grep -A3 -x -e "-- name: $1" sql/queries/*.sql | grep -q -e '-- plan: .*portal' && echo custom || echo generic; } # as src/store/db_coro.c does
figures() { # p95 in ms, CPU of the server in ms each
  sed -n -e 's/^Time: \([0-9.]*\) ms.*/t \1/p' -e 's/^\([0-9]\{4,\}\) [0-9]* [0-9]*$/c \1/p' | sort -k1,1 -k2n | awk -v runs="$runs" '
    $1 == "t" { v[++n] = $2 }
    $1 == "c" { c[++k] = $2 }
    END { i = int(n * 0.95 + 0.999); print v[i < 1 ? 1 : i], (c[k] - c[1]) / 1e6 / runs }'
}
worst=0
# shellcheck disable=SC2016  # $PID is for the shell that psql starts
measure() { # title, account, statement, parameters
  local p95 cpu
  read -r p95 cpu <<<"$({
    echo "BEGIN; SELECT set_config('sekisho.org', '$org', true), set_config('sekisho.account', '$2', true);"
    echo "SET LOCAL plan_cache_mode = force_$(planned "$3")_plan;"
    echo "PREPARE x AS"
    statement "$3"
    printf '%s\n' ";" "EXECUTE x($4);" "EXECUTE x($4);" 'SELECT pg_backend_pid() AS pid \gset' '\setenv PID :pid' '\! cat /proc/$PID/schedstat' '\timing on'
    for ((i = 0; i < runs; i++)); do echo "EXECUTE x($4);"; done
    printf '%s\n' '\! cat /proc/$PID/schedstat'
  } | db sekisho_portal | figures)"
  printf 'P8  %-44s p95 %8.1f ms, CPU %6.1f ms\n' "$1" "$p95" "$cpu"
  worst=$(awk -v a="$worst" -v b="$p95" 'BEGIN { print (a > b ? a : b) }')
}
place() { # of a row in the middle of an account's list
  echo "BEGIN; SELECT set_config('sekisho.org', '$org', true), set_config('sekisho.account', '$1', true);
        SELECT 'x', floor(extract(epoch FROM received_at) * 1000)::bigint || ', ''' || recipient_id || '''' FROM (
          SELECT received_at, recipient_id, row_number() OVER (ORDER BY received_at), count(*) OVER () AS n FROM message_recipient WHERE state = 'held') x
         WHERE row_number = n / 2;" | db sekisho_portal -At | sed -n 's/^x|//p'
}
ms() { echo "(extract(epoch FROM now() - interval '$1') * 1000)::bigint"; }
now="(extract(epoch FROM now()) * 1000)::bigint"
for who in "20,000:$big" "$few:$small"; do
  a=${who#*:} n=${who%:*}
  since=$(ms '30 days')
  list="'received', false, 0, NULL, 51"
  middle=$(place "$a")
  measure "$n held: list" "$a" quarantine_own "'held', NULL, NULL, NULL, $since, 0, $list"
  measure "$n held: a page in the middle" "$a" quarantine_own "'held', NULL, NULL, NULL, 0, 0, 'received', false, $middle, 51"
  measure "$n held: the page before it" "$a" quarantine_own "'held', NULL, NULL, NULL, 0, 0, 'received', true, $middle, 51"
  measure "$n held: by expiry" "$a" quarantine_own "'held', NULL, NULL, NULL, $since, 0, 'expires', false, 0, NULL, 51"
  measure "$n held: by expiry, in the middle" "$a" quarantine_own "'held', NULL, NULL, NULL, 0, 0, 'expires', false, $middle, 51"
  measure "$n held: by sender" "$a" quarantine_own "'held', NULL, NULL, NULL, $since, 0, 'sender', false, 0, NULL, 51"
  measure "$n held: by sender, in the middle" "$a" quarantine_own "'held', NULL, NULL, NULL, 0, 0, 'sender', false, $middle, 51"
  measure "$n held: by sender, before the middle" "$a" quarantine_own "'held', NULL, NULL, NULL, 0, 0, 'sender', true, $middle, 51"
  measure "$n held: any time" "$a" quarantine_own "'held', NULL, NULL, NULL, 0, 0, $list"
  measure "$n held: reason" "$a" quarantine_own "'held', NULL, 'phishing', NULL, $since, 0, $list"
  measure "$n held: reason that none has" "$a" quarantine_own "'held', NULL, 'content', NULL, $since, 0, $list"
  measure "$n held: deleted soon" "$a" quarantine_own "'held', NULL, NULL, NULL, $since, $(ms '-3 days'), $list"
  measure "$n held: search, many match" "$a" quarantine_own "'held', 'NewsLetter', NULL, NULL, $since, 0, $list"
  measure "$n held: search 請求, few match" "$a" quarantine_own "'held', '請求', NULL, NULL, $since, 0, $list"
  measure "$n held: search, none match" "$a" quarantine_own "'held', 'nowhere', NULL, NULL, $since, 0, $list"
  measure "$n held: counts of all filters" "$a" quarantine_own_sorts "NULL, $(ms '-3 days'), 25000"
  measure "$n held: counts, with a search" "$a" quarantine_own_sorts "'請求', $(ms '-3 days'), 25000"
  measure "$n held: totals" "$a" quarantine_own_totals "$(ms '-3 days'), 10001"
  measure "$n held: place in the list" "$a" preview_position "'held', NULL, NULL, NULL, 0, 0, 'received', $middle, 10001"
  measure "$n held: what \"choose all\" shows" "$a" bulk_count "'held', NULL, NULL, NULL, $since, 0, $now"
  measure "$n held: deleted list" "$a" deleted_list "0, NULL, 51"
done
# Choose all, delete, undo.
seconds() { date +%s.%N; }
took() { awk -v a="$1" -v b="$(seconds)" 'BEGIN { printf "%.1f", b - a }'; }
drain() { while [ -n "$(echo 'SELECT bulk_step(500)' | db sekisho_jobs -At)" ]; do :; done; }
value() { db postgres -At <<<"$1"; }
scope="SELECT set_config('sekisho.org', '$org', false), set_config('sekisho.account', '$big', false);"
held_ids="SELECT md5(string_agg(recipient_id::text, ',' ORDER BY recipient_id)) FROM message_recipient WHERE address = 'big@bench.example' AND state = 'held'"
before=$(value "$held_ids")
t=$(seconds)
{
  echo "$scope PREPARE x AS"
  statement bulk_start
  echo "; EXECUTE x('held', NULL, NULL, NULL, 0, 0, $now, 'delete', false, '', '', 0, '$big', 'big@bench.example', 'portal', '', '{}');"
} | db sekisho_portal >/dev/null
echo "P8  choose all $own: $(took "$t") s"
t=$(seconds)
drain
echo "P8  delete them: $(took "$t") s, $(value "SELECT changed || ' of ' || total FROM bulk_job")"
t=$(seconds)
echo "$scope UPDATE bulk_job SET state = 'undoing', done = 0, place = NULL;" | db sekisho_portal >/dev/null
drain
same=$([[ $(value "$held_ids") == "$before" ]] && echo 'the same rows are back' || echo 'OTHER ROWS ARE BACK')
echo "P8  undo: $(took "$t") s, $(value "SELECT returned FROM bulk_job") put back, $same"
echo "P8  audit log: $(value "SELECT string_agg(event || ' ' || object, ', ' ORDER BY seq) FROM audit")"
measure "after it all: list" "$big" quarantine_own "'held', NULL, NULL, NULL, $since, 0, 'received', false, 0, NULL, 51"
measure "after it all: search, none match" "$big" quarantine_own "'held', 'nowhere', NULL, NULL, $since, 0, 'received', false, 0, NULL, 51"
measure "after it all: counts of all filters" "$big" quarantine_own_sorts "NULL, $(ms '-3 days'), 25000"
awk -v w="$worst" 'BEGIN { printf "P8  list, filter, search, counts: worst p95 %.1f ms, target 50 ms: %s\n", w, w <= 50 ? "met" : "MISSED" }'
