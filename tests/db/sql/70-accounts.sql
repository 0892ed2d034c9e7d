-- Mails to users, links that are mailed, managed mailboxes: who may do what, whatever the programs think.
\ir common.psql
SELECT no_plan();
SELECT tenants();
GRANT USAGE ON SCHEMA tap TO PUBLIC;

CREATE FUNCTION tap.hash(p text) RETURNS bytea LANGUAGE sql AS $$ SELECT sha256(convert_to(p, 'UTF8')) $$;
CREATE FUNCTION tap.proof(p_token text, p_purpose text, p_org int, p_account uuid, p_address text, p_left interval DEFAULT '1 hour') RETURNS void LANGUAGE sql AS $$
  INSERT INTO mail_proof (org_id, proof_id, purpose, address, account_id, token_hash, expires_at)
  VALUES (org_id(p_org), uuid7(), p_purpose, p_address, p_account, hash(p_token), now() + p_left)
$$;
GRANT EXECUTE ON FUNCTION tap.hash(text) TO PUBLIC;

-- The tables themselves are nobody's but the job's.
SELECT is(as_role(r, org_id(1), account_id(1, 1), format('SELECT count(*) FROM %I', t)), '42501', format('A-60 %s reads no %s', r, t))
  FROM unnest(ARRAY['sekisho_portal', 'sekisho_console', 'sekisho_engine', 'sekisho_postfix']) r, unnest(ARRAY['account_ask', 'mail_proof', 'user_mail']) t;
SELECT is(as_role('sekisho_jobs', NULL, NULL, 'SELECT count(token_hash) FROM mail_proof'), '42501', 'the job writes hashes and reads none');
SELECT is(as_role('sekisho_portal', org_id(1), account_id(1, 1), format('SELECT user_mail_add(%L, ''x@org1.example'', ''en'', ''known'', ''{}'', NULL, now(), NULL, NULL)', org_id(1))),
          '42501', 'the portal queues no mail by itself');
SELECT is(as_role(r, org_id(1), account_id(1, 1), format('SELECT mailbox_take(%L, %L, ''x@org1.example'', ''portal'', '''', '''')', org_id(1), account_id(1, 1))), '42501',
          format('J07 %s takes no mailbox without a proof', r)) FROM unnest(ARRAY['sekisho_portal', 'sekisho_console', 'sekisho_engine']) r;
SELECT is(as_role('sekisho_portal', org_id(1), account_id(1, 1), 'SELECT account_asks(10, 10)'), '42501', 'T-W9 the portal cannot ask what became of an address');
SELECT is(as_role('sekisho_portal', org_id(1), account_id(1, 1), 'SELECT proof_sign_in(''\x00'', NULL, ''u1@org1.example'')'), '42501', 'the engine gives out tickets for links, not the portal');

-- T-L7: one mail of a kind to one address in an hour, whoever asks; T-W10: a client asks so often.
CREATE FUNCTION tap.asked(p_kind text, p_address text) RETURNS bigint LANGUAGE plpgsql AS $$
BEGIN
  PERFORM account_ask(p_kind, p_address, 'en', NULL, '192.0.2.1', 1000), account_asks(100, 100);
  RETURN (SELECT count(*) FROM user_mail WHERE recipient = p_address AND kind IN (p_kind, 'known', 'reset_admin'));
END $$;
SELECT is(asked('link', 'u1@org1.example')::int, 1, 'T-L7 a link is mailed');
SELECT is(asked('link', 'u1@org1.example')::int, 1, 'T-L7 one in an hour');
SELECT is(asked('reset', 'u1@org1.example')::int, 1, 'T-L7 a mail of another kind is');
UPDATE user_mail SET created_at = created_at - interval '61 minutes';
SELECT is(asked('link', 'u1@org1.example')::int, 2, 'T-L7 the next one an hour later');
SELECT is(asked('link', 'nobody@org1.example')::int + asked('reset', 'x@elsewhere.example')::int, 0, 'T-W9 nobody gets nothing');
SELECT is(asked('register', 'u1@org1.example')::int, 1, 'J01 who has an account is told so');
SELECT is(asked('register', 'new@org1.example')::int, 1, 'J01 an address of a domain here');
SELECT is(asked('register', 'new+tag@org1.example')::int, 0, 'J01 a tag is no mailbox');
SELECT is((SELECT count(*)::int FROM account_ask), 0, 'nothing is left over');
SELECT is((SELECT sum((account_ask('link', 'u1@org1.example', 'en', NULL, '2001:db8:1:2::' || i, 4) > 0)::int)::int FROM generate_series(1, 3) i), 1, 'T-W10 a /64 is one client');
SELECT is(account_asks(100, 0), 1, 'T-L7 above the cap it is forgotten');
DELETE FROM mail_proof;

-- A new password: once, in time, for users only.
SELECT proof('r1', 'reset', 1, account_id(1, 1), 'u1@org1.example'), proof('r2', 'reset', 1, account_id(1, 1), 'u1@org1.example', '-1 second'),
       proof('r3', 'reset', 1, account_id(1, 0), 'admin@org1.example'), proof('l1', 'link', 1, account_id(1, 1), 'u1@org1.example');
SELECT is(as_role('sekisho_portal', NULL, NULL, 'SELECT proof_reset(hash(''r2''), ''new'', '''')'), 'gone', 'A-52 too old');
SELECT is(as_role('sekisho_portal', NULL, NULL, 'SELECT proof_reset(hash(''r3''), ''new'', '''')'), 'gone', 'A-52 not an administrator''s');
SELECT is(as_role('sekisho_portal', NULL, NULL, 'SELECT proof_reset(hash(''l1''), ''new'', '''')'), 'gone', 'A-52 not with a link to sign in');
SELECT is(as_role('sekisho_portal', NULL, NULL, 'SELECT proof_register(hash(''r1''), uuid7(), ''new'', ''en'', '''')'), 'gone', 'J01 no account with a link for a password');
SELECT is(as_role('sekisho_portal', NULL, NULL, 'SELECT count(*) FROM proof_look(hash(''r1''), ''link'')'), '0', 'a link is for one purpose');
SELECT is(as_role('sekisho_portal', NULL, NULL, 'SELECT address FROM proof_look(hash(''r1''), ''reset'')'), 'u1@org1.example', 'its page knows whose it is');

-- A mailed link to sign in: the browser, or the address.
UPDATE mail_proof SET browser = hash('browser') WHERE token_hash = hash('l1');
SELECT is(as_role('sekisho_engine', NULL, NULL, 'SELECT count(*) FROM proof_sign_in(hash(''l1''), hash(''other''), ''u2@org1.example'')'), '0', 'another browser, another address');
SELECT is(as_role('sekisho_engine', NULL, NULL, 'SELECT count(*) FROM proof_sign_in(hash(''l1''), NULL, '''')'), '0', 'nothing known');
SELECT is(as_role('sekisho_engine', NULL, NULL, 'SELECT count(*) FROM proof_sign_in(hash(''r1''), NULL, ''u1@org1.example'')'), '0', 'not with a link for a password');
SELECT is((SELECT string_agg(address, ' ') FROM mail_proof WHERE used_at IS NOT NULL), 'admin@org1.example', 'none of that used one up but the administrator''s');

-- Mailboxes: the scope says whose.
SELECT is(as_role('sekisho_portal', org_id(1), account_id(1, 1), 'SELECT mailbox_ask(''x@org2.example'')'), 'outside', 'J07 not of another organisation');
SELECT is(as_role('sekisho_portal', org_id(2), account_id(1, 1), 'SELECT mailbox_ask(''x@org1.example'')'), 'outside', 'J07 a mixed scope is nobody');
SELECT proof('m1', 'mailbox', 1, account_id(1, 1), 'alias@org1.example', '2 hours'), proof('m2', 'mailbox', 1, account_id(1, 0), 'alias@org1.example'), proof('m3', 'mailbox', 1, account_id(1, 1), 'old@org1.example', '-1 second');
SELECT is(as_role('sekisho_portal', org_id(1), account_id(1, 0), 'SELECT mailbox_confirm(hash(''m1''), '''')'), 'gone', 'J07 not by another account than the one that asked');
SELECT is(as_role('sekisho_portal', NULL, NULL, 'SELECT mailbox_confirm(hash(''m1''), '''')'), 'gone', 'J07 not signed out');
SELECT is(as_role('sekisho_portal', org_id(1), account_id(1, 1), 'SELECT mailbox_confirm(hash(''m3''), '''')'), 'gone', 'J07 too old');
SELECT is(changed_as('sekisho_portal', org_id(1), account_id(1, 1), 'DELETE FROM account_mailbox'), '42501', 'J07 the portal unlinks by its function only');
SELECT is(as_role('sekisho_portal', org_id(1), account_id(1, 1), 'SELECT mailbox_unlink(''u1@org1.example'', '''')'), 'false', 'J07 one''s own address stays');

INSERT INTO account_mailbox (org_id, account_id, address, how) VALUES (org_id(1), account_id(1, 0), 'alias@org1.example', 'added');
SELECT throws_ok(format('INSERT INTO account_mailbox (org_id, account_id, address, how) VALUES (%L, %L, ''alias@org1.example'', ''added'')', org_id(1), account_id(1, 1)), '23505', NULL, 'J07 one account manages a mailbox');
SELECT lives_ok(format('INSERT INTO account_mailbox (org_id, account_id, address) VALUES (%L, %L, ''alias@org1.example'')', org_id(1), account_id(1, 1)), 'J07 unless it is shared');
DELETE FROM account_mailbox WHERE address = 'alias@org1.example' AND how = 'shared';
SELECT is(as_role('sekisho_portal', org_id(1), account_id(1, 1), 'SELECT mailbox_ask(''alias@org1.example'')'), 'ok', 'J07 asking does not tell that another account has it');
SELECT is(as_role('sekisho_portal', org_id(1), account_id(1, 1), 'SELECT mailbox_confirm(hash(''m1''), '''')'), 'taken', 'J07 who reads it learns it');

-- Others who ask for the same mailbox do not use up the mail of the one whose it is; it gets few of them all the same.
CREATE FUNCTION tap.ask_mailbox(k int) RETURNS int LANGUAGE sql AS $$
  SELECT as_role('sekisho_portal', org_id(1), account_id(1, k), 'SELECT mailbox_ask(''team@org1.example'')');
  SELECT count(*)::int FROM user_mail WHERE recipient = 'team@org1.example' AND kind = 'mailbox' AND state IN ('waiting', 'sent')
$$;
INSERT INTO account (org_id, account_id, address, role) SELECT org_id(1), account_id(1, k), 'stranger' || k || '@org1.example', 'user' FROM generate_series(20, 30) k;
SELECT is((SELECT max(ask_mailbox(20)) FROM generate_series(1, 1000)), 1, 'T-L7 a thousand times asked by one: one mail');
SELECT is(ask_mailbox(1), 2, 'T-L7 somebody else''s ask keeps nobody from his');
SELECT is(ask_mailbox(1), 2, 'T-L7 one an hour of each');
SELECT is((SELECT max(ask_mailbox(k)) FROM generate_series(21, 30) k), 5, 'T-L7 a mailbox gets at most five an hour of all');
UPDATE user_mail SET created_at = created_at - interval '1 hour' WHERE recipient = 'team@org1.example';
SELECT is(ask_mailbox(1), 6, 'T-L7 and again an hour later');

-- A ticket is a proof for its own organisation and the portal only.
INSERT INTO sign_in_ticket (ticket_hash, org_id, account_id, surface) VALUES
  (hash('t1'), org_id(2), account_id(2, 1), 'portal'), (hash('t2'), org_id(1), account_id(1, 0), 'admin');
SELECT is(as_role('sekisho_portal', org_id(1), account_id(1, 1), format('SELECT mailbox_by_ticket(%L, '''')', t)), 'gone', 'J07 ' || t)
  FROM unnest(ARRAY['t1', 't2', 'none']) t;

-- The functions ask who has signed in to the database, so this is done as that role from the beginning.
SELECT format('SELECT set_config(''sekisho.org'', %L, false), user_mail_add(%L, ''x@org2.example'', ''en'', ''known'', ''{}'', NULL, now(), NULL, NULL)', org_id(1), org_id(2)) AS call \gset
SET SESSION AUTHORIZATION sekisho_console;
\set ON_ERROR_STOP off
SAVEPOINT before;
:call;
\set state :SQLSTATE
ROLLBACK TO before;
\set ON_ERROR_STOP on
RESET SESSION AUTHORIZATION;
SELECT is(:'state'::text, '42501', 'the console queues no mail for another organisation');
SELECT * FROM finish();
ROLLBACK;
