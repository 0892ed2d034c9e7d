-- The second step of signing in, passkeys, and what a person sees of his sessions. Secrets are sealed by the engine and
-- read by it only (A-51); whether a session may be made is settled here (session_create), not by a page.

-- What an organisation wants: who must have a second step, and whether a device may be trusted for 30 days.
ALTER TABLE org
  ADD COLUMN second_step text NOT NULL DEFAULT 'optional' CHECK (second_step IN ('optional', 'admins', 'everyone')),
  ADD COLUMN trust_devices boolean NOT NULL DEFAULT true;

-- One authenticator app an account. state new: the key was shown, no code of it was seen yet.
CREATE TABLE second_step (
  org_id     uuid NOT NULL,
  account_id uuid NOT NULL,
  secret     bytea NOT NULL,                   -- sealed with the master key for this account
  state      text NOT NULL DEFAULT 'new' CHECK (state IN ('new', 'on')),
  last_step  bigint NOT NULL DEFAULT 0,        -- the newest period whose code was taken: none is taken twice (A-50)
  at         timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (org_id, account_id),
  FOREIGN KEY (org_id, account_id) REFERENCES account ON DELETE CASCADE
);
-- Keyed digests, so that a copy of the table alone does not tell the codes.
CREATE TABLE recovery_code (
  org_id     uuid NOT NULL,
  account_id uuid NOT NULL,
  code_hash  bytea NOT NULL CHECK (length(code_hash) = 32),
  used_at    timestamptz,
  PRIMARY KEY (org_id, account_id, code_hash),
  FOREIGN KEY (org_id, account_id) REFERENCES account ON DELETE CASCADE
);
-- Browsers that need no second step for a while; SHA-256 of what their cookie says.
CREATE TABLE trusted_device (
  org_id      uuid NOT NULL,
  account_id  uuid NOT NULL,
  device_hash bytea NOT NULL CHECK (length(device_hash) = 32),
  expires_at  timestamptz NOT NULL,
  PRIMARY KEY (org_id, account_id, device_hash),
  FOREIGN KEY (org_id, account_id) REFERENCES account ON DELETE CASCADE
);
CREATE TABLE passkey (
  org_id     uuid NOT NULL,
  account_id uuid NOT NULL,
  passkey_id uuid NOT NULL,
  rp         text NOT NULL,                    -- host it was made for
  credential bytea NOT NULL CHECK (length(credential) BETWEEN 16 AND 1023),
  algorithm  int NOT NULL,                     -- of COSE
  public_key bytea NOT NULL,
  sign_count bigint NOT NULL,
  name       text NOT NULL CHECK (length(name) BETWEEN 1 AND 60),
  created_at timestamptz NOT NULL DEFAULT now(),
  used_at    timestamptz,
  PRIMARY KEY (org_id, account_id, passkey_id),
  FOREIGN KEY (org_id, account_id) REFERENCES account ON DELETE CASCADE,
  CONSTRAINT passkey_twice UNIQUE (credential)
);
-- What an authenticator must sign, once. bound: SHA-256 of the session, or of the secret of the browser's forms.
CREATE UNLOGGED TABLE passkey_challenge (
  challenge  bytea PRIMARY KEY CHECK (length(challenge) = 32),
  purpose    text NOT NULL CHECK (purpose IN ('add', 'sign-in')),
  bound      bytea NOT NULL CHECK (length(bound) = 32),
  expires_at timestamptz NOT NULL DEFAULT now() + interval '5 minutes'
);
CREATE INDEX passkey_challenge_expires ON passkey_challenge (expires_at);

DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['second_step', 'recovery_code', 'trusted_device', 'passkey'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY all_orgs ON %I TO sekisho_owner, sekisho_engine USING (true) WITH CHECK (true)', t);
    -- One's own; nobody's secrets (the grants below).
    EXECUTE format('CREATE POLICY own ON %I TO sekisho_console, sekisho_portal USING (org_id = (SELECT scope_org()) AND account_id = (SELECT scope_account())) WITH CHECK (org_id = (SELECT scope_org()) AND account_id = (SELECT scope_account()))', t);
  END LOOP;
END $$;

GRANT SELECT, INSERT, UPDATE, DELETE ON second_step, recovery_code, passkey TO sekisho_engine;
GRANT SELECT, INSERT, DELETE ON trusted_device, passkey_challenge TO sekisho_engine;
GRANT SELECT, DELETE ON sign_in_ticket TO sekisho_engine;
GRANT DELETE ON session TO sekisho_engine;
GRANT SELECT (org_id, account_id, state, at) ON second_step TO sekisho_console, sekisho_portal;
GRANT SELECT (org_id, account_id, used_at) ON recovery_code TO sekisho_console, sekisho_portal;
GRANT SELECT (org_id, account_id, passkey_id, name, created_at, used_at), DELETE ON passkey TO sekisho_console, sekisho_portal;

-- A session has a name that may stand in a page. One's own are listed and ended by functions that want the hash of a
-- live one: the engine takes that hash for a proof, so the portal's role cannot read any.
ALTER TABLE session ADD COLUMN session_id uuid NOT NULL DEFAULT gen_random_uuid();
CREATE FUNCTION session_own(p_hash bytea, p_idle int, p_absolute int)
RETURNS TABLE (session_id uuid, surface text, created_at timestamptz, seen_at timestamptz, client_ip text, agent text, current boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT s.session_id, s.surface, s.created_at, s.seen_at, s.client_ip, s.agent, s.session_hash = p_hash
    FROM session me JOIN session s ON s.org_id = me.org_id AND s.account_id = me.account_id
   WHERE me.session_hash = p_hash AND s.seen_at >= now() - make_interval(secs => p_idle) AND s.created_at >= now() - make_interval(secs => p_absolute)
   ORDER BY s.session_hash = p_hash DESC, s.seen_at DESC, s.session_id LIMIT 100
$$;
-- One of one's own sessions, or (p_id NULL) all but this one; how many ended.
CREATE FUNCTION session_end_own(p_hash bytea, p_id uuid, p_actor text, p_surface text, p_ip text) RETURNS int LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = public, pg_temp AS $$
DECLARE
  me session;
  n int;
BEGIN
  SELECT s.* INTO me FROM session s WHERE s.session_hash = p_hash;
  IF NOT FOUND THEN RETURN 0; END IF;
  DELETE FROM session s WHERE s.org_id = me.org_id AND s.account_id = me.account_id AND s.session_hash <> p_hash AND (p_id IS NULL OR s.session_id = p_id);
  GET DIAGNOSTICS n = ROW_COUNT;
  IF n > 0 THEN
    PERFORM audit_add(me.org_id, me.account_id, p_actor, p_surface, p_ip, 'session.ended', p_actor, jsonb_build_object('sessions', n));
  END IF;
  RETURN n;
END $$;
GRANT EXECUTE ON FUNCTION session_own(bytea, int, int), session_end_own(bytea, uuid, text, text, text) TO sekisho_console, sekisho_portal;

-- A ticket says how much was proved: 1 the password (or a link), 2 the second step, too.
ALTER TABLE sign_in_ticket
  ADD COLUMN factors int NOT NULL DEFAULT 1 CHECK (factors IN (1, 2)),
  ADD COLUMN tries int NOT NULL DEFAULT 0;     -- codes that were tried with it
GRANT UPDATE (tries) ON sign_in_ticket TO sekisho_engine;

-- How much an account has to prove before it gets a session.
CREATE FUNCTION account_factors(p_org uuid, p_account uuid) RETURNS int LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_temp AS $$
  SELECT CASE WHEN EXISTS (SELECT FROM second_step s WHERE s.org_id = p_org AND s.account_id = p_account AND s.state = 'on') THEN 2 ELSE 1 END
$$;
GRANT EXECUTE ON FUNCTION account_factors(uuid, uuid) TO sekisho_engine;

-- As in 0002-access.sql, and no session for a ticket that proves less than the account asks for.
CREATE OR REPLACE FUNCTION session_create(p_hash bytea, p_ticket text, p_surface text, p_csrf bytea, p_ip text, p_agent text)
RETURNS boolean LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  -- The account first, as everybody who changes a password has it locked when the tickets end.
  SELECT FROM account a JOIN sign_in_ticket t USING (org_id, account_id)
   WHERE t.ticket_hash = sha256(convert_to(p_ticket, 'UTF8')) FOR NO KEY UPDATE OF a;
  WITH used AS (
    DELETE FROM sign_in_ticket WHERE ticket_hash = sha256(convert_to(p_ticket, 'UTF8')) OR expires_at <= now()
    RETURNING ticket_hash, org_id, account_id, surface, expires_at, factors),
  made AS (
    INSERT INTO session (session_hash, org_id, account_id, surface, csrf, client_ip, agent)
    SELECT p_hash, a.org_id, a.account_id, p_surface, p_csrf, left(p_ip, 64), left(p_agent, 256)
      FROM used u JOIN account a ON a.org_id = u.org_id AND a.account_id = u.account_id
     WHERE u.ticket_hash = sha256(convert_to(p_ticket, 'UTF8')) AND u.surface = p_surface AND u.expires_at > now() AND a.state = 'active'
       AND u.factors >= account_factors(a.org_id, a.account_id)
       AND (p_surface = 'portal' OR (a.role <> 'user' AND session_user <> 'sekisho_portal'))
    RETURNING org_id, account_id),
  seen AS (
    UPDATE account a SET last_sign_in = now() FROM made WHERE a.org_id = made.org_id AND a.account_id = made.account_id)
  SELECT EXISTS (SELECT FROM made)
$$;

-- What a session may do has changed: it goes on under a new name, the old one is none any more (A-55, T-W11).
CREATE FUNCTION session_rotate(p_old bytea, p_new bytea) RETURNS boolean LANGUAGE sql VOLATILE SECURITY DEFINER
SET search_path = public, pg_temp AS $$
  WITH x AS (UPDATE session SET session_hash = p_new WHERE session_hash = p_old RETURNING 1) SELECT EXISTS (SELECT FROM x)
$$;
GRANT EXECUTE ON FUNCTION session_rotate(bytea, bytea) TO sekisho_console, sekisho_portal;


-- Who looked at my mail (N13), from the audit log: whatever others did with mail to one's mailboxes. The portal cannot read the
-- log itself.
CREATE INDEX audit_mail_idx ON audit (org_id, mailbox_of(object), seq DESC) WHERE event LIKE 'mail.%';
-- p_before: seq, NULL = from the newest on. Newest first.
CREATE FUNCTION mail_looks(p_before bigint, p_limit int)
RETURNS TABLE (seq bigint, at timestamptz, who text, event text, reason text, address text, subject text, recipient_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT x.seq, x.at, coalesce((SELECT nullif(a.name, '') FROM account a WHERE a.org_id = x.org_id AND a.account_id = x.account_id), x.actor),
         x.event, coalesce(x.detail->>'reason', ''), x.object,
         coalesce((SELECT m.subject FROM message m WHERE m.message_id = (x.detail->>'message')::uuid AND m.org_id = x.org_id LIMIT 1), ''),
         (SELECT r.recipient_id FROM message_recipient r WHERE r.recipient_id = (x.detail->>'recipient_id')::uuid AND r.org_id = x.org_id
             AND r.state IN ('held', 'deleted') LIMIT 1)
    FROM (SELECT y.* FROM scope_mailboxes() AS box(address), LATERAL (
            SELECT u.* FROM audit u
             WHERE u.org_id = scope_org() AND u.event LIKE 'mail.%' AND mailbox_of(u.object) = mailbox_of(box.address)
               AND (p_before IS NULL OR u.seq < p_before) AND u.account_id IS DISTINCT FROM scope_account()
               AND (u.object = box.address OR (mailbox_of(u.object) = box.address AND NOT mailbox_apart(u.org_id, u.object)))
             ORDER BY u.seq DESC LIMIT least(p_limit, 101)) y
           ORDER BY y.seq DESC LIMIT least(p_limit, 101)) x
   ORDER BY x.seq DESC
$$;
GRANT EXECUTE ON FUNCTION mail_looks(bigint, int) TO sekisho_portal;

-- Must this account set up a second step before it may go on? The answer comes with every session_lookup(), so a new rule
-- holds for sessions that are there already (A-49, A-61).
CREATE FUNCTION must_enrol(p_org uuid, p_account uuid, p_role text, p_rule text) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_temp AS $$
  SELECT CASE WHEN p_rule = 'everyone' OR (p_rule = 'admins' AND p_role <> 'user') THEN account_factors(p_org, p_account) < 2 ELSE false END
$$;
-- As in 0002-access.sql, with must_enrol.
DROP FUNCTION session_lookup(bytea, text, int, int);
CREATE FUNCTION session_lookup(p_hash bytea, p_surface text, p_idle int, p_absolute int)
RETURNS TABLE (org_id uuid, account_id uuid, address text, name text, role text, org_name text, lang text, org_lang text,
               tz text, theme text, page_size int, shortcuts boolean, csrf bytea, flash jsonb, must_enrol boolean)
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
                      coalesce(a.tz, o.tz), a.theme, a.page_size, a.shortcuts, s.csrf, s.flash, must_enrol(a.org_id, a.account_id, a.role, o.second_step)
                 FROM account a JOIN org o ON o.org_id = a.org_id
                WHERE a.org_id = s.org_id AND a.account_id = s.account_id AND a.state = 'active';
END $$;
GRANT EXECUTE ON FUNCTION session_lookup(bytea, text, int, int) TO sekisho_console, sekisho_portal;

-- A new password by whatever way: no device is trusted any more.
CREATE FUNCTION account_password_new() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  DELETE FROM trusted_device WHERE org_id = NEW.org_id AND account_id = NEW.account_id;
  RETURN NULL;
END $$;
CREATE TRIGGER account_password_new AFTER UPDATE OF password ON account
  FOR EACH ROW WHEN (OLD.password IS DISTINCT FROM NEW.password) EXECUTE FUNCTION account_password_new();

-- Browsers in which an account was signed in, by a cookie that says nothing else: the person hears of a new one (M2, A-53).
CREATE TABLE known_browser (
  org_id       uuid NOT NULL,
  account_id   uuid NOT NULL,
  browser_hash bytea NOT NULL CHECK (length(browser_hash) = 32),
  seen_at      timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (org_id, account_id, browser_hash),
  FOREIGN KEY (org_id, account_id) REFERENCES account ON DELETE CASCADE
);
ALTER TABLE known_browser ENABLE ROW LEVEL SECURITY;
ALTER TABLE known_browser FORCE ROW LEVEL SECURITY;
CREATE POLICY all_orgs ON known_browser TO sekisho_owner USING (true) WITH CHECK (true);
CREATE POLICY own ON known_browser TO sekisho_console USING (org_id = (SELECT scope_org()) AND account_id = (SELECT scope_account()))
  WITH CHECK (org_id = (SELECT scope_org()) AND account_id = (SELECT scope_account()));

-- The browser of a new session. The first one of an account is no news; of 20 the one not seen for longest goes.
CREATE FUNCTION session_browser(p_hash bytea, p_browser bytea) RETURNS boolean LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = public, pg_temp AS $$
DECLARE
  s session;
  v_first boolean;
BEGIN
  SELECT x.* INTO s FROM session x WHERE x.session_hash = p_hash;
  IF NOT FOUND THEN RETURN false; END IF;
  v_first := NOT EXISTS (SELECT FROM known_browser k WHERE k.org_id = s.org_id AND k.account_id = s.account_id);
  UPDATE known_browser k SET seen_at = now() WHERE k.org_id = s.org_id AND k.account_id = s.account_id AND k.browser_hash = p_browser;
  IF FOUND THEN RETURN false; END IF;
  INSERT INTO known_browser (org_id, account_id, browser_hash) VALUES (s.org_id, s.account_id, p_browser) ON CONFLICT DO NOTHING;
  DELETE FROM known_browser k USING (
    SELECT o.browser_hash FROM known_browser o WHERE o.org_id = s.org_id AND o.account_id = s.account_id ORDER BY o.seen_at DESC OFFSET 20) old
   WHERE k.org_id = s.org_id AND k.account_id = s.account_id AND k.browser_hash = old.browser_hash;
  IF v_first THEN RETURN false; END IF;
  PERFORM set_config('sekisho.org', s.org_id::text, true); -- user_mail_add() asks
  RETURN (SELECT user_mail_add(a.org_id, a.address, a.lang, 'new_browser',
                               jsonb_build_object('agent', s.agent, 'ip', s.client_ip, 'at', floor(extract(epoch FROM now()) * 1000)::bigint),
                               NULL, now() + interval '1 day', NULL, 5)
            FROM account a WHERE a.org_id = s.org_id AND a.account_id = s.account_id);
END $$;
GRANT EXECUTE ON FUNCTION session_browser(bytea, bytea) TO sekisho_console, sekisho_portal;
