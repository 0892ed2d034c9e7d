-- Rules of sender authentication. Of the audit log: which settings are others than before.

-- name: auth_rule_all
-- role: engine
SELECT org_id, domain_id, settings FROM auth_rule ORDER BY org_id, domain_id

-- name: auth_rule_list
-- role: console
-- Every domain, with its own rule if it has one, and the default first.
SELECT NULL::uuid AS domain_id, '' AS name, (SELECT settings FROM auth_rule WHERE domain_id IS NULL) AS settings
UNION ALL
(SELECT d.domain_id, d.name, a.settings FROM domain d LEFT JOIN auth_rule a USING (org_id, domain_id) ORDER BY d.name LIMIT 1000)

-- name: auth_rule_get
-- role: console
-- One row: of the domain, or of the default; settings NULL: it has none of its own.
SELECT d.domain_id, coalesce(d.name, ''), a.settings
  FROM (SELECT $1::uuid AS domain_id) x LEFT JOIN domain d ON d.domain_id = x.domain_id
  LEFT JOIN auth_rule a ON a.domain_id IS NOT DISTINCT FROM x.domain_id
 WHERE x.domain_id IS NULL OR d.domain_id IS NOT NULL

-- name: auth_rule_put
-- role: console
WITH old AS (SELECT settings FROM auth_rule WHERE domain_id IS NOT DISTINCT FROM $2::uuid),
target AS (SELECT scope_org() AS org_id, d.domain_id, coalesce(d.name, '') AS name
             FROM (SELECT $2::uuid AS domain_id) x LEFT JOIN domain d ON d.domain_id = x.domain_id
            WHERE x.domain_id IS NULL OR d.domain_id IS NOT NULL),
a AS (
  INSERT INTO auth_rule (org_id, rule_id, domain_id, settings) SELECT org_id, $1::uuid, domain_id, $3::jsonb FROM target
  ON CONFLICT ON CONSTRAINT auth_rule_twice DO UPDATE SET settings = excluded.settings, changed_at = now()
  RETURNING org_id)
SELECT audit_add(a.org_id, $4::uuid, $5, $6, $7, 'auth_rule.changed', t.name, jsonb_build_object(
         'before', (SELECT jsonb_object_agg(key, value) FROM (SELECT (jsonb_each(settings)).* FROM old) o
                     WHERE value IS DISTINCT FROM $3::jsonb -> key),
         'after', (SELECT jsonb_object_agg(key, value) FROM jsonb_each($3::jsonb) n
                    WHERE value IS DISTINCT FROM (SELECT settings -> key FROM old))))
  FROM a, target t

-- name: auth_rule_delete
-- role: console
WITH a AS (DELETE FROM auth_rule WHERE domain_id = $1::uuid RETURNING org_id, domain_id, settings)
SELECT audit_add(a.org_id, $2::uuid, $3, $4, $5, 'auth_rule.deleted', d.name, jsonb_build_object('before', a.settings))
  FROM a JOIN domain d USING (org_id, domain_id)
