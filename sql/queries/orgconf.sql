-- What the gate keeps in memory (src/engine/orgconf).

-- name: orgconf_version
-- role: engine
SELECT version FROM config_version

-- name: orgconf_domains
-- role: engine
SELECT name, org_id, domain_id, check_recipients FROM domain WHERE state = 'active' ORDER BY name COLLATE "C"

-- name: orgconf_senders
-- role: engine
SELECT org_id, header_match, insert_header, array_to_string(still_checked, ' '), used FROM sender_setting ORDER BY org_id
