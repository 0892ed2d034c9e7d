-- Nobody sees or writes what belongs to another organisation, and in the portal to another person.
\ir common.psql
SELECT no_plan();
SELECT tenants();
GRANT USAGE ON SCHEMA tap TO PUBLIC;

CREATE TEMP TABLE visible (tab text, mine int);
INSERT INTO visible VALUES ('org', 1), ('domain', 1), ('domain_server', 1), ('recipient', 1), ('account', 3),
  ('account_mailbox', 2), ('session', 3), ('message', 3), ('message_recipient', 3), ('event', 3), ('audit', 1), ('audit_head', 1),
  ('sender_entry', 2), ('sender_list', 2), ('sender_setting', 1), ('sender_removed', 1);
SELECT is(as_role('sekisho_console', org_id(1), account_id(1, 0), format('SELECT count(org_id) FROM %I', tab)), mine::text,
          'console sees its own ' || tab) FROM visible;
SELECT is(as_role('sekisho_console', org_id(1), account_id(1, 0),
                  format('SELECT count(org_id) FROM %I WHERE org_id <> %L', tab, org_id(1))), '0', 'T-W7 console sees no other ' || tab)
  FROM visible;
SELECT is(as_role('sekisho_console', NULL, NULL, format('SELECT count(org_id) FROM %I', tab)), '0', 'without a scope console sees no ' || tab)
  FROM visible;
SELECT is(as_role('sekisho_console', org_id(1), NULL, 'SELECT count(*) FROM body'), '42501', 'console has no bodies');
SELECT is(as_role('sekisho_console', org_id(1), NULL, 'SELECT password FROM account'), '42501', 'console has no password hashes');
SELECT is(as_role('sekisho_console', org_id(1), NULL, 'SELECT csrf FROM session'), '42501', 'console has no CSRF secrets of others');

SELECT is(changed_as('sekisho_console', org_id(1), NULL, q), want, 'T-W7 console in organisation 1: ' || what) FROM (VALUES
  ('cannot add a domain to 2', '42501', format('INSERT INTO domain (org_id, domain_id, name) VALUES (%L, uuid7(), ''x.example'')', org_id(2))),
  ('cannot add a server to a domain of 2', '42501', format('INSERT INTO domain_server (org_id, domain_id, server_id, host) VALUES (%L, %1$L, uuid7(), ''h'')', org_id(2))),
  ('cannot add an account to 2', '42501', format('INSERT INTO account (org_id, account_id, address, role) VALUES (%L, uuid7(), ''a@b'', ''owner'')', org_id(2))),
  ('cannot give itself a mailbox of 2', '42501', format('INSERT INTO account_mailbox (org_id, account_id, address) VALUES (%L, %L, ''x@y'')', org_id(2), account_id(2, 0))),
  ('cannot write an event of 2', '42501', format('INSERT INTO event (org_id, event_id, at, message_id, kind) VALUES (%L, uuid7(), now(), uuid7(), ''x'')', org_id(2))),
  ('cannot move its account to 2', '42501', format('UPDATE account SET org_id = %L', org_id(2))),
  ('changes no server of 2', '0', format('UPDATE domain_server SET host = ''evil'' WHERE org_id = %L', org_id(2))),
  ('deletes no domain of 2', '0', format('DELETE FROM domain WHERE org_id = %L', org_id(2))),
  ('deletes no account of 2', '0', format('DELETE FROM account WHERE org_id = %L', org_id(2))),
  ('ends no session of 2', '0', format('DELETE FROM session WHERE org_id = %L', org_id(2))),
  ('releases no mail of 2', '0', format('UPDATE message_recipient SET state = ''releasing'' WHERE org_id = %L', org_id(2))),
  ('renames no other organisation', '0', format('UPDATE org SET name = ''x'' WHERE org_id = %L', org_id(2))),
  ('may change its own server', '1', 'UPDATE domain_server SET host = ''192.0.2.10'''),
  ('cannot write the audit log', '42501', 'INSERT INTO audit SELECT * FROM audit'),
  ('cannot change the audit log', '42501', 'UPDATE audit SET actor = ''x'''),
  ('cannot shorten the audit log', '42501', 'DELETE FROM audit'),
  ('cannot move the audit head', '42501', 'UPDATE audit_head SET seq = 0')) AS t(what, want, q);

-- Portal: own account, own mailboxes.
SELECT is(as_role('sekisho_portal', org_id(1), account_id(1, 1), q), want, 'T-W7 portal: ' || what) FROM (VALUES
  ('sees its organisation', '1', 'SELECT count(org_id) FROM org'),
  ('sees its own account', 'u1@org1.example', 'SELECT string_agg(address, '','') FROM account'),
  ('sees its own mailbox', 'u1@org1.example', 'SELECT string_agg(address, '','') FROM account_mailbox'),
  ('sees the mail of its mailbox', 'u1@org1.example', 'SELECT string_agg(address, '','') FROM message_recipient'),
  ('sees the message of its mailbox', tap.message_id(1, 1)::text, 'SELECT string_agg(message_id::text, '','') FROM message'),
  ('sees the events of its mailbox', '1', 'SELECT count(*) FROM event'),
  ('has no client addresses', '42501', 'SELECT client_ip FROM message'),
  ('has no domains', '42501', 'SELECT count(*) FROM domain'),
  ('has no audit log', '42501', 'SELECT count(*) FROM audit'),
  ('has no bodies', '42501', 'SELECT count(*) FROM body'),
  ('has no sessions', '42501', 'SELECT count(*) FROM session'),
  ('has no links', '42501', 'SELECT count(*) FROM one_time_link'),
  ('has no rate buckets', '42501', 'SELECT count(*) FROM rate_bucket'),
  ('has no organisation keys', '42501', 'SELECT body_key FROM org')) AS t(what, want, q);
SELECT is(as_role('sekisho_portal', org_id(1), account_id(2, 1), 'SELECT count(*) FROM message_recipient'), '0',
          'portal: an account of another organisation sees nothing here');
SELECT is(as_role('sekisho_portal', org_id(1), NULL, 'SELECT count(*) FROM message_recipient'), '0', 'portal: no account, no mail');

-- message_recipient rows for the rules about kinds.
SELECT mail(org_id(1), message_id(1, 10), recipient_id(1, 10), 'u1@org1.example', 'held', 'malware');
SELECT is(changed_as('sekisho_portal', org_id(1), account_id(1, 1), q), want, 'T-W7 portal: ' || what) FROM (VALUES
  ('delivers its own spam', '1', format('UPDATE message_recipient SET state = ''releasing'' WHERE recipient_id = %L', recipient_id(1, 1))),
  ('cannot take a release back', '0', format('UPDATE message_recipient SET state = ''held'' WHERE recipient_id = %L', recipient_id(1, 1))),
  ('cannot deliver malware', '42501', format('UPDATE message_recipient SET state = ''releasing'' WHERE recipient_id = %L', recipient_id(1, 10))),
  ('may delete malware', '1', format('UPDATE message_recipient SET state = ''deleted'' WHERE recipient_id = %L', recipient_id(1, 10))),
  ('cannot call mail delivered', '42501', format('UPDATE message_recipient SET state = ''delivered'' WHERE recipient_id = %L', recipient_id(1, 10))),
  ('cannot change the kind', '42501', 'UPDATE message_recipient SET kind = ''spam'''),
  ('changes no mail of another person', '0', format('UPDATE message_recipient SET state = ''releasing'' WHERE recipient_id = %L', recipient_id(1, 2))),
  ('changes no mail of another organisation', '0', format('UPDATE message_recipient SET state = ''releasing'' WHERE recipient_id = %L', recipient_id(2, 1))),
  ('writes no event of another person', '42501', format('INSERT INTO event (org_id, event_id, at, message_id, recipient_id, kind) VALUES (%L, uuid7(), now(), %L, %L, ''viewed'')', org_id(1), message_id(1, 2), recipient_id(1, 2))),
  ('writes an event of its own', '1', format('INSERT INTO event (org_id, event_id, at, message_id, recipient_id, kind) VALUES (%L, uuid7(), now(), %L, %L, ''viewed'')', org_id(1), message_id(1, 1), recipient_id(1, 1))),
  ('changes its language', '1', 'UPDATE account SET lang = ''ja'''),
  ('cannot become owner', '42501', 'UPDATE account SET role = ''owner'''),
  ('cannot set a password', '42501', 'UPDATE account SET password = ''x'''),
  ('cannot add a mailbox', '42501', format('INSERT INTO account_mailbox (org_id, account_id, address) VALUES (%L, %L, ''admin@org1.example'')', org_id(1), account_id(1, 1)))) AS t(what, want, q);

-- Sessions are found by their hash, on their own surface, while they are young.
SELECT is(as_role('sekisho_portal', NULL, NULL, format('SELECT address FROM session_lookup(%L, ''portal'', 3600, 43200)', sha256('1s1'))),
          'u1@org1.example', 'a session is found before a scope is set');
SELECT is(as_role('sekisho_console', NULL, NULL, format('SELECT address FROM session_lookup(%L, ''admin'', 3600, 43200)', sha256('1s1'))),
          NULL, 'T-W11 a portal session is none in the console');
INSERT INTO account_mailbox (org_id, account_id, address) VALUES (org_id(1), account_id(1, 1), 'team@org1.example'), (org_id(1), account_id(1, 2), 'not.his@org1.example');
SELECT is(as_role('sekisho_portal', NULL, NULL, format('SELECT boxes FROM session_lookup(%L, ''portal'', 3600, 43200)', sha256('1s1'))),
          'team@org1.example', 'it says the other mailboxes of its account and of nobody else');
SELECT is(as_role('sekisho_portal', NULL, NULL, format('SELECT ask_zone FROM session_lookup(%L, ''portal'', 3600, 43200)', sha256('1s1'))),
          'true', 'and that no zone was chosen');
UPDATE session SET seen_at = now() - interval '61 minutes' WHERE session_hash = sha256('1s1');
SELECT is(as_role('sekisho_portal', NULL, NULL, format('SELECT address FROM session_lookup(%L, ''portal'', 3600, 43200)', sha256('1s1'))),
          NULL, 'idle for too long');
UPDATE session SET seen_at = now(), created_at = now() - interval '13 hours' WHERE session_hash = sha256('1s1');
SELECT is(as_role('sekisho_portal', NULL, NULL, format('SELECT address FROM session_lookup(%L, ''portal'', 3600, 43200)', sha256('1s1'))),
          NULL, 'alive for too long');
UPDATE account SET state = 'suspended' WHERE account_id = account_id(1, 2);
SELECT is(as_role('sekisho_portal', NULL, NULL, format('SELECT address FROM session_lookup(%L, ''portal'', 3600, 43200)', sha256('1s2'))),
          NULL, 'suspended');
CREATE FUNCTION tap.ticket(n int, k int, p_surface text) RETURNS text LANGUAGE sql AS $$
  INSERT INTO sign_in_ticket (ticket_hash, org_id, account_id, surface)
  VALUES (sha256(convert_to(format('%s %s %s', n, k, p_surface), 'UTF8')), org_id(n), account_id(n, k), p_surface)
  RETURNING format('%s %s %s', n, k, p_surface) $$;
CREATE FUNCTION tap.made_by(p_role text, p_ticket text, p_surface text) RETURNS text LANGUAGE sql AS $$
  SELECT as_role(p_role, NULL, NULL, format('SELECT session_create(%L, %L, %L, %L, '''', '''')', sha256('x'), p_ticket, p_surface, sha256('y'))) $$;
SELECT is(made_by('sekisho_console', ticket(2, 1, 'admin'), 'admin'), 'false', 'a user gets no session in the console');
SELECT is(made_by('sekisho_console', '2 0 admin', 'admin'), 'false', 'nobody gets one without a ticket');
SELECT is(made_by('sekisho_portal', ticket(2, 1, 'portal'), 'portal'), 'true', 'a user gets a session in the portal');
SELECT is(as_role(r, org_id(1), account_id(1, 1), q), '42501', r || ' neither writes nor reads tickets: ' || q)
  FROM unnest(ARRAY['sekisho_console', 'sekisho_portal', 'sekisho_postfix']) r,
       unnest(ARRAY['SELECT count(*) FROM sign_in_ticket', 'DELETE FROM sign_in_ticket',
                    format('INSERT INTO sign_in_ticket (ticket_hash, org_id, account_id, surface) VALUES (%L, %L, %L, ''portal'')',
                           sha256('z'), org_id(1), account_id(1, 1))]) q;

-- Postfix: maps and nothing else.
SELECT is(as_role('sekisho_postfix', NULL, NULL, 'SELECT count(name) FROM domain'), '2', 'postfix sees all domains');
SELECT is(as_role('sekisho_postfix', NULL, NULL, format('SELECT count(*) FROM %I', t)), '42501', 'postfix does not read ' || t)
  FROM unnest(ARRAY['org', 'account', 'account_mailbox', 'session', 'message', 'message_recipient', 'body', 'event', 'audit', 'rate_bucket', 'one_time_link']) t;
SELECT is(changed_as('sekisho_postfix', NULL, NULL, 'UPDATE domain SET state = ''active'''), '42501', 'postfix changes nothing');
SELECT * FROM finish();
ROLLBACK;
