-- What people teach the statistics.

-- name: learn_add
-- role: owner
-- The head of the audit log is locked before the organisation's samples, as everywhere.
SELECT learn_add($1::uuid, NULL, $3, true, 'command', $6::jsonb)
  FROM (SELECT audit_add($1::uuid, $2::uuid, $3, $4, $5, 'learn.added', $7, jsonb_build_object('messages', jsonb_array_length($6::jsonb))) AS told OFFSET 0) x
 WHERE x.told > 0

-- name: learn_list
-- role: owner, console
-- For administrators, newest first.
SELECT s.sample_id, s.by_name, s.spam, s.trusted, s.origin, s.subject, coalesce(s.message_id::text, ''),
       floor(extract(epoch FROM s.added_at) * 1000)::bigint
  FROM learn_sample s
 WHERE s.org_id = $1::uuid AND ($2::uuid IS NULL OR (s.added_at, s.sample_id) < (to_timestamp($3::float8 / 1000), $2::uuid))
 ORDER BY s.added_at DESC, s.sample_id DESC LIMIT $4::int

-- name: learn_agree
-- role: owner, console
-- An administrator says so, too: it counts without others.
WITH x AS (UPDATE learn_sample SET trusted = true WHERE org_id = $1::uuid AND sample_id = ANY ($6::uuid[]) AND NOT trusted RETURNING org_id, by_name, subject)
SELECT audit_add(x.org_id, $2::uuid, $3, $4, $5, 'learn.agreed', x.by_name, jsonb_build_object('subject', x.subject)) FROM x

-- name: learn_undo
-- role: owner, console
WITH x AS (DELETE FROM learn_sample WHERE org_id = $1::uuid AND sample_id = ANY ($6::uuid[]) RETURNING org_id, by_name, subject)
SELECT audit_add(x.org_id, $2::uuid, $3, $4, $5, 'learn.deleted', x.by_name, jsonb_build_object('subject', x.subject)) FROM x

-- name: learn_undo_person
-- role: owner, console
-- All of one person, "cli:root" too.
WITH x AS (DELETE FROM learn_sample WHERE org_id = $1::uuid AND by_name = $6 RETURNING org_id),
n AS (SELECT org_id, count(*) AS n FROM x GROUP BY 1)
SELECT audit_add(n.org_id, $2::uuid, $3, $4, $5, 'learn.deleted', $6, jsonb_build_object('messages', n.n)), n.n FROM n

-- name: learn_due
-- role: jobs
SELECT org_id, changes FROM learn_model WHERE changes <> built ORDER BY org_id LIMIT 20

-- name: learn_samples
-- role: jobs
SELECT coalesce(account_id::text, by_name), spam, trusted, digest, features FROM learn_sample
 WHERE org_id = $1::uuid ORDER BY trusted DESC, added_at DESC, sample_id DESC LIMIT $2::int

-- name: learn_built
-- role: jobs
UPDATE learn_model SET built = $2::bigint, counted = $3::int, model = $4 WHERE org_id = $1::uuid
