-- What a link in a mail does is decided here once more, whatever the engine thinks of its token (T-L1, T-L2, T-L5, T-L8).
\ir common.psql
SELECT no_plan();
SELECT tenants();

CREATE FUNCTION tap.act(p_n int, p_k int, p_link text, p_action text, p_pattern text DEFAULT NULL, p_org int DEFAULT NULL) RETURNS text LANGUAGE sql AS $$
  SELECT link_act(org_id(coalesce(p_org, p_n)), recipient_id(p_n, p_k), sha256(convert_to(p_link, 'UTF8')), now() + interval '1 day', p_action, p_pattern, '192.0.2.7') $$;
CREATE FUNCTION tap.state(p_n int, p_k int) RETURNS text LANGUAGE sql AS $$ SELECT state FROM message_recipient WHERE recipient_id = recipient_id(p_n, p_k) $$;

-- A link is for one recipient of one organisation.
SELECT is(act(1, 1, 'foreign', 'deliver', NULL, 2), 'gone', 'T-L2 a link of another organisation finds nothing');
SELECT is(state(1, 1), 'held', 'T-L2 and delivers nothing');

-- By this link and no other: once, also when the message is held again in the meantime.
SELECT is(act(1, 1, 'one', 'deliver'), 'done', 'T-L2 a link acts');
SELECT is(state(1, 1), 'releasing', 'T-L2 it delivers');
SELECT is(act(1, 1, 'one', 'deliver'), 'used', 'T-L2 the same link says that it was used');
SELECT is(act(1, 1, 'two', 'delete'), 'handled', 'T-L5 another link does nothing with what is on its way');
UPDATE message_recipient SET state = 'held', release_id = NULL WHERE recipient_id = recipient_id(1, 1);
SELECT is(act(1, 1, 'one', 'deliver'), 'used', 'T-L2 a used link does not act again on what is held again');
SELECT is(state(1, 1), 'held', 'T-L2 which stays held');
SELECT is((SELECT count(*)::int FROM event WHERE recipient_id = recipient_id(1, 1) AND kind = 'release_requested'), 1, 'T-L5 one delivery was asked for');
SELECT is((SELECT count(*)::int FROM audit WHERE event = 'mail.released' AND detail->>'via' = 'digest' AND org_id = org_id(1)), 1, 'T-L2 it is in the audit log');

-- Access control applies: the kind of mail, and an organisation that wants people to sign in.
UPDATE message_recipient SET kind = 'malware' WHERE recipient_id = recipient_id(1, 2);
SELECT is(act(1, 2, 'm' || a, a), 'denied', 'T-L2 malware: no ' || a) FROM unnest('{deliver,allow,delete,block,ask}'::text[]) a;
UPDATE message_recipient SET kind = 'phishing' WHERE recipient_id = recipient_id(1, 2);
SELECT is(act(1, 2, 'p' || a, a), 'denied', 'T-L2 phishing: no ' || a) FROM unnest('{deliver,allow,delete,block}'::text[]) a;
SELECT is(act(1, 2, 'x', 'release'), 'denied', 'T-L2 no action of another name');
INSERT INTO digest_setting (org_id, links) VALUES (org_id(2), 'signin');
SELECT is(act(2, 1, 's' || a, a), 'denied', 'T-L2 where people must sign in: no ' || a) FROM unnest('{deliver,allow,delete,block}'::text[]) a;
SELECT is(state(2, 1), 'held', 'T-L2 nothing happened');
UPDATE digest_setting SET links = 'act' WHERE org_id = org_id(2);

-- An approval by a link counts for who proves that he is the sender.
SELECT is(act(2, 1, 'allow', 'allow', 'new@sender.example'), 'done', 'T-L8 deliver and allow');
SELECT is((SELECT list || ' ' || target || ' ' || only_verified FROM sender_entry WHERE pattern = 'new@sender.example'), 'approved u1@org2.example true',
          'T-L8 an approval by a link wants a proof');
SELECT is(act(2, 2, 'allow2', 'allow', '*@bad.example'), 'done', 'T-L8 deliver and allow what the organisation blocks');
SELECT is((SELECT string_agg(list || ' ' || target, ',' ORDER BY target) FROM sender_entry WHERE pattern = '*@bad.example' AND org_id = org_id(2)),
          'blocked ,approved u2@org2.example', 'T-L8 the organisation''s block stays');

-- Undo is for who has the link that did it.
SELECT is(act(2, 3, 'del', 'delete'), 'done', 'T-L2 delete');
SELECT is(link_undo(org_id(2), recipient_id(2, 3), sha256('another'), ''), 'gone', 'T-L2 another link undoes nothing');
SELECT is(state(2, 3), 'deleted', 'T-L2 it stays deleted');
SELECT is(link_undo(org_id(2), recipient_id(2, 3), sha256('del'), ''), 'done', 'T-L2 the same link undoes it');
SELECT is(state(2, 3), 'held', 'T-L2 it is held again');

-- Refusals are written down, and no flood of them fills the log.
SELECT count(link_refused(org_id(1), 'x', 'bad', '192.0.2.7')) FROM generate_series(1, 200) \g /dev/null
SELECT is((SELECT count(*)::int FROM audit WHERE event = 'link.refused' AND org_id = org_id(1)), 60, 'T-L2 refused links are in the audit log, 60 an hour at most');

-- All links of before are worthless at once.
SELECT is(link_revoke('admin'), 2, 'T-L2 a new generation of keys');
SELECT is((SELECT string_agg(kid || ' ' || (revoked_at IS NULL), ',' ORDER BY kid) FROM link_key), '1 false,2 true', 'T-L2 the old one is revoked');
SELECT * FROM finish();
ROLLBACK;
