-- Connection rules and blocked traffic: whose they are, and what is counted together.
\ir common.psql
SELECT no_plan();
SELECT tenants();
GRANT USAGE ON SCHEMA tap TO PUBLIC;

INSERT INTO conn_setting (org_id) SELECT org_id(n) FROM generate_series(1, 2) n;
INSERT INTO conn_address (org_id, address_id, list, network) SELECT org_id(n), uuid7(), 'blocked', '192.0.2.0/24' FROM generate_series(1, 2) n;
INSERT INTO conn_country (org_id, country, list) SELECT org_id(n), 'JP', 'approved' FROM generate_series(1, 2) n;
INSERT INTO conn_list (org_id, list_id, zone) SELECT org_id(n), uuid7(), 'list.example' FROM generate_series(1, 2) n;
INSERT INTO conn_rdns (org_id, sender, missing) SELECT org_id(n), s, true FROM generate_series(1, 2) n, unnest(ARRAY['', '*', 'a.example']) s;
INSERT INTO refusal (org_id, refusal_id, at, node, direction, recipient, code, reason)
  SELECT org_id(n), uuid7(), now(), 'n', 'in', 'u1@org.example', 550, 'ip-blocked' FROM generate_series(1, 2) n;

CREATE TEMP TABLE visible (tab text, mine int);
INSERT INTO visible VALUES ('conn_setting', 1), ('conn_address', 1), ('conn_country', 1), ('conn_list', 1), ('conn_rdns', 3), ('refusal', 1);
SELECT is(as_role('sekisho_console', org_id(1), account_id(1, 0), format('SELECT count(org_id) FROM %I', tab)), mine::text,
          'console sees its own ' || tab) FROM visible;
SELECT is(as_role('sekisho_console', NULL, NULL, format('SELECT count(org_id) FROM %I', tab)), '0', 'without a scope console sees no ' || tab) FROM visible;
SELECT is(as_role('sekisho_portal', org_id(1), account_id(1, 1), format('SELECT count(org_id) FROM %I', tab)), '42501', 'portal has no ' || tab) FROM visible;
SELECT is(as_role('sekisho_engine', NULL, NULL, format('SELECT count(org_id) FROM %I', tab)), (2 * mine)::text, 'engine sees all ' || tab)
  FROM visible WHERE tab <> 'refusal';
SELECT is(changed_as('sekisho_console', org_id(1), NULL, q), want, 'console in organisation 1: ' || what) FROM (VALUES
  ('cannot approve an address for 2', '42501', format('INSERT INTO conn_address (org_id, address_id, list, network) VALUES (%L, uuid7(), ''approved'', ''10.0.0.0/8'')', org_id(2))),
  ('deletes no list of 2', '0', format('DELETE FROM conn_list WHERE org_id = %L', org_id(2))),
  ('changes no level of 2', '0', format('UPDATE conn_setting SET dynamic_level = 0 WHERE org_id = %L', org_id(2))),
  ('C07 deletes no built-in rule of reverse DNS', '0', 'DELETE FROM conn_rdns WHERE sender IN ('''', ''*'')'),
  ('C07 deletes its own rule', '1', 'DELETE FROM conn_rdns WHERE sender = ''a.example'''),
  ('writes no refusals', '42501', format('INSERT INTO refusal (org_id, refusal_id, at, node, direction, code, reason) VALUES (%L, uuid7(), now(), ''n'', ''in'', 550, ''x'')', org_id(1)))
) AS t(what, want, q);
SELECT throws_ok(format('INSERT INTO conn_address (org_id, address_id, list, network) VALUES (%L, uuid7(), ''approved'', ''192.0.2.0/24'')', org_id(1)),
                 '23505', NULL, 'C03 a network is either approved or blocked');
SELECT throws_ok(format('INSERT INTO conn_setting (org_id, dynamic_level) VALUES (%L, 5)', org_id(1)), NULL, NULL, 'C02 levels are 0 to 4');

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
CREATE TEMP TABLE limits (what text, most int, have int, q text);
INSERT INTO limits VALUES
  ('addresses', 20000, 1, 'INSERT INTO conn_address (org_id, address_id, list, network) SELECT %L, uuid7(), ''blocked'', (''10.0.0.0''::inet + x)::cidr FROM generate_series(%s, %s) x'),
  ('DNS lists', 10, 1, 'INSERT INTO conn_list (org_id, list_id, zone) SELECT %L, uuid7(), ''x'' || x || ''.example'' FROM generate_series(%s, %s) x'),
  ('rules of reverse DNS', 1000, 2, 'INSERT INTO conn_rdns (org_id, sender) SELECT %L, ''x'' || x || ''.example'' FROM generate_series(%s, %s) x');
UPDATE limits SET have = (SELECT count(*) FROM conn_rdns WHERE org_id = org_id(1)) WHERE what LIKE 'rules%';
SELECT is(adds(format(q, org_id(1), have + 1, most)), 'added', 'as many ' || what || ' as there is room for') FROM limits;
SELECT is(adds(format(q, org_id(1), most + 1, most + 1)), 'too_many', 'and no more ' || what) FROM limits;
SELECT is(adds(format(q, org_id(2), 1, 2)), 'added', 'which is no limit for another organisation: ' || what) FROM limits;
SELECT is(adds(format('INSERT INTO conn_rdns (org_id, sender, missing) VALUES (%L, ''x500.example'', true) ON CONFLICT (org_id, sender) DO UPDATE SET missing = true', org_id(1))),
          'added', 'a change is no addition');
DELETE FROM conn_address WHERE network = '10.0.0.9';
SELECT is(adds(format('INSERT INTO conn_address (org_id, address_id, list, network) VALUES (%L, uuid7(), ''blocked'', ''203.0.113.9'')', org_id(1))), 'added', 'a deleted one makes room');

-- A change of the rules is noticed by the gate.
SELECT version AS before FROM config_version \gset
UPDATE conn_setting SET dynamic_level = 3;
SELECT ok((SELECT version FROM config_version) > :before, 'a change of connection rules changes the version');

-- What Postfix refused, from its log.
CREATE FUNCTION tap.refused(p_domain text, p_direction text DEFAULT 'in', p_ip text DEFAULT '192.0.2.7') RETURNS jsonb LANGUAGE sql AS $$
  SELECT jsonb_build_object('at', extract(epoch FROM now()) * 1000, 'direction', p_direction, 'ip', p_ip, 'name', '', 'helo', 'h', 'sender', 's@x.example',
    'recipient', 'nobody@org1.example', 'domain', p_domain, 'code', 550, 'enhanced', '5.1.1', 'reason', 'recipient-invalid', 'slot', '') $$;
SELECT is(refused_by_postfix('n', '[]'), 0, 'no lines');
SELECT is(refused_by_postfix('n', jsonb_build_array(refused('org1.example'), refused('org1.example', 'in', '2001:db8::7'), refused('org2.example', 'out'),
          refused('elsewhere.example'))), 1, 'C11 refusals of Postfix: one is nobody''s');
SELECT is(refused_by_postfix('n', jsonb_build_array(refused('org1.example', 'in', ''))), 0, 'without an address');
SELECT is(count(*)::int, 3, 'those of organisation 1') FROM refusal WHERE org_id = org_id(1) AND reason = 'recipient-invalid' AND permanent AND code = 550;
SELECT is(string_agg(source::text || ' ' || bad || ' ' || good, ', ' ORDER BY source), '192.0.2.7/32 0.5 0, 2001:db8::/64 0.5 0',
          'C02 who tries recipients that do not exist is noted') FROM source_seen;

-- Sources are counted together and forgotten in hours.
TRUNCATE source_seen;
SELECT source_note('[{"source": "192.0.2.9", "good": 4, "bad": 8}, {"source": "2001:db8:1::/64", "good": 1, "bad": 0}]');
UPDATE source_seen SET at = at - interval '3 hours', last_bad = last_bad - interval '3 hours';
SELECT source_note('[{"source": "192.0.2.9", "good": 1, "bad": 0}]');
SELECT is(round(bad::numeric, 3) || ' ' || round(good::numeric, 3) || ' ' || (last_bad < now() - interval '2 hours'), '4.000 3.000 true',
          'C02 half of it after three hours, and good mail is no bad mail') FROM source_seen WHERE source = '192.0.2.9';
SELECT is(last_bad, NULL, 'never bad') FROM source_seen WHERE source = '2001:db8:1::/64';

-- Rates of all gates are one number, until their window is over.
SELECT is((SELECT string_agg(key || ' ' || n, ', ' ORDER BY key) FROM rate_note('[{"key": "a", "left_s": 60, "n": 3}, {"key": "b", "left_s": 60, "n": 1}]')), 'a 3, b 1', 'B08 counted');
SELECT is((SELECT n::int FROM rate_note('[{"key": "a", "left_s": 10, "n": 4}]')), 7, 'B08 with what another gate has counted');
SELECT ok((SELECT left_ms BETWEEN 50000 AND 60000 FROM rate_note('[{"key": "a", "left_s": 10, "n": 0}]')), 'the window is that of the first');
UPDATE rate_window SET ends = now() - interval '1 second' WHERE key = 'a';
SELECT is((SELECT n::int FROM rate_note('[{"key": "a", "left_s": 60, "n": 2}]')), 2, 'a window that is over begins anew');
-- Refusals go with their week.
CREATE FUNCTION tap.old_refusals() RETURNS text LANGUAGE plpgsql AS $$
DECLARE w date := (date_trunc('week', now() AT TIME ZONE 'UTC') - interval '20 weeks')::date; part text := 'refusal_p' || to_char(w, 'YYYYMMDD');
BEGIN
  PERFORM set_config('role', 'sekisho_owner', true);
  EXECUTE format('CREATE TABLE %I PARTITION OF refusal FOR VALUES FROM (%L) TO (%L)', part, w || ' 00:00:00+00', (w + 7) || ' 00:00:00+00');
  PERFORM set_config('role', 'none', true);
  RETURN part;
END $$;
SELECT old_refusals() AS part \gset
INSERT INTO refusal (org_id, refusal_id, at, node, direction, code, reason) VALUES (org_id(1), uuid7(), now() - interval '20 weeks', 'n', 'in', 550, 'x');
SELECT is((SELECT dropped FROM partition_drop(3650, 36500)), 0, 'refusals are kept as long as records of mail');
SELECT is((SELECT dropped FROM partition_drop(90, 36500)), 1, 'and then dropped');
SELECT is(to_regclass(:'part'), NULL, 'the table is gone');
SELECT * FROM finish();
ROLLBACK;
