-- Turning the second step on ends what was proved without it: other sessions, and sign-ins half way. A sign-in at the same moment
-- has the account locked (session_create(), 0022-second.sql); without the lock here it would make a session after they were looked
-- at, and one that knows the password only would stay (A-57).

-- p_codes: digests of the recovery codes in hex; p_session: this session, which stays. False: it is on already, or nothing was begun.
CREATE FUNCTION second_turn_on(p_org uuid, p_account uuid, p_period bigint, p_codes text[], p_actor text, p_surface text, p_ip text, p_session bytea)
RETURNS boolean LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM FROM account WHERE org_id = p_org AND account_id = p_account FOR NO KEY UPDATE;
  UPDATE second_step SET state = 'on', last_step = p_period, at = now() WHERE org_id = p_org AND account_id = p_account AND state = 'new';
  IF NOT FOUND THEN
    RETURN false;
  END IF;
  INSERT INTO recovery_code (org_id, account_id, code_hash) SELECT p_org, p_account, decode(h, 'hex') FROM unnest(p_codes) h;
  DELETE FROM session WHERE org_id = p_org AND account_id = p_account AND session_hash <> p_session;
  DELETE FROM sign_in_ticket WHERE org_id = p_org AND account_id = p_account;
  PERFORM audit_add(p_org, p_account, p_actor, p_surface, p_ip, 'account.second_on', p_actor, '{}');
  PERFORM second_tell(p_org, p_account, 'on', '', p_session, p_ip);
  RETURN true;
END $$;
REVOKE ALL ON FUNCTION second_turn_on(uuid, uuid, bigint, text[], text, text, text, bytea) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION second_turn_on(uuid, uuid, bigint, text[], text, text, text, bytea) TO sekisho_engine;
