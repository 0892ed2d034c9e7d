-- Links act for whoever the message is for, and undo what they did themselves.
\ir common.psql
SELECT no_plan();
SELECT tenants();
CREATE FUNCTION tap.act(p_action text, p_recipient uuid, p_link text DEFAULT 'l') RETURNS text LANGUAGE sql AS $$
  SELECT link_act(org_id(1), p_recipient, sha256(convert_to(p_link, 'UTF8')), now() + interval '1 day', p_action, 'a@sender.example', '192.0.2.1')
$$;
CREATE FUNCTION tap.undo(p_recipient uuid, p_link text DEFAULT 'l') RETURNS text LANGUAGE sql AS $$
  SELECT link_undo(org_id(1), p_recipient, sha256(convert_to(p_link, 'UTF8')), '192.0.2.1')
$$;

-- Mail of a mailbox with a tag of its own is not that of the one without.
INSERT INTO account (org_id, account_id, address, role) VALUES (org_id(1), account_id(1, 9), 'u1+team@org1.example', 'user');
INSERT INTO account_mailbox (org_id, account_id, address) VALUES (org_id(1), account_id(1, 9), 'u1+team@org1.example');
SELECT mail(org_id(1), message_id(1, 9), recipient_id(1, 9), 'u1+team@org1.example', 'held', 'spam');
SELECT link_viewed(org_id(1), recipient_id(1, 9), '192.0.2.1');
SELECT is(act('block', recipient_id(1, 9)), 'done', 'N3 deleted and blocked');
SELECT is((SELECT deleted_by FROM message_recipient WHERE recipient_id = recipient_id(1, 9)), account_id(1, 9), 'T-L2 by its own person');
SELECT is((SELECT target FROM sender_entry WHERE org_id = org_id(1) AND list = 'blocked' AND pattern = 'a@sender.example'), 'u1+team@org1.example', 'T-L2 for its own mailbox');
SELECT is((SELECT count(*)::int FROM event WHERE recipient_id = recipient_id(1, 9) AND account_id = account_id(1, 9)), 2, 'T-L2 and its time line says so');
SELECT is((SELECT count(*)::int FROM audit WHERE org_id = org_id(1) AND actor = 'u1@org1.example'), 0, 'T-L2 nothing in the name of somebody else');
SELECT is(undo(recipient_id(1, 9)), 'done', 'N3 undone');

-- Undo is for the link's own deletion.
SELECT is(act('delete', recipient_id(1, 1)), 'done', 'N3 deleted');
UPDATE message_recipient SET state = 'held', state_at = now() + interval '1 minute' WHERE recipient_id = recipient_id(1, 1);
UPDATE message_recipient SET state = 'deleted', state_at = now() + interval '2 minutes', deleted_by = account_id(1, 0) WHERE recipient_id = recipient_id(1, 1);
SELECT is(undo(recipient_id(1, 1)), 'handled', 'T-L2 a link does not put back what an administrator deleted later');
SELECT is((SELECT state FROM message_recipient WHERE recipient_id = recipient_id(1, 1)), 'deleted', 'T-L2 it stays deleted');
SELECT is(undo(recipient_id(1, 1), 'another'), 'gone', 'T-L2 nothing that another link did');

-- What a link puts on a list comes off the other list of the mailbox, and is back there when it is undone.
CREATE FUNCTION tap.entries() RETURNS text LANGUAGE sql AS $$
  SELECT string_agg(list || ' ' || only_verified || ' ' || (expires_at IS NOT NULL), ',') FROM sender_entry
   WHERE org_id = org_id(1) AND target = 'u2@org1.example' AND pattern = 'a@sender.example'
$$;
CREATE FUNCTION tap.told(p_event text) RETURNS int LANGUAGE sql AS $$
  SELECT count(*)::int FROM audit WHERE org_id = org_id(1) AND event = p_event AND object = 'a@sender.example' AND actor = 'u2@org1.example'
$$;
INSERT INTO sender_entry (org_id, entry_id, target, list, pattern, added_by, added_at)
  VALUES (org_id(1), recipient_id(1, 77), 'u2@org1.example', 'blocked', 'a@sender.example', 'himself', now() - interval '1 day');
SELECT is(act('allow', recipient_id(1, 2), 'allow'), 'done', 'N9 allowed by a link');
SELECT is(entries(), 'approved true false', 'N9 who was blocked is on the list of allowed senders, and on no other');
SELECT is(told('sender.removed') || ' ' || told('sender.approved'), '1 1', 'N9 both changes are in the audit log');
SELECT is(undo(recipient_id(1, 2), 'allow'), 'done', 'N9 taken off the list again');
SELECT is(entries(), 'blocked false false', 'N9 and blocked, as before');
SELECT is((SELECT entry_id::text || ' ' || added_by FROM sender_entry WHERE org_id = org_id(1) AND target = 'u2@org1.example'), recipient_id(1, 77) || ' himself',
          'N9 it is the entry of before');
SELECT is(told('sender.removed') || ' ' || told('sender.blocked'), '2 1', 'N9 that is in the audit log, too');
SELECT is((SELECT approved || ' ' || blocked FROM sender_list WHERE org_id = org_id(1) AND target = 'u2@org1.example'), '0 1', 'N9 the counts are right');
-- An entry that would end becomes one that does not.
UPDATE sender_entry SET list = 'approved', only_verified = true, expires_at = now() + interval '30 days' WHERE entry_id = recipient_id(1, 77);
UPDATE message_recipient SET state = 'held' WHERE recipient_id = recipient_id(1, 2);
SELECT is(act('allow', recipient_id(1, 2), 'always') || ' ' || entries(), 'done approved true false', 'N9 always is longer than 30 days');
-- What is there for ever stays what it is, and is not undone by who did not put it there.
UPDATE message_recipient SET state = 'held' WHERE recipient_id = recipient_id(1, 2);
SELECT is(act('allow', recipient_id(1, 2), 'again') || ' ' || undo(recipient_id(1, 2), 'again') || ' ' || entries(), 'done done approved true false',
          'N9 an entry of before stays');

-- One click ends the digests of all mailboxes that the mail told of, and no others.
INSERT INTO account_mailbox (org_id, account_id, address) VALUES (org_id(1), account_id(1, 1), 'sales@org1.example');
INSERT INTO digest_pref (org_id, address, together, together_by) VALUES (org_id(1), 'sales@org1.example', true, account_id(1, 1));
INSERT INTO digest (org_id, digest_id, address, kind, period_at, since_at, until_at) VALUES (org_id(1), recipient_id(1, 1), 'u1@org1.example', 'digest', now(), now(), now());
SELECT is((SELECT done FROM digest_off(org_id(1), recipient_id(1, 1), '', false)), false, 'RFC 8058 a look ends nothing');
SELECT is((SELECT done FROM digest_off(org_id(1), recipient_id(1, 1), '', true)), false, 'RFC 8058 one click');
SELECT is((SELECT string_agg(address, ' ' ORDER BY address) FROM digest_pref WHERE org_id = org_id(1) AND NOT enabled), 'sales@org1.example u1@org1.example', 'RFC 8058 ends both');
SELECT is((SELECT done FROM digest_off(org_id(1), recipient_id(1, 1), '', false)), true, 'RFC 8058 the page knows');
SELECT * FROM finish();
ROLLBACK;
