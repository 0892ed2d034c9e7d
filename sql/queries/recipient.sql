-- Valid recipients of domains, and the two switches that go with such lists.

-- name: recipient_list
-- role: owner, console
-- $2: how the address begins.
SELECT r.address FROM recipient r
 WHERE r.domain_id = $1::uuid AND r.org_id = (SELECT d.org_id FROM domain d WHERE d.domain_id = $1::uuid)
   AND ($2::text IS NULL OR (r.address COLLATE "C" >= $2 AND r.address COLLATE "C" < $2 || chr(1114111)))
   AND ($3::text IS NULL OR r.address COLLATE "C" > $3)
 ORDER BY r.address COLLATE "C" LIMIT $4::int

-- name: recipient_list_back
-- role: owner, console
SELECT r.address FROM recipient r
 WHERE r.domain_id = $1::uuid AND r.org_id = (SELECT d.org_id FROM domain d WHERE d.domain_id = $1::uuid)
   AND ($2::text IS NULL OR (r.address COLLATE "C" >= $2 AND r.address COLLATE "C" < $2 || chr(1114111)))
   AND ($3::text IS NULL OR r.address COLLATE "C" < $3)
 ORDER BY r.address COLLATE "C" DESC LIMIT $4::int

-- name: recipient_count
-- role: owner, console
-- $2: only these, NULL = all.
SELECT count(*) FROM (SELECT 1 FROM recipient r
 WHERE r.domain_id = $1::uuid AND r.org_id = (SELECT d.org_id FROM domain d WHERE d.domain_id = $1::uuid)
   AND ($2::text[] IS NULL OR r.address = ANY ($2::text[])) LIMIT 100001) x

-- name: recipient_import
-- role: owner, console
WITH d AS (SELECT org_id, domain_id, name FROM domain WHERE domain_id = $1::uuid),
x AS (
  INSERT INTO recipient (org_id, domain_id, address) SELECT d.org_id, d.domain_id, t.address FROM d, unnest($2::text[]) AS t(address)
  ON CONFLICT DO NOTHING RETURNING address),
n AS (SELECT count(*) AS added, (array_agg(address))[1:20] AS some FROM x)
SELECT n.added, CASE WHEN n.added > 0 THEN audit_add(d.org_id, $3::uuid, $4, $5, $6, 'recipient.imported', d.name,
         jsonb_build_object('added', n.added, 'addresses', n.some)) END FROM d, n

-- name: recipient_delete
-- role: owner, console
WITH x AS (
  DELETE FROM recipient r USING domain d WHERE d.domain_id = $1::uuid AND r.org_id = d.org_id AND r.domain_id = d.domain_id AND r.address = $2
  RETURNING r.org_id, r.address)
SELECT audit_add(x.org_id, $3::uuid, $4, $5, $6, 'recipient.deleted', x.address, '{}') FROM x

-- name: recipient_valid
-- role: engine
-- As Postfix has it: user+tag is user, unless it is listed itself.
SELECT EXISTS (SELECT FROM recipient WHERE org_id = $1::uuid AND domain_id = $2::uuid AND address IN ($3, mailbox_of($3)))

-- name: domain_switches
-- role: owner, console
SELECT name, check_recipients, outbound FROM domain WHERE domain_id = $1::uuid

-- name: domain_switch
-- role: owner, console
-- $2, $3: check_recipients and outbound, NULL = as it is.
WITH old AS (SELECT org_id, domain_id, check_recipients, outbound FROM domain WHERE domain_id = $1::uuid FOR UPDATE),
x AS (
  UPDATE domain d SET check_recipients = coalesce($2::boolean, old.check_recipients), outbound = coalesce($3::boolean, old.outbound)
    FROM old WHERE d.org_id = old.org_id AND d.domain_id = old.domain_id RETURNING d.org_id, d.name, d.check_recipients, d.outbound)
SELECT audit_add(x.org_id, $4::uuid, $5, $6, $7, 'domain.changed', x.name, jsonb_build_object(
         'before', jsonb_build_object('check_recipients', old.check_recipients, 'outbound', old.outbound),
         'after', jsonb_build_object('check_recipients', x.check_recipients, 'outbound', x.outbound))) FROM x, old
