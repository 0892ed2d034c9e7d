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
       k.selector, k.private_key, d.org_id
  FROM dkim_key k JOIN dkim_setting s USING (org_id, domain_id) JOIN domain d USING (org_id, domain_id)
 WHERE k.state = 'signing' AND s.enabled AND d.state = 'active' ORDER BY d.name COLLATE "C", k.algorithm DESC, k.selector

-- name: orgconf_dkim_of
-- role: jobs
-- The same of one organisation, for mail of it that was held and leaves now.
SELECT d.name, s.null_sender, s.header_canon = 'relaxed', s.body_canon = 'relaxed', s.headers, s.oversign = 'all', s.expire_days,
       k.selector, k.private_key, d.org_id
  FROM dkim_key k JOIN dkim_setting s USING (org_id, domain_id) JOIN domain d USING (org_id, domain_id)
 WHERE k.org_id = $1::uuid AND k.state = 'signing' AND s.enabled AND d.state = 'active'
 ORDER BY d.name COLLATE "C", k.algorithm DESC, k.selector

-- name: orgconf_outbound
-- role: engine
-- Domains whose senders may use the outbound port, a row for each network; none: NULL.
SELECT d.domain_id, n.network::text FROM domain d LEFT JOIN outbound_network n USING (org_id, domain_id)
 WHERE d.state = 'active' AND d.outbound ORDER BY d.domain_id::text COLLATE "C"

-- name: orgconf_suspended
-- role: engine
SELECT org_id, source FROM outbound_suspension ORDER BY org_id::text COLLATE "C", source

-- name: orgconf_learned
-- role: engine
SELECT org_id, model FROM learn_model WHERE model <> '' ORDER BY org_id::text COLLATE "C"

-- name: orgconf_tls
-- role: engine
SELECT org_id, coalesce(domain_id::text, ''), peer, min_version, level FROM tls_peer WHERE direction = 'in' AND active
 ORDER BY org_id::text COLLATE "C", coalesce(domain_id::text, '') COLLATE "C", peer COLLATE "C"

-- name: orgconf_conn_settings
-- role: engine
SELECT org_id, dynamic_level, check_sender, approved_no_spam, rate_in_ip, rate_in_recipient, rate_in_domain, rate_out_ip,
       rate_out_sender, rate_out_domain
  FROM conn_setting ORDER BY org_id

-- name: orgconf_conn_addresses
-- role: engine
SELECT org_id, network, list = 'approved' FROM conn_address ORDER BY org_id, network

-- name: orgconf_conn_countries
-- role: engine
SELECT org_id, country, list = 'approved' FROM conn_country ORDER BY org_id, country

-- name: orgconf_conn_lists
-- role: engine
SELECT org_id, zone, codes FROM conn_list WHERE enabled ORDER BY org_id, zone LIMIT 100000

-- name: orgconf_conn_rdns
-- role: engine
SELECT org_id, sender, missing, invalid FROM conn_rdns WHERE missing OR invalid OR sender NOT IN ('', '*') ORDER BY org_id, sender

-- name: orgconf_senders
-- role: engine
SELECT org_id, header_match, insert_header, array_to_string(still_checked, ' '), used FROM sender_setting ORDER BY org_id

-- name: orgconf_reputation_settings
-- role: engine
SELECT org_id, level, untested FROM reputation_setting ORDER BY org_id::text COLLATE "C"

-- name: orgconf_reputation_lists
-- role: engine
SELECT org_id, zone, codes, level, hosts, addresses FROM reputation_list WHERE enabled ORDER BY org_id::text COLLATE "C", zone

-- name: orgconf_reputation_entries
-- role: engine
SELECT org_id, list = 'approved', type, value, action = 'block', floor(extract(epoch FROM expires_at) * 1000)::bigint
  FROM reputation_entry WHERE expires_at IS NULL OR expires_at > now() ORDER BY org_id::text COLLATE "C", value COLLATE "C"
