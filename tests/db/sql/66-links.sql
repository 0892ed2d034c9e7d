-- What a link in a mail does is decided here once more, whatever the engine thinks of its token (T-L1, T-L2, T-L5, T-L8).
\ir common.psql
SELECT no_plan();
SELECT tenants();

GRANT USAGE ON SCHEMA tap TO PUBLIC;
-- As the engine: what the link did, or the SQLSTATE.
CREATE FUNCTION tap.act(p_n int, p_k int, p_link text, p_action text, p_pattern text DEFAULT NULL, p_org int DEFAULT NULL) RETURNS text LANGUAGE sql AS $$
  SELECT as_role('sekisho_engine', NULL, NULL, format('SELECT link_act(%L, %L, sha256(%L), now() + interval ''1 day'', %L, %L, ''192.0.2.7'')',
                                                      org_id(coalesce(p_org, p_n)), recipient_id(p_n, p_k), p_link, p_action, p_pattern)) $$;
CREATE FUNCTION tap.state(p_n int, p_k int) RETURNS text LANGUAGE sql AS $$ SELECT state FROM message_recipient WHERE recipient_id = recipient_id(p_n, p_k) $$;
-- All buttons, one after the other, each by a link of its own: "result ... state".
CREATE FUNCTION tap.all_of(p_n int, p_k int) RETURNS text LANGUAGE plpgsql AS $$
DECLARE v text := ''; a text;
BEGIN
  FOREACH a IN ARRAY '{deliver,allow,delete,block,release}'::text[] LOOP
    v := v || act(p_n, p_k, a || p_n || p_k, a, 'any@sender.example') || ' ';
  END LOOP;
  RETURN v || state(p_n, p_k);
END $$;

-- A link is for one recipient of one organisation.
SELECT is(act(1, 1, 'foreign', 'deliver', NULL, 2), 'gone', 'T-L2 a link of another organisation finds nothing');

-- By this link and no other: once, also when the message is held again in the meantime.
SELECT is(act(1, 2, 'one', 'deliver') || ' ' || state(1, 2), 'done releasing', 'T-L2 a link acts');
UPDATE message_recipient SET state = 'held', release_id = NULL WHERE recipient_id = recipient_id(1, 2);
SELECT is(act(1, 2, 'one', 'deliver') || ' ' || state(1, 2), 'used held', 'T-L2 a link acts once');
SELECT is((SELECT count(*)::int FROM audit WHERE event = 'mail.released' AND detail->>'via' = 'digest' AND org_id = org_id(1)), 1, 'T-L2 it is in the audit log');

-- Two links, one message.
SELECT is(act(1, 3, 'first', 'deliver') || ' ' || act(1, 3, 'second', 'deliver') || ' ' || act(1, 3, 'third', 'delete') || ' ' || state(1, 3),
          'done handled handled releasing', 'T-L5 another link does nothing with what is on its way');
SELECT is((SELECT count(*)::int FROM event WHERE recipient_id = recipient_id(1, 3) AND kind = 'release_requested'), 1, 'T-L5 one delivery is asked for');

-- Access control applies: the kind of mail, and an organisation that wants people to sign in.
SELECT mail(org_id(1), message_id(1, k), recipient_id(1, k), 'u1@org1.example', 'held', kind) FROM (VALUES (11, 'malware'), (12, 'phishing')) v(k, kind) \g /dev/null
SELECT is(all_of(1, 11), 'denied denied denied denied denied held', 'T-L2 no link delivers, deletes or allows malware');
SELECT is(all_of(1, 12), 'denied denied denied denied denied held', 'T-L2 nor what people may not deliver');
INSERT INTO digest_setting (org_id, links) VALUES (org_id(2), 'signin');
SELECT is(all_of(2, 1), 'denied denied denied denied denied held', 'T-L2 no link acts where people must sign in');
UPDATE digest_setting SET links = 'act' WHERE org_id = org_id(2);

-- An approval by a link counts for who proves that he is the sender.
SELECT is(act(2, 2, 'allow', 'allow', 'new@sender.example'), 'done', 'T-L8 deliver and allow');
SELECT is((SELECT list || ' ' || target || ' ' || only_verified FROM sender_entry WHERE pattern = 'new@sender.example'), 'approved u2@org2.example true',
          'T-L8 an approval by a link wants a proof');
SELECT mail(org_id(2), message_id(2, 11), recipient_id(2, 11), 'u2@org2.example', 'held', 'spam') \g /dev/null
SELECT is(act(2, 11, 'allow2', 'allow', '*@bad.example'), 'done', 'T-L8 deliver and allow what the organisation blocks');
SELECT is((SELECT string_agg(list || ' ' || target, ',' ORDER BY target) FROM sender_entry WHERE pattern = '*@bad.example' AND org_id = org_id(2)),
          'blocked ,approved u2@org2.example', 'T-L8 the organisation''s block stays');

-- Undo is for who has the link that did it.
SELECT is(act(2, 3, 'del', 'delete'), 'done', 'T-L2 delete');
SELECT is(link_undo(org_id(2), recipient_id(2, 3), sha256('another'), '') || ' ' || state(2, 3), 'gone deleted', 'T-L2 another link undoes nothing');
SELECT is(link_undo(org_id(2), recipient_id(2, 3), sha256('del'), '') || ' ' || state(2, 3), 'done held', 'T-L2 the same link undoes it');

-- Refusals are written down, and no flood of them fills the log.
SELECT count(link_refused(org_id(1), 'x', 'bad', '192.0.2.7')) FROM generate_series(1, 200) \g /dev/null
SELECT is((SELECT count(*)::int FROM audit WHERE event = 'link.refused' AND org_id = org_id(1)), 60, 'T-L2 refused links are in the audit log, 60 an hour at most');

-- All links of before are worthless at once.
SELECT is(link_revoke('admin'), 2, 'T-L2 a new generation of keys');
SELECT is((SELECT string_agg(kid || ' ' || (revoked_at IS NULL), ',' ORDER BY kid) FROM link_key), '1 false,2 true', 'T-L2 the old one is revoked');
SELECT * FROM finish();
ROLLBACK;
