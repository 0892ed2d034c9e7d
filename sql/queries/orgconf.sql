-- What the gate keeps in memory (src/engine/orgconf).

-- name: orgconf_version
-- role: engine
SELECT version FROM config_version

-- name: orgconf_domains
-- role: engine
SELECT name, org_id, domain_id, check_recipients, vouched OR verified_at IS NOT NULL FROM domain WHERE state = 'active' ORDER BY name COLLATE "C"

-- name: orgconf_dkim
-- role: engine
-- Only keys that sign.
SELECT d.name, s.null_sender, s.header_canon = 'relaxed', s.body_canon = 'relaxed', s.headers, s.oversign = 'all', s.expire_days,
       k.selector, k.private_key
  FROM dkim_key k JOIN dkim_setting s USING (org_id, domain_id) JOIN domain d USING (org_id, domain_id)
 WHERE k.state = 'signing' AND s.enabled AND d.state = 'active' ORDER BY d.name COLLATE "C", k.algorithm DESC, k.selector
