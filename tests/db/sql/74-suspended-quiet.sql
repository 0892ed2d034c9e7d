-- Who is suspended gets no digests and no notices; what would have been told is told when he is active again.
\ir common.psql
SELECT no_plan();
SELECT tenants();
-- Old enough for a digest, which leaves out what is on its way into the database.
CREATE FUNCTION tap.plan() RETURNS text LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM digest;
  UPDATE digest_rule SET next_at = now() - interval '1 second' - random() * interval '1 hour';
  PERFORM digest_plan_rule();
  RETURN (SELECT string_agg(address, ' ' ORDER BY address) FROM digest WHERE org_id = org_id(1));
END $$;
INSERT INTO digest_rule (org_id, rule_id, name, priority, targets, days, times, tz, format, actions, next_at) VALUES (org_id(1), uuid7(), 'All', 1, '{}', 127, '{540}', 'UTC', 'html', '{deliver}', now());
SELECT mail(org_id(1), message_id(1, 40 + k), recipient_id(1, 40 + k), 'u' || k || '@org1.example', 'held', 'spam', '\x00', now() - interval '10 minutes') FROM generate_series(1, 2) k;
INSERT INTO account_mailbox (org_id, account_id, address, how) VALUES (org_id(1), account_id(1, 1), 'box@org1.example', 'added'), (org_id(1), account_id(1, 1), 'team@org1.example', 'shared');
SELECT mail(org_id(1), message_id(1, 50 + k::int), recipient_id(1, 50 + k::int), a, 'held', 'spam', '\x00', now() - interval '10 minutes') FROM unnest(ARRAY['box@org1.example', 'team@org1.example', 'none@org1.example']) WITH ORDINALITY AS t(a, k);
SELECT is(plan(), 'box@org1.example none@org1.example team@org1.example u1@org1.example u2@org1.example', 'digests for everybody');
UPDATE account SET state = 'suspended' WHERE account_id = account_id(1, 1);
SELECT is(plan(), 'none@org1.example team@org1.example u2@org1.example', 'A-57 none for who is suspended, nor for what he added; shared mailboxes and those without an account have theirs');
INSERT INTO account_mailbox (org_id, account_id, address, how) VALUES (org_id(1), account_id(1, 2), 'box@org1.example', 'shared'), (org_id(1), account_id(1, 1), 'u2@org1.example', 'added');
SELECT is(plan(), 'box@org1.example none@org1.example team@org1.example u2@org1.example', 'A-57 what he added is not silent for those who have it, too, nor somebody''s own address');
SELECT is(mailbox_suspended(org_id(1), 'u2@org1.example'), false, 'A-57 ... who gets all other mails, too');
DELETE FROM account_mailbox WHERE (account_id, address) IN ((account_id(1, 2), 'box@org1.example'), (account_id(1, 1), 'u2@org1.example'));
SELECT is((SELECT count(*)::int FROM digest_told WHERE box = 'u1@org1.example' AND until_at > '-infinity'), 0, 'nothing counts as told');
SELECT is((SELECT string_agg(k, ' ' ORDER BY k) FROM unnest(ARRAY['digest', 'rescan_held', 'request_answer', 'password_changed', 'second_changed', 'mailbox']) k WHERE NOT user_mail_quiet(org_id(1), 'u1@org1.example', k)),
          'mailbox password_changed second_changed', 'A-53 he hears of changes of his account; a colleague who takes over the mailbox gets the mail that proves it');
SELECT is(user_mail_quiet(org_id(1), 'u2@org1.example', 'digest'), false, 'others hear everything');
UPDATE account SET state = 'active' WHERE account_id = account_id(1, 1);
SELECT is(plan(), 'box@org1.example none@org1.example team@org1.example u1@org1.example u2@org1.example', 'active again: told of what is still held');
SELECT * FROM finish();
ROLLBACK;
