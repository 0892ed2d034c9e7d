-- What the gate keeps in memory (src/engine/orgconf).

-- name: orgconf_version
-- role: engine
SELECT version FROM config_version

-- name: orgconf_domains
-- role: engine
SELECT name, org_id, domain_id, check_recipients FROM domain WHERE state = 'active' ORDER BY name COLLATE "C"

-- name: orgconf_outbound
-- role: engine
-- Domains whose senders may use the outbound port, a row for each network; none: NULL.
SELECT d.domain_id, n.network::text FROM domain d LEFT JOIN outbound_network n USING (org_id, domain_id)
 WHERE d.state = 'active' AND d.outbound ORDER BY d.domain_id::text COLLATE "C"

-- name: orgconf_suspended
-- role: engine
SELECT org_id, source FROM outbound_suspension ORDER BY org_id::text COLLATE "C", source

-- name: orgconf_tls
-- role: engine
SELECT org_id, coalesce(domain_id::text, ''), peer, min_version, level FROM tls_peer WHERE direction = 'in' AND active
 ORDER BY org_id::text COLLATE "C", coalesce(domain_id::text, '') COLLATE "C", peer COLLATE "C"
