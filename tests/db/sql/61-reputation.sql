-- Web reputation and suspicious objects: whose they are, limits, what the gate notices.
\ir common.psql
SELECT no_plan();
SELECT tenants();
GRANT USAGE ON SCHEMA tap TO PUBLIC;

INSERT INTO reputation_setting (org_id) SELECT org_id(n) FROM generate_series(1, 2) n;
INSERT INTO reputation_list (org_id, list_id, zone) SELECT org_id(n), uuid7(), 'multi.example' FROM generate_series(1, 2) n;
INSERT INTO reputation_entry (org_id, entry_id, list, type, value) SELECT org_id(n), uuid7(), l, 'domain', 'a.example' FROM generate_series(1, 2) n, unnest(ARRAY['approved', 'suspicious']) l;
INSERT INTO reputation_removed (org_id, entry_id, list, type, value, action, note, added_at, added_by)
  SELECT org_id(n), uuid7(), 'approved', 'domain', 'r.example', 'block', '', now(), '' FROM generate_series(1, 2) n;

CREATE TEMP TABLE visible (tab text, mine int);
INSERT INTO visible VALUES ('reputation_setting', 1), ('reputation_list', 1), ('reputation_entry', 2), ('reputation_removed', 1);
SELECT is(as_role('sekisho_console', org_id(1), account_id(1, 0), format('SELECT count(org_id) FROM %I', tab)), mine::text,
          'console sees its own ' || tab) FROM visible;
SELECT is(as_role('sekisho_console', NULL, NULL, format('SELECT count(org_id) FROM %I', tab)), '0', 'without a scope console sees no ' || tab) FROM visible;
SELECT is(as_role('sekisho_portal', org_id(1), account_id(1, 1), format('SELECT count(org_id) FROM %I', tab)), '42501', 'portal has no ' || tab) FROM visible;
SELECT is(as_role('sekisho_engine', NULL, NULL, format('SELECT count(org_id) FROM %I', tab)), (2 * mine)::text, 'engine sees all ' || tab)
  FROM visible WHERE tab <> 'reputation_removed';
SELECT is(changed_as('sekisho_console', org_id(1), NULL, q), want, 'console in organisation 1: ' || what) FROM (VALUES
  ('approves nothing for 2', '42501', format('INSERT INTO reputation_entry (org_id, entry_id, list, type, value) VALUES (%L, uuid7(), ''approved'', ''domain'', ''x.example'')', org_id(2))),
  ('deletes nothing of 2', '0', format('DELETE FROM reputation_entry WHERE org_id = %L', org_id(2))),
  ('changes no level of 2', '0', format('UPDATE reputation_setting SET level = 0 WHERE org_id = %L', org_id(2))),
  ('cannot change a value', '42501', 'UPDATE reputation_entry SET value = ''x'''),
  ('deletes its own list', '1', 'DELETE FROM reputation_list')
) AS t(what, want, q);
SELECT throws_ok(format('INSERT INTO reputation_setting (org_id, level) VALUES (%L, 6)', org_id(1)), '23514', NULL, 'F30 levels are 0 to 5');
SELECT throws_ok(format('INSERT INTO reputation_entry (org_id, entry_id, list, type, value) VALUES (%L, uuid7(), ''approved'', %L, ''x@y.example'')', org_id(1), t),
                 '23514', NULL, 'F32 a ' || t || ' cannot be approved') FROM unnest(ARRAY['file', 'sender']) t;
SELECT throws_ok(format('INSERT INTO reputation_entry (org_id, entry_id, list, type, value) VALUES (%L, uuid7(), ''suspicious'', ''domain'', ''a.example'')', org_id(1)),
                 '23505', NULL, 'M16 each thing once in a list');

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
  ('entries', 20000, 2, 'INSERT INTO reputation_entry (org_id, entry_id, list, type, value) SELECT %L, uuid7(), ''suspicious'', ''domain'', ''x'' || x || ''.example'' FROM generate_series(%s, %s) x'),
  ('DNS lists', 10, 0, 'INSERT INTO reputation_list (org_id, list_id, zone) SELECT %L, uuid7(), ''x'' || x || ''.example'' FROM generate_series(%s, %s) x');
SELECT is(adds(format(q, org_id(1), have + 1, most)), 'added', 'as many ' || what || ' as there is room for') FROM limits;
SELECT is(adds(format(q, org_id(1), most + 1, most + 1)), 'too_many', 'and no more ' || what) FROM limits;
SELECT is(adds(format(q, org_id(2), 1, 2)), 'added', 'which is no limit for another organisation: ' || what) FROM limits;

-- What whoever runs the gateway lists is in every console, and nobody's to change there.
CREATE FUNCTION tap.nobody() RETURNS uuid LANGUAGE sql IMMUTABLE AS $$ SELECT '00000000-0000-0000-0000-000000000000'::uuid $$;
INSERT INTO reputation_entry (org_id, entry_id, list, type, value) VALUES (nobody(), uuid7(), 'suspicious', 'domain', 'all.example');
SELECT is(as_role('sekisho_console', org_id(n), account_id(n, 0), 'SELECT value FROM reputation_entry WHERE of_org IS NULL'), 'all.example', 'M16 organisation ' || n || ' sees it') FROM generate_series(1, 2) n;
SELECT is(changed_as('sekisho_console', org_id(1), NULL, q), want, 'M16 console: ' || q) FROM (VALUES
  ('DELETE FROM reputation_entry WHERE value = ''all.example''', '0'),
  ('UPDATE reputation_entry SET action = ''log'' WHERE value = ''all.example''', '0'),
  ('INSERT INTO reputation_entry (org_id, entry_id, list, type, value) VALUES (nobody(), uuid7(), ''suspicious'', ''domain'', ''y.example'')', '42501')) AS t(q, want);
SELECT throws_ok('INSERT INTO reputation_entry (org_id, entry_id, list, type, value) VALUES (nobody(), uuid7(), ''approved'', ''domain'', ''all.example'')', '23514', NULL, 'M16 nothing is approved for all');
SELECT throws_ok('INSERT INTO reputation_entry (org_id, entry_id, list, type, value) VALUES (uuid7(), uuid7(), ''suspicious'', ''domain'', ''all.example'')', '23503', NULL, 'an organisation must exist');
SELECT is(adds(format((SELECT q FROM limits WHERE what = 'entries'), nobody(), 1, 20000)), 'too_many', 'M16 this list has its limit, too');

-- A change of the rules is noticed by the gate.
SELECT version AS before FROM config_version \gset
UPDATE reputation_setting SET untested = true WHERE org_id = org_id(1);
DELETE FROM reputation_entry WHERE value = 'x9.example';
DELETE FROM reputation_list WHERE zone = 'x9.example';
SELECT is(version - :before, 3::bigint, 'a change of each kind counts') FROM config_version;
SELECT is((SELECT count(*) FROM pg_indexes WHERE tablename = 'reputation_entry' AND indexdef LIKE '%added_at DESC, entry_id DESC%'), 1::bigint, 'the list of entries has its index');
SELECT * FROM finish();
ROLLBACK;
