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
  PERFORM FROM domain d WHERE d.org_id = p_org AND d.name = substring(p_address FROM '[^@]*$') FOR KEY SHARE;
  IF NOT FOUND THEN RETURN 'outside'; END IF;
  IF EXISTS (SELECT FROM account_mailbox WHERE org_id = p_org AND account_id = p_account AND address = p_address) THEN RETURN 'have'; END IF;
  -- An alias is nobody else's in any way, nor the tagged form of somebody else's mailbox, whom it would take that mail from (portal_recipient,
  -- 0002-access.sql). What is one person's alone is not shared either.
  IF EXISTS (SELECT FROM account_mailbox x
              WHERE x.org_id = p_org AND x.account_id <> p_account AND x.address IN (p_address, mailbox_of(p_address))
                AND (p_how = 'directory' OR x.address <> p_address OR x.how <> 'shared')) THEN RETURN 'taken'; END IF;
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

-- Whose sign-in address it is from now on has it alone: an alias of somebody else ends.
CREATE FUNCTION account_ends_alias() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE v_who text;
BEGIN
  DELETE FROM account_mailbox x USING account a
   WHERE x.org_id = NEW.org_id AND x.address = NEW.address AND x.how = 'directory' AND x.account_id <> NEW.account_id
     AND a.org_id = x.org_id AND a.account_id = x.account_id RETURNING a.address INTO v_who;
  IF FOUND THEN
    PERFORM audit_add(NEW.org_id, NULL, 'system', 'engine', '', 'mailbox.unlinked', NEW.address, jsonb_build_object('account', v_who, 'how', 'directory'));
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER account_ends_alias AFTER INSERT ON account FOR EACH ROW EXECUTE FUNCTION account_ends_alias();

-- As in 0038-suspended-quiet.sql, and aliases are silent with their person.
CREATE OR REPLACE FUNCTION mailbox_suspended(p_org uuid, p_address text) RETURNS boolean LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
  SELECT EXISTS (SELECT FROM account a WHERE a.org_id = p_org AND a.address = p_address AND a.state <> 'active')
      OR (SELECT bool_or(x.how IN ('added', 'directory')) AND bool_and(a.state <> 'active') FROM account_mailbox x JOIN account a USING (org_id, account_id)
           WHERE x.org_id = p_org AND x.address = p_address) IS TRUE
$$;
