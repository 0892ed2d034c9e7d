-- Audit log.

-- name: audit_add
-- role: owner, engine, jobs, console, portal
SELECT audit_add($1::uuid, $2::uuid, $3, $4, $5, $6, $7, coalesce($8::jsonb, '{}'))

-- name: audit_list
-- role: owner, console
SELECT seq, floor(extract(epoch FROM at) * 1000)::bigint, org_id, coalesce(account_id::text, ''), actor, surface, client_ip, event, object,
       detail, encode(prev, 'hex'), encode(hash, 'hex')
  FROM audit
 WHERE ($1::text IS NULL OR event = $1) AND ($2::text IS NULL OR actor ILIKE $2) AND at >= to_timestamp($3::float8 / 1000)
   AND ($4::bigint = 0 OR seq < $4::bigint)
 ORDER BY seq DESC LIMIT $5::int

-- name: audit_list_back
-- role: owner, console
SELECT seq, floor(extract(epoch FROM at) * 1000)::bigint, org_id, coalesce(account_id::text, ''), actor, surface, client_ip, event, object,
       detail, encode(prev, 'hex'), encode(hash, 'hex')
  FROM audit
 WHERE ($1::text IS NULL OR event = $1) AND ($2::text IS NULL OR actor ILIKE $2) AND at >= to_timestamp($3::float8 / 1000)
   AND seq > $4::bigint
 ORDER BY seq LIMIT $5::int

-- name: audit_get
-- role: owner, console
SELECT seq, floor(extract(epoch FROM at) * 1000)::bigint, org_id, coalesce(account_id::text, ''), actor, surface, client_ip, event, object,
       detail, encode(prev, 'hex'), encode(hash, 'hex')
  FROM audit WHERE seq = $1::bigint

-- name: audit_chain
-- role: owner
SELECT a.seq, audit_canonical(a.*), a.prev, a.hash FROM audit a
 WHERE a.org_id = $1::uuid AND a.seq > $2::bigint ORDER BY a.seq LIMIT 5000

-- name: audit_head
-- role: owner
SELECT seq, hash, kept_from, kept_prev FROM audit_head WHERE org_id = $1::uuid
