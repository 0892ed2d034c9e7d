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

-- A passkey goes after the password was asked for (A-58), which the engine does.
REVOKE DELETE ON passkey FROM sekisho_console, sekisho_portal;

-- Ten thousand digests do not keep the link that somebody waits for.
DROP INDEX user_mail_due_idx;
CREATE INDEX user_mail_due_idx ON user_mail ((kind = 'digest'), try_at) WHERE state = 'waiting';

-- The cap of account_asks() is of each kind.
DROP INDEX mail_proof_created_idx;
CREATE INDEX mail_proof_created_idx ON mail_proof (created_at, purpose);
