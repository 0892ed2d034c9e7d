-- Token buckets. A refused attempt costs nothing: tokens never go below -0.999.

-- name: rate_take
-- role: engine
WITH now_is AS (SELECT clock_timestamp() AS at),
taken AS (
  INSERT INTO rate_bucket AS b (key, tokens, updated_at) SELECT left($1, 400), $3::float8 - 1, at FROM now_is
  ON CONFLICT (key) DO UPDATE SET
    tokens = least($3::float8, b.tokens + greatest(0, extract(epoch FROM excluded.updated_at - b.updated_at)) * $2::float8 / 3600) - 1,
    updated_at = excluded.updated_at
    WHERE least($3::float8, b.tokens + greatest(0, extract(epoch FROM excluded.updated_at - b.updated_at)) * $2::float8 / 3600) >= 1
  RETURNING 1)
SELECT EXISTS (SELECT FROM taken),
       coalesce((SELECT ceil((1 - (b.tokens + greatest(0, extract(epoch FROM at - b.updated_at)) * $2::float8 / 3600)) * 3600 / $2::float8)
                   FROM rate_bucket b, now_is WHERE b.key = left($1, 400)), 1)::int
