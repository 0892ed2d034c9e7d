-- Domains and inbound servers.

-- name: domain_list
-- role: owner, console
-- Held mail is counted for all domains in one pass over its index, at most 100,000 of it.
WITH held AS (
  SELECT x.org_id, x.domain, least(count(*), 10001) AS n
    FROM (SELECT r.org_id, r.domain FROM message_recipient r WHERE r.state = 'held' LIMIT 100000) x GROUP BY 1, 2)
SELECT d.domain_id, d.org_id, d.name, d.state, d.check_recipients, floor(extract(epoch FROM d.created_at) * 1000)::bigint,
       (SELECT count(*) FROM (SELECT 1 FROM message_recipient r WHERE r.org_id = d.org_id AND r.domain = d.name
                                 AND r.received_at > now() - interval '24 hours' LIMIT 10001) x),
       coalesce(h.n, 0)
  FROM domain d LEFT JOIN held h ON h.org_id = d.org_id AND h.domain = d.name
 WHERE ($1::uuid IS NULL OR d.domain_id = $1::uuid) AND ($2::text IS NULL OR d.name = $2)
 ORDER BY d.name LIMIT 1000

-- name: domain_servers
-- role: owner, console
SELECT server_id, domain_id, recipient, host, port, preference FROM domain_server
 WHERE $1::uuid IS NULL OR domain_id = $1::uuid
 ORDER BY domain_id, recipient <> '*', recipient, preference, host, port LIMIT 10000

-- name: domain_server_get
-- role: engine
SELECT server_id, domain_id, recipient, host, port, preference FROM domain_server WHERE org_id = $1::uuid AND server_id = $2::uuid

-- name: domain_add
-- role: owner, console
WITH d AS (
  INSERT INTO domain (org_id, domain_id, name) VALUES ($1::uuid, $2::uuid, $3) RETURNING org_id, domain_id, name),
s AS (
  INSERT INTO domain_server (org_id, domain_id, server_id, host, port) SELECT org_id, domain_id, uuid7(), $4, $5::int FROM d),
m AS (
  INSERT INTO account_mailbox (org_id, account_id, address)
  SELECT a.org_id, a.account_id, a.address FROM account a JOIN d ON a.org_id = d.org_id AND split_part(a.address, '@', 2) = d.name
  ON CONFLICT DO NOTHING)
SELECT audit_add(d.org_id, $6::uuid, $7, $8, $9, 'domain.added', d.name,
                 jsonb_build_object('after', jsonb_build_object('server', $4::text, 'port', $5::int))) FROM d

-- name: domain_delete
-- role: owner, console
-- Its mailboxes go with it (domain_ends_mailboxes(), 0048-at-once.sql).
WITH d AS (DELETE FROM domain WHERE domain_id = $1::uuid RETURNING org_id, domain_id, name)
SELECT audit_add(d.org_id, $2::uuid, $3, $4, $5, 'domain.deleted', d.name, '{}') FROM d

-- name: domain_server_add
-- role: owner, console
WITH s AS (
  INSERT INTO domain_server (org_id, domain_id, server_id, recipient, host, port, preference)
  SELECT d.org_id, d.domain_id, uuid7(), $2, $3, $4::int, $5::int FROM domain d WHERE d.domain_id = $1::uuid
  RETURNING *)
SELECT audit_add(s.org_id, $6::uuid, $7, $8, $9, 'domain.server_added', d.name,
         jsonb_build_object('after', jsonb_build_object('recipient', s.recipient, 'host', s.host, 'port', s.port, 'preference', s.preference)))
  FROM s JOIN domain d ON d.domain_id = s.domain_id AND d.org_id = s.org_id

-- name: domain_server_change
-- role: owner, console
WITH old AS (SELECT * FROM domain_server WHERE domain_id = $1::uuid AND server_id = $10::uuid FOR UPDATE),
s AS (
  UPDATE domain_server x SET recipient = $2, host = $3, port = $4::int, preference = $5::int
    FROM old WHERE x.org_id = old.org_id AND x.domain_id = old.domain_id AND x.server_id = old.server_id RETURNING x.*)
SELECT audit_add(s.org_id, $6::uuid, $7, $8, $9, 'domain.server_changed', d.name, jsonb_build_object(
         'before', jsonb_build_object('recipient', old.recipient, 'host', old.host, 'port', old.port, 'preference', old.preference),
         'after', jsonb_build_object('recipient', s.recipient, 'host', s.host, 'port', s.port, 'preference', s.preference)))
  FROM s JOIN old ON old.server_id = s.server_id JOIN domain d ON d.domain_id = s.domain_id AND d.org_id = s.org_id

-- name: domain_server_delete
-- role: owner, console
WITH all_of AS (SELECT server_id FROM domain_server WHERE domain_id = $1::uuid FOR UPDATE),
s AS (
  DELETE FROM domain_server x WHERE x.domain_id = $1::uuid AND x.server_id = $6::uuid AND (SELECT count(*) FROM all_of) > 1 RETURNING x.*)
SELECT (SELECT count(*) FROM all_of),
       (SELECT audit_add(s.org_id, $2::uuid, $3, $4, $5, 'domain.server_deleted', d.name, jsonb_build_object(
          'before', jsonb_build_object('recipient', s.recipient, 'host', s.host, 'port', s.port, 'preference', s.preference)))
          FROM s JOIN domain d ON d.domain_id = s.domain_id AND d.org_id = s.org_id)
