-- Organisations and set-up.

-- name: org_setup
-- role: owner, console
SELECT setup_create($1::bytea, $2::uuid, $3, $4, $5, $6::int, $7::bytea, $8::uuid, $9, $10, $11, $12::uuid, $13, $14, $15::int, $16)

-- name: org_exists
-- role: owner, console
SELECT setup_done()

-- name: org_get
-- role: owner, console, portal
SELECT org_id, name, lang, tz, retention_days FROM org WHERE org_id = (SELECT scope_org())

-- name: org_list
-- role: owner
SELECT org_id, name, lang, tz, retention_days FROM org ORDER BY created_at, org_id LIMIT 1000

-- name: link_create
-- role: owner
WITH old AS (UPDATE one_time_link SET expires_at = now() WHERE purpose = $2 AND used_at IS NULL AND expires_at > now())
INSERT INTO one_time_link (token_hash, purpose, expires_at) VALUES ($1::bytea, $2, now() + make_interval(secs => $3::float8))

-- name: link_state
-- role: owner, console
SELECT link_state($1::bytea, $2)
