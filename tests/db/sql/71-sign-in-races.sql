-- Signing in, against what happens at the same time.
\ir common.psql
SELECT no_plan();
SELECT tenants();
CREATE FUNCTION tap.hash(p text) RETURNS bytea LANGUAGE sql AS $$ SELECT sha256(convert_to(p, 'UTF8')) $$;

-- A better hash of a password that was changed meanwhile.
SELECT is(account_rehash(org_id(1), account_id(1, 1), 'hash', 'better'), true, 'A-47 a better hash');
SELECT is(account_rehash(org_id(1), account_id(1, 1), 'hash', 'old again'), false, 'A-57 the old password does not come back');
SELECT is((SELECT password FROM account WHERE account_id = account_id(1, 1)), 'better', 'A-57 the new one stays');

-- What a new password ends. A better hash of the same ends nothing.
CREATE FUNCTION tap.left_over() RETURNS text LANGUAGE sql AS $$
  SELECT (SELECT count(*) FROM sign_in_ticket WHERE account_id = account_id(1, 1)) || ' ' || (SELECT count(*) FROM trusted_device WHERE account_id = account_id(1, 1)) || ' ' ||
         (SELECT count(*) FROM mail_proof WHERE account_id = account_id(1, 1) AND used_at IS NULL) || ' ' || (SELECT count(*) FROM user_mail WHERE kind = 'password_changed')
$$;
INSERT INTO sign_in_ticket (ticket_hash, org_id, account_id, surface) VALUES (hash('half'), org_id(1), account_id(1, 1), 'portal'), (hash('other'), org_id(1), account_id(1, 2), 'portal');
INSERT INTO trusted_device (org_id, account_id, device_hash, expires_at) VALUES (org_id(1), account_id(1, 1), hash('device'), now() + interval '1 day');
INSERT INTO mail_proof (org_id, proof_id, purpose, address, account_id, token_hash, expires_at)
  VALUES (org_id(1), uuid7(), 'link', 'u1@org1.example', account_id(1, 1), hash('link'), now() + interval '1 hour'),
         (org_id(1), uuid7(), 'mailbox', 'x@org1.example', account_id(1, 1), hash('mailbox'), now() + interval '1 hour');
SELECT is(account_rehash(org_id(1), account_id(1, 1), 'better', 'best') || ' ' || left_over(), 'true 1 1 2 0', 'A-57 the same password ends nothing');
UPDATE account SET password = 'new' WHERE account_id = account_id(1, 1);
SELECT is(left_over(), '0 0 1 1', 'A-57, A-53 a new one, by whoever: half tickets, trusted devices and mailed links are worth nothing, and the person is told');
SELECT is((SELECT count(*)::int FROM sign_in_ticket), 1, 'nobody else''s');
SELECT is((SELECT recipient FROM user_mail WHERE kind = 'password_changed'), 'u1@org1.example', 'A-53 at the account''s address');
UPDATE account SET password = 'x' WHERE account_id = account_id(2, 1);
DELETE FROM user_mail;
INSERT INTO mail_proof (org_id, proof_id, purpose, address, account_id, token_hash, expires_at) VALUES (org_id(1), uuid7(), 'reset', 'u1@org1.example', account_id(1, 1), hash('reset'), now() + interval '1 hour');
SELECT is(as_role('sekisho_portal', NULL, NULL, 'SELECT proof_reset(sha256(''reset''), ''newer'', '''')'), 'ok', 'A-52 a new password by mail');
SELECT is((SELECT count(*)::int FROM user_mail WHERE kind = 'password_changed'), 1, 'A-53 told once');
SELECT is((SELECT count(*)::int FROM session WHERE account_id = account_id(1, 1)), 0, 'A-57 all sessions end');

-- Passkeys.
SELECT is(changed_as(r, org_id(1), account_id(1, 1), 'DELETE FROM passkey'), '42501', 'A-58 ' || r || ' deletes no passkey by itself') FROM unnest(ARRAY['sekisho_portal', 'sekisho_console']) r;

-- Links of what the organisation has turned off meanwhile.
INSERT INTO mail_proof (org_id, proof_id, purpose, address, account_id, token_hash, expires_at) VALUES (org_id(1), uuid7(), 'link', 'u1@org1.example', account_id(1, 1), hash('l'), now() + interval '1 hour');
INSERT INTO mail_proof (org_id, proof_id, purpose, address, token_hash, expires_at) VALUES (org_id(1), uuid7(), 'register', 'new@org1.example', hash('r'), now() + interval '1 hour');
CREATE FUNCTION tap.good() RETURNS text LANGUAGE sql AS $$
  SELECT (SELECT count(*) FROM proof_look(hash('l'), 'link')) || ' ' || (SELECT count(*) FROM proof_look(hash('r'), 'register'))
$$;
SELECT is(good(), '1 1', 'good links');
UPDATE org SET sign_in_link = false, register = false WHERE org_id = org_id(1);
SELECT is(good(), '0 0', 'mailed before the organisation turned that off: their pages say so');
SELECT is((SELECT count(*)::int FROM proof_sign_in(hash('l'), NULL, 'u1@org1.example')), 0, 'and nobody is signed in');
UPDATE org SET sign_in_link = true, register = true WHERE org_id = org_id(1);
SELECT is((SELECT count(*)::int FROM proof_sign_in(hash('l'), NULL, 'u1@org1.example')), 1, 'it was not used up by that');

-- T-L7: the cap of one kind is none of another; what never left does not count.
CREATE FUNCTION tap.asked(p_kind text, p_address text, p_cap int DEFAULT 100) RETURNS int LANGUAGE plpgsql AS $$
BEGIN
  PERFORM account_ask(p_kind, p_address, 'en', NULL, '192.0.2.1', 1000), account_asks(100, p_cap);
  RETURN (SELECT count(*) FROM user_mail WHERE recipient = p_address AND kind = p_kind AND state IN ('waiting', 'sent'));
END $$;
DELETE FROM user_mail;
DELETE FROM mail_proof;
SELECT is((SELECT sum(asked('register', 'invented' || i || '@org1.example', 3))::int FROM generate_series(1, 5) i), 3, 'T-L7 a cap of all mails of a kind');
SELECT is(asked('reset', 'u2@org1.example', 3), 1, 'T-L7 invented addresses keep nobody from a new password');
UPDATE user_mail SET state = 'expired' WHERE recipient = 'u2@org1.example';
SELECT is(asked('reset', 'u2@org1.example'), 1, 'T-L7 a mail that never left is none of the hour');
SELECT is(asked('reset', 'u2@org1.example'), 1, 'T-L7 one in an hour');
SELECT is(asked('link', 'u2@org1.example'), 1, 'a link');
SELECT ok((SELECT expires_at - created_at >= interval '1 hour' FROM mail_proof WHERE purpose = 'link'), 'T-L7 it works until the next one may be mailed');
SELECT * FROM finish();
ROLLBACK;
