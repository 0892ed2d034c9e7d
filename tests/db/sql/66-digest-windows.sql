-- Digests: each message is told once, to whoever may see it, whatever happens between.
\ir common.psql
SELECT no_plan();
SELECT tenants();
UPDATE message_recipient SET state = 'deleted' WHERE org_id = org_id(1); -- those of tenants() are in no digest here
INSERT INTO digest_rule (org_id, rule_id, name, priority, days, times, tz, next_at) VALUES (org_id(1), org_id(1), 'r', 1, 127, '{540}', 'UTC', now());

-- A message that was held so long ago.
CREATE FUNCTION tap.held(p_address text, p_ago interval, p_kind text DEFAULT 'spam') RETURNS uuid LANGUAGE sql AS $$
  SELECT mail(org_id(1), uuid7(), uuid7(), p_address, 'held', p_kind, '\x00', now() - p_ago)
$$;
-- The rule's time has come: "recipient n, recipient n" of what is queued by it.
CREATE SEQUENCE tap.round;
CREATE FUNCTION tap.round() RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  v_at timestamptz := now() - interval '1 day' + make_interval(secs => nextval('tap.round'));
  v text;
BEGIN
  UPDATE digest_rule SET next_at = v_at;
  PERFORM digest_plan_rule(), digest_fill(100);
  SELECT string_agg(m.recipient || ' ' || (m.params->>'n'), ', ' ORDER BY m.recipient) INTO v
    FROM user_mail m JOIN digest d ON d.org_id = m.org_id AND d.digest_id::text = m.once WHERE d.period_at = v_at;
  RETURN coalesce(v, '');
END $$;
-- As if the digests so far had told up to then, and all of it were handled.
CREATE FUNCTION tap.told(p_ago interval) RETURNS void LANGUAGE sql AS $$
  UPDATE message_recipient SET state = 'deleted' WHERE org_id = org_id(1);
  UPDATE digest_told SET until_at = now() - p_ago WHERE until_at > now() - p_ago
$$;

-- Whose mail it is: that of user+tag is the user's, unless that is a mailbox of its own.
INSERT INTO account (org_id, account_id, address, role) VALUES (org_id(1), account_id(1, 9), 'u1+team@org1.example', 'user');
INSERT INTO account_mailbox (org_id, account_id, address) VALUES (org_id(1), account_id(1, 9), 'u1+team@org1.example');
SELECT held('u1+team@org1.example', '10 minutes'), held('u1+shop@org1.example', '10 minutes');
SELECT is(round(), 'u1+team@org1.example 1, u1@org1.example 1', 'T-L2 a digest tells of nobody else''s mail');
SELECT is((SELECT params->'lines'->0->>'to' FROM user_mail WHERE recipient = 'u1+team@org1.example'), 'u1+team@org1.example', 'T-L2 and says whose it is');
SELECT is(round(), '', 'I09 nothing new, no mail');

-- In one mail with another mailbox: what came before that one's last digest is told, too.
SELECT told('1 hour'), held('u1@org1.example', '30 minutes');
SELECT is(round(), 'u1@org1.example 1', 'one digest');
INSERT INTO account_mailbox (org_id, account_id, address) VALUES (org_id(1), account_id(1, 1), 'sales@org1.example'), (org_id(1), account_id(1, 2), 'sales@org1.example');
SELECT held('sales@org1.example', '40 minutes');
INSERT INTO digest_pref (org_id, address, together, together_by) VALUES (org_id(1), 'sales@org1.example', true, account_id(1, 2));
SELECT is(round(), 'u2@org1.example 1', 'I08 in one mail with the digest of who said so, not of somebody else who reads that mailbox');
SELECT told('1 hour'), held('sales@org1.example', '30 minutes');
UPDATE digest_told SET until_at = now() WHERE box = 'u1@org1.example';
UPDATE digest_pref SET together_by = account_id(1, 1) WHERE address = 'sales@org1.example';
SELECT is(round(), 'u1@org1.example 1', 'I09 a mailbox is told from where it was told up to, whoever''s digest it joins');
INSERT INTO digest_pref (org_id, address, enabled) VALUES (org_id(1), 'u1@org1.example', false);
SELECT told('1 hour'), held('sales@org1.example', '20 minutes');
SELECT is(round(), 'sales@org1.example 1', 'I09 whose companion has no digests gets its own');
DELETE FROM account_mailbox WHERE address = 'sales@org1.example' AND account_id = account_id(1, 1);
DELETE FROM digest_pref WHERE address = 'u1@org1.example';
SELECT told('1 hour'), held('sales@org1.example', '20 minutes'), held('u1@org1.example', '20 minutes');
SELECT is(round(), 'sales@org1.example 1, u1@org1.example 1', 'I09 so does one that its companion does not read any more');
UPDATE message_recipient SET state = 'deleted' WHERE org_id = org_id(1);

-- A digest that never left has told nothing.
SELECT told('1 hour'), held('u1@org1.example', '30 minutes');
SELECT is(round(), 'u1@org1.example 1', 'queued');
SELECT is(round(), '', 'once');
SELECT ok((SELECT expires_at > now() + interval '4 days' FROM user_mail WHERE state = 'waiting' AND recipient = 'u1@org1.example' ORDER BY created_at DESC LIMIT 1), 'I09 it waits for days, not for one');
UPDATE user_mail SET state = 'expired' WHERE mail_id = (SELECT mail_id FROM user_mail WHERE recipient = 'u1@org1.example' ORDER BY created_at DESC LIMIT 1);
SELECT is(round(), 'u1@org1.example 1', 'I09 what was never sent is told by the next digest');
UPDATE user_mail SET state = 'sent' WHERE recipient = 'u1@org1.example';
SELECT is(round(), '', 'I09 what was sent is not');
UPDATE message_recipient SET state = 'deleted' WHERE org_id = org_id(1);

-- One that cannot be made keeps nobody else from his.
ALTER TABLE user_mail ADD CONSTRAINT broken CHECK (recipient <> 'broken@org1.example');
SELECT held('broken@org1.example', '30 minutes'), held('fine@org1.example', '30 minutes');
SELECT is(round(), 'fine@org1.example 1', 'I09 a digest that cannot be made does not stop the others');
ALTER TABLE user_mail DROP CONSTRAINT broken;
SELECT is(round(), 'broken@org1.example 1', 'I09 and comes as soon as it can');
-- A hundred lines of the longest texts.
SELECT count(held('long@org1.example', '30 minutes')) FROM generate_series(1, 100);
UPDATE message m SET subject = repeat(chr(1), 2000), header_from_name = repeat(chr(1), 2000), header_from = repeat('"', 500),
       reasons = jsonb_build_array(jsonb_build_object('code', 'spam-score', 'slots', jsonb_build_object('what', repeat(chr(1), 5000))))
 WHERE m.message_id IN (SELECT r.message_id FROM message_recipient r WHERE r.address = 'long@org1.example');
SELECT is(round(), 'long@org1.example 100', 'I09 the longest lines find room');
UPDATE message_recipient SET state = 'deleted' WHERE org_id = org_id(1);

-- What people chose counts while they may choose.
SELECT held('choosy@org1.example', '30 minutes', 'graymail');
INSERT INTO digest_pref (org_id, address, kinds) VALUES (org_id(1), 'choosy@org1.example', '{spam}');
SELECT is(round(), '', 'U11 a kind that was not wanted');
DELETE FROM digest_told WHERE box = 'choosy@org1.example';
INSERT INTO digest_setting (org_id, users_may) VALUES (org_id(1), false);
SELECT is(round(), 'choosy@org1.example 1', 'U11 hides nothing when the organisation decides');
DELETE FROM digest_setting WHERE org_id = org_id(1);
UPDATE message_recipient SET state = 'deleted' WHERE org_id = org_id(1);


-- Who wants a kind again hears of what is still held, once.
CREATE FUNCTION tap.wants(p_kinds text[]) RETURNS void LANGUAGE sql AS $$ UPDATE digest_pref SET kinds = p_kinds WHERE address = 'choosy@org1.example' $$;
DELETE FROM digest_told WHERE box = 'choosy@org1.example';
SELECT held('choosy@org1.example', '60 minutes', 'graymail'), held('choosy@org1.example', '50 minutes', 'spam');
SELECT is(round(), 'choosy@org1.example 1', 'I09 one of two kinds');
SELECT held('choosy@org1.example', '40 minutes', 'graymail');
SELECT is((SELECT count(*)::int FROM digest WHERE state = 'planned') || round(), '0', 'I09 nothing of what is wanted');
SELECT is((SELECT count(*)::int FROM digest WHERE address = 'choosy@org1.example' AND period_at = (SELECT max(next_at) FROM digest_rule)), 0, 'I09 and no empty digest of it');
SELECT wants(NULL);
SELECT is(round(), 'choosy@org1.example 2', 'I09 a kind that is wanted again is told from where it was left out');
SELECT is(round(), '', 'I09 once');
UPDATE digest_told SET until_at = now() - interval '35 minutes' WHERE box = 'choosy@org1.example'; -- the moment of this file is one
SELECT wants('{graymail}'), held('choosy@org1.example', '30 minutes', 'spam');
SELECT is(round(), '', 'I09 now the other one is left out');
SELECT held('choosy@org1.example', '20 minutes', 'graymail');
SELECT is(round(), 'choosy@org1.example 1', 'I09 alone');
SELECT wants('{spam}');
SELECT is(round(), 'choosy@org1.example 1', 'I09 and told when it is wanted');
UPDATE user_mail SET state = 'expired' WHERE mail_id = (SELECT mail_id FROM user_mail WHERE recipient = 'choosy@org1.example' ORDER BY created_at DESC LIMIT 1);
SELECT is(round(), 'choosy@org1.example 1', 'I09 also when the first digest of it never left');
-- By times of one's own, and a kind that the organisation shows again.
UPDATE message_recipient SET state = 'deleted' WHERE org_id = org_id(1);
INSERT INTO digest_pref (org_id, address, kinds, days, times, tz) VALUES (org_id(1), 'own@org1.example', '{spam}', 127, '{540}', 'UTC');
CREATE FUNCTION tap.own() RETURNS text LANGUAGE plpgsql AS $$
DECLARE v_at timestamptz := now() - interval '1 day' + make_interval(secs => nextval('tap.round'));
BEGIN
  UPDATE digest_pref SET next_at = v_at WHERE address = 'own@org1.example';
  PERFORM digest_plan_own(10), digest_fill(100);
  RETURN coalesce((SELECT state || ' ' || n FROM digest WHERE address = 'own@org1.example' AND period_at = v_at), '');
END $$;
SELECT held('own@org1.example', '30 minutes', 'graymail');
SELECT is(own(), '', 'I09 no empty digest of a kind that is left out');
SELECT held('own@org1.example', '20 minutes', 'spam');
SELECT is(own(), 'queued 1', 'I09 a digest of the other');
UPDATE digest_pref SET kinds = NULL WHERE address = 'own@org1.example';
SELECT is(own(), 'queued 1', 'I09 wanted again, by times of one''s own');
SELECT is(own(), '', 'I09 once');
UPDATE message_recipient SET state = 'deleted' WHERE org_id = org_id(1);
SELECT held('rights@org1.example', '30 minutes', 'graymail'), held('rights@org1.example', '30 minutes', 'spam');
INSERT INTO quarantine_right (org_id, kind, rights) VALUES (org_id(1), 'graymail', '{}');
SELECT is(round(), 'rights@org1.example 1', 'I10 a kind that the organisation does not show');
DELETE FROM quarantine_right WHERE org_id = org_id(1);
SELECT is(round(), 'rights@org1.example 1', 'I09 is told when it is shown');
UPDATE message_recipient SET state = 'deleted' WHERE org_id = org_id(1);

-- A domain that was removed and is here again.
INSERT INTO domain (org_id, domain_id, name) VALUES (org_id(1), org_id(3), 'second.example');
INSERT INTO account_mailbox (org_id, account_id, address) VALUES (org_id(1), account_id(1, 2), 'me@second.example');
INSERT INTO digest_pref (org_id, address, together, together_by) VALUES (org_id(1), 'me@second.example', true, account_id(1, 2));
SELECT held('me@second.example', '30 minutes');
DELETE FROM domain WHERE domain_id = org_id(3);
SELECT told('1 hour');
UPDATE message_recipient SET state = 'held' WHERE address = 'me@second.example';
SELECT held('u2@org1.example', '20 minutes');
SELECT is(round(), 'u2@org1.example 1', 'I09 mail of a domain that is not here is in no digest');
INSERT INTO domain (org_id, domain_id, name) VALUES (org_id(1), org_id(3), 'second.example');
INSERT INTO account_mailbox (org_id, account_id, address) VALUES (org_id(1), account_id(1, 2), 'me@second.example'); -- it went with the domain
SELECT is(round(), 'u2@org1.example 1', 'I09 and is told when it is here again');
SELECT is(round(), '', 'I09 once');
UPDATE digest_pref SET days = 127, times = '{540}', tz = 'UTC', together = false, together_by = NULL WHERE address = 'me@second.example';
DELETE FROM digest_told WHERE box = 'me@second.example';
DELETE FROM domain WHERE domain_id = org_id(3);
UPDATE digest_pref SET next_at = now() - interval '1 hour' WHERE address = 'me@second.example';
SELECT digest_plan_own(10) + digest_fill(10) AS n \g /dev/null
INSERT INTO domain (org_id, domain_id, name) VALUES (org_id(1), org_id(3), 'second.example');
INSERT INTO account_mailbox (org_id, account_id, address) VALUES (org_id(1), account_id(1, 2), 'me@second.example');
UPDATE digest_pref SET next_at = now() - interval '50 minutes' WHERE address = 'me@second.example';
SELECT digest_plan_own(10) + digest_fill(10) AS n \g /dev/null
SELECT is((SELECT string_agg(state || ' ' || n, ',') FROM digest WHERE address = 'me@second.example'), 'queued 1', 'I09 also by times of one''s own');
UPDATE message_recipient SET state = 'deleted' WHERE org_id = org_id(1);

-- Notices: a row may be there a little after the time that it says.
CREATE FUNCTION tap.notice() RETURNS text LANGUAGE plpgsql AS $$
DECLARE v_id uuid;
BEGIN
  DELETE FROM digest WHERE kind = 'instant';
  PERFORM digest_plan_instant(), digest_fill(100);
  SELECT digest_id INTO v_id FROM digest WHERE kind = 'instant' AND address = 'soon@org1.example';
  RETURN coalesce((SELECT params->>'n' FROM user_mail WHERE once = v_id::text), '');
END $$;
CREATE FUNCTION tap.later(p interval) RETURNS void LANGUAGE sql AS $$
  UPDATE digest_told SET noticed_at = noticed_at - p WHERE box = 'soon@org1.example';
  UPDATE digest_pref SET instant_at = instant_at - p WHERE address = 'soon@org1.example';
  UPDATE message_recipient SET state_at = state_at - p WHERE address = 'soon@org1.example';
$$;
INSERT INTO digest_pref (org_id, address, instant, instant_at) VALUES (org_id(1), 'soon@org1.example', true, now() - interval '1 hour');
SELECT held('soon@org1.example', '3 seconds');
SELECT is(notice(), '', 'M2 what may still be on its way to the table waits');
SELECT held('soon@org1.example', '30 seconds');
SELECT is(notice(), '1', 'M2 a notice');
SELECT is(notice(), '', 'M2 one in 15 minutes');
SELECT later('15 minutes');
SELECT is(notice(), '1', 'M2 with what came after the time that the first one told up to');
SELECT later('15 minutes');
SELECT is(notice(), '', 'M2 no message twice');
UPDATE digest_pref SET lang = 'de' WHERE address = 'soon@org1.example';
SELECT is((SELECT instant_at < now() FROM digest_pref WHERE address = 'soon@org1.example'), true, 'M2 saving other settings skips no message');
UPDATE digest_pref SET instant = false WHERE address = 'soon@org1.example';
UPDATE digest_pref SET instant = true WHERE address = 'soon@org1.example';
SELECT is((SELECT instant_at FROM digest_pref WHERE address = 'soon@org1.example'), now(), 'M2 turned on, it begins now');

-- "Send one now" promises what it keeps.
UPDATE message_recipient SET state = 'deleted' WHERE org_id = org_id(1);
SELECT held('u2@org1.example', '30 minutes', 'graymail');
INSERT INTO digest_pref (org_id, address, kinds) VALUES (org_id(1), 'u2@org1.example', '{spam}');
SELECT is(as_role('sekisho_portal', org_id(1), account_id(1, 2), format('SELECT digest_ask(%L, ''u2@org1.example'')', org_id(1))), 'empty', 'U11 nothing of the kinds that were chosen');
UPDATE digest_pref SET kinds = NULL WHERE address = 'u2@org1.example';
SELECT is(as_role('sekisho_portal', org_id(1), account_id(1, 2), format('SELECT digest_ask(%L, ''u2@org1.example'')', org_id(1))), 'planned', 'U11 all kinds');
SELECT is(as_role('sekisho_portal', org_id(1), account_id(1, 2), format('SELECT digest_ask(%L, ''u1+team@org1.example'')', org_id(1))), '42501', 'T-L2 not for others');
SELECT * FROM finish();
ROLLBACK;
