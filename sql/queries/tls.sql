-- TLS peers.

-- name: tls_peer_list
-- role: owner, console
-- In both directions, the entries for other domains first. $2: after this one.
SELECT p.peer_id, p.org_id, coalesce(p.domain_id::text, ''), coalesce(d.name, ''), p.direction, p.peer, p.min_version, p.level, p.active
  FROM tls_peer p LEFT JOIN domain d ON d.org_id = p.org_id AND d.domain_id = p.domain_id
 WHERE ($1::uuid IS NULL OR p.peer_id = $1::uuid)
   AND ($2::uuid IS NULL OR (coalesce(d.name, ''), p.direction, p.peer, p.peer_id) >
        (SELECT coalesce(y.name, ''), x.direction, x.peer, x.peer_id FROM tls_peer x LEFT JOIN domain y ON y.org_id = x.org_id AND y.domain_id = x.domain_id
          WHERE x.peer_id = $2::uuid))
 ORDER BY coalesce(d.name, ''), p.direction, p.peer, p.peer_id LIMIT $3::int

-- name: tls_peer_list_back
-- role: owner, console
-- Before $1.
SELECT p.peer_id, p.org_id, coalesce(p.domain_id::text, ''), coalesce(d.name, ''), p.direction, p.peer, p.min_version, p.level, p.active
  FROM tls_peer p LEFT JOIN domain d ON d.org_id = p.org_id AND d.domain_id = p.domain_id
 WHERE (coalesce(d.name, ''), p.direction, p.peer, p.peer_id) <
        (SELECT coalesce(y.name, ''), x.direction, x.peer, x.peer_id FROM tls_peer x LEFT JOIN domain y ON y.org_id = x.org_id AND y.domain_id = x.domain_id
          WHERE x.peer_id = $1::uuid)
 ORDER BY coalesce(d.name, '') DESC, p.direction DESC, p.peer DESC, p.peer_id DESC LIMIT $2::int

-- name: tls_peer_add
-- role: owner, console
WITH x AS (
  INSERT INTO tls_peer (org_id, peer_id, domain_id, direction, peer, min_version, level, active)
  VALUES ($1::uuid, $2::uuid, $3::uuid, $4, $5, $6, $7, $8::boolean) RETURNING *)
SELECT audit_add(x.org_id, $9::uuid, $10, $11, $12, 'tls.added', x.peer, jsonb_build_object('after', to_jsonb(x) - '{org_id,peer_id,domain_id}'::text[] || jsonb_build_object('domain', coalesce((SELECT d.name FROM domain d WHERE d.org_id = x.org_id AND d.domain_id = x.domain_id), '*')))) FROM x

-- name: tls_peer_change
-- role: owner, console
-- $9: the version that was shown, NULL = any.
WITH old AS (
  SELECT * FROM tls_peer WHERE peer_id = $1::uuid
     AND ($9::text IS NULL OR $9::text = concat_ws(',', level, min_version, active)) FOR UPDATE),
x AS (
  UPDATE tls_peer p SET min_version = $2, level = $3, active = $4::boolean FROM old
   WHERE p.org_id = old.org_id AND p.peer_id = old.peer_id RETURNING p.*)
SELECT audit_add(x.org_id, $5::uuid, $6, $7, $8, 'tls.changed', x.peer, jsonb_build_object(
         'domain', coalesce((SELECT d.name FROM domain d WHERE d.org_id = x.org_id AND d.domain_id = x.domain_id), '*'),
         'before', to_jsonb(old) - '{org_id,peer_id,domain_id}'::text[], 'after', to_jsonb(x) - '{org_id,peer_id,domain_id}'::text[])) FROM x, old

-- name: tls_peer_delete
-- role: owner, console
WITH x AS (DELETE FROM tls_peer WHERE peer_id = $1::uuid RETURNING *)
SELECT audit_add(x.org_id, $2::uuid, $3, $4, $5, 'tls.deleted', x.peer, jsonb_build_object('before', to_jsonb(x) - '{org_id,peer_id,domain_id}'::text[] || jsonb_build_object('domain', coalesce((SELECT d.name FROM domain d WHERE d.org_id = x.org_id AND d.domain_id = x.domain_id), '*')))) FROM x
