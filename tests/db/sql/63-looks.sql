-- Who looked at my mail (N13): what others did with the mail of one's own mailboxes, and of nobody else's.
\ir common.psql
SELECT no_plan();
SELECT tenants();
SELECT org_id(1) AS org, account_id(1, 0) AS owner, account_id(1, 1) AS user, account_id(2, 1) AS other, org_id(2) AS other_org,
       (SELECT address FROM account_mailbox WHERE account_id = account_id(1, 1)) AS box \gset
CREATE FUNCTION tap.look(p_org uuid, p_who uuid, p_event text, p_address text) RETURNS void LANGUAGE sql AS $$
  SELECT audit_add(p_org, p_who, 'somebody', 'admin', '', p_event, p_address, jsonb_build_object('message', message_id(1, 1))) $$;
SELECT look(:'org', :'owner', 'mail.viewed', :'box'), look(:'org', :'owner', 'mail.tracked', regexp_replace(:'box', '@', '+tag@')),
       look(:'org', :'user', 'mail.deleted', :'box'), look(:'org', :'owner', 'mail.viewed', 'else@org1.example'),
       look(:'org', :'owner', 'domain.changed', :'box'), look(:'other_org', :'other', 'mail.viewed', :'box');
\set q 'SELECT coalesce(string_agg(event, '','' ORDER BY seq DESC), ''none'') FROM mail_looks(NULL, 10)'
SELECT is(as_role('sekisho_portal', :'org', :'user', :'q'), 'mail.tracked,mail.viewed',
          'N13: what others did with mail to the mailbox, its tags too; not one''s own, not other addresses, not other events');
SELECT is(as_role('sekisho_portal', :'org', :'user', 'SELECT string_agg(event, '','') FROM mail_looks(NULL, 1)'), 'mail.tracked', 'newest first, a page');
SELECT is(as_role('sekisho_portal', :'org', :'user', 'SELECT string_agg(event, '','') FROM mail_looks((SELECT seq FROM mail_looks(NULL, 1)), 10)'), 'mail.viewed', 'and the next');
SELECT is(as_role('sekisho_portal', :'other_org', :'other', :'q'), 'none', 'another organisation sees nothing of it');
SELECT is(as_role('sekisho_portal', :'other_org', :'user', :'q'), 'none', 'nor the account under another organisation');
SELECT is(as_role('sekisho_portal', :'org', NULL, :'q'), 'none', 'nor nobody');
SELECT is(as_role('sekisho_console', :'org', :'user', :'q'), '42501', 'the console has the whole log instead');
INSERT INTO account_mailbox (org_id, account_id, address) SELECT :'org', :'owner', regexp_replace(:'box', '@', '+tag@');
SELECT is(as_role('sekisho_portal', :'org', :'user', :'q'), 'mail.viewed', 'a tag that is a mailbox by itself is somebody else''s');
SELECT * FROM finish();
ROLLBACK;
