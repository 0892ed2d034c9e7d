-- Who has written to whom (0019-correspondents.sql).

-- name: contact_note
-- role: engine
SELECT correspondent_note($1::jsonb)

-- name: contact_known
-- role: engine
-- One row for each organisation.
SELECT org_id, here, proven, sent, elsewhere, coalesce(other, '') FROM correspondent_known($1::uuid[], $2::text[], $3, $4)

-- name: contact_forget
-- role: jobs
SELECT correspondent_forget($1::int, $2::int)
