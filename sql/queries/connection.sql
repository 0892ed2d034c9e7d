-- Rules about the connection (0008-connection.sql).

-- name: conn_setting_get
-- role: owner, console
SELECT dynamic_level, check_sender, approved_no_spam, rate_in_ip, rate_in_recipient, rate_in_domain, rate_out_ip, rate_out_sender, rate_out_domain
  FROM conn_setting WHERE org_id = $1::uuid

-- name: conn_reputation_put
-- role: owner, console
-- $9: the version that was shown, NULL = any. Without a row nobody saved anything.
WITH old AS (SELECT dynamic_level, check_sender, approved_no_spam FROM conn_setting WHERE org_id = $1::uuid),
s AS (
  INSERT INTO conn_setting (org_id, dynamic_level, check_sender, approved_no_spam) VALUES ($1::uuid, $2::int, $3::boolean, $4::boolean)
  ON CONFLICT (org_id) DO UPDATE SET dynamic_level = excluded.dynamic_level, check_sender = excluded.check_sender,
    approved_no_spam = excluded.approved_no_spam
    WHERE $9::text IS NULL OR $9::text = concat_ws(',', conn_setting.dynamic_level, conn_setting.check_sender, conn_setting.approved_no_spam)
  RETURNING org_id, dynamic_level, check_sender, approved_no_spam)
SELECT audit_add(s.org_id, $5::uuid, $6, $7, $8, 'connection.reputation_changed', '', jsonb_build_object(
         'before', (SELECT to_jsonb(old) FROM old), 'after', to_jsonb(s) - 'org_id')) FROM s

-- name: conn_rates_put
-- role: owner, console
-- $12: the version that was shown, NULL = any.
WITH old AS (SELECT rate_in_ip, rate_in_recipient, rate_in_domain, rate_out_ip, rate_out_sender, rate_out_domain FROM conn_setting WHERE org_id = $1::uuid),
s AS (
  INSERT INTO conn_setting (org_id, rate_in_ip, rate_in_recipient, rate_in_domain, rate_out_ip, rate_out_sender, rate_out_domain)
  VALUES ($1::uuid, $2::int, $3::int, $4::int, $5::int, $6::int, $7::int)
  ON CONFLICT (org_id) DO UPDATE SET rate_in_ip = excluded.rate_in_ip, rate_in_recipient = excluded.rate_in_recipient,
    rate_in_domain = excluded.rate_in_domain, rate_out_ip = excluded.rate_out_ip, rate_out_sender = excluded.rate_out_sender,
    rate_out_domain = excluded.rate_out_domain
    WHERE $12::text IS NULL OR $12::text = concat_ws(',', conn_setting.rate_in_ip, conn_setting.rate_in_recipient, conn_setting.rate_in_domain,
                                                     conn_setting.rate_out_ip, conn_setting.rate_out_sender, conn_setting.rate_out_domain)
  RETURNING org_id, rate_in_ip, rate_in_recipient, rate_in_domain, rate_out_ip, rate_out_sender, rate_out_domain)
SELECT audit_add(s.org_id, $8::uuid, $9, $10, $11, 'connection.rates_changed', '', jsonb_build_object(
         'before', (SELECT to_jsonb(old) FROM old), 'after', to_jsonb(s) - 'org_id')) FROM s

-- name: conn_address_list
-- role: owner, console
-- By network, from behind the place ($4, $5). $3: LIKE pattern of the written network or the note.
SELECT address_id, list, network, note, floor(extract(epoch FROM created_at) * 1000)::bigint
  FROM conn_address
 WHERE org_id = $1::uuid AND list = $2
   AND ($3::text IS NULL OR network::text LIKE $3 OR note ILIKE $3)
   AND ($4::cidr IS NULL OR (network, address_id) > ($4::cidr, $5::uuid))
 ORDER BY network, address_id LIMIT $6::int

-- name: conn_address_list_back
-- role: owner, console
SELECT address_id, list, network, note, floor(extract(epoch FROM created_at) * 1000)::bigint
  FROM conn_address
 WHERE org_id = $1::uuid AND list = $2
   AND ($3::text IS NULL OR network::text LIKE $3 OR note ILIKE $3)
   AND ($4::cidr IS NULL OR (network, address_id) < ($4::cidr, $5::uuid))
 ORDER BY network DESC, address_id DESC LIMIT $6::int

-- name: conn_address_get
-- role: owner, console
SELECT address_id, list, network, note, floor(extract(epoch FROM created_at) * 1000)::bigint FROM conn_address WHERE address_id = $1::uuid

-- name: conn_address_find
-- role: owner, console
SELECT address_id, list, network, note, floor(extract(epoch FROM created_at) * 1000)::bigint FROM conn_address
 WHERE org_id = $1::uuid AND network = $2::cidr

-- name: conn_address_known
-- role: owner, console
-- Which of these networks are listed already, and where.
SELECT network, list FROM conn_address WHERE org_id = $1::uuid AND network = ANY ($2::cidr[])

-- name: conn_address_add
-- role: owner, console
WITH x AS (
  INSERT INTO conn_address (org_id, address_id, list, network, note) VALUES ($1::uuid, $2::uuid, $3, $4::cidr, $5) RETURNING *)
SELECT audit_add(x.org_id, $6::uuid, $7, $8, $9, CASE x.list WHEN 'blocked' THEN 'connection.address_blocked' ELSE 'connection.address_approved' END, x.network::text,
                 jsonb_build_object('after', jsonb_build_object('list', x.list, 'note', x.note))) FROM x

-- name: conn_address_delete
-- role: owner, console
WITH x AS (DELETE FROM conn_address WHERE address_id = $1::uuid RETURNING *)
SELECT audit_add(x.org_id, $2::uuid, $3, $4, $5, 'connection.address_deleted', x.network::text,
                 jsonb_build_object('before', jsonb_build_object('list', x.list, 'note', x.note))) FROM x

-- name: conn_address_import
-- role: owner, console
-- $3: [{"network": "192.0.2.0/24", "note": ""}]. What is listed already stays as it is. How many were added. $8: names the
-- import, for Undo.
WITH x AS (
  INSERT INTO conn_address (org_id, address_id, list, network, note, import_id)
  SELECT $1::uuid, uuid7(), $2, j.network, j.note, $8::uuid FROM jsonb_to_recordset($3::jsonb) AS j(network cidr, note text)
  ON CONFLICT ON CONSTRAINT address_listed DO NOTHING RETURNING network),
n AS (SELECT count(*) AS added FROM x)
SELECT n.added, (SELECT audit_add($1::uuid, $4::uuid, $5, $6, $7, 'connection.addresses_imported', $2, jsonb_build_object('added', n.added)) WHERE n.added > 0)
  FROM n

-- name: conn_address_import_undo
-- role: owner, console
WITH x AS (DELETE FROM conn_address WHERE org_id = $1::uuid AND import_id = $2::uuid RETURNING network, list),
n AS (SELECT count(*) AS n, min(list) AS list, (array_agg(network::text ORDER BY network))[1:20] AS some FROM x)
SELECT n.n, CASE WHEN n.n > 0 THEN audit_add($1::uuid, $3::uuid, $4, $5, $6, 'connection.import_undone', n.list,
         jsonb_build_object('before', jsonb_build_object('entries', n.n, 'networks', n.some))) END FROM n

-- name: conn_country_list
-- role: owner, console
SELECT country, list FROM conn_country WHERE org_id = $1::uuid ORDER BY list, country

-- name: conn_country_put
-- role: owner, console
-- $3 NULL: no rule any more.
WITH old AS (SELECT list FROM conn_country WHERE org_id = $1::uuid AND country = $2),
gone AS (DELETE FROM conn_country WHERE org_id = $1::uuid AND country = $2 AND $3::text IS NULL RETURNING 1),
put AS (
  INSERT INTO conn_country (org_id, country, list) SELECT $1::uuid, $2, $3 WHERE $3::text IS NOT NULL
  ON CONFLICT (org_id, country) DO UPDATE SET list = excluded.list RETURNING 1)
SELECT audit_add($1::uuid, $4::uuid, $5, $6, $7, 'connection.country_changed', $2,
                 jsonb_build_object('before', jsonb_build_object('list', (SELECT list FROM old)), 'after', jsonb_build_object('list', $3::text)))
 WHERE (SELECT list FROM old) IS DISTINCT FROM $3::text AND ((SELECT count(*) FROM gone) + (SELECT count(*) FROM put)) > 0

-- name: conn_list_list
-- role: owner, console
SELECT list_id, zone, codes, enabled FROM conn_list WHERE org_id = $1::uuid ORDER BY zone LIMIT 100

-- name: conn_list_add
-- role: owner, console
WITH x AS (INSERT INTO conn_list (org_id, list_id, zone, codes) VALUES ($1::uuid, $2::uuid, $3, $4) RETURNING *)
SELECT audit_add(x.org_id, $5::uuid, $6, $7, $8, 'connection.list_added', x.zone, jsonb_build_object('after', jsonb_build_object('codes', x.codes))) FROM x

-- name: conn_list_switch
-- role: owner, console
-- A row also when it is so already.
WITH x AS (UPDATE conn_list SET enabled = $2::boolean WHERE list_id = $1::uuid AND enabled <> $2::boolean RETURNING *),
a AS (
  SELECT audit_add(x.org_id, $3::uuid, $4, $5, $6, CASE WHEN x.enabled THEN 'connection.list_on' ELSE 'connection.list_off' END, x.zone,
                   jsonb_build_object('before', jsonb_build_object('enabled', NOT x.enabled), 'after', jsonb_build_object('enabled', x.enabled))) AS done FROM x)
SELECT (SELECT count(done) FROM a) FROM conn_list WHERE list_id = $1::uuid

-- name: conn_list_delete
-- role: owner, console
WITH x AS (DELETE FROM conn_list WHERE list_id = $1::uuid RETURNING *)
SELECT audit_add(x.org_id, $2::uuid, $3, $4, $5, 'connection.list_deleted', x.zone, jsonb_build_object('before', jsonb_build_object('codes', x.codes))) FROM x

-- name: conn_rdns_list
-- role: owner, console
-- The two that are always there come first, then those behind $2.
SELECT '*', coalesce(bool_or(missing), false), coalesce(bool_or(invalid), false) FROM conn_rdns WHERE org_id = $1::uuid AND sender = '*'
UNION ALL
SELECT '', coalesce(bool_or(missing), false), coalesce(bool_or(invalid), false) FROM conn_rdns WHERE org_id = $1::uuid AND sender = ''
UNION ALL
(SELECT sender, missing, invalid FROM conn_rdns
  WHERE org_id = $1::uuid AND sender NOT IN ('', '*') AND ($2::text IS NULL OR sender > $2) ORDER BY sender LIMIT $3::int)

-- name: conn_rdns_list_back
-- role: owner, console
SELECT '*', coalesce(bool_or(missing), false), coalesce(bool_or(invalid), false) FROM conn_rdns WHERE org_id = $1::uuid AND sender = '*'
UNION ALL
SELECT '', coalesce(bool_or(missing), false), coalesce(bool_or(invalid), false) FROM conn_rdns WHERE org_id = $1::uuid AND sender = ''
UNION ALL
(SELECT sender, missing, invalid FROM conn_rdns
  WHERE org_id = $1::uuid AND sender NOT IN ('', '*') AND ($2::text IS NULL OR sender < $2) ORDER BY sender DESC LIMIT $3::int)

-- name: conn_rdns_get
-- role: owner, console
SELECT sender, missing, invalid FROM conn_rdns WHERE org_id = $1::uuid AND sender = $2

-- name: conn_rdns_put
-- role: owner, console
-- $9: the version that was shown, '' = a new rule, NULL = any.
WITH old AS (SELECT missing, invalid FROM conn_rdns WHERE org_id = $1::uuid AND sender = $2),
x AS (
  INSERT INTO conn_rdns (org_id, sender, missing, invalid) SELECT $1::uuid, $2, $3::boolean, $4::boolean
   WHERE coalesce($9::text, '') = '' OR $2 IN ('', '*') OR EXISTS (SELECT FROM old)
  ON CONFLICT (org_id, sender) DO UPDATE SET missing = excluded.missing, invalid = excluded.invalid
    WHERE $9::text IS NULL OR $9::text = concat_ws(',', conn_rdns.missing, conn_rdns.invalid) RETURNING *)
SELECT audit_add(x.org_id, $5::uuid, $6, $7, $8, 'connection.rdns_changed', x.sender, jsonb_build_object(
         'before', (SELECT to_jsonb(old) FROM old), 'after', jsonb_build_object('missing', x.missing, 'invalid', x.invalid))) FROM x

-- name: conn_rdns_delete
-- role: owner, console
WITH x AS (DELETE FROM conn_rdns WHERE org_id = $1::uuid AND sender = $2 AND sender NOT IN ('', '*') RETURNING *)
SELECT audit_add(x.org_id, $3::uuid, $4, $5, $6, 'connection.rdns_deleted', x.sender,
                 jsonb_build_object('before', jsonb_build_object('missing', x.missing, 'invalid', x.invalid))) FROM x

-- name: refusal_counts
-- role: owner, console
-- Of 24 hours, at most 100,000 of them.
SELECT reason, count(*) FROM (SELECT reason FROM refusal WHERE org_id = $1::uuid AND at > now() - interval '24 hours' LIMIT 100000) x GROUP BY reason
