-- What Postfix reads: which recipients are valid, where their mail goes.
\ir common.psql
SELECT no_plan();
SELECT tenants();
GRANT USAGE ON SCHEMA tap TO PUBLIC;
UPDATE domain_server SET port = 2525;
INSERT INTO domain_server (org_id, domain_id, server_id, recipient, host, port, preference) VALUES
  (org_id(1), org_id(1), uuid7(), '*', '192.0.2.20', 25, 20),
  (org_id(1), org_id(1), uuid7(), 'boss@org1.example', '192.0.2.30', 25, 10),
  (org_id(1), org_id(1), uuid7(), 'boss+x@org1.example', '192.0.2.40', 25, 10);
INSERT INTO domain (org_id, domain_id, name, state) VALUES (org_id(1), uuid7(), 'asleep.example', 'suspended');

CREATE FUNCTION tap.asks(p_map text, p_key text) RETURNS text LANGUAGE sql AS $$
  SELECT as_role('sekisho_postfix', NULL, NULL, format('SELECT string_agg(x, ''|'') FROM %I(%L) x', p_map, p_key))
$$;

SELECT is(asks('map_recipient', key), want, 'recipient: ' || what) FROM (VALUES
  ('anybody@org1.example', 'any', 'a domain that takes everybody'),
  ('ANYBODY+x@Org1.Example', 'any', 'in any case, with a tag, at the first question'),
  ('@org1.example', 'any', 'the domain alone'),
  ('a@unknown.example', NULL, 'a domain that is not ours'),
  ('a@sub.org1.example', NULL, 'a subdomain is another domain'),
  ('a@asleep.example', NULL, 'a suspended domain'),
  ('', NULL, 'nothing'), ('@', NULL, 'no domain')) t(key, want, what);
UPDATE domain SET check_recipients = true WHERE org_id = org_id(2);
SELECT is(asks('map_recipient', key), want, 'listed recipients: ' || what) FROM (VALUES
  ('u1@org2.example', 'listed', 'a listed one'), ('U1@ORG2.example', 'listed', 'in any case'),
  ('u9@org2.example', NULL, 'one that is not'), ('@org2.example', NULL, 'not the whole domain'),
  ('u1@org1.example', 'any', 'the other domain as before')) t(key, want, what);
INSERT INTO recipient (org_id, domain_id, address) VALUES (org_id(1), org_id(1), 'u7@org2.example');
SELECT is(asks('map_recipient', 'u7@org2.example'), NULL, 'nobody lists recipients of another organisation''s domain');

SELECT is(asks('map_next_hop', key), want, 'next hop: ' || what) FROM (VALUES
  ('anybody@org1.example', 'relay:[192.0.2.9]:2525, [192.0.2.20]:25', 'the servers of the domain, by preference'),
  ('org1.example', 'relay:[192.0.2.9]:2525, [192.0.2.20]:25', 'the domain alone'),
  ('Boss@ORG1.example', 'relay:[192.0.2.30]:25', 'servers of the address win'),
  ('boss+y@org1.example', 'relay:[192.0.2.30]:25', 'for all tags of the mailbox'),
  ('boss+x@org1.example', 'relay:[192.0.2.40]:25', 'but those with servers of their own'),
  ('a@unknown.example', NULL, 'a domain that is not ours'),
  ('a@asleep.example', NULL, 'a domain without servers'),
  ('*', NULL, 'no default'), ('', NULL, 'nothing')) t(key, want, what);
UPDATE domain_server SET preference = 10 WHERE recipient = '*';
SELECT is((SELECT count(DISTINCT asks('map_next_hop', 'a' || n || '@org1.example')) FROM generate_series(1, 60) n), 2::bigint,
          'servers of equal preference share the load');

SELECT finish();
