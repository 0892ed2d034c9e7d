-- U7, T-W21: "Delete for good" takes mail out of a person's sight for ever, and keeps it for administrators until its date.
\ir common.psql
SELECT no_plan();
SELECT tenants();
GRANT USAGE ON SCHEMA tap TO PUBLIC;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA tap TO PUBLIC;

CREATE FUNCTION tap.to_state(p_account int, p_state text) RETURNS text LANGUAGE sql AS $$
  SELECT tap.changed_as('sekisho_portal', tap.org_id(1), tap.account_id(1, p_account),
                        format('UPDATE message_recipient SET state = %L WHERE recipient_id = %L', p_state, tap.recipient_id(1, 70))) $$;
CREATE FUNCTION tap.is_state() RETURNS text LANGUAGE sql AS $$ SELECT state FROM message_recipient WHERE recipient_id = tap.recipient_id(1, 70) $$;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA tap TO PUBLIC;
SELECT mail(org_id(1), message_id(1, 70), recipient_id(1, 70), 'u1@org1.example', 'held', 'spam');
UPDATE message_recipient SET state = 'deleted' WHERE recipient_id = recipient_id(1, 70);

SAVEPOINT a;
SELECT is(to_state(2, 'gone'), '0', 'another person does not delete it for good');
SELECT is(to_state(1, 'purged'), '42501', 'nobody but retention purges');
SELECT is(to_state(1, 'gone'), '1', 'its owner deletes it for good');
SELECT is(to_state(1, 'held'), '0', 'and cannot put it back');
SELECT is(to_state(1, 'deleted'), '0', 'in no way');
SELECT is(as_role('sekisho_portal', org_id(1), account_id(1, 1), format('SELECT state FROM message_recipient WHERE recipient_id = %L', recipient_id(1, 70))), 'gone',
          'the history of deliveries still says what became of it');
SELECT is(changed_as('sekisho_console', org_id(1), account_id(1, 1), format('UPDATE message_recipient SET state = ''held'' WHERE recipient_id = %L', recipient_id(1, 70))), '1',
          'an administrator puts it back');
SELECT is(to_state(1, 'deleted'), '1', 'then it is the person''s again');
ROLLBACK TO a;

INSERT INTO quarantine_right (org_id, kind, rights) VALUES (org_id(1), 'spam', quarantine_rights_normal('{view,deliver}'));
SELECT is(to_state(1, 'gone'), '42501', 'I06 without "delete" nothing is deleted for good');
ROLLBACK TO a;

-- The bytes stay until the date, and as long as another recipient's row holds them.
UPDATE message_recipient SET state = 'gone', expires_at = now() + interval '1 day' WHERE recipient_id = recipient_id(1, 70);
INSERT INTO message_recipient (org_id, message_id, recipient_id, received_at, address, domain, original, state, disposition, kind, expires_at)
SELECT org_id, message_id, recipient_id(1, 71), received_at, 'u2@org1.example', domain, original, 'held', disposition, kind, now() + interval '5 days'
  FROM message_recipient WHERE recipient_id = recipient_id(1, 70);
UPDATE retention_clock SET at = now(), seen = now(), since = now();
SELECT is(expire_held(100), 0, 'nothing is purged before its date');
SELECT is(is_state(), 'gone', 'U7 an administrator can find it until then');
SELECT is(keeps_body('gone', now() + interval '1 day', now()), true, 'with its bytes');
UPDATE message_recipient SET expires_at = now() - interval '1 minute' WHERE recipient_id = recipient_id(1, 70);
SELECT is(expire_held(100), 1, 'at its date it is purged');
SELECT is(is_state(), 'purged', 'U7 it is gone');
SELECT is((SELECT state FROM message_recipient WHERE recipient_id = recipient_id(1, 71)), 'held', 'the other recipient''s is not');
SELECT expire_bodies(1000, 1000, NULL, NULL, NULL, NULL);
SELECT is((SELECT count(*)::int FROM body WHERE message_id = message_id(1, 70)), 1, 'U7 bytes stay while another recipient''s row holds them');
UPDATE message_recipient SET state = 'gone', expires_at = now() - interval '1 minute' WHERE recipient_id = recipient_id(1, 71);
SELECT is(expire_held(100), 1, 'when the last one goes');
SELECT expire_bodies(1000, 1000, NULL, NULL, NULL, NULL);
SELECT is((SELECT count(*)::int FROM body WHERE message_id = message_id(1, 70)), 0, 'the bytes go');
SELECT * FROM finish();
ROLLBACK;
