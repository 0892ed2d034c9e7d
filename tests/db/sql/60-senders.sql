-- D01, D07, D08, D09: sender lists: who sees and changes which, limits, what the gate finds.
\ir common.psql
SELECT no_plan();
SELECT tenants();
GRANT USAGE ON SCHEMA tap TO PUBLIC;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA tap TO PUBLIC;

CREATE FUNCTION tap.add(p_org int, p_target text, p_list text, p_pattern text, p_verified boolean DEFAULT false) RETURNS text LANGUAGE sql AS
  $$ SELECT format('INSERT INTO sender_entry (org_id, entry_id, target, list, pattern, only_verified) VALUES (%L, uuid7(), %L, %L, %L, %L)',
                   tap.org_id(p_org), p_target, p_list, p_pattern, p_verified) $$;

SELECT is(as_role('sekisho_portal', org_id(1), account_id(1, 1), q), want, 'D07 portal: ' || what) FROM (VALUES
  ('sees the lists of its mailbox', 'a@sender.example', 'SELECT string_agg(pattern, '','') FROM sender_entry'),
  ('and their length', '1 0', 'SELECT approved || '' '' || blocked FROM sender_list'),
  ('has no settings', '42501', 'SELECT count(*) FROM sender_setting'),
  ('sees what it removed', '1', 'SELECT count(*) FROM sender_removed')) AS t(what, want, q);
SELECT is(as_role('sekisho_portal', org_id(1), account_id(1, 2), 'SELECT count(*) FROM sender_entry'), '0', 'D07 portal: nothing of another mailbox');
SELECT is(as_role('sekisho_portal', org_id(1), account_id(2, 1), 'SELECT count(*) FROM sender_entry'), '0', 'portal: an account of another organisation sees nothing');
SELECT is(changed_as('sekisho_portal', org_id(1), account_id(1, 1), q), want, 'D07 portal: ' || what) FROM (VALUES
  ('adds to its own list', '1', add(1, 'u1@org1.example', 'blocked', 'x@y.example')),
  ('not to that of another mailbox', '42501', add(1, 'u2@org1.example', 'blocked', 'x@y.example')),
  ('not to the organisation''s', '42501', add(1, '', 'blocked', 'x@y.example')),
  ('not to a domain''s', '42501', add(1, 'org1.example', 'blocked', 'x@y.example')),
  ('not to another organisation', '42501', add(2, 'u1@org1.example', 'blocked', 'x@y.example')),
  ('removes its own', '1', 'DELETE FROM sender_entry WHERE pattern = ''a@sender.example'''),
  ('removes no others', '0', 'DELETE FROM sender_entry WHERE target <> ''u1@org1.example'''),
  ('changes no entry', '42501', 'UPDATE sender_entry SET pattern = ''z@y.example'''),
  ('moves no counter', '42501', 'UPDATE sender_list SET approved = 0'),
  ('enables nothing', '42501', 'UPDATE sender_list SET enabled = false')) AS t(what, want, q);
-- What the organisation and the domain decided is shown to their people, and to nobody else; it is no policy of the table.
CREATE FUNCTION tap.company(p_account uuid) RETURNS text LANGUAGE sql AS $f$
  SELECT tap.as_role('sekisho_portal', tap.org_id(1), p_account, $$SELECT coalesce(string_agg(target || ':' || pattern, ',' ORDER BY target, pattern), 'nothing')
    FROM (SELECT * FROM sender_company('approved', '%lock.example', false, NULL, NULL, 10) UNION ALL SELECT * FROM sender_company('blocked', '%lock.example', true, NULL, NULL, 10)) x$$) $f$;
SAVEPOINT company;
INSERT INTO domain (org_id, domain_id, name) VALUES (org_id(1), uuid7(), 'apart1.example');
INSERT INTO sender_entry (org_id, entry_id, target, list, pattern, expires_at) VALUES
  (org_id(1), uuid7(), '', 'approved', '*@lock.example', NULL), (org_id(1), uuid7(), 'org1.example', 'blocked', 'a@lock.example', NULL),
  (org_id(1), uuid7(), 'apart1.example', 'approved', 'b@lock.example', NULL), (org_id(1), uuid7(), 'u1@org1.example', 'approved', 'c@lock.example', NULL),
  (org_id(1), uuid7(), 'u2@org1.example', 'approved', 'd@lock.example', NULL), (org_id(2), uuid7(), '', 'approved', 'e@lock.example', NULL),
  (org_id(1), uuid7(), '', 'approved', 'f@lock.example', now() - interval '1 minute');
SELECT is(company(account_id(1, 1)), ':*@lock.example,org1.example:a@lock.example', 'U8 portal: shows what the organisation and its own domain decided');
SELECT is(company(account_id(2, 1)), 'nothing', 'U8 an account of another organisation: nothing');
SELECT is(company(NULL), 'nothing', 'U8 without an account: nothing');
SELECT is(changed_as('sekisho_portal', org_id(1), account_id(1, 1), 'DELETE FROM sender_entry WHERE target IN ('''', ''org1.example'')'), '0', 'U8 and nobody removes it in the portal');
SELECT is(as_role('sekisho_console', org_id(1), account_id(1, 0), 'SELECT count(*) FROM sender_company(''approved'', NULL, false, NULL, NULL, 10)'), '42501', 'U8 the console has its own list');
DELETE FROM account_mailbox WHERE account_id = account_id(1, 1);
SELECT is(company(account_id(1, 1)), 'nothing', 'U8 who has no mailbox: nothing');
ROLLBACK TO company;

SELECT is(as_role('sekisho_console', org_id(1), account_id(1, 0), 'SELECT count(*) FROM sender_entry WHERE target = ''u1@org1.example'''), '1',
          'D07 console: what users add and remove are the same rows');
SELECT is(changed_as('sekisho_console', org_id(1), account_id(1, 0), q), want, 'console: ' || what) FROM (VALUES
  ('adds to a user''s list', '1', add(1, 'u2@org1.example', 'approved', 'x@y.example', true)),
  ('cannot add to organisation 2', '42501', add(2, '', 'approved', 'x@y.example')),
  ('removes nothing of 2', '0', format('DELETE FROM sender_entry WHERE org_id = %L', org_id(2))),
  ('disables the list of a recipient', '1', 'UPDATE sender_list SET enabled = false WHERE target = ''u2@org1.example'''),
  ('moves no counter', '42501', 'UPDATE sender_list SET approved = 0'),
  ('does not say that lists are unused', '42501', 'UPDATE sender_setting SET used = false')) AS t(what, want, q);
UPDATE sender_list SET enabled = true;

SELECT is(string_agg(DISTINCT level, ' ' ORDER BY level), 'address org', 'D01 the level follows from the target') FROM sender_entry;
PREPARE twice AS INSERT INTO sender_entry (org_id, entry_id, target, list, pattern) VALUES (tap.org_id(1), uuid7(), '', 'approved', '*@bad.example');
SELECT throws_ok('twice', '23505', NULL, 'a sender is on one of the two lists of a target');
PREPARE shouting AS INSERT INTO sender_entry (org_id, entry_id, target, list, pattern) VALUES (tap.org_id(1), uuid7(), '', 'approved', 'A@b.example');
SELECT throws_ok('shouting', '23514', NULL, 'patterns are in normal form');
PREPARE bound AS INSERT INTO sender_entry (org_id, entry_id, target, list, pattern, only_verified) VALUES (tap.org_id(1), uuid7(), '', 'blocked', 'a@b.example', true);
SELECT throws_ok('bound', '23514', NULL, 'only approvals are bound to a proof');
SELECT ok(sender_target_ours(org_id(1), x) = want, 'a list for ' || x || ': ' || want) FROM (VALUES ('', true), ('org1.example', true), ('u9@org1.example', true),
  ('org2.example', false), ('u1@org2.example', false), ('x.org1.example', false)) AS t(x, want);

-- D08
CREATE FUNCTION tap.fill(p_target text, p_list text, p_n int) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO sender_entry (org_id, entry_id, target, list, pattern) SELECT tap.org_id(1), uuid7(), p_target, p_list, 's' || i || '@' || p_list || '.example' FROM generate_series(1, p_n) i;
  RETURN 'ok';
EXCEPTION WHEN check_violation THEN
  RETURN 'full';
END $$;
SELECT is(fill('u3@org1.example', 'approved', 501), 'full', 'D08 501 at once are refused');
SELECT is((SELECT count(*)::int FROM sender_list WHERE target = 'u3@org1.example'), 0, 'D08 and leave nothing behind');
SELECT is(fill('u3@org1.example', 'approved', 500), 'ok', 'D08 500 are not');
SELECT is(fill('u3@org1.example', 'blocked', 500), 'ok', 'D08 nor 500 on the other list');
SELECT is(changed_as('sekisho_console', org_id(1), NULL, add(1, 'u3@org1.example', 'approved', 'x@y.example')), '23514', 'D08 the 501st is refused');
DELETE FROM sender_entry WHERE target = 'u3@org1.example' AND pattern = 's1@approved.example';
SELECT is(changed_as('sekisho_console', org_id(1), NULL, add(1, 'u3@org1.example', 'approved', 'x@y.example')), '1', 'D08 and taken after one was removed');
SELECT is(fill('', 'approved', 10000), 'ok', 'D08 the organisation has 10,000');
SELECT is(changed_as('sekisho_console', org_id(1), NULL, add(1, '', 'approved', 'x@y.example')), '23514', 'D08 and not one more');
SELECT ok(used, 'the gate learns that there are lists') FROM sender_setting WHERE org_id = org_id(1);

-- What a block above makes useless: the pattern itself, and everything that it covers.
CREATE TEMP TABLE above (blocked text, pattern text, want boolean);
INSERT INTO above VALUES ('n@d.example', 'n@d.example', true), ('n@d.example', 'm@d.example', false), ('n@d.example', '*@d.example', false),
  ('*@d.example', 'n@d.example', true), ('*@d.example', '*@d.example', true), ('*@d.example', 'n@x.d.example', false), ('*@d.example', '*@*.d.example', false),
  ('*@*.d.example', 'n@x.d.example', true), ('*@*.d.example', 'n@y.x.d.example', true), ('*@*.d.example', '*@*.x.d.example', true),
  ('*@*.d.example', '*@*.d.example', true), ('*@*.d.example', 'n@d.example', false), ('*@*.d.example', 'n@*.d.example', true), ('*@*.d.example', 'n@*', false),
  ('n@*.d.example', 'n@x.d.example', true), ('n@*.d.example', 'm@x.d.example', false), ('n@*.d.example', '*@x.d.example', false),
  ('n@*', 'n@d.example', true), ('n@*', 'n@*.d.example', true), ('n@*', 'n@*', true), ('n@*', '*@d.example', false);
CREATE FUNCTION tap.above(p_blocked text, p_pattern text, p_target text DEFAULT 'org2.example', p_enabled boolean DEFAULT true) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE v boolean;
BEGIN
  DELETE FROM sender_entry WHERE org_id = tap.org_id(2);
  INSERT INTO sender_entry (org_id, entry_id, target, list, pattern) VALUES (tap.org_id(2), uuid7(), p_target, 'blocked', p_blocked);
  UPDATE sender_list SET enabled = p_enabled WHERE org_id = tap.org_id(2);
  PERFORM set_config('sekisho.org', tap.org_id(2)::text, true);
  SELECT sender_blocked_above(tap.org_id(2), 'org2.example', p_pattern) INTO v;
  RETURN v;
END $$;
SELECT is(tap.above(blocked, pattern), want, 'D03 ' || blocked || ' blocks ' || pattern || ': ' || want) FROM above;
SELECT is(tap.above('n@d.example', 'n@d.example', ''), true, 'D03 a block of the organisation');
SELECT is(tap.above('n@d.example', 'n@d.example', 'u1@org2.example'), false, 'D03 not one of another address');
SELECT is(tap.above('n@d.example', 'n@d.example', '', false), false, 'D03 not one that is not applied');
SELECT is(as_role('sekisho_portal', org_id(1), account_id(1, 1), format('SELECT sender_blocked_above(%L, ''org2.example'', ''n@d.example'')', org_id(2))), 'false',
          'nobody asks about another organisation');

SELECT is(sender_like('a_b@*.x.example'), 'a\_b@%.x.example', 'patterns as LIKE has them');
SELECT ok(('axb@c.x.example' LIKE sender_like('a_b@*.x.example')) IS FALSE AND 'a_b@c.x.example' LIKE sender_like('a_b@*.x.example'), 'an underscore is one');
SELECT * FROM finish();
ROLLBACK;
