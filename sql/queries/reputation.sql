-- Web reputation and suspicious objects (0017-reputation.sql).

-- name: reputation_setting_get
-- role: owner, console
SELECT level, untested FROM reputation_setting WHERE org_id = $1::uuid

-- name: reputation_setting_put
-- role: owner, console
-- $8: the version that was shown, NULL = any. Without a row nobody saved anything.
WITH old AS (SELECT level, untested FROM reputation_setting WHERE org_id = $1::uuid),
s AS (
  INSERT INTO reputation_setting (org_id, level, untested) VALUES ($1::uuid, $2::int, $3::boolean)
  ON CONFLICT (org_id) DO UPDATE SET level = excluded.level, untested = excluded.untested
    WHERE $8::text IS NULL OR $8::text = concat_ws(',', reputation_setting.level, reputation_setting.untested)
  RETURNING org_id, level, untested)
SELECT audit_add(s.org_id, $4::uuid, $5, $6, $7, 'reputation.settings', '', jsonb_build_object(
         'before', (SELECT to_jsonb(old) FROM old), 'after', to_jsonb(s) - 'org_id')) FROM s

-- name: reputation_list_list
-- role: owner, console
SELECT list_id, zone, codes, level, hosts, addresses, enabled FROM reputation_list WHERE org_id = $1::uuid ORDER BY zone LIMIT 100

-- name: reputation_list_add
-- role: owner, console
WITH x AS (INSERT INTO reputation_list (org_id, list_id, zone, codes, level, hosts, addresses)
           VALUES ($1::uuid, $2::uuid, $3, $4, $5, $6::boolean, $7::boolean) RETURNING *)
SELECT audit_add(x.org_id, $8::uuid, $9, $10, $11, 'reputation.list_added', x.zone, jsonb_build_object('after', jsonb_build_object(
         'codes', x.codes, 'level', x.level, 'hosts', x.hosts, 'addresses', x.addresses))) FROM x

-- name: reputation_list_switch
-- role: owner, console
-- A row also when it is so already.
WITH x AS (UPDATE reputation_list SET enabled = $2::boolean WHERE list_id = $1::uuid AND enabled <> $2::boolean RETURNING *),
a AS (
  SELECT audit_add(x.org_id, $3::uuid, $4, $5, $6, CASE WHEN x.enabled THEN 'reputation.list_on' ELSE 'reputation.list_off' END, x.zone,
                   jsonb_build_object('before', jsonb_build_object('enabled', NOT x.enabled), 'after', jsonb_build_object('enabled', x.enabled))) AS done FROM x)
SELECT (SELECT count(done) FROM a) FROM reputation_list WHERE list_id = $1::uuid

-- name: reputation_list_delete
-- role: owner, console
WITH x AS (DELETE FROM reputation_list WHERE list_id = $1::uuid RETURNING *)
SELECT audit_add(x.org_id, $2::uuid, $3, $4, $5, 'reputation.list_deleted', x.zone,
                 jsonb_build_object('before', jsonb_build_object('codes', x.codes, 'level', x.level))) FROM x

-- name: reputation_older
-- role: owner, console
-- $3: LIKE pattern. From behind the place ($5, $6).
SELECT entry_id, type, value, action, note, floor(extract(epoch FROM expires_at) * 1000)::bigint,
       floor(extract(epoch FROM added_at) * 1000)::bigint, added_by, coalesce(expires_at < now(), false)
  FROM reputation_entry
 WHERE org_id = $1::uuid AND list = $2 AND ($3::text IS NULL OR value ILIKE $3 OR note ILIKE $3) AND ($4::text IS NULL OR type = $4)
   AND ($5::uuid IS NULL OR (added_at, entry_id) < (to_timestamp($6::float8 / 1000), $5::uuid))
 ORDER BY added_at DESC, entry_id DESC LIMIT $7::int

-- name: reputation_newer
-- role: owner, console
SELECT entry_id, type, value, action, note, floor(extract(epoch FROM expires_at) * 1000)::bigint,
       floor(extract(epoch FROM added_at) * 1000)::bigint, added_by, coalesce(expires_at < now(), false)
  FROM reputation_entry
 WHERE org_id = $1::uuid AND list = $2 AND ($3::text IS NULL OR value ILIKE $3 OR note ILIKE $3) AND ($4::text IS NULL OR type = $4)
   AND ($5::uuid IS NULL OR (added_at, entry_id) > (to_timestamp($6::float8 / 1000), $5::uuid))
 ORDER BY added_at, entry_id LIMIT $7::int

-- name: reputation_find
-- role: owner, console
SELECT entry_id FROM reputation_entry WHERE org_id = $1::uuid AND list = $2 AND type = $3 AND value = $4

-- name: reputation_known
-- role: owner, console
-- Which of these are listed and not expired.
SELECT e.type, e.value FROM unnest($3::text[], $4::text[]) AS x(type, value) JOIN reputation_entry e
    ON e.org_id = $1::uuid AND e.list = $2 AND e.type = x.type AND e.value = x.value
 WHERE e.expires_at IS NULL OR e.expires_at > now()

-- name: reputation_add
-- role: owner, console
-- $7: ms, NULL = never. What is expired is listed anew.
WITH x AS (
  INSERT INTO reputation_entry AS e (org_id, entry_id, list, type, value, action, note, expires_at, added_by)
  VALUES ($1::uuid, $2::uuid, $3, $4, $5, $6, $8, to_timestamp($7::float8 / 1000), $10)
  ON CONFLICT ON CONSTRAINT reputation_twice DO UPDATE SET action = excluded.action, note = excluded.note, expires_at = excluded.expires_at,
    added_at = excluded.added_at, added_by = excluded.added_by, import_id = NULL WHERE e.expires_at < now()
  RETURNING *)
SELECT audit_add(x.org_id, $9::uuid, $10, $11, $12, 'reputation.' || x.list, x.value, jsonb_build_object('after', jsonb_build_object(
         'type', x.type, 'action', x.action, 'note', x.note, 'expires_at', x.expires_at))) FROM x

-- name: reputation_import
-- role: owner, console
-- $3: [{"type": "url", "value": "x.example/a", "action": "block", "note": "", "expires": ms or null}]. What is listed already
-- stays as it is, unless it is expired. How many were added. $8: names the import, for Undo.
WITH x AS (
  INSERT INTO reputation_entry AS e (org_id, entry_id, list, type, value, action, note, expires_at, added_by, import_id)
  SELECT $1::uuid, uuid7(), $2, j.type, j.value, j.action, j.note, to_timestamp(j.expires / 1000), $5, $8::uuid
    FROM jsonb_to_recordset($3::jsonb) AS j(type text, value text, action text, note text, expires float8)
  ON CONFLICT ON CONSTRAINT reputation_twice DO UPDATE SET action = excluded.action, note = excluded.note, expires_at = excluded.expires_at,
    added_at = excluded.added_at, added_by = excluded.added_by, import_id = excluded.import_id WHERE e.expires_at < now()
  RETURNING value),
n AS (SELECT count(*) AS added, (array_agg(value ORDER BY value))[1:20] AS some FROM x)
SELECT n.added, (SELECT audit_add($1::uuid, $4::uuid, $5, $6, $7, 'reputation.imported', '',
         jsonb_build_object('after', jsonb_build_object('list', $2::text, 'entries', n.added, 'some', n.some))) WHERE n.added > 0)
  FROM n

-- name: reputation_import_undo
-- role: owner, console
WITH x AS (DELETE FROM reputation_entry WHERE org_id = $1::uuid AND import_id = $2::uuid RETURNING value, list),
n AS (SELECT count(*) AS n, min(list) AS list, (array_agg(value ORDER BY value))[1:20] AS some FROM x)
SELECT n.n, CASE WHEN n.n > 0 THEN audit_add($1::uuid, $3::uuid, $4, $5, $6, 'reputation.import_undone', '',
         jsonb_build_object('before', jsonb_build_object('list', n.list, 'entries', n.n, 'some', n.some))) END FROM n

-- name: reputation_remove
-- role: owner, console
WITH x AS (
  DELETE FROM reputation_entry WHERE org_id = $1::uuid AND entry_id = ANY ($2::uuid[])
  RETURNING org_id, entry_id, list, type, value, action, note, expires_at, added_at, added_by),
old AS (DELETE FROM reputation_removed WHERE org_id = $1::uuid AND removed_at < now() - interval '1 day'),
kept AS (
  INSERT INTO reputation_removed (org_id, entry_id, list, type, value, action, note, expires_at, added_at, added_by)
  SELECT org_id, entry_id, list, type, value, action, note, expires_at, added_at, added_by FROM x)
SELECT x.entry_id, x.value, audit_add(x.org_id, $3::uuid, $4, $5, $6, 'reputation.removed', x.value,
         jsonb_build_object('before', jsonb_build_object('list', x.list, 'type', x.type, 'action', x.action, 'note', x.note))) FROM x

-- name: reputation_restore
-- role: owner, console
WITH gone AS (DELETE FROM reputation_removed WHERE org_id = $1::uuid AND entry_id = ANY ($2::uuid[]) RETURNING *),
x AS (
  INSERT INTO reputation_entry (org_id, entry_id, list, type, value, action, note, expires_at, added_at, added_by)
  SELECT org_id, entry_id, list, type, value, action, note, expires_at, added_at, added_by FROM gone
  ON CONFLICT DO NOTHING RETURNING org_id, entry_id, list, type, value)
SELECT x.entry_id, x.value, audit_add(x.org_id, $3::uuid, $4, $5, $6, 'reputation.' || x.list, x.value,
         jsonb_build_object('after', jsonb_build_object('type', x.type))) FROM x
