-- Who may do what at all: attributes of roles, row-level security of every tenant table, grants.
\ir common.psql
SELECT no_plan();

CREATE TEMP VIEW tenant_table AS
  SELECT c.oid, c.relname, c.relrowsecurity, c.relforcerowsecurity FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
   WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
     AND a.attname = 'org_id' AND NOT a.attisdropped;
CREATE TEMP VIEW app_role AS
  SELECT oid, rolname FROM pg_roles WHERE rolname LIKE 'sekisho\_%' AND rolname <> 'sekisho_owner';

SELECT is(count(*)::int, 5, 'five roles use the database beside its owner') FROM app_role;
SELECT ok(NOT (rolsuper OR rolbypassrls OR rolcreatedb OR rolcreaterole OR rolreplication), rolname || ' has no special right')
  FROM pg_roles WHERE rolname LIKE 'sekisho\_%' ORDER BY rolname;
SELECT is(count(*)::int, 0, 'no role of ours is a member of another') FROM pg_auth_members m
  JOIN pg_roles r ON r.oid = m.member WHERE r.rolname LIKE 'sekisho\_%';
SELECT is(count(*)::int, 0, 'application roles own nothing') FROM pg_class c JOIN app_role r ON r.oid = c.relowner;
SELECT is(pg_get_userbyid(datdba), 'sekisho_owner', 'the database belongs to sekisho_owner') FROM pg_database WHERE datname = 'sekisho';
SELECT ok(EXISTS (SELECT FROM pg_db_role_setting s, unnest(s.setconfig) c WHERE s.setrole = r.oid AND c LIKE 'statement\_timeout=%'),
          r.rolname || ' has a statement_timeout') FROM app_role r ORDER BY r.rolname;

SELECT is(string_agg(r.rolname, ', '), NULL, 'no role plans every statement anew') FROM app_role r
 WHERE EXISTS (SELECT FROM pg_db_role_setting s, unnest(s.setconfig) c WHERE s.setrole = r.oid AND c LIKE 'plan\_cache\_mode=%');

SELECT cmp_ok(count(*)::int, '>=', 13, 'the tenant tables are found') FROM tenant_table;
SELECT ok(relrowsecurity AND relforcerowsecurity, relname || ': row-level security, forced') FROM tenant_table ORDER BY relname;
SELECT ok(EXISTS (SELECT FROM pg_policy p JOIN app_role r ON r.oid = ANY (p.polroles)
                   WHERE p.polrelid = t.oid AND r.rolname = 'sekisho_console' AND p.polcmd = '*' AND p.polwithcheck IS NOT NULL),
          relname || ': console has one policy WITH CHECK') FROM tenant_table t ORDER BY relname;
SELECT is(count(*)::int, 0, 'no policy is for PUBLIC') FROM pg_policy p WHERE 0 = ANY (p.polroles);
SELECT is(count(*)::int, 0, 'console and portal never see everything') FROM pg_policy p JOIN app_role r ON r.oid = ANY (p.polroles)
 WHERE p.polpermissive AND r.rolname IN ('sekisho_console', 'sekisho_portal') AND pg_get_expr(p.polqual, p.polrelid) NOT LIKE '%scope_org()%';
SELECT is(string_agg(DISTINCT p.polrelid::regclass || ' ' || r.rolname, ', '), NULL, 'who may write is held to WITH CHECK')
  FROM pg_policy p JOIN app_role r ON r.oid = ANY (p.polroles)
 WHERE p.polcmd IN ('*', 'a', 'w') AND p.polwithcheck IS NULL
   AND (has_table_privilege(r.oid, p.polrelid, 'INSERT') OR has_any_column_privilege(r.oid, p.polrelid, 'INSERT, UPDATE'));

SELECT is(string_agg(c.relname || ' ' || r.rolname, ', '), NULL, 'partitions are reached through their parents only')
  FROM pg_class c, app_role r WHERE c.relispartition AND c.relkind = 'r'
   AND has_any_column_privilege(r.oid, c.oid, 'SELECT, INSERT, UPDATE');
SELECT is(string_agg(c.relname || ' ' || r.rolname, ', '), NULL, 'nobody empties a table')
  FROM pg_class c, app_role r WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
   AND has_table_privilege(r.oid, c.oid, 'TRUNCATE, TRIGGER, REFERENCES');
SELECT is(string_agg(c.relname || ' ' || r.rolname, ', '), NULL, 'nobody writes the audit log but through audit_add()')
  FROM pg_class c, app_role r WHERE c.relname IN ('audit', 'audit_head')
   AND (has_any_column_privilege(r.oid, c.oid, 'INSERT, UPDATE') OR has_table_privilege(r.oid, c.oid, 'DELETE'));
SELECT is(string_agg(r.rolname, ', '), NULL, 'nobody makes objects') FROM app_role r
 WHERE has_schema_privilege(r.oid, 'public', 'CREATE') OR has_database_privilege(r.oid, 'sekisho', 'CREATE, TEMPORARY');

SELECT is(string_agg(r.rolname, ', ' ORDER BY 1), 'sekisho_engine', 'password hashes are read by the engine only')
  FROM app_role r WHERE has_column_privilege(r.oid, 'account', 'password', 'SELECT');
SELECT is(string_agg(r.rolname, ', ' ORDER BY 1), 'sekisho_engine, sekisho_jobs', 'bodies are read by engine and jobs only')
  FROM app_role r WHERE has_column_privilege(r.oid, 'body', 'data', 'SELECT');
SELECT is(string_agg(r.rolname, ', ' ORDER BY 1), 'sekisho_engine, sekisho_jobs', 'organisation keys too')
  FROM app_role r WHERE has_column_privilege(r.oid, 'org', 'body_key', 'SELECT');

-- Functions.
CREATE TEMP VIEW our_function AS
  SELECT p.oid, p.proname, p.prosecdef, p.proconfig, p.proacl FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace;
SELECT ok(EXISTS (SELECT FROM unnest(proconfig) c WHERE c LIKE 'search\_path=%pg\_temp'), proname || ': SECURITY DEFINER with a fixed search_path')
  FROM our_function WHERE prosecdef ORDER BY proname;
SELECT is(string_agg(proname, ', '), NULL, 'no function is for PUBLIC')
  FROM our_function WHERE proacl IS NULL OR EXISTS (SELECT FROM aclexplode(proacl) x WHERE x.grantee = 0);

-- The golden list of what every role may do. A change here is a decision: see tests/db/grants.txt.
\pset footer off
\o :grants_out
SELECT r.rolname || ' ' || c.relname || ' ' ||
       concat_ws(' ', CASE WHEN has_table_privilege(r.oid, c.oid, 'SELECT') THEN 'select'
                           WHEN has_any_column_privilege(r.oid, c.oid, 'SELECT') THEN 'select(' || cols.s || ')' END,
                 CASE WHEN has_table_privilege(r.oid, c.oid, 'INSERT') THEN 'insert'
                      WHEN has_any_column_privilege(r.oid, c.oid, 'INSERT') THEN 'insert(' || cols.i || ')' END,
                 CASE WHEN has_table_privilege(r.oid, c.oid, 'UPDATE') THEN 'update'
                      WHEN has_any_column_privilege(r.oid, c.oid, 'UPDATE') THEN 'update(' || cols.u || ')' END,
                 CASE WHEN has_table_privilege(r.oid, c.oid, 'DELETE') THEN 'delete' END)
  FROM app_role r CROSS JOIN pg_class c CROSS JOIN LATERAL (
    SELECT string_agg(attname, ',' ORDER BY attnum) FILTER (WHERE has_column_privilege(r.oid, c.oid, attnum, 'SELECT')) AS s,
           string_agg(attname, ',' ORDER BY attnum) FILTER (WHERE has_column_privilege(r.oid, c.oid, attnum, 'INSERT')) AS i,
           string_agg(attname, ',' ORDER BY attnum) FILTER (WHERE has_column_privilege(r.oid, c.oid, attnum, 'UPDATE')) AS u
      FROM pg_attribute WHERE attrelid = c.oid AND attnum > 0 AND NOT attisdropped) cols
 WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v') AND NOT c.relispartition
   AND (has_any_column_privilege(r.oid, c.oid, 'SELECT, INSERT, UPDATE') OR has_table_privilege(r.oid, c.oid, 'DELETE'))
 ORDER BY r.rolname COLLATE "C", c.relname COLLATE "C";
SELECT r.rolname || ' ' || f.proname || '()' FROM app_role r, our_function f
 WHERE has_function_privilege(r.oid, f.oid, 'EXECUTE') ORDER BY r.rolname COLLATE "C", f.proname COLLATE "C";
\o
SELECT * FROM finish();
ROLLBACK;
