-- Rules of sender authentication.

-- name: auth_rule_all
-- role: engine
SELECT org_id, domain_id, settings FROM auth_rule ORDER BY org_id, domain_id

-- name: auth_rule_list
-- role: owner, console
-- The default first, then domains behind $2, each with its own rule if it has one.
SELECT NULL::uuid AS domain_id, '' AS name, (SELECT settings FROM auth_rule WHERE org_id = $1::uuid AND domain_id IS NULL) AS settings
UNION ALL
(SELECT d.domain_id, d.name, a.settings FROM domain d LEFT JOIN auth_rule a USING (org_id, domain_id)
  WHERE d.org_id = $1::uuid AND ($2::text IS NULL OR d.name > $2) ORDER BY d.name LIMIT $3::int)

-- name: auth_rule_list_back
-- role: owner, console
SELECT NULL::uuid AS domain_id, '' AS name, (SELECT settings FROM auth_rule WHERE org_id = $1::uuid AND domain_id IS NULL) AS settings
UNION ALL
(SELECT d.domain_id, d.name, a.settings FROM domain d LEFT JOIN auth_rule a USING (org_id, domain_id)
  WHERE d.org_id = $1::uuid AND ($2::text IS NULL OR d.name < $2) ORDER BY d.name DESC LIMIT $3::int)

-- name: auth_rule_get
-- role: owner, console
-- One row: of the domain, or of the default; settings NULL: it has none of its own.
SELECT d.domain_id, coalesce(d.name, ''), a.settings, coalesce(md5(a.settings::text), '')
  FROM (SELECT $2::uuid AS domain_id) x LEFT JOIN domain d ON d.org_id = $1::uuid AND d.domain_id = x.domain_id
  LEFT JOIN auth_rule a ON a.org_id = $1::uuid AND a.domain_id IS NOT DISTINCT FROM x.domain_id
 WHERE x.domain_id IS NULL OR d.domain_id IS NOT NULL

-- name: auth_rule_put
-- role: owner, console
-- The audit log gets the settings that are others than before. $9: the version that was shown, '' = none, NULL = any.
WITH old AS (SELECT settings FROM auth_rule WHERE org_id = $1::uuid AND domain_id IS NOT DISTINCT FROM $3::uuid),
target AS (SELECT d.domain_id, coalesce(d.name, '') AS name
             FROM (SELECT $3::uuid AS domain_id) x LEFT JOIN domain d ON d.org_id = $1::uuid AND d.domain_id = x.domain_id
            WHERE x.domain_id IS NULL OR d.domain_id IS NOT NULL),
a AS (
  INSERT INTO auth_rule (org_id, rule_id, domain_id, settings) SELECT $1::uuid, $2::uuid, domain_id, $4::jsonb FROM target
   WHERE coalesce($9::text, '') = '' OR EXISTS (SELECT FROM old)
  ON CONFLICT ON CONSTRAINT auth_rule_twice DO UPDATE SET settings = excluded.settings, changed_at = now()
    WHERE $9::text IS NULL OR $9::text = md5(auth_rule.settings::text)
  RETURNING org_id)
SELECT audit_add(a.org_id, $5::uuid, $6, $7, $8, 'auth_rule.changed', t.name, jsonb_build_object(
         'before', (SELECT jsonb_object_agg(o.key, o.value) FROM old, jsonb_each(old.settings) o
                     WHERE o.value IS DISTINCT FROM $4::jsonb -> o.key),
         'after', (SELECT jsonb_object_agg(n.key, n.value) FROM jsonb_each($4::jsonb) n
                    WHERE n.value IS DISTINCT FROM (SELECT settings -> n.key FROM old))))
  FROM a, target t

-- name: auth_rule_delete
-- role: owner, console
WITH a AS (DELETE FROM auth_rule WHERE org_id = $1::uuid AND domain_id = $2::uuid RETURNING org_id, domain_id, settings)
SELECT audit_add(a.org_id, $3::uuid, $4, $5, $6, 'auth_rule.deleted', d.name, jsonb_build_object('before', a.settings))
  FROM a JOIN domain d USING (org_id, domain_id)
