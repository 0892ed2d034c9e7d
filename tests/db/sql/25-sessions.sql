-- Who can make which session. The functions ask for the role that has signed in to the database, so
-- each line runs as that role from the beginning of its session.
\ir common.psql
SELECT no_plan();
SELECT tenants();

\set make 'SELECT coalesce(session_create(sha256(convert_to(:''what'', ''UTF8'')), :''org'', :''who'', :''surface'', decode(repeat(''00'', 32), ''hex''), ''192.0.2.7'', ''agent'')::text, ''null'') AS made \\gset'
SELECT org_id(1) AS org, account_id(1, 0) AS owner, account_id(1, 1) AS user, account_id(2, 1) AS other \gset

\set who :owner
\set surface admin
\set what portal-admin
SET SESSION AUTHORIZATION sekisho_portal;
:make
RESET SESSION AUTHORIZATION;
SELECT is(:'made'::text, 'false', 'the portal''s role makes no session for the console');
SELECT is(count(*)::int, 0, '... and stores none') FROM session WHERE session_hash = sha256(convert_to('portal-admin', 'UTF8'));

\set surface portal
\set what portal-portal
SET SESSION AUTHORIZATION sekisho_portal;
:make
RESET SESSION AUTHORIZATION;
SELECT is(:'made'::text, 'true', 'it makes one for the portal, also for an administrator');

\set surface admin
\set what console-admin
SET SESSION AUTHORIZATION sekisho_console;
:make
RESET SESSION AUTHORIZATION;
SELECT is(:'made'::text, 'true', 'the console''s role makes one for the console');

\set who :user
\set what console-user
SET SESSION AUTHORIZATION sekisho_console;
:make
RESET SESSION AUTHORIZATION;
SELECT is(:'made'::text, 'false', 'but not for a user without a role there');

\set surface portal
\set who :other
\set what wrong-org
SET SESSION AUTHORIZATION sekisho_portal;
:make
RESET SESSION AUTHORIZATION;
SELECT is(:'made'::text, 'false', 'nor for an account of another organisation');

UPDATE account SET state = 'suspended' WHERE account_id = :'user';
\set who :user
\set what suspended
SET SESSION AUTHORIZATION sekisho_portal;
:make
RESET SESSION AUTHORIZATION;
SELECT is(:'made'::text, 'false', 'nor for somebody who is suspended');

-- A session of one program is none in the other, whoever asks.
SELECT is((SELECT count(*)::int FROM session_lookup(sha256(convert_to('portal-portal', 'UTF8')), 'admin', 3600, 43200)), 0, 'a session of the portal is none in the console');
SELECT is((SELECT count(*)::int FROM session_lookup(sha256(convert_to('console-admin', 'UTF8')), 'portal', 3600, 43200)), 0, 'nor the other way round');
SELECT is((SELECT count(*)::int FROM session_lookup(sha256(convert_to('console-admin', 'UTF8')), 'admin', 3600, 43200)), 1, 'it is one where it was made');

SELECT * FROM finish();
ROLLBACK;
