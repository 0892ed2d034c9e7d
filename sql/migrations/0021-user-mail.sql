-- Mails of ours to people: sign-in links, digests, answers. Queued in the transaction of whatever causes them, sent by
-- the job "usermail" (src/engine/jobs/job_usermail.c). What a kind needs in params: src/engine/notices/usermail_kinds.def.
CREATE TABLE user_mail (
  org_id     uuid NOT NULL REFERENCES org,
  mail_id    uuid NOT NULL,                    -- the release_id in Postfix's log
  recipient  text NOT NULL CHECK (recipient = lower(recipient) AND length(recipient) BETWEEN 3 AND 320),
  lang       text NOT NULL DEFAULT '',         -- '': the organisation's
  kind       text NOT NULL CHECK (kind ~ '^[a-z_]{1,40}$'),
  params     jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(params) = 'object' AND length(params::text) <= 1000000),
  once       text CHECK (length(once) <= 200), -- of those with the same one there is one mail
  state      text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'sent', 'failed', 'expired')),
  created_at timestamptz NOT NULL DEFAULT now(),
  try_at     timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL,             -- nobody wants it any more
  tries      int NOT NULL DEFAULT 0,
  claimed_at timestamptz,                      -- since when a process may have sent it; NULL: nobody has
  node       text,                             -- whose log knows
  ended_at   timestamptz,
  reply      text NOT NULL DEFAULT '',         -- Postfix's last word
  PRIMARY KEY (org_id, mail_id),
  CONSTRAINT user_mail_once UNIQUE (org_id, recipient, kind, once)
);
CREATE INDEX user_mail_due_idx ON user_mail (try_at) WHERE state = 'waiting';
CREATE INDEX user_mail_recent_idx ON user_mail (org_id, recipient, kind, created_at);
CREATE INDEX user_mail_ended_idx ON user_mail (ended_at) WHERE ended_at IS NOT NULL;
ALTER TABLE user_mail ENABLE ROW LEVEL SECURITY;
ALTER TABLE user_mail FORCE ROW LEVEL SECURITY;
CREATE POLICY all_orgs ON user_mail TO sekisho_owner, sekisho_jobs USING (true) WITH CHECK (true);
CREATE POLICY own_org ON user_mail TO sekisho_console USING (org_id = (SELECT scope_org())) WITH CHECK (org_id = (SELECT scope_org()));
GRANT SELECT, DELETE, UPDATE (params, state, try_at, tries, claimed_at, node, ended_at, reply) ON user_mail TO sekisho_jobs;

-- Queues a mail; p_once, p_not_before and p_hourly may be NULL. p_hourly: at most so many of this kind to this
-- recipient in any hour (T-L7). False: not queued, because of p_once or p_hourly. The portal may not call it: what it
-- may cause goes through functions that check it, and these call it.
CREATE FUNCTION user_mail_add(p_org uuid, p_recipient text, p_lang text, p_kind text, p_params jsonb, p_not_before timestamptz,
                              p_expires timestamptz, p_once text, p_hourly int)
RETURNS boolean LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE n bigint;
BEGIN
  IF session_user = 'sekisho_console' AND p_org IS DISTINCT FROM scope_org() THEN
    RAISE EXCEPTION 'mail of another organisation' USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF p_hourly IS NOT NULL THEN
    PERFORM pg_advisory_xact_lock(hashtextextended(p_org::text || p_kind || ' ' || lower(p_recipient), 21));
    SELECT count(*) INTO n FROM user_mail WHERE org_id = p_org AND recipient = lower(p_recipient) AND kind = p_kind
       AND created_at > clock_timestamp() - interval '1 hour';
    IF n >= p_hourly THEN RETURN false; END IF;
  END IF;
  INSERT INTO user_mail (org_id, mail_id, recipient, lang, kind, params, try_at, expires_at, once, created_at)
  VALUES (p_org, uuid7(), lower(p_recipient), coalesce(p_lang, ''), p_kind, p_params, coalesce(p_not_before, now()), p_expires, p_once,
          clock_timestamp())
  ON CONFLICT ON CONSTRAINT user_mail_once DO NOTHING;
  RETURN FOUND;
END $$;
GRANT EXECUTE ON FUNCTION user_mail_add(uuid, text, text, text, jsonb, timestamptz, timestamptz, text, int)
  TO sekisho_engine, sekisho_jobs, sekisho_console;

------------------------------------------------------------------ asking for a link

-- What people may do without an administrator.
ALTER TABLE org ADD COLUMN register boolean NOT NULL DEFAULT true;  -- make an account for an address that is protected here
ALTER TABLE org ADD COLUMN sign_in_link boolean NOT NULL DEFAULT true; -- sign in to the portal by a link that is mailed

-- Somebody who is not signed in asked for a mail. The page writes this row and nothing else, whoever the address belongs
-- to (T-W9); the job finds out what it means, so that neither the answer nor the time that it takes says anything.
CREATE TABLE account_ask (
  kind     text NOT NULL CHECK (kind IN ('register', 'reset', 'link')),
  address  text NOT NULL CHECK (address = lower(address) AND length(address) BETWEEN 3 AND 320),
  lang     text NOT NULL CHECK (length(lang) <= 15),
  browser  bytea CHECK (length(browser) = 32),   -- SHA-256 of what its cookie holds
  asked_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (kind, address)
);
CREATE INDEX account_ask_time_idx ON account_ask (asked_at);

-- Who reads the mail to an address may do this once. The token is made when the mail is (HMAC of proof_id, with a key that
-- the database does not have), so that it is stored nowhere; the hash is.
CREATE TABLE mail_proof (
  org_id     uuid NOT NULL REFERENCES org,
  proof_id   uuid NOT NULL,
  purpose    text NOT NULL CHECK (purpose IN ('register', 'reset', 'link', 'mailbox')),
  address    text NOT NULL CHECK (address = lower(address)),
  account_id uuid,                               -- whose; NULL: there is none yet
  lang       text NOT NULL DEFAULT '',
  browser    bytea,
  token_hash bytea UNIQUE CHECK (length(token_hash) = 32),
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL,
  used_at    timestamptz,
  PRIMARY KEY (org_id, proof_id),
  FOREIGN KEY (org_id, account_id) REFERENCES account ON DELETE CASCADE,
  CHECK ((account_id IS NULL) = (purpose = 'register'))
);
CREATE INDEX mail_proof_account_idx ON mail_proof (org_id, account_id, purpose) WHERE account_id IS NOT NULL;
CREATE INDEX mail_proof_created_idx ON mail_proof (created_at);

DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['account_ask', 'mail_proof'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY all_orgs ON %I TO sekisho_owner, sekisho_jobs USING (true) WITH CHECK (true)', t);
  END LOOP;
END $$;
CREATE POLICY own_org ON mail_proof TO sekisho_console USING (org_id = (SELECT scope_org())) WITH CHECK (org_id = (SELECT scope_org()));
GRANT SELECT (org_id, proof_id, purpose, address, account_id, lang, expires_at, used_at), UPDATE (token_hash) ON mail_proof TO sekisho_jobs;
GRANT SELECT (created_at), DELETE ON mail_proof TO sekisho_jobs;

-- One token of a bucket (as rate_take in sql/queries/rate.sql): 0, or the seconds until there is one again.
CREATE FUNCTION ask_rate(p_key text, p_hour double precision, p_burst double precision) RETURNS int LANGUAGE sql VOLATILE SECURITY DEFINER
SET search_path = public, pg_temp AS $$
  WITH taken AS (
    INSERT INTO rate_bucket AS b (key, tokens, updated_at) VALUES (left(p_key, 400), p_burst - 1, clock_timestamp())
    ON CONFLICT (key) DO UPDATE SET
      tokens = least(p_burst, b.tokens + greatest(0, extract(epoch FROM excluded.updated_at - b.updated_at)) * p_hour / 3600) - 1,
      updated_at = excluded.updated_at
      WHERE least(p_burst, b.tokens + greatest(0, extract(epoch FROM excluded.updated_at - b.updated_at)) * p_hour / 3600) >= 1
    RETURNING 1)
  SELECT CASE WHEN EXISTS (SELECT FROM taken) THEN 0 ELSE greatest(1, coalesce((
    SELECT ceil((1 - (b.tokens + greatest(0, extract(epoch FROM clock_timestamp() - b.updated_at)) * p_hour / 3600)) * 3600 / p_hour)
      FROM rate_bucket b WHERE b.key = left(p_key, 400)), 1))::int END
$$;

-- The page's part. 0, or seconds to wait: one client (of IPv6 its /64) asks p_hour times an hour, half of them at once.
CREATE FUNCTION account_ask(p_kind text, p_address text, p_lang text, p_browser bytea, p_ip text, p_hour int) RETURNS int
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  v_wait int;
  v_net text := p_ip;
BEGIN
  IF p_ip ~ '^[0-9A-Fa-f:.]+$' AND p_ip LIKE '%:%' THEN
    v_net := network(set_masklen(p_ip::inet, 64))::text;
  END IF;
  v_wait := ask_rate('ask:' || v_net, p_hour, greatest(1, p_hour / 2));
  IF v_wait > 0 THEN RETURN v_wait; END IF;
  INSERT INTO account_ask (kind, address, lang, browser) VALUES (p_kind, lower(p_address), p_lang, p_browser)
  ON CONFLICT (kind, address) DO UPDATE SET lang = excluded.lang, browser = excluded.browser, asked_at = now();
  RETURN 0;
END $$;

-- Who may make an account for himself: the address is in a domain here, and a valid one when the domain checks that.
CREATE FUNCTION may_register(p_address text) RETURNS uuid LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT d.org_id FROM domain d JOIN org o ON o.org_id = d.org_id
   WHERE d.name = substring(p_address FROM '[^@]*$') AND d.state = 'active' AND o.register
     AND p_address = mailbox_of(p_address)
     AND (NOT d.check_recipients OR EXISTS (SELECT FROM recipient r WHERE r.org_id = d.org_id AND r.address = p_address))
$$;

-- The job's part: what was asked becomes mails, at most one of a kind to an address in an hour (T-L7), and p_cap an hour
-- in all; what is more is forgotten. Returns how many were looked at.
CREATE FUNCTION account_asks(p_limit int, p_cap int) RETURNS int LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = public, pg_temp AS $$
DECLARE
  a account_ask;
  who account;
  v_org uuid;
  v_proof uuid;
  v_mail text;
  v_left interval;
  n int := 0;
  v_sent bigint;
BEGIN
  SELECT count(*) INTO v_sent FROM mail_proof WHERE created_at > now() - interval '1 hour';
  FOR a IN SELECT * FROM account_ask ORDER BY asked_at LIMIT p_limit FOR UPDATE SKIP LOCKED LOOP
    n := n + 1;
    DELETE FROM account_ask WHERE kind = a.kind AND address = a.address;
    CONTINUE WHEN v_sent >= p_cap;
    SELECT * INTO who FROM account WHERE address = a.address;
    IF who.account_id IS NOT NULL AND who.state <> 'active' THEN CONTINUE; END IF;
    v_org := who.org_id;
    v_proof := uuid7();
    v_mail := a.kind;
    v_left := CASE a.kind WHEN 'register' THEN interval '24 hours' WHEN 'reset' THEN interval '1 hour' ELSE interval '15 minutes' END;
    IF a.kind = 'register' AND who.account_id IS NULL THEN
      v_org := may_register(a.address);
      CONTINUE WHEN v_org IS NULL;
    ELSIF who.account_id IS NULL THEN
      CONTINUE;
    ELSIF a.kind = 'register' THEN
      v_mail := 'known';
    ELSIF a.kind = 'reset' AND who.role <> 'user' THEN
      v_mail := 'reset_admin';       -- who reads an administrator's mail does not get the console with it
    ELSIF a.kind = 'link' THEN
      CONTINUE WHEN NOT (SELECT o.sign_in_link FROM org o WHERE o.org_id = v_org);
    END IF;
    CONTINUE WHEN NOT user_mail_add(v_org, a.address, coalesce(who.lang, a.lang), v_mail, jsonb_build_object('proof', v_proof), NULL,
                                    now() + v_left, NULL, 1);
    v_sent := v_sent + 1;
    CONTINUE WHEN v_mail IN ('known', 'reset_admin');
    INSERT INTO mail_proof (org_id, proof_id, purpose, address, account_id, lang, browser, expires_at)
    VALUES (v_org, v_proof, a.kind, a.address, who.account_id, a.lang, CASE WHEN a.kind = 'link' THEN a.browser END, now() + v_left);
    IF who.account_id IS NOT NULL THEN
      PERFORM audit_add(v_org, who.account_id, a.address, 'portal', '', 'account.' || a.kind || '_mailed', a.address, '{}');
    END IF;
  END LOOP;
  RETURN n;
END $$;

-- By domain, never by account: may a link be mailed, may people register?
CREATE FUNCTION sign_in_ways(p_domain text) RETURNS TABLE (link boolean, register boolean) LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_temp AS $$
  SELECT coalesce(bool_and(o.sign_in_link), true), coalesce(bool_and(o.register), true)
    FROM domain d JOIN org o ON o.org_id = d.org_id WHERE d.name = p_domain
$$;

------------------------------------------------------------------ using it

-- What the link of a mail is worth. gone: used, too old, or none of ours.
CREATE FUNCTION proof_look(p_hash bytea, p_purpose text) RETURNS TABLE (address text, org_name text, account text, browser bytea)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT p.address, o.name, coalesce(a.address, ''), p.browser
    FROM mail_proof p JOIN org o ON o.org_id = p.org_id LEFT JOIN account a ON a.org_id = p.org_id AND a.account_id = p.account_id
   WHERE p.token_hash = p_hash AND p.purpose = p_purpose AND p.used_at IS NULL AND p.expires_at > now()
     AND (a.account_id IS NULL OR a.state = 'active')
$$;

-- Makes the account, or gives it its new password (A-52: no session comes of it; all there are end). 'ok', 'gone'.
CREATE FUNCTION proof_register(p_hash bytea, p_account uuid, p_password text, p_lang text, p_ip text) RETURNS text LANGUAGE plpgsql VOLATILE
SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE p mail_proof;
BEGIN
  UPDATE mail_proof SET used_at = now() WHERE token_hash = p_hash AND purpose = 'register' AND used_at IS NULL AND expires_at > now()
  RETURNING * INTO p;
  IF p.proof_id IS NULL OR p.org_id IS DISTINCT FROM may_register(p.address) THEN RETURN 'gone'; END IF;
  INSERT INTO account (org_id, account_id, address, role, lang, password) VALUES (p.org_id, p_account, p.address, 'user', p_lang, p_password)
  ON CONFLICT (address) DO NOTHING;
  IF NOT FOUND THEN RETURN 'gone'; END IF;
  INSERT INTO account_mailbox (org_id, account_id, address) VALUES (p.org_id, p_account, p.address);
  PERFORM set_config('sekisho.org', p.org_id::text, true); -- audit_add() asks
  PERFORM audit_add(p.org_id, p_account, p.address, 'portal', p_ip, 'account.registered', p.address, '{}');
  RETURN 'ok';
END $$;
CREATE FUNCTION proof_reset(p_hash bytea, p_password text, p_ip text) RETURNS text LANGUAGE plpgsql VOLATILE
SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE p mail_proof;
BEGIN
  UPDATE mail_proof SET used_at = now() WHERE token_hash = p_hash AND purpose = 'reset' AND used_at IS NULL AND expires_at > now()
  RETURNING * INTO p;
  IF p.proof_id IS NULL THEN RETURN 'gone'; END IF;
  UPDATE account a SET password = p_password
   WHERE a.org_id = p.org_id AND a.account_id = p.account_id AND a.state = 'active' AND a.role = 'user';
  IF NOT FOUND THEN RETURN 'gone'; END IF;
  DELETE FROM session s WHERE s.org_id = p.org_id AND s.account_id = p.account_id;
  DELETE FROM sign_in_ticket s WHERE s.org_id = p.org_id AND s.account_id = p.account_id;
  UPDATE mail_proof m SET used_at = now() WHERE m.org_id = p.org_id AND m.account_id = p.account_id AND m.purpose IN ('reset', 'link') AND m.used_at IS NULL;
  PERFORM set_config('sekisho.org', p.org_id::text, true);
  PERFORM audit_add(p.org_id, p.account_id, p.address, 'portal', p_ip, 'account.password', p.address, '{"by": "mail"}');
  PERFORM user_mail_add(p.org_id, p.address, (SELECT lang FROM account WHERE org_id = p.org_id AND account_id = p.account_id), 'password_changed', '{}',
                        NULL, now() + interval '1 day', NULL, NULL);
  RETURN 'ok';
END $$;
-- The engine asks, and gives out a ticket. In another browser than the one that asked, the address must be typed: a link
-- of somebody else's account then signs nobody in by a click.
CREATE FUNCTION proof_sign_in(p_hash bytea, p_browser bytea, p_address text) RETURNS TABLE (org_id uuid, account_id uuid, address text, role text)
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  WITH used AS (
    UPDATE mail_proof p SET used_at = now() FROM account a
     WHERE p.token_hash = p_hash AND p.purpose = 'link' AND p.used_at IS NULL AND p.expires_at > now()
       AND (p.browser = p_browser OR p.address = lower(p_address))
       AND a.org_id = p.org_id AND a.account_id = p.account_id AND a.state = 'active'
    RETURNING p.org_id, p.account_id, a.address, a.role)
  SELECT u.org_id, u.account_id, u.address, u.role FROM used u
$$;

------------------------------------------------------------------ managed mailboxes

-- How a mailbox came to an account. Its own address is one, whatever stands here. added: by the person, with a proof;
-- one account at a time may have it so. shared, directory: by an administrator.
ALTER TABLE account_mailbox
  ADD COLUMN how text NOT NULL DEFAULT 'shared' CHECK (how IN ('shared', 'directory', 'added')),
  ADD COLUMN added_at timestamptz NOT NULL DEFAULT now();
CREATE UNIQUE INDEX account_mailbox_managed ON account_mailbox (org_id, address) WHERE how = 'added';

-- Takes it into an account: 'ok', 'have', 'taken', 'outside', 'full'.
CREATE FUNCTION mailbox_take(p_org uuid, p_account uuid, p_address text, p_surface text, p_ip text, p_proof text) RETURNS text
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE v_actor text;
BEGIN
  SELECT address INTO v_actor FROM account WHERE org_id = p_org AND account_id = p_account AND state = 'active' FOR UPDATE;
  IF v_actor IS NULL OR NOT EXISTS (SELECT FROM domain d WHERE d.org_id = p_org AND d.name = substring(p_address FROM '[^@]*$')) THEN
    RETURN 'outside';
  END IF;
  IF EXISTS (SELECT FROM account_mailbox WHERE org_id = p_org AND account_id = p_account AND address = p_address) THEN RETURN 'have'; END IF;
  IF (SELECT count(*) FROM account_mailbox WHERE org_id = p_org AND account_id = p_account) >= 100 THEN RETURN 'full'; END IF;
  INSERT INTO account_mailbox (org_id, account_id, address, how) VALUES (p_org, p_account, p_address, 'added') ON CONFLICT DO NOTHING;
  IF NOT FOUND THEN RETURN 'taken'; END IF;
  PERFORM audit_add(p_org, p_account, v_actor, p_surface, p_ip, 'mailbox.linked', p_address, jsonb_build_object('proof', p_proof));
  RETURN 'ok';
END $$;

-- The person asks: a mail goes to the mailbox, whoever manages it now (nothing is given away here). 'ok', 'have',
-- 'outside', 'full'. Again for one that waits: the same mail, once an hour. What others ask for does not use up that mail of yours:
-- a mailbox gets one an hour of each account, and five of all (T-L7).
CREATE FUNCTION mailbox_ask(p_address text) RETURNS text LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  v_org uuid := scope_org();
  v_account uuid := scope_account();
  v_proof uuid;
  v_until timestamptz;
  who account;
BEGIN
  SELECT * INTO who FROM account WHERE org_id = v_org AND account_id = v_account AND state = 'active' FOR UPDATE;
  IF who.account_id IS NULL OR NOT EXISTS (SELECT FROM domain d WHERE d.org_id = v_org AND d.name = substring(p_address FROM '[^@]*$')) THEN
    RETURN 'outside';
  END IF;
  IF EXISTS (SELECT FROM account_mailbox WHERE org_id = v_org AND account_id = v_account AND address = p_address) THEN RETURN 'have'; END IF;
  SELECT proof_id, expires_at INTO v_proof, v_until FROM mail_proof WHERE org_id = v_org AND account_id = v_account AND purpose = 'mailbox' AND address = p_address
     AND used_at IS NULL AND expires_at > now() + interval '1 hour' ORDER BY expires_at DESC LIMIT 1;
  IF v_proof IS NULL THEN
    IF (SELECT count(*) FROM mail_proof WHERE org_id = v_org AND account_id = v_account AND purpose = 'mailbox' AND used_at IS NULL AND expires_at > now()) >= 20
    THEN RETURN 'full'; END IF;
    v_proof := uuid7();
    v_until := now() + interval '24 hours';
    DELETE FROM mail_proof WHERE org_id = v_org AND account_id = v_account AND purpose = 'mailbox' AND address = p_address AND used_at IS NULL;
    INSERT INTO mail_proof (org_id, proof_id, purpose, address, account_id, lang, expires_at)
    VALUES (v_org, v_proof, 'mailbox', p_address, v_account, coalesce(who.lang, ''), v_until);
  END IF;
  IF NOT EXISTS (SELECT FROM user_mail m WHERE m.org_id = v_org AND m.recipient = p_address AND m.kind = 'mailbox' AND m.params->>'account' = who.address
                    AND m.created_at > clock_timestamp() - interval '1 hour' AND m.state IN ('waiting', 'sent')) THEN
    PERFORM user_mail_add(v_org, p_address, who.lang, 'mailbox', jsonb_build_object('proof', v_proof, 'account', who.address), NULL,
                          v_until, NULL, 5);
  END IF;
  RETURN 'ok';
END $$;
CREATE FUNCTION mailbox_pending() RETURNS TABLE (proof_id uuid, address text, expires_at timestamptz) LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_temp AS $$
  SELECT p.proof_id, p.address, p.expires_at FROM mail_proof p
   WHERE p.org_id = scope_org() AND p.account_id = scope_account() AND p.purpose = 'mailbox' AND p.used_at IS NULL AND p.expires_at > now()
   ORDER BY p.address LIMIT 100
$$;
CREATE FUNCTION mailbox_forget(p_proof uuid) RETURNS boolean LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  WITH x AS (DELETE FROM mail_proof p WHERE p.org_id = scope_org() AND p.account_id = scope_account() AND p.proof_id = p_proof
                AND p.purpose = 'mailbox' AND p.used_at IS NULL RETURNING 1)
  SELECT EXISTS (SELECT FROM x)
$$;
-- With the mail's link, by the account that asked and no other: as mailbox_take(), or 'gone'.
CREATE FUNCTION mailbox_confirm(p_hash bytea, p_ip text) RETURNS text LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE p mail_proof;
BEGIN
  UPDATE mail_proof SET used_at = now() WHERE token_hash = p_hash AND purpose = 'mailbox' AND used_at IS NULL AND expires_at > now()
     AND org_id = scope_org() AND account_id = scope_account()
  RETURNING * INTO p;
  IF p.proof_id IS NULL THEN RETURN 'gone'; END IF;
  RETURN mailbox_take(p.org_id, p.account_id, p.address, 'portal', p_ip, 'mail');
END $$;
-- With the password of the account that has the address: the engine's ticket proves it, and is used up.
CREATE FUNCTION mailbox_by_ticket(p_ticket text, p_ip text) RETURNS text LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE t sign_in_ticket; v_address text;
BEGIN
  PERFORM FROM account WHERE org_id = scope_org() AND account_id = scope_account() FOR UPDATE; -- before the ticket, which may be its own
  DELETE FROM sign_in_ticket WHERE ticket_hash = sha256(convert_to(p_ticket, 'UTF8')) RETURNING * INTO t;
  IF t.account_id IS NULL OR t.expires_at <= now() OR t.surface <> 'portal' OR t.org_id IS DISTINCT FROM scope_org() THEN RETURN 'gone'; END IF;
  SELECT address INTO v_address FROM account WHERE org_id = t.org_id AND account_id = t.account_id AND state = 'active';
  IF v_address IS NULL OR t.factors < account_factors(t.org_id, t.account_id) THEN RETURN 'gone'; END IF; -- 0022: half a ticket is none
  RETURN mailbox_take(scope_org(), scope_account(), v_address, 'portal', p_ip, 'password');
END $$;
CREATE FUNCTION mailbox_unlink(p_address text, p_ip text) RETURNS boolean LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE v_actor text;
BEGIN
  DELETE FROM account_mailbox WHERE org_id = scope_org() AND account_id = scope_account() AND address = p_address AND how = 'added';
  IF NOT FOUND THEN RETURN false; END IF;
  SELECT address INTO v_actor FROM account WHERE org_id = scope_org() AND account_id = scope_account();
  PERFORM audit_add(scope_org(), scope_account(), v_actor, 'portal', p_ip, 'mailbox.unlinked', p_address, '{}');
  RETURN true;
END $$;
-- My mailboxes, and who else reads them.
CREATE FUNCTION mailbox_mine() RETURNS TABLE (address text, how text, own boolean, others text[]) LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_temp AS $$
  SELECT m.address, m.how, m.address = me.address,
         ARRAY(
           SELECT coalesce(nullif(a.name, ''), a.address) FROM account_mailbox x JOIN account a ON a.org_id = x.org_id AND a.account_id = x.account_id
            WHERE x.org_id = m.org_id AND x.address = m.address AND x.account_id <> m.account_id AND a.state = 'active'
              AND NOT (m.how = 'added' AND a.address = m.address)
            ORDER BY 1 LIMIT 20)
    FROM account_mailbox m JOIN account me ON me.org_id = m.org_id AND me.account_id = m.account_id
   WHERE m.org_id = scope_org() AND m.account_id = scope_account()
   ORDER BY m.address <> me.address, m.address LIMIT 200
$$;

GRANT EXECUTE ON FUNCTION account_asks(int, int) TO sekisho_jobs;
GRANT EXECUTE ON FUNCTION proof_sign_in(bytea, bytea, text) TO sekisho_engine;
GRANT EXECUTE ON FUNCTION account_ask(text, text, text, bytea, text, int), sign_in_ways(text), proof_look(bytea, text),
  proof_register(bytea, uuid, text, text, text), proof_reset(bytea, text, text), mailbox_ask(text), mailbox_pending(), mailbox_forget(uuid),
  mailbox_confirm(bytea, text), mailbox_by_ticket(text, text), mailbox_unlink(text, text), mailbox_mine() TO sekisho_portal;
