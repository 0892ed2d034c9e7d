-- DKIM keys and how a domain signs.

-- name: dkim_keys
-- role: owner, console
SELECT k.key_id, k.selector, k.algorithm, k.bits, k.record, k.state, floor(extract(epoch FROM k.created_at) * 1000)::bigint,
       floor(extract(epoch FROM k.seen_in_dns_at) * 1000)::bigint, floor(extract(epoch FROM k.missing_since) * 1000)::bigint,
       floor(extract(epoch FROM k.signing_since) * 1000)::bigint, floor(extract(epoch FROM k.retiring_since) * 1000)::bigint,
       floor(extract(epoch FROM k.seen_in_dns_at + make_interval(hours => s.wait_hours)) * 1000)::bigint,
       floor(extract(epoch FROM k.retiring_since + dkim_overlap()) * 1000)::bigint, k.domain_id
  FROM dkim_key k JOIN dkim_setting s USING (org_id, domain_id)
 WHERE ($1::uuid IS NULL OR k.domain_id = $1::uuid) AND ($2::uuid IS NULL OR k.key_id = $2::uuid)
 ORDER BY k.state = 'retired', k.created_at DESC, k.key_id LIMIT 1000

-- name: dkim_setting_get
-- role: owner, console
SELECT enabled, null_sender, header_canon, body_canon, headers, oversign, wait_hours, expire_days,
       md5(ROW(enabled, null_sender, header_canon, body_canon, headers, oversign, wait_hours, expire_days)::text)
  FROM dkim_setting WHERE domain_id = $1::uuid

-- name: dkim_setting_change
-- role: owner, console
-- $14: the version that was shown, NULL = any.
WITH old AS (
  SELECT * FROM dkim_setting WHERE domain_id = $1::uuid
     AND ($14::text IS NULL OR $14::text = md5(ROW(enabled, null_sender, header_canon, body_canon, headers, oversign, wait_hours, expire_days)::text)) FOR UPDATE),
s AS (
  UPDATE dkim_setting x SET enabled = $2::boolean, null_sender = $3::boolean, header_canon = $4, body_canon = $5, headers = $6,
         oversign = $7, wait_hours = $8::int, expire_days = $9::int
    FROM old WHERE x.org_id = old.org_id AND x.domain_id = old.domain_id RETURNING x.*)
SELECT audit_add(s.org_id, $10::uuid, $11, $12, $13, 'domain.dkim_changed', d.name,
         jsonb_build_object('before', to_jsonb(old) - 'org_id' - 'domain_id', 'after', to_jsonb(s) - 'org_id' - 'domain_id'))
  FROM s, old, domain d WHERE d.org_id = s.org_id AND d.domain_id = s.domain_id

-- name: dkim_key_add
-- role: owner, console
-- At most 10 of them. The look at DNS comes at once.
WITH d AS (
  SELECT org_id, domain_id, name FROM domain WHERE domain_id = $1::uuid
     AND (SELECT count(*) FROM dkim_key x WHERE x.domain_id = $1::uuid) < 10),
k AS (
  INSERT INTO dkim_key (org_id, domain_id, key_id, selector, algorithm, bits, private_key, record)
  SELECT d.org_id, d.domain_id, $2::uuid, $3, $4, $5::int, $6::bytea, $7 FROM d RETURNING org_id),
w AS (
  UPDATE domain_watch w SET asked_at = clock_timestamp(), next_at = least(next_at, now()) FROM d WHERE w.org_id = d.org_id AND w.domain_id = d.domain_id)
SELECT audit_add(k.org_id, $8::uuid, $9, $10, $11, 'domain.dkim_added', d.name,
         jsonb_build_object('after', jsonb_build_object('selector', $3::text, 'algorithm', $4::text, 'bits', $5::int))) FROM k, d

-- name: dkim_key_start
-- role: owner, console
-- Without waiting any longer. Only what is in DNS may sign.
WITH k AS (
  SELECT k.org_id, k.domain_id, k.key_id, k.selector, d.name FROM dkim_key k JOIN domain d USING (org_id, domain_id)
   WHERE k.domain_id = $1::uuid AND k.key_id = $2::uuid AND k.state = 'waiting-time' FOR UPDATE OF k),
b AS (SELECT dkim_begin(k.org_id, k.domain_id, k.key_id) FROM k)
SELECT audit_add(k.org_id, $3::uuid, $4, $5, $6, 'domain.dkim_started', k.name, jsonb_build_object('after', jsonb_build_object('selector', k.selector)))
  FROM k, (SELECT count(*) FROM b) n

-- name: dkim_key_delete
-- role: owner, console
WITH k AS (
  DELETE FROM dkim_key WHERE domain_id = $1::uuid AND key_id = $2::uuid RETURNING org_id, domain_id, selector, algorithm, state),
w AS (
  UPDATE domain_watch w SET asked_at = clock_timestamp(), next_at = least(next_at, now()) FROM k WHERE w.org_id = k.org_id AND w.domain_id = k.domain_id)
SELECT audit_add(k.org_id, $3::uuid, $4, $5, $6, 'domain.dkim_deleted', d.name,
         jsonb_build_object('before', jsonb_build_object('selector', k.selector, 'algorithm', k.algorithm, 'state', k.state)))
  FROM k JOIN domain d ON d.org_id = k.org_id AND d.domain_id = k.domain_id
