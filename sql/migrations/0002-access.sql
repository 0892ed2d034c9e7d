-- Who may see and change what. Grants are per role; row-level security narrows them to the scope of
-- the transaction. FORCE: the owner is held to the policies as well (T-I4, A-60, A-64).
--
-- engine and jobs serve all organisations; console sees its organisation, portal its mailboxes.
-- What must be looked up before a scope is known (sessions, sign-in, set-up) goes through SECURITY
-- DEFINER functions with a fixed search_path: the last section lists all of them.

REVOKE ALL ON SCHEMA public FROM PUBLIC;
REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA public FROM PUBLIC;
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO sekisho_engine, sekisho_jobs, sekisho_console, sekisho_portal, sekisho_postfix;
GRANT EXECUTE ON FUNCTION uuid7(), scope_org(), scope_account(), mailbox_of(text) TO sekisho_engine, sekisho_jobs, sekisho_console, sekisho_portal;

DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['org', 'domain', 'domain_server', 'recipient', 'account', 'account_mailbox', 'session', 'sign_in_ticket',
                           'message', 'message_recipient', 'body', 'event', 'audit', 'audit_head'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY all_orgs ON %I TO sekisho_owner, sekisho_engine, sekisho_jobs USING (true) WITH CHECK (true)', t);
    EXECUTE format('CREATE POLICY own_org ON %I TO sekisho_console USING (org_id = (SELECT scope_org())) WITH CHECK (org_id = (SELECT scope_org()))', t);
  END LOOP;
END $$;

-- Postfix's maps: names of domains and where their mail goes, nothing else.
CREATE POLICY maps ON domain TO sekisho_postfix USING (true);
CREATE POLICY maps ON domain_server TO sekisho_postfix USING (true);
CREATE POLICY maps ON recipient TO sekisho_postfix USING (true);
GRANT SELECT (domain_id, org_id, name, state, check_recipients) ON domain TO sekisho_postfix;
GRANT SELECT (domain_id, org_id, recipient, host, port, preference) ON domain_server TO sekisho_postfix;
GRANT SELECT ON recipient TO sekisho_postfix;

-- Postfix asks for an address, then without its tag, then for its domain, each time in a new statement. These
-- answer all of it at the first question, and a connection plans them once.
-- Is it a valid recipient?
CREATE FUNCTION map_recipient(p_key text) RETURNS SETOF text LANGUAGE plpgsql STABLE SET search_path = public, pg_temp AS $$
DECLARE
  k text := lower(p_key);
BEGIN
  RETURN QUERY SELECT CASE WHEN d.check_recipients THEN 'listed' ELSE 'any' END FROM domain d
   WHERE d.name = substring(k FROM '[^@]*$') AND d.state = 'active' AND (NOT d.check_recipients OR EXISTS (
           SELECT FROM recipient r WHERE r.org_id = d.org_id AND r.domain_id = d.domain_id AND r.address = k));
END $$;
-- Where does its mail go? The servers of the address, of the mailbox, or of the domain; of equal ones any.
-- Postfix asks by recipient alone, so this holds for mail of all organisations, and for a domain that nobody has proved
-- to own. The gate keeps outbound mail of others from the latter (src/engine/intake/check_next_hop.c); mail that
-- waits in Postfix's queue when such a domain is added, and bounces, cannot be told apart here.
CREATE FUNCTION map_next_hop(p_key text) RETURNS SETOF text LANGUAGE plpgsql VOLATILE SET search_path = public, pg_temp AS $$
DECLARE
  k text := lower(p_key);
  v_mailbox text := mailbox_of(k);
BEGIN
  RETURN QUERY SELECT 'relay:' || string_agg('[' || s.host || ']:' || s.port, ', ' ORDER BY s.preference, random())
    FROM (SELECT x.host, x.port, x.preference,
                 dense_rank() OVER (ORDER BY CASE x.recipient WHEN k THEN 1 WHEN v_mailbox THEN 2 ELSE 3 END) AS place
            FROM domain d JOIN domain_server x USING (org_id, domain_id)
           WHERE d.name = substring(k FROM '[^@]*$') AND x.recipient IN (k, v_mailbox, '*')) s
   WHERE s.place = 1 HAVING count(*) > 0;
END $$;
GRANT EXECUTE ON FUNCTION map_recipient(text), map_next_hop(text), mailbox_of(text) TO sekisho_postfix;

-- Is this address a mailbox or a recipient by itself? Then its mail is not that of the address without
-- the tag.
CREATE FUNCTION mailbox_apart(p_org uuid, p_address text) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_temp AS $$
  SELECT EXISTS (SELECT FROM account_mailbox WHERE org_id = p_org AND address = p_address)
      OR EXISTS (SELECT FROM recipient WHERE org_id = p_org AND address = p_address)
$$;
GRANT EXECUTE ON FUNCTION mailbox_apart(uuid, text) TO sekisho_engine, sekisho_portal;

-- Portal: one's own organisation row, account, mailboxes and the mail in them.
CREATE POLICY portal_org ON org TO sekisho_portal USING (org_id = (SELECT scope_org()));
CREATE POLICY portal_account ON account TO sekisho_portal
  USING (org_id = (SELECT scope_org()) AND account_id = (SELECT scope_account()))
  WITH CHECK (org_id = (SELECT scope_org()) AND account_id = (SELECT scope_account()));
CREATE POLICY portal_mailbox ON account_mailbox TO sekisho_portal
  USING (org_id = (SELECT scope_org()) AND account_id = (SELECT scope_account()));
CREATE POLICY portal_session ON session TO sekisho_portal
  USING (org_id = (SELECT scope_org()) AND account_id = (SELECT scope_account()))
  WITH CHECK (org_id = (SELECT scope_org()) AND account_id = (SELECT scope_account()));
-- Whose mailbox is user@... sees user+tag@..., too, unless that address is known by itself; whose mailbox is
-- user+tag@... sees nothing else. The first condition says nothing new: it is there for the index.
CREATE POLICY portal_recipient ON message_recipient TO sekisho_portal
  USING (org_id = (SELECT scope_org()) AND mailbox = ANY (ARRAY(SELECT mailbox_of(x) FROM scope_mailboxes() x))
         AND (address = ANY (ARRAY(SELECT scope_mailboxes()))
              OR (mailbox = ANY (ARRAY(SELECT scope_mailboxes())) AND NOT mailbox_apart(org_id, address))))
  WITH CHECK (org_id = (SELECT scope_org()) AND mailbox = ANY (ARRAY(SELECT mailbox_of(x) FROM scope_mailboxes() x))
         AND (address = ANY (ARRAY(SELECT scope_mailboxes()))
              OR (mailbox = ANY (ARRAY(SELECT scope_mailboxes())) AND NOT mailbox_apart(org_id, address))));
-- What a person may do with held mail, whatever the program thinks: deliver only what is not dangerous.
CREATE POLICY portal_change ON message_recipient AS RESTRICTIVE FOR UPDATE TO sekisho_portal
  USING (state IN ('held', 'deleted'))
  WITH CHECK (state IN ('held', 'deleted') OR (state = 'releasing' AND kind IN ('spam', 'graymail', 'unverified')));
CREATE POLICY portal_message ON message TO sekisho_portal
  USING (org_id = (SELECT scope_org()) AND EXISTS (SELECT FROM message_recipient r
         WHERE r.message_id = message.message_id AND r.org_id = message.org_id AND r.received_at = message.received_at));
CREATE POLICY portal_event ON event TO sekisho_portal
  USING (org_id = (SELECT scope_org()) AND EXISTS (SELECT FROM message_recipient r
         WHERE r.recipient_id = event.recipient_id AND r.org_id = event.org_id))
  WITH CHECK (org_id = (SELECT scope_org()) AND EXISTS (SELECT FROM message_recipient r
         WHERE r.recipient_id = event.recipient_id AND r.org_id = event.org_id));

-- Grants: what the statements of a role need (tests/db/grants.txt is the list in full). Partitions get
-- none: only the parents may be named.
GRANT SELECT ON org, domain, domain_server, recipient, account, account_mailbox TO sekisho_engine;
-- Whose preview it is: the web programs' word is not enough.
GRANT SELECT (session_hash, org_id, account_id, surface, created_at, seen_at) ON session TO sekisho_engine;
GRANT UPDATE (password) ON account TO sekisho_engine;
GRANT INSERT ON sign_in_ticket TO sekisho_engine;
GRANT SELECT, INSERT ON message, message_recipient, body, event TO sekisho_engine;
GRANT SELECT, INSERT, UPDATE, DELETE ON rate_bucket TO sekisho_engine;
GRANT SELECT ON log_position, log_fact TO sekisho_engine;

GRANT SELECT (org_id, name, lang, tz, retention_days, body_key) ON org TO sekisho_jobs;
GRANT SELECT ON domain, domain_server, message TO sekisho_jobs;
GRANT SELECT, UPDATE ON message_recipient TO sekisho_jobs;
GRANT SELECT, DELETE ON body TO sekisho_jobs;
GRANT SELECT, INSERT ON event TO sekisho_jobs;
GRANT SELECT, INSERT, UPDATE, DELETE ON log_position, log_fact TO sekisho_jobs;
GRANT SELECT (created_at, seen_at), DELETE ON session TO sekisho_jobs;
GRANT SELECT (updated_at), DELETE ON rate_bucket TO sekisho_jobs;
GRANT SELECT (expires_at), DELETE ON one_time_link TO sekisho_jobs;

GRANT SELECT (org_id, name, lang, tz, retention_days, created_at), UPDATE (name, lang, tz, retention_days) ON org TO sekisho_console;
GRANT SELECT, INSERT, DELETE, UPDATE (state, check_recipients) ON domain TO sekisho_console;
GRANT SELECT, INSERT, DELETE, UPDATE (recipient, host, port, preference) ON domain_server TO sekisho_console;
GRANT SELECT, INSERT, DELETE ON recipient, account_mailbox TO sekisho_console;
-- Sessions are made and read by the functions below; here they are only listed and ended.
GRANT SELECT (session_hash, org_id, account_id, surface, created_at, seen_at, client_ip, agent), DELETE ON session TO sekisho_console;
-- The password hash is written by the console (made by the engine) and never read by it.
GRANT SELECT (org_id, account_id, address, name, role, lang, tz, theme, page_size, shortcuts, state, created_at, last_sign_in, has_password),
      INSERT, DELETE,
      UPDATE (name, role, lang, tz, theme, page_size, shortcuts, password, state) ON account TO sekisho_console;
GRANT SELECT ON message TO sekisho_console;
GRANT SELECT, UPDATE (state, state_at, release_id, released_at, released_by, deleted_by) ON message_recipient TO sekisho_console;
GRANT SELECT, INSERT ON event TO sekisho_console;
GRANT SELECT ON audit, audit_head TO sekisho_console;

GRANT SELECT (org_id, name, lang, tz, retention_days) ON org TO sekisho_portal;
GRANT SELECT (org_id, account_id, address, name, role, lang, tz, theme, page_size, shortcuts, state, created_at, last_sign_in, has_password),
      UPDATE (lang, tz, theme, page_size, shortcuts) ON account TO sekisho_portal;
GRANT SELECT ON account_mailbox TO sekisho_portal;
GRANT SELECT (org_id, message_id, received_at, direction, envelope_sender, sender_domain, header_from, header_from_name,
              header_id, subject, bytes, verdict, score, threshold, reasons, scan) ON message TO sekisho_portal;
GRANT SELECT, UPDATE (state, state_at, release_id, released_at, released_by, deleted_by) ON message_recipient TO sekisho_portal;
GRANT SELECT, INSERT ON event TO sekisho_portal;

GRANT EXECUTE ON FUNCTION audit_add(uuid, uuid, text, text, text, text, text, jsonb)
  TO sekisho_engine, sekisho_jobs, sekisho_console, sekisho_portal;
GRANT EXECUTE ON FUNCTION audit_canonical(audit) TO sekisho_engine, sekisho_jobs, sekisho_console;
GRANT EXECUTE ON FUNCTION scope_mailboxes() TO sekisho_portal;
GRANT EXECUTE ON FUNCTION partition_ensure(int) TO sekisho_jobs;

------------------------------------------------------------------ before a scope is known

-- A session by the hash of its id. Touches seen_at at most once a minute; ends it when it was idle
-- or alive for too long, or when the account is suspended.
CREATE FUNCTION session_lookup(p_hash bytea, p_surface text, p_idle int, p_absolute int)
RETURNS TABLE (org_id uuid, account_id uuid, address text, name text, role text, org_name text, lang text, org_lang text,
               tz text, theme text, page_size int, shortcuts boolean, csrf bytea, flash jsonb)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE s session; seen timestamptz;
BEGIN
  SELECT x.* INTO s FROM session x WHERE x.session_hash = p_hash AND x.surface = p_surface;
  IF NOT FOUND OR s.seen_at < now() - make_interval(secs => p_idle) OR s.created_at < now() - make_interval(secs => p_absolute) THEN
    RETURN;
  END IF;
  IF s.seen_at < now() - interval '1 minute' THEN
    UPDATE session x SET seen_at = now() WHERE x.session_hash = p_hash;
  END IF;
  RETURN QUERY SELECT a.org_id, a.account_id, a.address, a.name, a.role, o.name, a.lang, o.lang,
                      coalesce(a.tz, o.tz), a.theme, a.page_size, a.shortcuts, s.csrf, s.flash
                 FROM account a JOIN org o ON o.org_id = a.org_id
                WHERE a.org_id = s.org_id AND a.account_id = s.account_id AND a.state = 'active';
END $$;
-- For the account of the ticket, and for no other: the web programs' word is not enough. The ticket is used up;
-- what others left over goes with it.
CREATE FUNCTION session_create(p_hash bytea, p_ticket text, p_surface text, p_csrf bytea, p_ip text, p_agent text)
RETURNS boolean LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  WITH used AS (
    DELETE FROM sign_in_ticket WHERE ticket_hash = sha256(convert_to(p_ticket, 'UTF8')) OR expires_at <= now()
    RETURNING ticket_hash, org_id, account_id, surface, expires_at),
  made AS (
    INSERT INTO session (session_hash, org_id, account_id, surface, csrf, client_ip, agent)
    SELECT p_hash, a.org_id, a.account_id, p_surface, p_csrf, left(p_ip, 64), left(p_agent, 256)
      FROM used u JOIN account a ON a.org_id = u.org_id AND a.account_id = u.account_id
     WHERE u.ticket_hash = sha256(convert_to(p_ticket, 'UTF8')) AND u.surface = p_surface AND u.expires_at > now() AND a.state = 'active'
       AND (p_surface = 'portal' OR (a.role <> 'user' AND session_user <> 'sekisho_portal'))
    RETURNING org_id, account_id),
  seen AS (
    UPDATE account a SET last_sign_in = now() FROM made WHERE a.org_id = made.org_id AND a.account_id = made.account_id)
  SELECT EXISTS (SELECT FROM made)
$$;
CREATE FUNCTION session_end(p_hash bytea) RETURNS void LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS
  $$ DELETE FROM session WHERE session_hash = p_hash $$;
-- One message for the next page: set, or taken (and cleared) by the page that shows it.
CREATE FUNCTION session_flash_set(p_hash bytea, p_flash jsonb) RETURNS void LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS
  $$ UPDATE session SET flash = p_flash WHERE session_hash = p_hash $$;

-- First-run set-up: possible with a valid link only, once.
CREATE FUNCTION setup_done() RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
  $$ SELECT EXISTS (SELECT FROM org) $$;
CREATE FUNCTION link_state(p_hash bytea, p_purpose text) RETURNS text LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT coalesce((SELECT CASE WHEN used_at IS NOT NULL THEN 'used' WHEN expires_at <= now() THEN 'expired' ELSE 'valid' END
                     FROM one_time_link WHERE token_hash = p_hash AND purpose = p_purpose), 'unknown')
$$;
CREATE FUNCTION link_use(p_hash bytea, p_purpose text) RETURNS boolean LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  WITH used AS (UPDATE one_time_link SET used_at = now()
                 WHERE token_hash = p_hash AND purpose = p_purpose AND used_at IS NULL AND expires_at > now() RETURNING 1)
  SELECT EXISTS (SELECT FROM used)
$$;
-- Organisation, owner, first domain and its server in one go; the link is used up with them. An empty
-- p_link is allowed to the owner role only (the CLI).
CREATE FUNCTION setup_create(p_link bytea, p_org uuid, p_name text, p_lang text, p_tz text, p_retention int, p_key bytea,
                             p_account uuid, p_address text, p_person text, p_password text,
                             p_domain uuid, p_domain_name text, p_host text, p_port int, p_ip text)
RETURNS text LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF p_link IS NULL THEN
    IF session_user <> 'sekisho_owner' THEN RETURN 'denied'; END IF;
  ELSE
    IF setup_done() THEN RETURN 'done'; END IF;
    IF NOT link_use(p_link, 'setup') THEN RETURN 'link'; END IF;
  END IF;
  PERFORM set_config('sekisho.org', p_org::text, true); -- audit_add() asks
  INSERT INTO org (org_id, name, lang, tz, retention_days, body_key) VALUES (p_org, p_name, p_lang, p_tz, p_retention, p_key);
  IF p_domain_name IS NOT NULL THEN
    INSERT INTO domain (org_id, domain_id, name) VALUES (p_org, p_domain, p_domain_name);
    INSERT INTO domain_server (org_id, domain_id, server_id, host, port) VALUES (p_org, p_domain, uuid7(), p_host, p_port);
  END IF;
  INSERT INTO account (org_id, account_id, address, name, role, lang, tz, password)
    VALUES (p_org, p_account, p_address, p_person, 'owner', p_lang, p_tz, p_password);
  INSERT INTO account_mailbox (org_id, account_id, address)
    SELECT p_org, p_account, p_address WHERE EXISTS (SELECT FROM domain d WHERE d.org_id = p_org AND d.name = split_part(p_address, '@', 2));
  PERFORM audit_add(p_org, p_account, p_address, CASE WHEN p_link IS NULL THEN 'cli' ELSE 'admin' END, p_ip, 'org.created', p_name,
                    jsonb_build_object('domain', p_domain_name));
  RETURN 'ok';
END $$;

GRANT EXECUTE ON FUNCTION session_lookup(bytea, text, int, int), session_create(bytea, text, text, bytea, text, text),
  session_end(bytea), session_flash_set(bytea, jsonb) TO sekisho_console, sekisho_portal;
GRANT EXECUTE ON FUNCTION setup_done(), link_state(bytea, text),
  setup_create(bytea, uuid, text, text, text, int, bytea, uuid, text, text, text, uuid, text, text, int, text) TO sekisho_console;
