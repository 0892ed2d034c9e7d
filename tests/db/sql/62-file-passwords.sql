-- Passwords of files: whose they are, limits, what the audit log must not say, what the gate notices.
\ir common.psql
SELECT no_plan();
SELECT tenants();
GRANT USAGE ON SCHEMA tap TO PUBLIC;

INSERT INTO file_password_setting (org_id) SELECT org_id(n) FROM generate_series(1, 2) n;
INSERT INTO file_password (org_id, entry_id, value) SELECT org_id(n), uuid7(), 'sesame' FROM generate_series(1, 2) n;

CREATE TEMP TABLE visible (tab text, mine int);
INSERT INTO visible VALUES ('file_password_setting', 1), ('file_password', 1);
SELECT is(as_role('sekisho_console', org_id(1), account_id(1, 0), format('SELECT count(org_id) FROM %I', tab)), mine::text,
          'console sees its own ' || tab) FROM visible;
SELECT is(as_role('sekisho_console', NULL, NULL, format('SELECT count(org_id) FROM %I', tab)), '0', 'without a scope console sees no ' || tab) FROM visible;
SELECT is(as_role('sekisho_portal', org_id(1), account_id(1, 1), format('SELECT count(org_id) FROM %I', tab)), '42501', 'portal has no ' || tab) FROM visible;
SELECT is(as_role('sekisho_jobs', NULL, NULL, format('SELECT count(org_id) FROM %I', tab)), '42501', 'jobs have no ' || tab) FROM visible;
SELECT is(as_role('sekisho_engine', NULL, NULL, format('SELECT count(org_id) FROM %I', tab)), (2 * mine)::text, 'engine sees all ' || tab) FROM visible;
SELECT is(changed_as('sekisho_console', org_id(1), NULL, q), want, 'console in organisation 1: ' || what) FROM (VALUES
  ('adds nothing for 2', '42501', format('INSERT INTO file_password (org_id, entry_id, value) VALUES (%L, uuid7(), ''x'')', org_id(2))),
  ('deletes nothing of 2', '0', format('DELETE FROM file_password WHERE org_id = %L', org_id(2))),
  ('changes no setting of 2', '0', format('UPDATE file_password_setting SET inbound = false WHERE org_id = %L', org_id(2))),
  ('cannot change a password', '42501', 'UPDATE file_password SET value = ''x'''),
  ('changes a priority', '1', 'UPDATE file_password SET priority = 1'),
  ('changes its own setting', '1', 'UPDATE file_password_setting SET earlier_minutes = 0')
) AS t(what, want, q);
SELECT is(changed_as('sekisho_engine', NULL, NULL, 'DELETE FROM file_password'), '42501', 'engine changes nothing');
SELECT throws_ok(format('INSERT INTO file_password (org_id, entry_id, value) VALUES (%L, uuid7(), ''sesame'')', org_id(1)), '23505', NULL, 'F20 each password once');
SELECT throws_ok(format('INSERT INTO file_password (org_id, entry_id, value, priority) VALUES (%L, uuid7(), ''x'', 101)', org_id(1)), '23514', NULL, 'F20 priorities are 1 to 100');
SELECT throws_ok('UPDATE file_password_setting SET earlier_minutes = 1441', '23514', NULL, 'F20 at most a day');

CREATE FUNCTION tap.adds(p_sql text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE c text;
BEGIN
  EXECUTE p_sql;
  RETURN 'added';
EXCEPTION WHEN OTHERS THEN
  GET STACKED DIAGNOSTICS c = CONSTRAINT_NAME;
  RETURN c;
END $$;
SELECT is(adds(format('INSERT INTO file_password (org_id, entry_id, value) SELECT %L, uuid7(), ''x'' || x FROM generate_series(2, 100) x', org_id(1))), 'added', 'F20 100 of them have room');
SELECT is(adds(format('INSERT INTO file_password (org_id, entry_id, value) VALUES (%L, uuid7(), ''y'')', org_id(1))), 'too_many', 'F20 and no more');

-- The gate notices a change.
SELECT version AS before FROM config_version \gset
UPDATE file_password_setting SET outbound = false WHERE org_id = org_id(2);
DELETE FROM file_password WHERE org_id = org_id(2);
SELECT is(version - :before, 2::bigint, 'F20 a change of each kind counts') FROM config_version;
SELECT * FROM finish();
ROLLBACK;
