-- Who can make which session. The functions ask for the role that has signed in to the database, so
-- each line runs as that role from the beginning of its session.
\ir common.psql
SELECT no_plan();
SELECT tenants();

-- The engine's ticket is called as the session.
CREATE FUNCTION tap.ticket(p_ticket text, p_org uuid, p_who uuid, p_surface text, p_left interval DEFAULT '1 minute') RETURNS void LANGUAGE sql AS $$
  INSERT INTO sign_in_ticket (ticket_hash, org_id, account_id, surface, expires_at)
  VALUES (sha256(convert_to(p_ticket, 'UTF8')), p_org, p_who, p_surface, now() + p_left) $$;
\set ticket 'SELECT ticket(:''what'', :''org'', :''who'', :''surface'');'
\set make 'SELECT coalesce(session_create(sha256(convert_to(:''what'', ''UTF8'')), :''what'', :''surface'', decode(repeat(''00'', 32), ''hex''), ''192.0.2.7'', ''agent'')::text, ''null'') AS made \\gset'
SELECT org_id(1) AS org, account_id(1, 0) AS owner, account_id(1, 1) AS user, account_id(2, 1) AS other \gset

\set who :owner
\set surface admin
\set what portal-admin
:ticket
SET SESSION AUTHORIZATION sekisho_portal;
:make
RESET SESSION AUTHORIZATION;
SELECT is(:'made'::text, 'false', 'T-W11 the portal''s role makes no session for the console');
SELECT is(count(*)::int, 0, '... and stores none') FROM session WHERE session_hash = sha256(convert_to('portal-admin', 'UTF8'));

\set surface portal
\set what portal-portal
:ticket
SET SESSION AUTHORIZATION sekisho_portal;
:make
RESET SESSION AUTHORIZATION;
SELECT is(:'made'::text, 'true', 'it makes one for the portal, also for an administrator');

\set surface admin
\set what console-admin
:ticket
SET SESSION AUTHORIZATION sekisho_console;
:make
RESET SESSION AUTHORIZATION;
SELECT is(:'made'::text, 'true', 'the console''s role makes one for the console');

\set who :user
\set what console-user
:ticket
SET SESSION AUTHORIZATION sekisho_console;
:make
RESET SESSION AUTHORIZATION;
SELECT is(:'made'::text, 'false', 'but not for a user without a role there');

\set surface portal
\set what no-ticket
SET SESSION AUTHORIZATION sekisho_portal;
:make
RESET SESSION AUTHORIZATION;
SELECT is(:'made'::text, 'false', 'T-W11 nor for anybody without a ticket');

\set what once
:ticket
SET SESSION AUTHORIZATION sekisho_portal;
:make
RESET SESSION AUTHORIZATION;
SELECT is(:'made'::text, 'true', 'with one it makes a session');
SELECT is(account_id, :'user'::uuid, '... for the account of the ticket') FROM session WHERE session_hash = sha256(convert_to('once', 'UTF8'));
DELETE FROM session WHERE session_hash = sha256(convert_to('once', 'UTF8'));
SET SESSION AUTHORIZATION sekisho_portal;
:make
RESET SESSION AUTHORIZATION;
SELECT is(:'made'::text, 'false', 'T-W11 no second one');

\set what late
SELECT ticket('late', :'org', :'user', 'portal', '-1 second');
SET SESSION AUTHORIZATION sekisho_portal;
:make
RESET SESSION AUTHORIZATION;
SELECT is(:'made'::text, 'false', 'T-W11 a ticket ends after its minute');

\set what elsewhere
SELECT ticket('elsewhere', :'org', :'owner', 'portal');
\set surface admin
SET SESSION AUTHORIZATION sekisho_console;
:make
RESET SESSION AUTHORIZATION;
SELECT is(:'made'::text, 'false', 'T-W11 a ticket for the portal is none for the console');
\set surface portal

UPDATE account SET state = 'suspended' WHERE account_id = :'user';
\set who :user
\set what suspended
:ticket
SET SESSION AUTHORIZATION sekisho_portal;
:make
RESET SESSION AUTHORIZATION;
SELECT is(:'made'::text, 'false', 'T-W11 nor for somebody who is suspended');

-- Somebody else's ticket that is left over goes, and makes no session.
SELECT ticket('left', :'org', :'owner', 'portal', '-1 second'), ticket('good', :'org', :'owner', 'portal');
\set what wrong
SET SESSION AUTHORIZATION sekisho_portal;
:make
RESET SESSION AUTHORIZATION;
SELECT is(:'made'::text, 'false', 'T-W11 another ticket is none');
SELECT is(string_agg(encode(ticket_hash, 'hex'), ''), encode(sha256('good'), 'hex'), 'what is too old goes, the others stay') FROM sign_in_ticket
 WHERE ticket_hash IN (sha256('left'), sha256('good'));

-- A session of one program is none in the other, whoever asks.
SELECT is((SELECT count(*)::int FROM session_lookup(sha256(convert_to('portal-portal', 'UTF8')), 'admin', 3600, 43200)), 0, 'T-W11 a session of the portal is none in the console');
SELECT is((SELECT count(*)::int FROM session_lookup(sha256(convert_to('console-admin', 'UTF8')), 'portal', 3600, 43200)), 0, 'T-W11 nor the other way round');
SELECT is((SELECT count(*)::int FROM session_lookup(sha256(convert_to('console-admin', 'UTF8')), 'admin', 3600, 43200)), 1, 'it is one where it was made');

-- The second step: a right password alone makes no session of an account that has one, whatever a page does (J03, T-W11).
UPDATE account SET state = 'active' WHERE account_id = :'user';
INSERT INTO second_step (org_id, account_id, secret) VALUES (:'org', :'user', '\x00');
\set who :user
\set surface portal
\set what step-new
:ticket
SET SESSION AUTHORIZATION sekisho_portal;
:make
RESET SESSION AUTHORIZATION;
SELECT is(:'made'::text, 'true', 'J03: a key that was shown and never used is no second step yet');
UPDATE second_step SET state = 'on' WHERE account_id = :'user';
\set what step-half
:ticket
SET SESSION AUTHORIZATION sekisho_portal;
:make
RESET SESSION AUTHORIZATION;
SELECT is(:'made'::text, 'false', 'J03: with a second step the password''s ticket makes no session');
\set what step-whole
:ticket
UPDATE sign_in_ticket SET factors = 2 WHERE ticket_hash = sha256('step-whole');
SET SESSION AUTHORIZATION sekisho_portal;
:make
RESET SESSION AUTHORIZATION;
SELECT is(:'made'::text, 'true', 'J03: the ticket of both steps does');
SELECT is(as_role(r, :'org', :'user', q), '42501', r || ' cannot: ' || q) FROM (VALUES
  ('SELECT secret FROM second_step'), ('WITH x AS (UPDATE second_step SET state = $q$new$q$ RETURNING 1) SELECT count(*) FROM x'),
  ('WITH x AS (DELETE FROM second_step RETURNING 1) SELECT count(*) FROM x'),
  ('SELECT code_hash FROM recovery_code'), ('WITH x AS (UPDATE recovery_code SET used_at = NULL RETURNING 1) SELECT count(*) FROM x'),
  ('SELECT count(*) FROM trusted_device'), ('SELECT public_key FROM passkey'),
  ('WITH x AS (UPDATE sign_in_ticket SET factors = 2 RETURNING 1) SELECT count(*) FROM x'),
  ('SELECT count(*) FROM passkey_challenge')) AS t(q), unnest(ARRAY['sekisho_portal', 'sekisho_console']) r;
SELECT is(as_role('sekisho_portal', :'org', :'user', 'SELECT count(session_hash) FROM session'), '42501', 'the portal reads no hash of a session: the engine takes it for a proof');
SELECT is(as_role('sekisho_portal', :'org', :'owner', 'SELECT count(org_id) FROM second_step'), '0', 'somebody else''s second step is not seen');

-- One's own sessions, by one of them.
SELECT is((SELECT string_agg(current::text, ',') FROM session_own(sha256('step-whole'), 3600, 43200)), 'true,false,false', 'one''s own sessions are listed, this one first');
SELECT is((SELECT count(*)::int FROM session_own(sha256('no such'), 3600, 43200)), 0, 'nobody''s without one');
SELECT is(session_end_own(sha256('step-whole'), (SELECT session_id FROM session WHERE session_hash = sha256('step-whole')), 'a', 'portal', ''), 0, 'this one is not ended that way');
SELECT is(session_end_own(sha256('step-whole'), (SELECT session_id FROM session WHERE session_hash = sha256('console-admin')), 'a', 'portal', ''), 0, 'nor somebody else''s');
SELECT is(session_end_own(sha256('step-whole'), NULL, 'a', 'portal', ''), 2, 'all others are');
SELECT is(count(*)::int, 1, '... and it is in the audit log') FROM audit WHERE event = 'session.ended' AND org_id = :'org';
SELECT ok(session_rotate(sha256('step-whole'), sha256('step-next')), 'T-W11: a session goes on under a new name');
SELECT is((SELECT count(*)::int FROM session_lookup(sha256('step-whole'), 'portal', 3600, 43200)), 0, 'T-W11 the old one is none');
SELECT is((SELECT count(*)::int FROM session_lookup(sha256('step-next'), 'portal', 3600, 43200)), 1, 'T-W11 the new one is');

SELECT * FROM finish();
ROLLBACK;
