-- What organisations have set about spam (0016-spam.sql).

-- name: spam_all
-- role: engine
-- All that the gate keeps in memory of it, by organisation: its domains, its settings, its lists.
SELECT x.org_id, x.what, x.value FROM (
  SELECT org_id, 'own' AS what, name COLLATE "C" AS value FROM domain WHERE state = 'active'
  UNION ALL SELECT org_id, 'setting', settings::text COLLATE "C" FROM spam_setting
  UNION ALL SELECT org_id, list, value FROM spam_entry) x
 ORDER BY x.org_id, x.what, x.value

-- name: spam_setting_get
-- role: owner, console
SELECT settings, md5(settings::text) FROM spam_setting WHERE org_id = $1::uuid

-- name: spam_setting_put
-- role: owner, console
-- The audit log gets the settings that are others than before. $7: the version that was shown, '' = none, NULL = any.
WITH old AS (SELECT settings FROM spam_setting WHERE org_id = $1::uuid),
x AS (
  INSERT INTO spam_setting AS s (org_id, settings)
  SELECT $1::uuid, $2::jsonb WHERE coalesce($7::text, '') = '' OR EXISTS (SELECT FROM old)
  ON CONFLICT (org_id) DO UPDATE SET settings = excluded.settings, changed_at = now()
    WHERE $7::text IS NULL OR $7::text = md5(s.settings::text)
  RETURNING org_id)
SELECT audit_add(x.org_id, $3::uuid, $4, $5, $6, 'spam.changed', '', jsonb_build_object(
         'before', (SELECT jsonb_object_agg(o.key, o.value) FROM old, jsonb_each(old.settings) o
                     WHERE o.value IS DISTINCT FROM $2::jsonb -> o.key),
         'after', (SELECT jsonb_object_agg(n.key, n.value) FROM jsonb_each($2::jsonb) n
                    WHERE n.value IS DISTINCT FROM (SELECT settings -> n.key FROM old))))
  FROM x

-- name: spam_entry_list
-- role: owner, console
SELECT entry_id, value, floor(extract(epoch FROM added_at) * 1000)::bigint, added_by FROM spam_entry
 WHERE org_id = $1::uuid AND list = $2 AND ($3::text IS NULL OR value > $3) ORDER BY value LIMIT $4::int

-- name: spam_entry_list_back
-- role: owner, console
SELECT entry_id, value, floor(extract(epoch FROM added_at) * 1000)::bigint, added_by FROM spam_entry
 WHERE org_id = $1::uuid AND list = $2 AND value < $3 ORDER BY value DESC LIMIT $4::int

-- name: spam_entry_get
-- role: owner, console
SELECT list, value FROM spam_entry WHERE org_id = $1::uuid AND entry_id = $2::uuid

-- name: spam_entry_counts
-- role: owner, console
SELECT list, count(*) FROM spam_entry WHERE org_id = $1::uuid GROUP BY list

-- name: spam_entry_add
-- role: owner, console
WITH x AS (
  INSERT INTO spam_entry (org_id, entry_id, list, value, added_by) VALUES ($1::uuid, uuid7(), $2, $3, $5) RETURNING org_id, list, value)
SELECT audit_add(x.org_id, $4::uuid, $5, $6, $7, 'spam.added', x.value, jsonb_build_object('after', jsonb_build_object('list', x.list))) FROM x

-- name: spam_entry_delete
-- role: owner, console
WITH x AS (DELETE FROM spam_entry WHERE org_id = $1::uuid AND list = $2 AND value = $3 RETURNING org_id, list, value)
SELECT audit_add(x.org_id, $4::uuid, $5, $6, $7, 'spam.deleted', x.value, jsonb_build_object('before', jsonb_build_object('list', x.list))) FROM x

-- name: spam_entry_import
-- role: owner, console
-- $4: the list becomes exactly these; else they are added to it.
WITH n AS (SELECT DISTINCT value COLLATE "C" AS value FROM unnest($3::text[]) AS u(value)),
gone AS (
  DELETE FROM spam_entry e WHERE $4::boolean AND e.org_id = $1::uuid AND e.list = $2 AND NOT EXISTS (SELECT FROM n WHERE n.value = e.value)
  RETURNING e.value),
x AS (
  INSERT INTO spam_entry (org_id, entry_id, list, value, added_by) SELECT $1::uuid, uuid7(), $2, n.value, $6 FROM n ORDER BY n.value
  ON CONFLICT ON CONSTRAINT spam_entry_twice DO NOTHING RETURNING value),
c AS (SELECT (SELECT count(*) FROM x) AS added, (SELECT count(*) FROM gone) AS deleted)
SELECT c.added, c.deleted, CASE WHEN c.added + c.deleted > 0 THEN audit_add($1::uuid, $5::uuid, $6, $7, $8, 'spam.imported', $2,
         jsonb_build_object('before', jsonb_build_object('entries', c.deleted, 'some', (SELECT (array_agg(value ORDER BY value))[1:20] FROM gone)),
                            'after', jsonb_build_object('entries', c.added, 'some', (SELECT (array_agg(value ORDER BY value))[1:20] FROM x)))) END
  FROM c
