-- Outbound servers, suspended sources, TLS peers: who sees and changes them, and what Postfix's maps say.
\ir common.psql
SELECT no_plan();
SELECT tenants();
GRANT USAGE ON SCHEMA tap TO PUBLIC;
CREATE FUNCTION tap.asks(p_call text) RETURNS text LANGUAGE sql AS $$
  SELECT as_role('sekisho_postfix', NULL, NULL, format('SELECT string_agg(x, ''|'') FROM %s x', p_call))
$$;
CREATE FUNCTION tap.peer(n int, p_domain boolean, p_direction text, p_peer text, p_level text, p_active boolean DEFAULT true, p_min text DEFAULT '1.2')
RETURNS void LANGUAGE sql AS $$
  INSERT INTO tls_peer (org_id, peer_id, domain_id, direction, peer, level, active, min_version)
  VALUES (org_id(n), uuid7(), CASE WHEN p_domain THEN org_id(n) END, p_direction, p_peer, p_level, p_active, p_min)
$$;

-- Tenants
INSERT INTO outbound_network (org_id, domain_id, network) SELECT org_id(n), org_id(n), format('198.51.%s.0/24', n)::cidr FROM generate_series(1, 2) n;
INSERT INTO outbound_suspension (org_id, source) SELECT org_id(n), format('bad@org%s.example', n) FROM generate_series(1, 2) n;
SELECT peer(n, false, 'in', 'partner.example', 'encrypt') FROM generate_series(1, 2) n;
SELECT peer(n, false, 'out', 'partner.example', 'may') FROM generate_series(1, 2) n;
CREATE TEMP TABLE peers_table (tab text, mine int);
INSERT INTO peers_table VALUES ('outbound_network', 1), ('outbound_suspension', 1), ('tls_peer', 2);
SELECT is(as_role('sekisho_console', org_id(1), NULL, format('SELECT count(*) FROM %I', tab)), mine::text, 'console sees its own ' || tab) FROM peers_table;
SELECT is(as_role('sekisho_console', NULL, NULL, format('SELECT count(*) FROM %I', tab)), '0', 'without a scope console sees no ' || tab) FROM peers_table;
SELECT is(as_role('sekisho_portal', org_id(1), account_id(1, 1), format('SELECT count(*) FROM %I', tab)), '42501', 'portal has no ' || tab) FROM peers_table;
SELECT is(as_role('sekisho_engine', NULL, NULL, format('SELECT count(*) FROM %I', tab)), (2 * mine)::text, 'engine sees every ' || tab) FROM peers_table;
SELECT is(as_role('sekisho_console', org_id(1), NULL, 'SELECT count(*) FROM tls_route'), '42501', 'transports are no business of the console');
SELECT is(changed_as('sekisho_console', org_id(1), NULL, q), want, 'console in organisation 1: ' || what) FROM (VALUES
  ('gives itself no server for a domain of 2', '42501', format('INSERT INTO outbound_network (org_id, domain_id, network) VALUES (%L, %1$L, ''203.0.113.1'')', org_id(2))),
  ('names no domain of 2 as its own', '23503', format('INSERT INTO outbound_network (org_id, domain_id, network) VALUES (%L, %L, ''203.0.113.1'')', org_id(1), org_id(2))),
  ('suspends nobody of 2', '42501', format('INSERT INTO outbound_suspension (org_id, source) VALUES (%L, ''x@org2.example'')', org_id(2))),
  ('resumes nobody of 2', '0', format('DELETE FROM outbound_suspension WHERE org_id = %L', org_id(2))),
  ('changes no TLS peer of 2', '0', format('UPDATE tls_peer SET level = ''may'' WHERE org_id = %L', org_id(2))),
  ('moves no TLS peer', '42501', 'UPDATE tls_peer SET peer = ''x.example'''),
  ('adds an outbound server', '1', format('INSERT INTO outbound_network (org_id, domain_id, network) VALUES (%L, %1$L, ''203.0.113.1'')', org_id(1)))) AS t(what, want, q);

-- B04: who may come to the outbound port
SELECT throws_ok(format('INSERT INTO outbound_network (org_id, domain_id, network) VALUES (%L, %1$L, %L)', org_id(1), net), '23514', NULL, 'B04 too wide: ' || net)
  FROM unnest(ARRAY['0.0.0.0/0', '10.0.0.0/8', '198.50.0.0/15', '::/0', '2001:d00::/31']) net;
INSERT INTO outbound_network (org_id, domain_id, network) VALUES (org_id(1), org_id(1), '2001:db8:1::/48'), (org_id(1), org_id(1), '2001:db8::2'), (org_id(1), org_id(1), '198.50.0.0/16');
SELECT is(asks(format('map_outbound_client(%L)', key)), want, 'B04 outbound client: ' || what) FROM (VALUES
  ('198.51.1.7', 'listed', 'in a network'), ('203.0.113.1', 'listed', 'a single address'), ('203.0.113.2', NULL, 'its neighbour'),
  ('198.51.3.7', NULL, 'in no network'), ('2001:db8:1::9', 'listed', 'IPv6'), ('2001:db8:2::9', NULL, 'another IPv6 network'),
  ('2001:db8::2', 'listed', 'one IPv6 address'), ('198.51.1', NULL, 'a part of an address'), ('198.51.1.0/24', NULL, 'a network'),
  ('unknown', NULL, 'a name'), ('198.51.1.7.example.com', NULL, 'a name that begins like an address'), ('', NULL, 'nothing')) AS t(key, want, what);
UPDATE domain SET outbound = false WHERE org_id = org_id(1);
SELECT is(asks('map_outbound_client(''198.51.1.7'')'), NULL, 'A09 not when outbound mail is switched off for the domain');
SELECT is(asks('map_outbound_client(''198.51.2.7'')'), 'listed', 'A09 the other domain as before');
UPDATE domain SET outbound = true, state = 'suspended' WHERE org_id = org_id(1);
SELECT is(asks('map_outbound_client(''198.51.1.7'')'), NULL, 'B04 not for a suspended domain');
UPDATE domain SET state = 'active';

-- C08: transports and policies. Organisation 1: default; organisation 2: default and its domain.
SELECT is(asks(format('map_tls_route(%L)', key)), want, 'C08 transport: ' || what) FROM (VALUES
  ('u@org1.example', 'tls1:', 'of an organisation with outbound peers'), ('U@ORG1.example', 'tls1:', 'in any case'),
  ('@org2.example', 'tls2:', 'of the second one'), ('<>', 'tls0:', 'of the null sender'), ('u@elsewhere.example', NULL, 'of others'), ('', NULL, 'nothing')) AS t(key, want, what);
SELECT peer(2, true, 'out', 'bank.example', 'secure', true, '1.3');
SELECT peer(2, true, 'out', '*', 'encrypt');
SELECT peer(2, false, 'out', 'off.example', 'dane-only', false);
SELECT peer(2, false, 'out', 'plain.example', 'none');
SELECT is(asks('map_tls_route(''u@org2.example'')'), 'tls3:', 'C08 a domain with entries of its own has its own transport');
SELECT is(asks(format('map_tls_policy(%s, %L)', slot, key)), want, 'C08 policy: ' || what) FROM (VALUES
  (3, 'bank.example', 'secure protocols=>=TLSv1.3', 'the domain''s entry for the peer'),
  (3, 'BANK.example', 'secure protocols=>=TLSv1.3', 'in any case'),
  (3, 'other.example', 'encrypt protocols=>=TLSv1.2', 'the domain''s entry for the others'),
  (3, 'partner.example', 'encrypt protocols=>=TLSv1.2', '... is asked before those for other domains'),
  (2, 'partner.example', 'may protocols=>=TLSv1.2', 'the entry for other domains'),
  (2, 'plain.example', 'none', 'no TLS'), (2, 'off.example', NULL, 'an entry that is off does not count'),
  (2, 'bank.example', NULL, 'nothing for others'), (1, 'bank.example', NULL, 'another organisation''s peers do not count'),
  (9, 'partner.example', NULL, 'a transport that nobody has'),
  (0, 'bank.example', 'encrypt protocols=>=TLSv1.2', 'bounces are encrypted when anybody wants it'),
  (0, 'partner.example', NULL, '... and not when nobody does'), (0, 'off.example', NULL, '... for an entry that is on')) AS t(slot, key, want, what);
UPDATE tls_peer SET active = false WHERE peer = 'bank.example';
SELECT is(asks('map_tls_policy(3, ''bank.example'')'), 'encrypt protocols=>=TLSv1.2', 'C08 a disabled peer uses the default entry');
SELECT throws_ok($$ SELECT peer(1, false, 'in', 'x.example', 'dane') $$, '23514', NULL, 'C08 inbound has no DANE');
SELECT throws_ok($$ SELECT peer(1, false, 'in', 'partner.example', 'may') $$, '23505', NULL, 'C08 a peer once a domain and direction, also for other domains');
-- Transports: 32 in all, 8 for one organisation; who needs his no longer gives it back.
INSERT INTO org (org_id, name, body_key) SELECT org_id(n), 'Org ' || n, '\x00' FROM generate_series(3, 5) n;
INSERT INTO domain (org_id, domain_id, name)
  SELECT org_id(o), ('00000000-0000-7000-8009-00000000' || to_char(o, 'FM00') || to_char(n, 'FM00'))::uuid, 'd' || n || '.o' || o || '.example'
    FROM generate_series(1, 5) o, generate_series(1, 9) n;
CREATE FUNCTION tap.outbound_peer(p_name text, p_peer text DEFAULT '*') RETURNS text LANGUAGE plpgsql AS $$
DECLARE c text;
BEGIN
  INSERT INTO tls_peer (org_id, peer_id, domain_id, direction, peer, level) SELECT org_id, uuid7(), domain_id, 'out', p_peer, 'may' FROM domain WHERE name = p_name;
  RETURN (SELECT slot FROM tls_route JOIN domain USING (org_id, domain_id) WHERE name = p_name);
EXCEPTION WHEN unique_violation THEN
  GET STACKED DIAGNOSTICS c = CONSTRAINT_NAME;
  RETURN c;
END $$;
SELECT is(string_agg(outbound_peer('d' || n || '.o1.example'), ' ' ORDER BY n), '4 5 6 7 8 9 10 routes_taken', 'C08 eight transports for one organisation')
  FROM generate_series(1, 8) n;
SELECT is(outbound_peer('d3.o1.example', 'second.example'), '6', 'C08 its other peers need no more of them');
DELETE FROM tls_peer WHERE domain_id = (SELECT domain_id FROM domain WHERE name = 'd3.o1.example') AND peer = '*';
SELECT is(outbound_peer('d8.o1.example'), 'routes_taken', 'C08 a transport is kept while there is a peer');
DELETE FROM tls_peer WHERE domain_id = (SELECT domain_id FROM domain WHERE name = 'd3.o1.example');
SELECT is(outbound_peer('d8.o1.example'), '6', 'C08 and given back with the last one');
SELECT peer(1, false, 'in', 'more.example', 'encrypt');
DELETE FROM tls_peer WHERE org_id = org_id(1) AND direction = 'in';
SELECT is((SELECT count(*)::int FROM tls_route WHERE org_id = org_id(1)), 8, 'C08 inbound peers have none');
SELECT outbound_peer('d' || n || '.o' || o || '.example') FROM generate_series(1, 8) n, generate_series(2, 5) o ORDER BY o, n \g /dev/null
SELECT is((SELECT count(*) || ' ' || min(slot) || ' ' || max(slot) FROM tls_route), '32 1 32', 'C08 all transports');
SELECT is(outbound_peer('d8.o5.example'), 'routes_taken', 'C08 and no more than there are');
DELETE FROM domain WHERE name = 'd7.o1.example';
SELECT is(outbound_peer('d8.o5.example'), '10', 'C08 the transport of a deleted domain is free again');

-- The gate keeps all of it in memory: no organisation may fill that.
CREATE FUNCTION tap.adds(p_sql text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE c text;
BEGIN
  EXECUTE p_sql;
  RETURN 'added';
EXCEPTION WHEN OTHERS THEN
  GET STACKED DIAGNOSTICS c = CONSTRAINT_NAME;
  RETURN c;
END $$;
CREATE TEMP TABLE limits (what text, most int, q text);
INSERT INTO limits VALUES
  ('peers', 1000, 'INSERT INTO tls_peer (org_id, peer_id, direction, peer, level) SELECT %L, uuid7(), ''in'', ''x'' || x, ''may'' FROM generate_series(%s, %s) x'),
  ('networks', 1000, 'INSERT INTO outbound_network (org_id, domain_id, network) SELECT %L, org_id(2), (''10.0.0.0''::inet + x)::cidr FROM generate_series(%s, %s) x'),
  ('suspensions', 10000, 'INSERT INTO outbound_suspension (org_id, source) SELECT %L, ''x'' || x FROM generate_series(%s, %s) x');
DELETE FROM tls_peer;
DELETE FROM outbound_network;
DELETE FROM outbound_suspension;
SELECT is(adds(format(q, org_id(2), 1, most)), 'added', 'as many ' || what || ' as there is room for') FROM limits;
SELECT is(adds(format(q, org_id(2), most + 1, most + 1)), 'too_many', 'and no more ' || what) FROM limits;
SELECT is((SELECT string_agg(n::text, ' ' ORDER BY kind) FROM config_count WHERE org_id = org_id(2) AND kind IN ('tls_peer', 'outbound_network', 'outbound_suspension')),
          '1000 10000 1000', 'what was refused is not counted');
DELETE FROM tls_peer WHERE peer = 'x5';
SELECT is(adds(format('INSERT INTO tls_peer (org_id, peer_id, direction, peer, level) VALUES (%L, uuid7(), ''in'', ''y'', ''may'')', org_id(2))), 'added', 'a deleted one makes room');

-- The gate hears of changes.
CREATE FUNCTION tap.noticed(p_sql text) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE v bigint := (SELECT version FROM config_version);
BEGIN
  EXECUTE p_sql;
  RETURN (SELECT version FROM config_version) > v;
END $$;
SELECT ok(noticed(format('DELETE FROM %I', tab)), 'a change of ' || tab || ' is noticed') FROM peers_table;
SELECT * FROM finish();
ROLLBACK;
