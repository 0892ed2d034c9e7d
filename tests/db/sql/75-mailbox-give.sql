-- Mailboxes an administrator gives: shared, and aliases of one person.
\ir common.psql
SELECT no_plan();
SELECT tenants();
GRANT USAGE ON SCHEMA tap TO PUBLIC;
CREATE FUNCTION tap.give(p_account int, p_address text, p_how text) RETURNS text LANGUAGE sql AS $$
  SELECT mailbox_give(org_id(1), account_id(1, p_account), p_address, p_how, NULL, 'root', 'cli', '')
$$;
CREATE FUNCTION tap.withdraw(p_account int, p_address text) RETURNS text LANGUAGE sql AS $$
  SELECT mailbox_withdraw(org_id(1), account_id(1, p_account), p_address, NULL, 'root', 'cli', '')
$$;
SELECT is(give(1, 'x@org2.example', 'shared'), 'outside', 'no mailbox of another organisation');
SELECT is(give(1, 'x@elsewhere.example', 'shared'), 'outside', 'none of a domain nobody has');
SELECT is(mailbox_give(org_id(2), account_id(1, 1), 'x@org2.example', 'shared', NULL, 'root', 'cli', ''), 'outside', 'no account of another organisation');
SELECT is((SELECT count(*)::int FROM account_mailbox WHERE address LIKE 'x@%'), 0, 'and nothing is written');
SELECT is(give(1, 'team@org1.example', 'shared'), 'ok', 'a shared mailbox');
SELECT is(give(1, 'team@org1.example', 'shared'), 'have', 'once');
SELECT is(give(2, 'team@org1.example', 'shared'), 'ok', 'for several people');
SELECT is(give(1, 'alias@org1.example', 'directory'), 'ok', 'an alias');
SELECT is(give(2, 'alias@org1.example', 'directory'), 'taken', 'of one person');
SELECT is(give(1, 'u2@org1.example', 'directory'), 'taken', 'never an address somebody else signs in with');
SELECT is(give(2, 'alias@org1.example', 'shared'), 'taken', 'nor shared with it');
SELECT is(give(1, 'team@org1.example', 'directory'), 'have', 'what one has is not made an alias');
SELECT is(give(1, 'u2+shop@org1.example', 'directory'), 'taken', 'nor the tagged form of somebody else''s address');
INSERT INTO account (org_id, account_id, address, role, tz) VALUES (org_id(1), uuid7(), 'first@org1.example', 'owner', 'UTC');
SELECT is(give(1, a, h), 'taken', h || ' ' || a || ': somebody signs in with it who has no mailbox') FROM unnest(ARRAY['first@org1.example', 'first+x@org1.example']) a, unnest(ARRAY['shared', 'directory']) h;
SELECT is((SELECT string_agg(object || ' ' || (detail->>'account') || ' ' || (detail->>'how'), ', ' ORDER BY seq) FROM audit WHERE event = 'mailbox.linked' AND org_id = org_id(1)),
          'team@org1.example u1@org1.example shared, team@org1.example u2@org1.example shared, alias@org1.example u1@org1.example directory', 'the audit log says to whom');
SELECT is(as_role('sekisho_portal', org_id(1), account_id(1, 1), 'SELECT string_agg(address || '' '' || array_length(others, 1), '','') FROM mailbox_mine() WHERE how = ''shared'' AND NOT own'),
          'team@org1.example 1', 'the person sees it, and with whom he shares it');
SELECT is(as_role('sekisho_portal', org_id(1), account_id(1, 1), 'SELECT mailbox_unlink(''team@org1.example'', '''')'), 'false', 'and does not unlink what he was given');
SELECT is(as_role('sekisho_portal', org_id(1), account_id(1, 1), 'SELECT mailbox_unlink(''alias@org1.example'', '''')'), 'false', 'nor an alias');
SELECT is(as_role(r, org_id(1), account_id(1, 1), format('SELECT mailbox_give(%L, %L, ''y@org1.example'', ''shared'', NULL, '''', '''', '''')', org_id(1), account_id(1, 1))), '42501', r || ' does not give itself one')
  FROM unnest(ARRAY['sekisho_portal', 'sekisho_console']) r;
SELECT is(digest_home(org_id(1), 'alias@org1.example'), 'u1@org1.example', 'one person, one digest: that of an alias comes with it');
SELECT is(digest_home(org_id(1), 'team@org1.example'), 'team@org1.example', 'that of a shared mailbox does not');
SELECT is(withdraw(1, 'u1@org1.example'), 'own', 'the sign-in address stays');
SELECT is(withdraw(1, 'nobody@org1.example'), 'none', 'what he does not have');
SELECT is(withdraw(1, 'team@org1.example'), 'ok', 'taken away');
SELECT is((SELECT string_agg(account_id::text, ',') FROM account_mailbox WHERE address = 'team@org1.example'), account_id(1, 2)::text, 'from him alone');
SELECT is(withdraw(1, 'alias@org1.example'), 'ok', 'an alias is taken away, too');
SELECT is(digest_home(org_id(1), 'alias@org1.example'), 'alias@org1.example', 'no longer his, no longer in his digest');
SELECT is(give(2, 'alias@org1.example', 'directory'), 'ok', 'and given to the next');
SELECT is(digest_home(org_id(1), 'alias@org1.example'), 'u2@org1.example', 'in whose digest it is now');
SELECT is(withdraw(2, 'alias@org1.example') || ' ' || give(1, 'alias@org1.example', 'directory'), 'ok ok', 'and back');
SELECT is(mailbox_suspended(org_id(1), 'alias@org1.example'), false, 'mail about an alias is sent');
UPDATE account SET state = 'suspended' WHERE account_id = account_id(1, 1);
SELECT is(mailbox_suspended(org_id(1), 'alias@org1.example'), true, 'and is silent with its person');
UPDATE account SET state = 'active' WHERE account_id = account_id(1, 1);
INSERT INTO account (org_id, account_id, address, role, tz) VALUES (org_id(1), uuid7(), 'alias@org1.example', 'user', 'UTC');
SELECT is((SELECT count(*)::int FROM account_mailbox WHERE address = 'alias@org1.example'), 0, 'an alias ends when somebody else signs in with that address');
SELECT is((SELECT string_agg(object || ' ' || actor || ' ' || (detail->>'account') || ' ' || (detail->>'how'), ', ' ORDER BY seq) FROM audit WHERE event = 'mailbox.unlinked' AND org_id = org_id(1)),
          'team@org1.example root u1@org1.example shared, alias@org1.example root u1@org1.example directory, alias@org1.example root u2@org1.example directory, alias@org1.example system u1@org1.example directory', 'the audit log says so');
SELECT * FROM finish();
ROLLBACK;
