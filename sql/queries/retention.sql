-- The clock that retention goes by (CLI).

-- name: retention_behind
-- role: owner
SELECT floor(extract(epoch FROM greatest(now() - at, interval '0')) * 1000)::bigint FROM retention_clock

-- name: retention_resume
-- role: owner
SELECT floor(extract(epoch FROM retention_resume($1)) * 1000)::bigint
