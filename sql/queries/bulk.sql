-- Many held mails at once (0026-bulk.sql, 0045-bulk-acts.sql). $1 to $6: the filter of a person's list, as in quarantine_own; $7: received until
-- then, so that what comes while somebody reads the page is not meant. What is chosen here is asked again by bulk_step().

-- name: bulk_count
-- role: portal
-- All that match, those that may be deleted (put back), delivered, only asked for, delivered with an entry of their sender, deleted with one; how
-- many requests and reports are left for today.
SELECT coalesce(sum(x.n), 0)::bigint, coalesce(sum(x.n) FILTER (WHERE x.kind IN (SELECT bulk_kinds('delete', false))), 0)::bigint,
       coalesce(sum(x.n) FILTER (WHERE x.kind IN (SELECT bulk_kinds('deliver', false))), 0)::bigint,
       coalesce(sum(x.n) FILTER (WHERE x.kind IN (SELECT bulk_kinds('ask', false))), 0)::bigint,
       coalesce(sum(x.n) FILTER (WHERE x.kind IN (SELECT bulk_kinds('allow', false))), 0)::bigint,
       coalesce(sum(x.n) FILTER (WHERE x.kind IN (SELECT bulk_kinds('block', false))), 0)::bigint,
       (SELECT requests FROM scope_left()), (SELECT reports FROM scope_left())
  FROM held_kinds($1, $2, $3, $4, to_timestamp($5::float8 / 1000), CASE WHEN $6::float8 > 0 THEN to_timestamp($6::float8 / 1000) END,
                  to_timestamp($7::float8 / 1000), 100000) x

-- name: bulk_start
-- role: portal
-- $8 to $12: what is done, an administrator is asked for what the person may not deliver, words of requests, what reports say, days of entries. No row:
-- nothing matches any more, or five jobs of his are open (bulk_job_room()). Who may deliver a mail need not ask for it.
WITH picked AS MATERIALIZED (
  SELECT r.recipient_id, r.received_at
    FROM held_all($1, $2, $3, $4, to_timestamp($5::float8 / 1000), CASE WHEN $6::float8 > 0 THEN to_timestamp($6::float8 / 1000) END, to_timestamp($7::float8 / 1000), 100000) r
   WHERE r.kind = ANY (ARRAY(SELECT bulk_kinds($8, $9::boolean)))),
job AS (
  INSERT INTO bulk_job AS b (org_id, account_id, job_id, by_name, client_ip, action, also_ask, note, what, days, filter, total, chosen_at)
  SELECT scope_org(), scope_account(), uuid7(), $14, $16, $8, $9::boolean AND $8 = 'deliver', $10, $11, $12::int, $17::jsonb, n.total, to_timestamp($7::float8 / 1000)
    FROM (SELECT count(*) AS total FROM picked) n WHERE n.total > 0
  RETURNING b.org_id, b.account_id, b.job_id, b.total),
items AS (
  INSERT INTO bulk_item (org_id, account_id, job_id, recipient_id, received_at)
  SELECT j.org_id, j.account_id, j.job_id, p.recipient_id, p.received_at FROM job j, picked p)
SELECT j.job_id, audit_add(j.org_id, $13::uuid, $14, $15, $16, 'bulk.started', j.total::text,
         jsonb_build_object('job_id', j.job_id, 'action', $8::text, 'filter', $17::jsonb)) FROM job j

-- name: bulk_start_ticked
-- role: portal
-- Mails that were ticked ($1); $2 to $6 as $8 to $12 above. What is not held any more is counted by the job, too. No row: none of them is held
-- any more, or five jobs of his are open. Times of mail are those of the engine's clock, which may be ahead of this one.
WITH picked AS MATERIALIZED (
  SELECT r.recipient_id, r.received_at, r.state, r.state_at FROM message_recipient r
   WHERE r.recipient_id = ANY ($1::uuid[]) AND r.kind = ANY (ARRAY(SELECT bulk_kinds($2, $3::boolean)))),
job AS (
  INSERT INTO bulk_job AS b (org_id, account_id, job_id, by_name, client_ip, action, also_ask, note, what, days, filter, total, chosen_at)
  SELECT scope_org(), scope_account(), uuid7(), $8, $10, $2, $3::boolean AND $2 = 'deliver', $4, $5, $6::int, jsonb_build_object('state', 'held', 'ticked', n.total), n.total, greatest(now(), n.latest)
    FROM (SELECT count(*) AS total, max(state_at) FILTER (WHERE state = 'held') AS latest FROM picked) n WHERE n.latest IS NOT NULL
  RETURNING b.org_id, b.account_id, b.job_id, b.total, b.filter),
items AS (
  INSERT INTO bulk_item (org_id, account_id, job_id, recipient_id, received_at)
  SELECT j.org_id, j.account_id, j.job_id, p.recipient_id, p.received_at FROM job j, picked p)
SELECT j.job_id, audit_add(j.org_id, $7::uuid, $8, $9, $10, 'bulk.started', j.total::text,
         jsonb_build_object('job_id', j.job_id, 'action', $2::text, 'filter', j.filter)) FROM job j

-- name: bulk_get
-- role: portal
SELECT b.job_id, b.action, b.state, b.total, b.done, b.changed, b.returned, b.asked, b.senders, b.limited, b.barred FROM bulk_job b
 WHERE b.org_id = (SELECT scope_org()) AND b.account_id = (SELECT scope_account()) AND b.job_id = $1::uuid

-- name: bulk_undo
-- role: portal
-- Also while it runs. Its row in the audit log is written when it has ended.
UPDATE bulk_job b SET state = 'undoing', done = 0, place = NULL, stepped_at = clock_timestamp()
 WHERE b.org_id = (SELECT scope_org()) AND b.account_id = (SELECT scope_account()) AND b.job_id = $1::uuid
   AND (b.state IN ('running', 'done') AND b.action IN ('delete', 'ask', 'report', 'allow', 'block') OR b.state = 'done' AND b.action = 'deliver' AND b.asked > 0)
RETURNING b.job_id

-- name: bulk_step
-- role: jobs
-- NULL, or -1 and the patterns of bulk_senders are wanted: $2 to $4.
SELECT bulk_step($1::int, $2::uuid, $3::uuid[], $4::text[])

-- name: bulk_senders
-- role: jobs
SELECT job_id, recipient_id, sender FROM bulk_senders($1::int)

-- name: bulk_skip
-- role: jobs
-- The job whose batch failed goes behind the others.
SELECT bulk_skip()

-- name: bulk_forget
-- role: jobs
WITH old AS (
  SELECT b.org_id, b.account_id, b.job_id FROM bulk_job b
   WHERE b.created_at < now() - interval '40 days' AND b.state IN ('done', 'undone') ORDER BY b.created_at LIMIT 20),
items AS (
  DELETE FROM bulk_item i USING old o WHERE i.org_id = o.org_id AND i.account_id = o.account_id AND i.job_id = o.job_id)
DELETE FROM bulk_job b USING old o WHERE b.org_id = o.org_id AND b.account_id = o.account_id AND b.job_id = o.job_id
