-- Signing in, against what happens at the same time; mails that somebody waits for.

-- A better hash of the same password, only while it still is that one: a sign-in takes seconds, and the password may
-- have been changed meanwhile.
CREATE FUNCTION account_rehash(p_org uuid, p_account uuid, p_old text, p_new text) RETURNS boolean LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
DECLARE v_done boolean;
BEGIN
  PERFORM set_config('sekisho.rehash', 'on', true);
  UPDATE account SET password = p_new WHERE org_id = p_org AND account_id = p_account AND password = p_old;
  v_done := FOUND;
  PERFORM set_config('sekisho.rehash', '', true);
  RETURN v_done;
END $$;
GRANT EXECUTE ON FUNCTION account_rehash(uuid, uuid, text, text) TO sekisho_engine;

-- A new password, by whatever way: no device is trusted any more, who is half signed in begins again, links that were mailed
-- are used up, and the person hears of it (A-53).
CREATE OR REPLACE FUNCTION account_password_new() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF current_setting('sekisho.rehash', true) = 'on' THEN
    RETURN NULL;
  END IF;
  DELETE FROM trusted_device WHERE org_id = NEW.org_id AND account_id = NEW.account_id;
  DELETE FROM sign_in_ticket WHERE org_id = NEW.org_id AND account_id = NEW.account_id;
  UPDATE mail_proof SET used_at = now()
   WHERE org_id = NEW.org_id AND account_id = NEW.account_id AND purpose IN ('reset', 'link') AND used_at IS NULL;
  IF OLD.password IS NOT NULL AND NEW.password IS NOT NULL THEN
    PERFORM user_mail_add(NEW.org_id, NEW.address, NEW.lang, 'password_changed', '{}', NULL, now() + interval '1 day', NULL, 5);
  END IF;
  RETURN NULL;
END $$;
-- As in 0021-user-mail.sql; what a new password does to the rest of the account is the trigger's.
CREATE OR REPLACE FUNCTION proof_reset(p_hash bytea, p_password text, p_ip text) RETURNS text LANGUAGE plpgsql VOLATILE
SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE p mail_proof;
BEGIN
  -- The account first: whoever changes its password at the same time has it locked when he ends this proof.
  PERFORM FROM account a JOIN mail_proof m USING (org_id, account_id) WHERE m.token_hash = p_hash AND m.purpose = 'reset' FOR NO KEY UPDATE OF a;
  UPDATE mail_proof SET used_at = now() WHERE token_hash = p_hash AND purpose = 'reset' AND used_at IS NULL AND expires_at > now()
  RETURNING * INTO p;
  IF p.proof_id IS NULL THEN RETURN 'gone'; END IF;
  PERFORM set_config('sekisho.org', p.org_id::text, true);
  UPDATE account a SET password = p_password
   WHERE a.org_id = p.org_id AND a.account_id = p.account_id AND a.state = 'active' AND a.role = 'user';
  IF NOT FOUND THEN RETURN 'gone'; END IF;
  DELETE FROM session s WHERE s.org_id = p.org_id AND s.account_id = p.account_id;
  PERFORM audit_add(p.org_id, p.account_id, p.address, 'portal', p_ip, 'account.password', p.address, '{"by": "mail"}');
  RETURN 'ok';
END $$;

-- A passkey goes after the password was asked for (A-58), which the engine does.
REVOKE DELETE ON passkey FROM sekisho_console, sekisho_portal;

-- What an organisation does not want any more is worth nothing, though it was mailed before.
CREATE OR REPLACE FUNCTION proof_look(p_hash bytea, p_purpose text) RETURNS TABLE (address text, org_name text, account text, browser bytea)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT p.address, o.name, coalesce(a.address, ''), p.browser
    FROM mail_proof p JOIN org o ON o.org_id = p.org_id LEFT JOIN account a ON a.org_id = p.org_id AND a.account_id = p.account_id
   WHERE p.token_hash = p_hash AND p.purpose = p_purpose AND p.used_at IS NULL AND p.expires_at > now()
     AND (a.account_id IS NULL OR a.state = 'active') AND (p.purpose <> 'link' OR o.sign_in_link) AND (p.purpose <> 'register' OR o.register)
$$;
CREATE OR REPLACE FUNCTION proof_sign_in(p_hash bytea, p_browser bytea, p_address text) RETURNS TABLE (org_id uuid, account_id uuid, address text, role text)
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  WITH used AS (
    UPDATE mail_proof p SET used_at = now() FROM account a, org o
     WHERE p.token_hash = p_hash AND p.purpose = 'link' AND p.used_at IS NULL AND p.expires_at > now()
       AND (p.browser = p_browser OR p.address = lower(p_address))
       AND a.org_id = p.org_id AND a.account_id = p.account_id AND a.state = 'active' AND o.org_id = p.org_id AND o.sign_in_link
    RETURNING p.org_id, p.account_id, a.address, a.role)
  SELECT u.org_id, u.account_id, u.address, u.role FROM used u
$$;

-- As in 0021-user-mail.sql; a mail that never left does not count as one that was sent.
CREATE OR REPLACE FUNCTION user_mail_add(p_org uuid, p_recipient text, p_lang text, p_kind text, p_params jsonb, p_not_before timestamptz,
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
       AND created_at > clock_timestamp() - interval '1 hour' AND state IN ('waiting', 'sent');
    IF n >= p_hourly THEN RETURN false; END IF;
  END IF;
  INSERT INTO user_mail (org_id, mail_id, recipient, lang, kind, params, try_at, expires_at, once, created_at)
  VALUES (p_org, uuid7(), lower(p_recipient), coalesce(p_lang, ''), p_kind, p_params, coalesce(p_not_before, now()), p_expires, p_once,
          clock_timestamp())
  ON CONFLICT ON CONSTRAINT user_mail_once DO NOTHING;
  RETURN FOUND;
END $$;

-- Ten thousand digests do not keep the link that somebody waits for.
DROP INDEX user_mail_due_idx;
CREATE INDEX user_mail_due_idx ON user_mail ((kind = 'digest'), try_at) WHERE state = 'waiting';

-- As in 0021-user-mail.sql. The cap is of each kind: who asks to register a thousand invented addresses keeps nobody from a
-- new password. A link to sign in works as long as it takes until the next one is mailed.
DROP INDEX mail_proof_created_idx;
CREATE INDEX mail_proof_created_idx ON mail_proof (created_at, purpose);
CREATE OR REPLACE FUNCTION account_asks(p_limit int, p_cap int) RETURNS int LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = public, pg_temp AS $$
DECLARE
  a account_ask;
  who account;
  v_org uuid;
  v_proof uuid;
  v_mail text;
  v_left interval;
  v_sent jsonb;
  n int := 0;
BEGIN
  FOR a IN SELECT * FROM account_ask ORDER BY asked_at LIMIT p_limit FOR UPDATE SKIP LOCKED LOOP
    n := n + 1;
    DELETE FROM account_ask WHERE kind = a.kind AND address = a.address;
    v_sent := coalesce(v_sent, (SELECT coalesce(jsonb_object_agg(purpose, sent), '{}') FROM (
      SELECT purpose, count(*) AS sent FROM mail_proof WHERE created_at > now() - interval '1 hour' GROUP BY 1) x));
    CONTINUE WHEN coalesce((v_sent->>a.kind)::bigint, 0) >= p_cap;
    SELECT * INTO who FROM account WHERE address = a.address;
    IF who.account_id IS NOT NULL AND who.state <> 'active' THEN CONTINUE; END IF;
    v_org := who.org_id;
    v_proof := uuid7();
    v_mail := a.kind;
    v_left := CASE a.kind WHEN 'register' THEN interval '24 hours' ELSE interval '1 hour' END;
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
    CONTINUE WHEN v_mail IN ('known', 'reset_admin');
    v_sent := v_sent || jsonb_build_object(a.kind, coalesce((v_sent->>a.kind)::bigint, 0) + 1);
    INSERT INTO mail_proof (org_id, proof_id, purpose, address, account_id, lang, browser, expires_at)
    VALUES (v_org, v_proof, a.kind, a.address, who.account_id, a.lang, CASE WHEN a.kind = 'link' THEN a.browser END, now() + v_left);
    IF who.account_id IS NOT NULL THEN
      PERFORM audit_add(v_org, who.account_id, a.address, 'portal', '', 'account.' || a.kind || '_mailed', a.address, '{}');
    END IF;
  END LOOP;
  RETURN n;
END $$;
