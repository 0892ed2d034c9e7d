-- What the gate keeps in memory (src/engine/orgconf).

-- name: orgconf_version
-- role: engine
SELECT version FROM config_version

-- name: orgconf_domains
-- role: engine
SELECT name, org_id, domain_id, check_recipients FROM domain WHERE state = 'active' ORDER BY name COLLATE "C"
