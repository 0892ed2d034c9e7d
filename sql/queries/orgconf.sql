-- What the gate keeps in memory (src/engine/orgconf).

-- name: orgconf_version
-- role: engine
SELECT version FROM config_version

-- name: orgconf_domains
-- role: engine
SELECT name, org_id, domain_id, check_recipients FROM domain WHERE state = 'active' ORDER BY name COLLATE "C"

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
