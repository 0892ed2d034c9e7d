-- I06, N8, N9, T-W21: what people may do with held mail is decided here, whatever the portal thinks.
\ir common.psql
SELECT no_plan();
SELECT tenants();
GRANT USAGE ON SCHEMA tap TO PUBLIC;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA tap TO PUBLIC;

-- One held message of each kind for u1: recipients 101, 102 ... in the order of the kinds.
SELECT mail(org_id(1), message_id(1, 100 + place), recipient_id(1, 100 + place), 'u1@org1.example', 'held', kind) FROM quarantine_kinds();
CREATE FUNCTION tap.k(p_kind text) RETURNS uuid LANGUAGE sql STABLE AS $$ SELECT tap.recipient_id(1, 100 + place) FROM quarantine_kinds() WHERE kind = p_kind $$;
CREATE FUNCTION tap.try(p_kind text, p_state text) RETURNS text LANGUAGE sql AS $$
  SELECT tap.changed_as('sekisho_portal', tap.org_id(1), tap.account_id(1, 1), format('UPDATE message_recipient SET state = %L WHERE recipient_id = %L', p_state, tap.k(p_kind))) $$;
CREATE FUNCTION tap.sees(p_kind text) RETURNS text LANGUAGE sql AS $$
  SELECT tap.as_role('sekisho_portal', tap.org_id(1), tap.account_id(1, 1), format('SELECT count(*) FROM message_recipient WHERE recipient_id = %L', tap.k(p_kind))) $$;
CREATE FUNCTION tap.rights(p_kind text, p_rights text) RETURNS void LANGUAGE sql AS $$
  INSERT INTO quarantine_right (org_id, kind, rights) VALUES (tap.org_id(1), p_kind, quarantine_rights_normal(string_to_array(p_rights, ' ')))
  ON CONFLICT (org_id, kind) DO UPDATE SET rights = excluded.rights $$;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA tap TO PUBLIC;

SAVEPOINT a;
SELECT is(try(kind, 'releasing'), CASE WHEN kind IN ('spam', 'graymail', 'unverified') THEN '1' ELSE '42501' END, 'I06 standard: delivering ' || kind) FROM quarantine_kinds();
ROLLBACK TO a;
SELECT is(try(kind, 'deleted'), '1', 'I06 standard: everybody may delete ' || kind) FROM quarantine_kinds();
ROLLBACK TO a;
SELECT rights('spam', 'view ask');
SELECT is(try('spam', 'releasing'), '42501', 'I06 without "deliver" nothing is delivered');
SELECT is(try('spam', 'deleted'), '42501', 'I06 without "delete" nothing is deleted');
SELECT is(try('graymail', 'releasing'), '1', 'I06 other kinds are as before');
SELECT is(changed_as('sekisho_portal', org_id(2), account_id(2, 1), format('UPDATE message_recipient SET state = ''releasing'' WHERE org_id = %L AND state = ''held'' AND kind = ''spam''', org_id(2))) ~ '^[1-9]', true,
          'I06 and other organisations');
SELECT rights('phishing', 'deliver');
SELECT is((SELECT array_to_string(rights, ' ') FROM quarantine_right WHERE kind = 'phishing'), 'view deliver', 'I06 "take action" includes "view"');
SELECT is(try('phishing', 'releasing'), '1', 'I06 an organisation may let people deliver phishing');
SELECT rights('content', '');
SELECT is(sees('content'), '0', 'I06 invisible kinds are not seen');
SELECT is(try('content', 'deleted'), '0', 'I06 nor changed');
SELECT is(as_role('sekisho_portal', org_id(1), account_id(1, 1), format('SELECT count(*) FROM message WHERE message_id = %L', message_id(1, 108))), '0', 'I06 nor is their content seen');
SELECT is(as_role('sekisho_portal', org_id(1), account_id(1, 1), format('SELECT count(*) FROM event WHERE recipient_id = %L', k('content'))), '0', 'I06 nor their time line');
UPDATE message_recipient SET state = 'delivered' WHERE recipient_id = k('content');
SELECT is(sees('content'), '1', 'I06 what was delivered is in the mailbox anyway');
PREPARE virus AS INSERT INTO quarantine_right (org_id, kind, rights) VALUES (tap.org_id(1), 'malware', '{view,deliver}');
SELECT throws_ok('virus', '23514', NULL, 'T-W21 nobody can be allowed to deliver malware himself');
PREPARE approve AS INSERT INTO quarantine_right (org_id, kind, rights) VALUES (tap.org_id(1), 'unverified', '{view,approve}');
SELECT throws_ok('approve', '23514', NULL, 'I06 "approve sender" is for reasons of the spam filter only');
PREPARE blind AS INSERT INTO quarantine_right (org_id, kind, rights) VALUES (tap.org_id(1), 'unscannable', '{delete}');
SELECT throws_ok('blind', '23514', NULL, 'I06 nobody acts on what he does not see');
PREPARE made_up AS INSERT INTO quarantine_right (org_id, kind, rights) VALUES (tap.org_id(1), 'kind', '{view}');
SELECT throws_ok('made_up', '23514', NULL, 'there are no rights for a kind that is unknown');
SELECT is(changed_as(role, org_id(1), account_id(1, 1), 'UPDATE quarantine_right SET rights = ''{view,deliver}'''), '42501', role || ' changes no rights')
  FROM unnest('{sekisho_portal,sekisho_console,sekisho_engine}'::text[]) role;
ROLLBACK TO a;

-- A kind that only a newer engine knows is neither seen nor changed.
UPDATE message_recipient SET kind = 'new' WHERE recipient_id = k('spam');
SELECT is(as_role('sekisho_portal', org_id(1), account_id(1, 1), format('SELECT count(*) FROM message_recipient WHERE recipient_id = %L', recipient_id(1, 101))), '0', 'an unknown kind is for administrators');
ROLLBACK TO a;

-- Outgoing mail.
SELECT ingest(jsonb_build_object('org_id', org_id(1), 'message_id', message_id(1, 200), 'received_at', floor(extract(epoch FROM now()) * 1000), 'node', 'n1', 'direction', 'out',
  'queue_id', 'Q', 'client_ip', '', 'client_name', '', 'helo', '', 'tls', '', 'envelope_sender', 'u2@org1.example', 'sender_domain', 'org1.example', 'header_from', '', 'header_from_name', '',
  'header_id', '', 'subject', 's', 'bytes', 1, 'verdict', 'spam', 'score', 9, 'threshold', 5, 'reasons', '[]'::jsonb, 'scan', '{}'::jsonb, 'scan_us', 1,
  'recipients', jsonb_build_array(jsonb_build_object('recipient_id', recipient_id(1, 200), 'address', 'u1@org1.example', 'domain', 'org1.example', 'original', 'u1@org1.example',
    'state', 'held', 'disposition', 'quarantine', 'kind', 'spam', 'rule', ''))), sha256('x'), '\x00');
SELECT is(as_role('sekisho_portal', org_id(1), account_id(1, 1), format('SELECT count(*) FROM message_recipient WHERE recipient_id = %L', recipient_id(1, 200))), '0', 'I06 outgoing mail is never shown');
SELECT is(as_role('sekisho_portal', org_id(1), account_id(1, 1), format('SELECT count(*) FROM message WHERE message_id = %L', message_id(1, 200))), '0', 'I06 nor its content');
SELECT is(as_role('sekisho_console', org_id(1), account_id(1, 0), format('SELECT count(*) FROM message_recipient WHERE recipient_id = %L', recipient_id(1, 200))), '1', 'administrators see it');
ROLLBACK TO a;

-- Requests.
CREATE FUNCTION tap.ask(p_account int, p_recipient uuid, p_more text DEFAULT 'note', p_value text DEFAULT '''''') RETURNS text LANGUAGE sql AS $$
  SELECT tap.changed_as('sekisho_portal', tap.org_id(1), tap.account_id(1, p_account), format(
    'INSERT INTO release_request (org_id, request_id, recipient_id, message_id, received_at, account_id, by_name, mailbox, domain, kind, %s)
     SELECT org_id, uuid7(), recipient_id, message_id, received_at, %L, ''x'', address, domain, kind, %s FROM message_recipient WHERE recipient_id = %L',
    p_more, tap.account_id(1, p_account), p_value, p_recipient)) $$;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA tap TO PUBLIC;
SELECT is(ask(1, k('phishing')), '1', 'N8 people ask for what they may not deliver');
SELECT is((SELECT by_name || ' ' || mailbox || ' ' || sender FROM release_request), 'u1@org1.example u1@org1.example a@sender.example', 'N8 what approvers read is not the portal''s word');
SELECT is(ask(1, k('phishing')), '23505', 'N8 once');
SELECT is(ask(1, k('spam')), '42501', 'N8 not for what they may deliver themselves');
SELECT is(ask(2, k('malware')), '0', 'N8 not for mail of others');
SELECT is(ask(1, k('malware'), c, v), '42501', 'N8 nobody approves, answers or dates by asking: ' || c)
  FROM (VALUES ('state', '''approved'''), ('asked_at', 'now() - interval ''2 days'''), ('answer', '''yes'''), ('decided_name', '''admin'''), ('decided_at', 'now()')) t(c, v);
SELECT is(changed_as('sekisho_portal', org_id(1), account_id(1, 1), 'UPDATE release_request SET state = ''approved'''), '42501', 'N8 nor afterwards');
SELECT is(changed_as('sekisho_portal', org_id(1), account_id(1, 2), 'UPDATE release_request SET state = ''withdrawn'''), '0', 'N8 nobody withdraws what another one asked');
SELECT is(as_role('sekisho_portal', org_id(1), account_id(1, 2), 'SELECT count(*) FROM release_request'), '0', 'N8 nor sees it');
SELECT is(as_role('sekisho_console', org_id(2), account_id(2, 0), 'SELECT count(*) FROM release_request'), '0', 'N8 nor does another organisation');
SELECT is((SELECT string_agg(recipient || ' ' || kind, ',') FROM user_mail), 'admin@org1.example request_new', 'N8 who decides gets a mail');
SELECT is(changed_as('sekisho_portal', org_id(1), account_id(1, 1), 'UPDATE release_request SET state = ''withdrawn'''), '1', 'N8 who asked withdraws');

INSERT INTO account (org_id, account_id, address, role) VALUES (org_id(1), account_id(1, 8), 'help@org1.example', 'help_desk'), (org_id(1), account_id(1, 9), 'audit@org1.example', 'auditor'),
  (org_id(1), account_id(1, 7), 'dom@org1.example', 'domain_admin');
SELECT is(request_decides(org_id(1), account_id(1, n), 'org1.example'), want, 'N8 without approvers: ' || what) FROM (VALUES
  (0, true, 'owner'), (7, true, 'domain admin'), (8, true, 'help desk'), (9, false, 'auditor'), (1, false, 'user')) AS t(n, want, what);
INSERT INTO request_approver VALUES (org_id(1), 'org1.example', account_id(1, 7));
SELECT is(request_decides(org_id(1), account_id(1, n), 'org1.example'), want, 'N8 approvers of the domain: ' || what) FROM (VALUES
  (0, true, 'owner'), (7, true, 'named'), (8, false, 'help desk')) AS t(n, want, what);
SELECT is(request_decides(org_id(1), account_id(1, 8), 'other.example'), true, 'N8 approvers of another domain change nothing');
SELECT is(request_may_decide(org_id(1), account_id(1, 7), account_id(1, 7), 'org1.example'), false, 'N8 four eyes: not what one asked for oneself');
DELETE FROM request_approver;
DELETE FROM account WHERE account_id IN (account_id(1, 7), account_id(1, 8), account_id(1, 9));
SELECT is(request_may_decide(org_id(1), account_id(1, 0), account_id(1, 0), 'org1.example'), true, 'N8 unless there is nobody else');
SELECT is(request_may_decide(org_id(2), account_id(1, 0), account_id(2, 0), 'org1.example'), false, 'N8 never for another organisation');
ROLLBACK TO a;

-- Entries for a whole domain.
CREATE FUNCTION tap.for_domain(p_account int) RETURNS text LANGUAGE sql AS $$
  SELECT tap.changed_as('sekisho_portal', tap.org_id(1), tap.account_id(1, p_account), format('INSERT INTO sender_entry (org_id, entry_id, target, list, pattern) VALUES (%L, uuid7(), ''org1.example'', ''blocked'', ''q@y.example'')', tap.org_id(1))) $$;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA tap TO PUBLIC;
INSERT INTO account_mailbox (org_id, account_id, address) SELECT org_id(1), account_id(1, 0), 'admin@org1.example' WHERE NOT EXISTS (SELECT FROM account_mailbox WHERE account_id = account_id(1, 0));
SELECT is(for_domain(1), '42501', 'N9 users block nobody for their domain');
SELECT is(for_domain(0), '1', 'N9 its administrators do');
INSERT INTO sender_entry (org_id, entry_id, target, list, pattern, expires_at) VALUES (org_id(1), uuid7(), 'u1@org1.example', 'blocked', 'old@y.example', now() - interval '1 second');
SELECT is((SELECT count(*)::int FROM sender_entry WHERE expires_at < now()), 1, 'N9 entries may end');
SELECT is(changed_as('sekisho_jobs', NULL, NULL, 'DELETE FROM sender_entry WHERE expires_at < now()'), '1', 'N9 and are cleared away');
ROLLBACK TO a;

-- Reports.
CREATE FUNCTION tap.report(p_account int, p_recipient uuid, p_more text DEFAULT 'sender', p_value text DEFAULT '''''') RETURNS text LANGUAGE sql AS $$
  SELECT tap.changed_as('sekisho_portal', tap.org_id(1), tap.account_id(1, p_account), format(
    'INSERT INTO mail_report (org_id, report_id, recipient_id, message_id, received_at, account_id, by_name, mailbox, what, kind, %s)
     SELECT org_id, uuid7(), recipient_id, message_id, received_at, %L, ''x'', address, ''spam'', kind, %s FROM message_recipient WHERE recipient_id = %L',
    p_more, tap.account_id(1, p_account), p_value, p_recipient)) $$;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA tap TO PUBLIC;
UPDATE message SET scan = jsonb_build_object('features', 'AAAA') WHERE org_id = org_id(1);
SELECT is(report(1, k('spam')), '1', 'people report what they see');
SELECT is(report(1, k('spam')), '23505', 'once');
SELECT is(report(2, k('spam')), '0', 'not what they do not see');
SELECT is(report(1, k('graymail'), c, v), '42501', 'T-W21 nobody agrees with himself, or says when: ' || c)
  FROM (VALUES ('state', '''agreed'''), ('at', 'now() - interval ''2 days'''), ('decided_at', 'now()'), ('decided_name', '''admin''')) t(c, v);
SELECT is((SELECT string_agg(spam || ' ' || trusted || ' ' || origin, ',') FROM learn_sample), 'true false report', 'T-E8 a report is one word of one person');
SELECT is(changed_as('sekisho_console', org_id(1), account_id(1, 0), 'UPDATE mail_report SET state = ''agreed'''), '1', 'an administrator agrees');
SELECT is((SELECT bool_and(trusted) FROM learn_sample), true, 'then it counts for all');
SELECT is(report(1, k('phishing')), '1', 'another report');
SELECT is(changed_as('sekisho_console', org_id(1), account_id(1, 0), 'UPDATE mail_report SET state = ''dismissed'' WHERE state = ''open'''), '1', 'is dismissed');
SELECT is((SELECT count(*)::int FROM learn_sample), 1, 'then it counts for nobody');
SELECT is(report(1, k('content')), '1', 'and one is');
SELECT is(changed_as('sekisho_portal', org_id(1), account_id(1, 1), 'DELETE FROM mail_report'), '1', 'taken back, unlike what was decided');
SELECT is((SELECT count(*)::int FROM learn_sample), 1, 'with what it taught');
-- A report that is cleared away after half a year: what it taught stays.
SELECT is(report(1, k('unscannable')), '1', 'one more');
UPDATE mail_report SET at = now() - interval '181 days' WHERE state = 'open';
SELECT is(changed_as('sekisho_jobs', NULL, NULL, 'DELETE FROM mail_report WHERE at < now() - interval ''180 days'''), '1', 'is forgotten after half a year');
SELECT is((SELECT count(*)::int FROM learn_sample), 2, 'T-E8 what it taught is not');
INSERT INTO mail_report (org_id, report_id, recipient_id, message_id, received_at, account_id, by_name, mailbox, what, kind)
SELECT org_id(1), uuid7(), uuid7(), uuid7(), now(), account_id(1, 1), 'x', 'x', 'spam', 'spam' FROM generate_series(1, 198);
SELECT is(report(1, k('malware')), '23505', 'at most 200 reports of one person a day');
SELECT * FROM finish();
ROLLBACK;
