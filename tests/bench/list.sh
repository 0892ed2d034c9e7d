#!/usr/bin/env bash
# P8: the quarantine of one user with 20,000 held mails among 1 million of others, and of one with a dozen: the
# statements of its pages as the portal's role runs them, and "choose all, delete, undo". Usage: make bench-list
# HELD and RUNS may be set.
set -euo pipefail
cd "$(dirname "$0")/../.."
if [[ -z ${DB_CONTROL:-} ]]; then
  exec tests/db/lib_cluster.sh "$PWD/tests/bench/list.sh"
fi
held=${HELD:-1000000} runs=${RUNS:-20}
own=20000 few=12
db() { psql -X -q -v ON_ERROR_STOP=1 "$DATABASE_URL user=$1"; }
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
  SELECT i, uuid7() AS m, uuid7() AS r, now() - interval '1 minute' - interval '29 days' * (i::float8 / $held) AS at,
         CASE WHEN i % ($held / $own) = 0 THEN 'big' WHEN i % ($held / $few) = 1 THEN 'small' ELSE 'u' || i % 20000 END || '@bench.example' AS address,
         CASE i % 10 WHEN 0 THEN 'phishing' WHEN 1 THEN 'malware' WHEN 2 THEN 'graymail' ELSE 'spam' END AS kind
    FROM generate_series(1, $held) i;
INSERT INTO message (org_id, message_id, received_at, node, direction, envelope_sender, header_from, header_from_name, subject, bytes, sha256, verdict, reasons)
  SELECT '$org', m, at, 'n', 'in', 's' || i % 5000 || '@sender.example', 's' || i % 5000 || '@sender.example', 'Sender ' || i % 5000,
         CASE WHEN i % 20 = 0 AND i % 400 = 0 THEN '【請求書】ご請求のご案内 ' ELSE 'お知らせ newsletter ' END || i, 4000, sha256(i::text::bytea), 'spam', '[]' FROM mail;
INSERT INTO message_recipient (org_id, message_id, recipient_id, received_at, address, domain, original, state, disposition, kind, expires_at)
  SELECT '$org', m, r, at, address, 'bench.example', address, 'held', 'quarantine', kind, at + interval '30 days' FROM mail;
DROP TABLE mail;
ANALYZE;
SQL

statement() { # its text
  awk -v name="-- name: $1" '$0 == name { on = 1; next } /^-- name:/ { on = 0 } on && !/^--/' sql/queries/*.sql
}
ms_p95() { sed -n 's/^Time: \([0-9.]*\) ms.*/\1/p' | sort -n | awk '{ v[NR] = $1 } END { i = int(NR * 0.95 + 0.999); print v[i < 1 ? 1 : i] }'; }
worst=0
measure() { # title, account, statement, parameters
  local p95
  p95=$({
    echo "BEGIN; SELECT set_config('sekisho.org', '$org', true), set_config('sekisho.account', '$2', true);"
    echo "PREPARE x AS"
    statement "$3"
    echo ";"
    echo "EXECUTE x($4);"
    printf '%s\n' '\timing on'
    for ((i = 0; i < runs; i++)); do echo "EXECUTE x($4);"; done
  } | db sekisho_portal | ms_p95)
  printf 'P8  %-44s p95 %8.1f ms\n' "$1" "$p95"
  worst=$(awk -v a="$worst" -v b="$p95" 'BEGIN { print (a > b ? a : b) }')
}
ms() { echo "(extract(epoch FROM now() - interval '$1') * 1000)::bigint"; }
now="(extract(epoch FROM now()) * 1000)::bigint"
for who in "20,000:$big" "$few:$small"; do
  a=${who#*:} n=${who%:*}
  since=$(ms '30 days')
  measure "$n held: list" "$a" quarantine_own_older "'held', NULL, NULL, NULL, NULL, $since, 0, 0, NULL, 51"
  measure "$n held: any time" "$a" quarantine_own_older "'held', NULL, NULL, NULL, NULL, 0, 0, 0, NULL, 51"
  measure "$n held: reason" "$a" quarantine_own_older "'held', NULL, 'phishing', NULL, NULL, $since, 0, 0, NULL, 51"
  measure "$n held: deleted soon" "$a" quarantine_own_older "'held', NULL, NULL, NULL, NULL, $since, $(ms '-3 days'), 0, NULL, 51"
  measure "$n held: search, many match" "$a" quarantine_own_older "'held', '%newsletter%', NULL, NULL, NULL, $since, 0, 0, NULL, 51"
  measure "$n held: search 請求, few match" "$a" quarantine_own_older "'held', '%請求%', NULL, NULL, NULL, $since, 0, 0, NULL, 51"
  measure "$n held: search, none match" "$a" quarantine_own_older "'held', '%nowhere%', NULL, NULL, NULL, $since, 0, 0, NULL, 51"
  measure "$n held: count of what matches" "$a" quarantine_matches "'held', NULL, NULL, NULL, NULL, $since, 0, 10001"
  measure "$n held: count of a search" "$a" quarantine_matches "'held', '%請求%', NULL, NULL, NULL, $since, 0, 10001"
  measure "$n held: totals" "$a" quarantine_totals "10001"
  measure "$n held: deleted list" "$a" quarantine_older "'deleted', NULL, NULL, NULL, NULL, 0, 0, 0, NULL, 51"
  measure "$n held: history" "$a" history_list "$since, 0, NULL, NULL, NULL, 51"
done
printf 'P8  worst p95 %.1f ms (target 50)\n' "$worst"

# Choose all, delete, undo.
seconds() { date +%s.%N; }
took() { awk -v a="$1" -v b="$(seconds)" 'BEGIN { printf "%.1f", b - a }'; }
drain() { while [ -n "$(echo 'SELECT bulk_step(500)' | db sekisho_jobs | sed -n 's/^ *\([0-9][0-9]*\)$/\1/p')" ]; do :; done; }
scope="SELECT set_config('sekisho.org', '$org', false), set_config('sekisho.account', '$big', false);"
t=$(seconds)
{
  echo "$scope PREPARE x AS"
  statement bulk_start
  echo "; EXECUTE x('held', NULL, NULL, NULL, NULL, 0, 0, $now, 'delete', '$big', 'big@bench.example', 'portal', '', '{}');"
} | db sekisho_portal >/dev/null
echo "P8  choose all $own: $(took "$t") s"
t=$(seconds)
drain
echo "P8  delete them: $(took "$t") s"
t=$(seconds)
echo "$scope UPDATE bulk_job SET state = 'undoing', done = 0, place = NULL;" | db sekisho_portal >/dev/null
drain
echo "P8  undo: $(took "$t") s"
echo "SELECT state, total, changed, returned FROM bulk_job; SELECT event, object FROM audit ORDER BY seq" | db postgres
