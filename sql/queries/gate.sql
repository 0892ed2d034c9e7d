-- What the gates count together.

-- name: source_note
-- role: engine
SELECT source_note($1::jsonb)

-- name: source_changed
-- role: engine
-- Sources of bad mail that changed since then.
SELECT host(source), good, bad, floor(extract(epoch FROM last_bad) * 1000)::bigint, floor(extract(epoch FROM at) * 1000)::bigint
  FROM source_seen WHERE bad > 0 AND at >= to_timestamp($1::float8 / 1000) ORDER BY at LIMIT 50000

-- name: rate_note
-- role: engine
SELECT key, n, left_ms FROM rate_note($1::jsonb)

-- name: rate_open
-- role: engine
SELECT key, n, floor(extract(epoch FROM ends - now()) * 1000)::bigint FROM rate_window WHERE ends > now() LIMIT 100000
