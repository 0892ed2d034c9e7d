-- Whom people ask (ux.md U15): who sees it, who changes it, which links may stand in it.
\ir common.psql
SELECT no_plan();
SELECT tenants();
INSERT INTO help_contact (org_id, name, email, phone, link) VALUES (org_id(1), 'First desk', 'help@org1.example', '', 'https://help.example/'), (org_id(2), 'Second desk', '', '', '');
SELECT is(as_role('sekisho_portal', org_id(1), account_id(1, 1), 'SELECT name FROM help_contact_mine()'), 'First desk', 'U15 one''s own organisation''s');
SELECT is(as_role('sekisho_portal', org_id(2), account_id(2, 1), 'SELECT name FROM help_contact_mine()'), 'Second desk', 'A-60 and no other''s');
SELECT is(as_role('sekisho_portal', NULL, NULL, 'SELECT count(*) FROM help_contact_mine()'), '0', 'A-60 of several nobody is told without a session');
SELECT is(as_role('sekisho_portal', org_id(1), account_id(1, 1), 'SELECT count(*) FROM help_contact'), '42501', 'A-64 the portal reads no table for it');
SELECT is(as_role('sekisho_console', org_id(1), account_id(1, 0), 'SELECT string_agg(name, '','') FROM help_contact'), 'First desk', 'A-60 an administrator sees his own');
SELECT is(changed_as('sekisho_console', org_id(1), account_id(1, 0), format('UPDATE help_contact SET name = ''x'' WHERE org_id = %L', org_id(2))), '0', 'A-60 and changes no other');
SELECT is(changed_as('sekisho_console', org_id(1), account_id(1, 0), format('INSERT INTO help_contact (org_id, name) VALUES (%L, ''x'') ON CONFLICT (org_id) DO UPDATE SET name = ''x''', org_id(2))), '42501', 'A-60 nor writes one');
SELECT is(as_role('sekisho_jobs', NULL, NULL, format('SELECT help_contact_line(%L)', org_id(1))), 'First desk · help@org1.example · https://help.example/', 'U15 one line for mails');
SELECT is(as_role('sekisho_jobs', NULL, NULL, 'SELECT help_contact_line(uuid7())'), '', 'U15 nothing without any');
SELECT throws_ok(format('UPDATE help_contact SET link = %L WHERE org_id = %L', l, org_id(1)), '23514', NULL, 'A-2 refused: ' || l)
  FROM unnest(ARRAY['http://x.example', 'javascript:alert(1)', 'https://x.example/"x', 'https://x.example/ x', E'https://x.example/\nx', 'data:x']) l;
DELETE FROM help_contact WHERE org_id = org_id(2);
SELECT lives_ok(format('UPDATE help_contact SET link = ''mailto:x@org1.example'' WHERE org_id = %L', org_id(1)), 'A-2 an address of mail');
SELECT * FROM finish();
ROLLBACK;
