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
  -- The account first, as everybody has it who signs in to it or changes its password.
  SELECT address INTO v_address FROM account WHERE org_id = p_org AND account_id = p_account FOR NO KEY UPDATE;
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

------------------------------------------------------------------ who must have a second step

-- From which day on (it begins in the organisation's time zone; NULL: at once), and what counts as one.
ALTER TABLE org
  ADD COLUMN second_from date,
  ADD COLUMN second_kinds text NOT NULL DEFAULT 'app' CHECK (second_kinds IN ('app', 'any'));
GRANT SELECT (second_step, trust_devices, second_from, second_kinds), UPDATE (second_step, trust_devices, second_from, second_kinds) ON org TO sekisho_console;

-- Since when this account must have one (-infinity: always), NULL when it need not.
CREATE FUNCTION second_due(p_org uuid, p_account uuid) RETURNS timestamptz LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_temp AS $$
  SELECT coalesce(o.second_from::timestamp AT TIME ZONE o.tz, '-infinity')
    FROM org o JOIN account a ON a.org_id = o.org_id
   WHERE a.org_id = p_org AND a.account_id = p_account AND (o.second_step = 'everyone' OR (o.second_step = 'admins' AND a.role <> 'user'))
$$;
-- As in 0022-second.sql. Where passkeys count, the password alone is no longer enough for an account that has one and must have a
-- second step: it signs in with the passkey.
CREATE OR REPLACE FUNCTION account_factors(p_org uuid, p_account uuid) RETURNS int LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_temp AS $$
  SELECT CASE WHEN EXISTS (SELECT FROM second_step s WHERE s.org_id = p_org AND s.account_id = p_account AND s.state = 'on') THEN 2
              WHEN EXISTS (SELECT FROM passkey p JOIN org o USING (org_id) WHERE p.org_id = p_org AND p.account_id = p_account AND o.second_kinds = 'any')
                   AND second_due(p_org, p_account) <= now() THEN 2
              ELSE 1 END
$$;
CREATE OR REPLACE FUNCTION must_enrol(p_org uuid, p_account uuid, p_role text, p_rule text) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_temp AS $$
  SELECT CASE WHEN p_rule = 'everyone' OR (p_rule = 'admins' AND p_role <> 'user')
              THEN coalesce(second_due(p_org, p_account) <= now(), false) AND account_factors(p_org, p_account) < 2 ELSE false END
$$;
-- The day before which the person of the scope should set one up: ms, 0: there is nothing to do.
CREATE FUNCTION second_day() RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT coalesce((SELECT floor(extract(epoch FROM due) * 1000)::bigint FROM second_due(scope_org(), scope_account()) due
                    WHERE due > now() AND account_factors(scope_org(), scope_account()) < 2
                      AND NOT EXISTS (SELECT FROM passkey p JOIN org o USING (org_id)
                                       WHERE p.org_id = scope_org() AND p.account_id = scope_account() AND o.second_kinds = 'any')), 0)
$$;
GRANT EXECUTE ON FUNCTION second_day() TO sekisho_console, sekisho_portal;
-- How many active accounts have neither app nor passkey: administrators, users. An administrator's page asks.
CREATE FUNCTION second_missing() RETURNS TABLE (admins bigint, users bigint) LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_temp AS $$
  SELECT count(*) FILTER (WHERE a.role <> 'user'), count(*) FILTER (WHERE a.role = 'user')
    FROM account a JOIN org o USING (org_id)
   WHERE a.org_id = scope_org() AND a.state = 'active'
     AND NOT EXISTS (SELECT FROM second_step s WHERE s.org_id = a.org_id AND s.account_id = a.account_id AND s.state = 'on')
     AND NOT (o.second_kinds = 'any' AND EXISTS (SELECT FROM passkey p WHERE p.org_id = a.org_id AND p.account_id = a.account_id))
$$;
GRANT EXECUTE ON FUNCTION second_missing() TO sekisho_console;
