-- Mailboxes that an administrator gives to a person: shared, or an alias of this person alone ('directory').

-- One account at a time has an alias, as with what people add themselves.
DROP INDEX account_mailbox_managed;
CREATE UNIQUE INDEX account_mailbox_managed ON account_mailbox (org_id, address) WHERE how IN ('added', 'directory');

-- 'ok', 'have', 'taken' (somebody else's alias or sign-in address), 'outside' (no domain of the person's organisation), 'full'.
CREATE FUNCTION mailbox_give(p_org uuid, p_account uuid, p_address text, p_how text, p_by uuid, p_actor text, p_surface text, p_ip text) RETURNS text
LANGUAGE plpgsql VOLATILE SET search_path = public, pg_temp AS $$
DECLARE v_who text;
BEGIN
  SELECT address INTO v_who FROM account WHERE org_id = p_org AND account_id = p_account FOR UPDATE;
  IF v_who IS NULL THEN RETURN 'outside'; END IF;
  -- The domain stays until this is written: removing it takes its mailboxes along.
  PERFORM FROM domain d WHERE d.org_id = p_org AND d.name = substring(p_address FROM '[^@]*$') FOR KEY SHARE;
  IF NOT FOUND THEN RETURN 'outside'; END IF;
  IF EXISTS (SELECT FROM account_mailbox WHERE org_id = p_org AND account_id = p_account AND address = p_address) THEN RETURN 'have'; END IF;
  IF p_how = 'directory' AND EXISTS (SELECT FROM account WHERE address = p_address AND account_id <> p_account) THEN RETURN 'taken'; END IF;
  IF (SELECT count(*) FROM account_mailbox WHERE org_id = p_org AND account_id = p_account) >= 100 THEN RETURN 'full'; END IF;
  INSERT INTO account_mailbox (org_id, account_id, address, how) VALUES (p_org, p_account, p_address, p_how) ON CONFLICT DO NOTHING;
  IF NOT FOUND THEN RETURN 'taken'; END IF;
  PERFORM audit_add(p_org, p_by, p_actor, p_surface, p_ip, 'mailbox.linked', p_address, jsonb_build_object('account', v_who, 'how', p_how));
  RETURN 'ok';
END $$;

-- 'ok', 'own' (the sign-in address stays), 'none'.
CREATE FUNCTION mailbox_withdraw(p_org uuid, p_account uuid, p_address text, p_by uuid, p_actor text, p_surface text, p_ip text) RETURNS text
LANGUAGE plpgsql VOLATILE SET search_path = public, pg_temp AS $$
DECLARE v_who text; v_how text;
BEGIN
  SELECT address INTO v_who FROM account WHERE org_id = p_org AND account_id = p_account FOR UPDATE;
  IF v_who = p_address THEN RETURN 'own'; END IF;
  DELETE FROM account_mailbox WHERE org_id = p_org AND account_id = p_account AND address = p_address RETURNING how INTO v_how;
  IF NOT FOUND THEN RETURN 'none'; END IF;
  PERFORM audit_add(p_org, p_by, p_actor, p_surface, p_ip, 'mailbox.unlinked', p_address, jsonb_build_object('account', v_who, 'how', v_how));
  RETURN 'ok';
END $$;
