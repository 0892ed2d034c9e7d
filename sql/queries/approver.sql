-- Groups that decide about release requests (0027-approver-groups.sql).

-- name: approver_groups
-- role: owner, console
-- members as addresses; those that count no more are left out.
SELECT g.group_id, g.name,
       array_to_string(ARRAY(SELECT a.address FROM account a WHERE a.org_id = g.org_id AND a.account_id = ANY (g.members)
                                AND a.state = 'active' AND a.role IN ('owner', 'domain_admin', 'help_desk') ORDER BY a.address), ' '),
       array_to_string(g.domains, ' '), md5(to_jsonb(g)::text)
  FROM approver_group g WHERE ($1::uuid IS NULL OR g.group_id = $1::uuid) AND g.org_id = $2::uuid ORDER BY g.name LIMIT 100

-- name: approver_unfit
-- role: owner, console
-- The first of these that cannot be in a group: no account that may deliver, no domain of the organisation.
SELECT x FROM (
  SELECT 1 AS n, x FROM unnest($2::text[]) x WHERE NOT EXISTS (
    SELECT FROM account a WHERE a.org_id = $1::uuid AND a.address = x AND a.state = 'active' AND a.role IN ('owner', 'domain_admin', 'help_desk'))
  UNION ALL
  SELECT 2, x FROM unnest($3::text[]) x WHERE NOT EXISTS (SELECT FROM domain d WHERE d.org_id = $1::uuid AND d.name = x)) y
 ORDER BY n, x LIMIT 1

-- name: approver_group_add
-- role: owner, console
WITH x AS (
  INSERT INTO approver_group (org_id, group_id, name, members, domains)
  SELECT $1::uuid, uuid7(), $2, ARRAY(SELECT a.account_id FROM account a WHERE a.org_id = $1::uuid AND a.address = ANY ($3::text[])
                                         AND a.role IN ('owner', 'domain_admin', 'help_desk') ORDER BY a.address),
         ARRAY(SELECT d.name FROM domain d WHERE d.org_id = $1::uuid AND d.name = ANY ($4::text[]) ORDER BY d.name) RETURNING *)
SELECT audit_add(x.org_id, $5::uuid, $6, $7, $8, 'request.group_added', x.name,
         jsonb_build_object('after', jsonb_build_object('name', x.name, 'members', $3::text[], 'domains', x.domains))) FROM x

-- name: approver_group_change
-- role: owner, console
-- $10: the version that was shown.
WITH old AS (SELECT * FROM approver_group WHERE org_id = $1::uuid AND group_id = $9::uuid AND ($10::text IS NULL OR md5(to_jsonb(approver_group)::text) = $10) FOR UPDATE),
x AS (
  UPDATE approver_group g SET name = $2, changed_at = now(),
         members = ARRAY(SELECT a.account_id FROM account a WHERE a.org_id = $1::uuid AND a.address = ANY ($3::text[])
                            AND a.role IN ('owner', 'domain_admin', 'help_desk') ORDER BY a.address),
         domains = ARRAY(SELECT d.name FROM domain d WHERE d.org_id = $1::uuid AND d.name = ANY ($4::text[]) ORDER BY d.name)
    FROM old WHERE g.org_id = old.org_id AND g.group_id = old.group_id RETURNING g.*)
SELECT audit_add(x.org_id, $5::uuid, $6, $7, $8, 'request.group_changed', x.name, jsonb_build_object(
         'before', jsonb_build_object('name', old.name, 'members', ARRAY(SELECT a.address FROM account a WHERE a.org_id = old.org_id AND a.account_id = ANY (old.members) ORDER BY a.address), 'domains', old.domains),
         'after', jsonb_build_object('name', x.name, 'members', $3::text[], 'domains', x.domains))) FROM x, old

-- name: approver_group_delete
-- role: owner, console
WITH x AS (DELETE FROM approver_group WHERE org_id = $1::uuid AND group_id = $2::uuid RETURNING *)
SELECT audit_add(x.org_id, $3::uuid, $4, $5, $6, 'request.group_deleted', x.name, jsonb_build_object('before', jsonb_build_object('name', x.name,
         'members', ARRAY(SELECT a.address FROM account a WHERE a.org_id = x.org_id AND a.account_id = ANY (x.members) ORDER BY a.address), 'domains', x.domains))) FROM x
