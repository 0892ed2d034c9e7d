-- Outbound servers and suspended sources.

-- name: outbound_list
-- role: owner, console
-- At most 30 a domain.
SELECT n.domain_id, d.name, n.network::text, floor(extract(epoch FROM n.created_at) * 1000)::bigint
  FROM outbound_network n JOIN domain d USING (org_id, domain_id)
 WHERE $1::uuid IS NULL OR n.domain_id = $1::uuid ORDER BY d.name, n.network LIMIT 30000

-- name: outbound_add
-- role: owner, console
WITH d AS (SELECT org_id, domain_id, name FROM domain WHERE domain_id = $1::uuid FOR UPDATE),
have AS (SELECT count(*) AS n FROM d JOIN outbound_network o USING (org_id, domain_id)),
x AS (
  INSERT INTO outbound_network (org_id, domain_id, network) SELECT d.org_id, d.domain_id, $2::cidr FROM d, have WHERE have.n < 30
  RETURNING org_id, network)
SELECT (SELECT count(*) FROM d),
       (SELECT audit_add(x.org_id, $3::uuid, $4, $5, $6, 'outbound.added', d.name, jsonb_build_object('after', jsonb_build_object('network', x.network))) FROM x, d)

-- name: outbound_delete
-- role: owner, console
WITH x AS (
  DELETE FROM outbound_network o USING domain d
   WHERE d.domain_id = $1::uuid AND o.org_id = d.org_id AND o.domain_id = d.domain_id AND o.network = $2::cidr RETURNING o.org_id, o.network, d.name)
SELECT audit_add(x.org_id, $3::uuid, $4, $5, $6, 'outbound.deleted', x.name, jsonb_build_object('before', jsonb_build_object('network', x.network))) FROM x

-- name: suspension_list
-- role: owner, console
SELECT org_id, source, note, floor(extract(epoch FROM created_at) * 1000)::bigint
  FROM outbound_suspension WHERE $1::text IS NULL OR source > $1 ORDER BY source LIMIT $2::int

-- name: suspension_list_back
-- role: owner, console
SELECT org_id, source, note, floor(extract(epoch FROM created_at) * 1000)::bigint
  FROM outbound_suspension WHERE $1::text IS NULL OR source < $1 ORDER BY source DESC LIMIT $2::int

-- name: suspension_add
-- role: owner, console
WITH x AS (INSERT INTO outbound_suspension (org_id, source, note) VALUES ($1::uuid, $2, $3) RETURNING org_id, source, note)
SELECT audit_add(x.org_id, $4::uuid, $5, $6, $7, 'outbound.suspended', x.source, jsonb_build_object('after', jsonb_build_object('note', x.note))) FROM x

-- name: suspension_delete
-- role: owner, console
WITH x AS (DELETE FROM outbound_suspension WHERE org_id = $1::uuid AND source = $2 RETURNING org_id, source, note)
SELECT x.note, audit_add(x.org_id, $3::uuid, $4, $5, $6, 'outbound.resumed', x.source, jsonb_build_object('before', jsonb_build_object('note', x.note))) FROM x
