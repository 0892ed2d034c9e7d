-- Passwords for files in mail (0018-passwords.sql). Passwords never go into the audit log.

-- name: file_password_all
-- role: engine
-- All that the gate keeps in memory of it: a row of settings where there is one, then the passwords in the order of trying.
SELECT x.org_id, x.value, x.inbound, x.outbound, x.earlier_minutes FROM (
  SELECT org_id, NULL::text COLLATE "C" AS value, 0 AS priority, inbound, outbound, earlier_minutes FROM file_password_setting
  UNION ALL SELECT org_id, value, priority, NULL, NULL, NULL FROM file_password) x
 ORDER BY x.org_id, x.priority, x.value

-- name: file_password_setting_get
-- role: owner, console
SELECT inbound, outbound, earlier_minutes FROM file_password_setting WHERE org_id = $1::uuid

-- name: file_password_setting_put
-- role: owner, console
-- $9: the version that was shown, NULL = any. Without a row nobody saved anything.
WITH old AS (SELECT inbound, outbound, earlier_minutes FROM file_password_setting WHERE org_id = $1::uuid),
s AS (
  INSERT INTO file_password_setting AS x (org_id, inbound, outbound, earlier_minutes) VALUES ($1::uuid, $2::boolean, $3::boolean, $4::int)
  ON CONFLICT (org_id) DO UPDATE SET inbound = excluded.inbound, outbound = excluded.outbound, earlier_minutes = excluded.earlier_minutes
    WHERE $9::text IS NULL OR $9::text = concat_ws(',', x.inbound, x.outbound, x.earlier_minutes)
  RETURNING org_id, inbound, outbound, earlier_minutes)
SELECT audit_add(s.org_id, $5::uuid, $6, $7, $8, 'file_password.settings', '', jsonb_build_object(
         'before', (SELECT to_jsonb(old) FROM old), 'after', to_jsonb(s) - 'org_id')) FROM s

-- name: file_password_list
-- role: owner, console
-- At most as many as an organisation can have.
SELECT entry_id, value, priority, floor(extract(epoch FROM added_at) * 1000)::bigint, added_by FROM file_password
 WHERE org_id = $1::uuid ORDER BY priority, value LIMIT 100

-- name: file_password_add
-- role: owner, console
WITH x AS (
  INSERT INTO file_password (org_id, entry_id, value, priority, added_by) VALUES ($1::uuid, uuid7(), $2, $3::int, $5)
  RETURNING org_id, priority)
SELECT audit_add(x.org_id, $4::uuid, $5, $6, $7, 'file_password.added', '', jsonb_build_object('after', jsonb_build_object('priority', x.priority))) FROM x

-- name: file_password_delete
-- role: owner, console
-- By entry ($2) or by password ($3).
WITH x AS (
  DELETE FROM file_password WHERE org_id = $1::uuid AND (entry_id = $2::uuid OR value = $3) RETURNING org_id, priority)
SELECT audit_add(x.org_id, $4::uuid, $5, $6, $7, 'file_password.deleted', '', jsonb_build_object('before', jsonb_build_object('priority', x.priority))) FROM x

-- name: file_password_import
-- role: owner, console
-- $2: passwords, $3: their priorities. Those that are there get the new priority.
WITH n AS (SELECT DISTINCT ON (v COLLATE "C") v COLLATE "C" AS value, p AS priority FROM unnest($2::text[], $3::int[]) AS u(v, p)),
x AS (
  INSERT INTO file_password AS f (org_id, entry_id, value, priority, added_by) SELECT $1::uuid, uuid7(), n.value, n.priority, $5 FROM n ORDER BY n.value
  ON CONFLICT ON CONSTRAINT file_password_twice DO UPDATE SET priority = excluded.priority WHERE f.priority <> excluded.priority
  RETURNING xmax = 0 AS fresh),
c AS (SELECT count(*) FILTER (WHERE fresh) AS added, count(*) FILTER (WHERE NOT fresh) AS changed FROM x)
SELECT c.added, c.changed, CASE WHEN c.added + c.changed > 0 THEN audit_add($1::uuid, $4::uuid, $5, $6, $7, 'file_password.imported', '',
         jsonb_build_object('after', jsonb_build_object('entries', c.added, 'changed', c.changed))) END
  FROM c
