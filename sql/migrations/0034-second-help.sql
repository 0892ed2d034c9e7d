-- The second step of somebody who lost his phone, and what people are told about how they sign in.

-- What happened to an account's second step or passkeys, told to its owner in the transaction that does it (A-53). p_what: as in
-- src/engine/notices/usermail_second_changed.c; p_session: the browser's, NULL when an administrator did it.
CREATE FUNCTION second_tell(p_org uuid, p_account uuid, p_what text, p_name text, p_session bytea, p_ip text) RETURNS boolean
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT user_mail_add(a.org_id, a.address, a.lang, 'second_changed', jsonb_build_object(
           'what', p_what, 'name', p_name, 'ip', p_ip, 'at', floor(extract(epoch FROM now()) * 1000)::bigint,
           'agent', coalesce((SELECT s.agent FROM session s WHERE s.session_hash = p_session AND s.account_id = a.account_id), '')),
         NULL, now() + interval '3 days', NULL, NULL)
    FROM account a WHERE a.org_id = p_org AND a.account_id = p_account
$$;
GRANT EXECUTE ON FUNCTION second_tell(uuid, uuid, text, text, bytea, text) TO sekisho_engine;

-- Takes away second step, recovery codes and passkeys: the password alone is enough again. Ends all sessions, and whatever was half
-- done: tickets, mailed links, trusted devices. False: there was nothing to take away. Who may is for the caller to know.
CREATE FUNCTION second_remove(p_org uuid, p_account uuid, p_by uuid, p_actor text, p_surface text, p_ip text) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  v_address text;
  v_second boolean;
  v_passkeys int;
BEGIN
  SELECT address INTO v_address FROM account WHERE org_id = p_org AND account_id = p_account;
  DELETE FROM second_step WHERE org_id = p_org AND account_id = p_account AND state = 'on';
  v_second := FOUND;
  DELETE FROM passkey WHERE org_id = p_org AND account_id = p_account;
  GET DIAGNOSTICS v_passkeys = ROW_COUNT;
  IF NOT v_second AND v_passkeys = 0 THEN RETURN false; END IF;
  DELETE FROM second_step WHERE org_id = p_org AND account_id = p_account;
  DELETE FROM recovery_code WHERE org_id = p_org AND account_id = p_account;
  DELETE FROM trusted_device WHERE org_id = p_org AND account_id = p_account;
  -- Tickets before sessions: who is making a session of one is waited for, and the session then is seen.
  DELETE FROM sign_in_ticket WHERE org_id = p_org AND account_id = p_account;
  DELETE FROM session WHERE org_id = p_org AND account_id = p_account;
  UPDATE mail_proof SET used_at = now() WHERE org_id = p_org AND account_id = p_account AND purpose IN ('reset', 'link') AND used_at IS NULL;
  PERFORM second_tell(p_org, p_account, 'removed', '', NULL, '');
  PERFORM audit_add(p_org, p_by, p_actor, p_surface, p_ip, 'account.second_removed', v_address,
                    jsonb_build_object('second_step', v_second, 'passkeys', v_passkeys));
  RETURN true;
END $$;

-- For an administrator in the console: owners for all but operators and themselves. 'ok', 'none', 'denied', 'gone'.
CREATE FUNCTION account_second_remove(p_account uuid, p_actor text, p_ip text) RETURNS text LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = public, pg_temp AS $$
DECLARE v_role text; v_mine text;
BEGIN
  SELECT role INTO v_role FROM account WHERE org_id = scope_org() AND account_id = p_account;
  IF v_role IS NULL THEN RETURN 'gone'; END IF;
  SELECT role INTO v_mine FROM account WHERE org_id = scope_org() AND account_id = scope_account() AND state = 'active';
  IF v_mine IS NULL OR v_mine NOT IN ('owner', 'operator') OR p_account = scope_account() OR (v_role = 'operator' AND v_mine <> 'operator') THEN
    RETURN 'denied';
  END IF;
  RETURN CASE WHEN second_remove(scope_org(), p_account, scope_account(), p_actor, 'admin', p_ip) THEN 'ok' ELSE 'none' END;
END $$;
-- What an administrator sees of it: since when (NULL: off), and how many passkeys.
CREATE FUNCTION account_second(p_account uuid) RETURNS TABLE (since timestamptz, passkeys bigint) LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_temp AS $$
  SELECT (SELECT s.at FROM second_step s WHERE s.org_id = a.org_id AND s.account_id = a.account_id AND s.state = 'on'),
         (SELECT count(*) FROM passkey p WHERE p.org_id = a.org_id AND p.account_id = a.account_id)
    FROM account a WHERE a.org_id = scope_org() AND a.account_id = p_account
$$;
GRANT EXECUTE ON FUNCTION account_second_remove(uuid, text, text), account_second(uuid) TO sekisho_console;

-- A ticket that a passkey made goes with the passkey.
ALTER TABLE sign_in_ticket ADD COLUMN passkey_id uuid,
  ADD FOREIGN KEY (org_id, account_id, passkey_id) REFERENCES passkey ON DELETE CASCADE;
CREATE INDEX sign_in_ticket_passkey_idx ON sign_in_ticket (org_id, account_id, passkey_id) WHERE passkey_id IS NOT NULL;
