-- Mailboxes given in the console: by whom, to whom.
\ir common.psql
SELECT no_plan();
SELECT tenants();
GRANT USAGE ON SCHEMA tap TO PUBLIC;
UPDATE account SET role = 'owner' WHERE account_id IN (account_id(1, 1), account_id(2, 1));
-- Who, of the first organisation, gives the shared mailbox of an organisation to somebody of that one, or takes it.
CREATE FUNCTION tap.try(p_who int, p_org int, p_whom int, p_do text) RETURNS text LANGUAGE sql AS $$
  SELECT as_role('sekisho_console', org_id(1), account_id(1, p_who), CASE p_do
    WHEN 'give' THEN format('SELECT account_mailbox_give(%L, %L, ''shared'', ''somebody'', '''')', account_id(p_org, p_whom), 'team@org' || p_org || '.example')
    ELSE format('SELECT account_mailbox_withdraw(%L, %L, ''somebody'', '''')', account_id(p_org, p_whom), 'team@org' || p_org || '.example') END)
$$;
CREATE FUNCTION tap.as_if(p_role text, p_state text) RETURNS void LANGUAGE sql AS $$ UPDATE account SET role = p_role, state = p_state WHERE account_id = account_id(1, 2) $$;
SELECT is(try(1, 1, 2, 'take'), 'none', 'nothing to take away yet');
SELECT is(try(1, 1, 2, 'give'), 'ok', 'an owner gives');
SELECT is(try(1, 2, 1, 'give'), 'gone', 'nobody of another organisation is there');
SELECT is(try(1, 2, 1, 'take'), 'gone', 'nor to be taken from');
SELECT is(as_role('sekisho_console', org_id(1), account_id(1, 1), format('SELECT account_mailbox_give(%L, ''x@org2.example'', ''shared'', '''', '''')', account_id(1, 2))), 'outside', 'no mailbox of another organisation');
SELECT as_if('operator', 'active');
SELECT is(try(1, 1, 2, 'take'), 'denied', 'an owner does not change an operator');
SELECT as_if(r, 'active') FROM unnest(ARRAY['help_desk']) r;
SELECT is(try(2, 1, 2, 'give'), 'denied', 'the help desk does not help itself');
SELECT is(try(2, 1, 2, 'take'), 'denied', 'nor takes');
SELECT as_if('domain_admin', 'active');
SELECT is(try(2, 1, 1, 'give'), 'denied', 'who changes no users gives none');
SELECT as_if('auditor', 'active');
SELECT is(try(2, 1, 1, 'give'), 'denied', 'an auditor looks');
SELECT as_if('user', 'active');
SELECT is(try(2, 1, 2, 'give'), 'denied', 'nobody helps himself');
SELECT as_if('owner', 'suspended');
SELECT is(try(2, 1, 1, 'give'), 'denied', 'who is suspended does nothing');
SELECT is(as_role(r, org_id(1), account_id(1, 1), format('SELECT account_mailbox_give(%L, ''t@org1.example'', ''shared'', '''', '''')', account_id(1, 1))), '42501', r || ' cannot') FROM unnest(ARRAY['sekisho_portal', 'sekisho_jobs']) r;
SELECT is(try(1, 1, 2, 'take'), 'ok', 'an owner takes away');
SELECT is((SELECT string_agg(event || ' ' || actor || ' ' || surface || ' ' || (account_id = account_id(1, 1)), ', ' ORDER BY seq) FROM audit WHERE event LIKE 'mailbox.%' AND org_id = org_id(1)),
          'mailbox.linked somebody admin true, mailbox.unlinked somebody admin true', 'the audit log says who');
SELECT * FROM finish();
ROLLBACK;
