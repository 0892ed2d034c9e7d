-- Roles and database settings. Idempotent; run by a superuser of the cluster before the migrations:
-- the stack script does it for the private cluster, a DBA for an external one, followed by
--   CREATE DATABASE sekisho OWNER sekisho_owner;   and in it   ALTER SCHEMA public OWNER TO sekisho_owner;
DO $$
DECLARE r text;
BEGIN
  FOREACH r IN ARRAY ARRAY['sekisho_owner', 'sekisho_engine', 'sekisho_jobs', 'sekisho_console', 'sekisho_portal', 'sekisho_postfix'] LOOP
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = r) THEN
      EXECUTE format('CREATE ROLE %I LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOINHERIT', r);
    END IF;
    EXECUTE format('ALTER ROLE %I SET timezone = ''UTC''', r);
    EXECUTE format('ALTER ROLE %I SET bytea_output = ''hex''', r);
  END LOOP;
END $$;
-- A statement that hangs must not hold mail or pages (T-W22, F-7).
ALTER ROLE sekisho_engine  SET statement_timeout = '10s';
ALTER ROLE sekisho_jobs    SET statement_timeout = '120s';
ALTER ROLE sekisho_console SET statement_timeout = '5s';
ALTER ROLE sekisho_portal  SET statement_timeout = '5s';
ALTER ROLE sekisho_postfix SET statement_timeout = '5s';
ALTER ROLE sekisho_engine  SET lock_timeout = '5s';
ALTER ROLE sekisho_jobs    SET lock_timeout = '5s';
ALTER ROLE sekisho_console SET lock_timeout = '3s';
ALTER ROLE sekisho_portal  SET lock_timeout = '3s';
ALTER ROLE sekisho_engine  SET idle_in_transaction_session_timeout = '30s';
ALTER ROLE sekisho_jobs    SET idle_in_transaction_session_timeout = '60s';
ALTER ROLE sekisho_console SET idle_in_transaction_session_timeout = '10s';
ALTER ROLE sekisho_portal  SET idle_in_transaction_session_timeout = '10s';
-- Short queries with many partitions: compiling them costs more than it saves.
ALTER ROLE sekisho_engine  SET jit = off;
ALTER ROLE sekisho_jobs    SET jit = off;
ALTER ROLE sekisho_console SET jit = off;
ALTER ROLE sekisho_portal  SET jit = off;
-- Parallel workers would take the processor from mail.
ALTER ROLE sekisho_engine  SET max_parallel_workers_per_gather = 0;
ALTER ROLE sekisho_jobs    SET max_parallel_workers_per_gather = 0;
ALTER ROLE sekisho_console SET max_parallel_workers_per_gather = 0;
ALTER ROLE sekisho_portal  SET max_parallel_workers_per_gather = 0;
