-- Sealed original bytes: engine (previews) and jobs (release).

-- name: body_org_key
-- role: engine, jobs
SELECT body_key FROM org WHERE org_id = $1::uuid

-- name: body_get
-- role: engine, jobs
SELECT b.data FROM body b WHERE b.message_id = $1::uuid AND b.org_id = $2::uuid ORDER BY b.seq

-- name: body_expect
-- role: engine, jobs
SELECT m.sha256, m.bytes FROM message m WHERE m.message_id = $1::uuid AND m.org_id = $2::uuid
