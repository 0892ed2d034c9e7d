-- Many held mails at once (0026-bulk.sql). $1 to $7: the filter, as in quarantine.sql; $8: received until then, so that
-- what comes while somebody reads the page is not meant.

-- name: bulk_count
-- role: portal
-- plan: portal
-- All that match, those that may be deleted (put back) and those that may be delivered.
SELECT count(*), count(*) FILTER (WHERE x.kind = ANY (ARRAY(SELECT user_kinds('delete')))),
       count(*) FILTER (WHERE x.kind = ANY (ARRAY(SELECT user_kinds('deliver')))) FROM (
  SELECT r.kind FROM message_recipient r
   WHERE r.state = $1 AND r.state IN ('held', 'deleted')
     AND ($2::text IS NULL OR EXISTS (SELECT FROM message x
         WHERE x.org_id = r.org_id AND x.received_at = r.received_at AND x.message_id = r.message_id
           AND (x.subject ILIKE $2 OR x.header_from ILIKE $2 OR x.header_from_name ILIKE $2 OR x.envelope_sender ILIKE $2)))
     AND ($3::text IS NULL OR r.kind = $3) AND ($4::text IS NULL OR r.domain = $4) AND ($5::text IS NULL OR (r.mailbox = mailbox_of($5) AND $5 IN (r.mailbox, r.address)))
     AND r.received_at >= to_timestamp($6::float8 / 1000)
     AND ($7::float8 = 0 OR r.expires_at < to_timestamp($7::float8 / 1000))
     AND r.received_at <= to_timestamp($8::float8 / 1000)
   LIMIT 100000) x

-- name: bulk_start
-- role: portal
-- plan: portal
-- No row: nothing matches any more, or five jobs of his are open.
WITH picked AS MATERIALIZED (
  SELECT r.recipient_id, r.received_at FROM message_recipient r
   WHERE r.state = $1 AND r.state IN ('held', 'deleted')
     AND ($2::text IS NULL OR EXISTS (SELECT FROM message x
         WHERE x.org_id = r.org_id AND x.received_at = r.received_at AND x.message_id = r.message_id
           AND (x.subject ILIKE $2 OR x.header_from ILIKE $2 OR x.header_from_name ILIKE $2 OR x.envelope_sender ILIKE $2)))
     AND ($3::text IS NULL OR r.kind = $3) AND ($4::text IS NULL OR r.domain = $4) AND ($5::text IS NULL OR (r.mailbox = mailbox_of($5) AND $5 IN (r.mailbox, r.address)))
     AND r.received_at >= to_timestamp($6::float8 / 1000)
     AND ($7::float8 = 0 OR r.expires_at < to_timestamp($7::float8 / 1000))
     AND r.received_at <= to_timestamp($8::float8 / 1000)
     AND r.kind = ANY (ARRAY(SELECT user_kinds(CASE $9::text WHEN 'deliver' THEN 'deliver' ELSE 'delete' END)))
   LIMIT 100000),
job AS (
  INSERT INTO bulk_job AS b (org_id, account_id, job_id, by_name, client_ip, action, filter, total)
  SELECT scope_org(), scope_account(), uuid7(), $11, $13, $9, $14::jsonb, n.total FROM (SELECT count(*) AS total FROM picked) n
   WHERE n.total > 0 AND (SELECT count(*) FROM bulk_job o WHERE o.org_id = (SELECT scope_org()) AND o.account_id = (SELECT scope_account())
                             AND o.state IN ('running', 'undoing')) < 5
  RETURNING b.org_id, b.account_id, b.job_id, b.total),
items AS (
  INSERT INTO bulk_item (org_id, account_id, job_id, recipient_id, received_at)
  SELECT j.org_id, j.account_id, j.job_id, p.recipient_id, p.received_at FROM job j, picked p)
SELECT j.job_id, audit_add(j.org_id, $10::uuid, $11, $12, $13, 'bulk.started', j.total::text,
         jsonb_build_object('job_id', j.job_id, 'action', $9::text, 'filter', $14::jsonb)) FROM job j

-- name: bulk_get
-- role: portal
SELECT b.job_id, b.action, b.state, b.total, b.done, b.changed, b.returned FROM bulk_job b
 WHERE b.org_id = (SELECT scope_org()) AND b.account_id = (SELECT scope_account()) AND b.job_id = $1::uuid

-- name: bulk_undo
-- role: portal
-- Also while it runs. Its row in the audit log is written when it has ended.
UPDATE bulk_job b SET state = 'undoing', done = 0, place = NULL, stepped_at = clock_timestamp()
 WHERE b.org_id = (SELECT scope_org()) AND b.account_id = (SELECT scope_account()) AND b.job_id = $1::uuid
   AND b.state IN ('running', 'done') AND b.action = 'delete' RETURNING b.job_id

-- name: bulk_step
-- role: jobs
SELECT bulk_step($1::int)

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
