-- Owners and operators give people mailboxes in the console, as 0041-mailbox-give.sql does it on the command line.

-- Whether who is signed in may change that account: NULL: there is none in his organisation.
CREATE FUNCTION account_mine_to_change(p_account uuid) RETURNS boolean LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
  SELECT coalesce((SELECT m.role = 'operator' OR (m.role = 'owner' AND a.role <> 'operator') FROM account m
                    WHERE m.org_id = scope_org() AND m.account_id = scope_account() AND m.state = 'active'), false)
    FROM account a WHERE a.org_id = scope_org() AND a.account_id = p_account
$$;
-- Results as of mailbox_give(), 'gone' (no such account), 'denied'.
CREATE FUNCTION account_mailbox_give(p_account uuid, p_address text, p_how text, p_actor text, p_ip text) RETURNS text
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE v_may boolean := account_mine_to_change(p_account);
BEGIN
  IF v_may IS NULL THEN RETURN 'gone'; END IF;
  IF NOT v_may THEN RETURN 'denied'; END IF;
  RETURN mailbox_give(scope_org(), p_account, p_address, p_how, scope_account(), p_actor, 'admin', p_ip);
END $$;
-- Results as of mailbox_withdraw(), 'gone', 'denied'.
CREATE FUNCTION account_mailbox_withdraw(p_account uuid, p_address text, p_actor text, p_ip text) RETURNS text
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE v_may boolean := account_mine_to_change(p_account);
BEGIN
  IF v_may IS NULL THEN RETURN 'gone'; END IF;
  IF NOT v_may THEN RETURN 'denied'; END IF;
  RETURN mailbox_withdraw(scope_org(), p_account, p_address, scope_account(), p_actor, 'admin', p_ip);
END $$;
GRANT EXECUTE ON FUNCTION account_mailbox_give(uuid, text, text, text, text), account_mailbox_withdraw(uuid, text, text, text) TO sekisho_console;

-- As in 0041-mailbox-give.sql, and a sign-in address is never anybody else's. One person has one digest: that of an alias comes
-- with it, until the person says otherwise.
-- 'ok', 'have', 'taken' (somebody else's alias or sign-in address), 'outside' (no domain of the person's organisation), 'full'.
CREATE OR REPLACE FUNCTION mailbox_give(p_org uuid, p_account uuid, p_address text, p_how text, p_by uuid, p_actor text, p_surface text, p_ip text) RETURNS text
LANGUAGE plpgsql VOLATILE SET search_path = public, pg_temp AS $$
DECLARE v_who text;
BEGIN
  SELECT address INTO v_who FROM account WHERE org_id = p_org AND account_id = p_account FOR NO KEY UPDATE;
  IF v_who IS NULL THEN RETURN 'outside'; END IF;
  PERFORM FROM domain d WHERE d.org_id = p_org AND d.name = substring(p_address FROM '[^@]*$') FOR KEY SHARE;
  IF NOT FOUND THEN RETURN 'outside'; END IF;
  IF EXISTS (SELECT FROM account_mailbox WHERE org_id = p_org AND account_id = p_account AND address = p_address) THEN RETURN 'have'; END IF;
  -- An alias is nobody else's in any way, nor the tagged form of somebody else's mailbox, whom it would take that mail from (portal_recipient,
  -- 0002-access.sql). What is one person's alone is not shared either.
  IF EXISTS (SELECT FROM account_mailbox x
              WHERE x.org_id = p_org AND x.account_id <> p_account AND x.address IN (p_address, mailbox_of(p_address))
                AND (p_how = 'directory' OR x.address <> p_address OR x.how <> 'shared')) THEN RETURN 'taken'; END IF;
  -- Who signs in with it need not have it among his mailboxes: an administrator of the first hour.
  IF EXISTS (SELECT FROM account o WHERE o.org_id = p_org AND o.account_id <> p_account AND o.address IN (p_address, mailbox_of(p_address))) THEN RETURN 'taken'; END IF;
  IF (SELECT count(*) FROM account_mailbox WHERE org_id = p_org AND account_id = p_account) >= 100 THEN RETURN 'full'; END IF;
  INSERT INTO account_mailbox (org_id, account_id, address, how) VALUES (p_org, p_account, p_address, p_how) ON CONFLICT DO NOTHING;
  IF NOT FOUND THEN RETURN 'taken'; END IF;
  IF p_how = 'directory' THEN
    INSERT INTO digest_pref (org_id, address, together, together_by) VALUES (p_org, p_address, true, p_account)
    ON CONFLICT (org_id, address) DO UPDATE SET together = true, together_by = excluded.together_by;
  END IF;
  PERFORM audit_add(p_org, p_by, p_actor, p_surface, p_ip, 'mailbox.linked', p_address, jsonb_build_object('account', v_who, 'how', p_how));
  RETURN 'ok';
END $$;

-- As in 0041-mailbox-give.sql. Neither locks keys: who reports or asks at that moment holds the audit log and looks at the account behind it.
-- 'ok', 'own' (the sign-in address stays), 'none'.
CREATE OR REPLACE FUNCTION mailbox_withdraw(p_org uuid, p_account uuid, p_address text, p_by uuid, p_actor text, p_surface text, p_ip text) RETURNS text
LANGUAGE plpgsql VOLATILE SET search_path = public, pg_temp AS $$
DECLARE v_who text; v_how text;
BEGIN
  SELECT address INTO v_who FROM account WHERE org_id = p_org AND account_id = p_account FOR NO KEY UPDATE;
  IF v_who = p_address THEN RETURN 'own'; END IF;
  DELETE FROM account_mailbox WHERE org_id = p_org AND account_id = p_account AND address = p_address RETURNING how INTO v_how;
  IF NOT FOUND THEN RETURN 'none'; END IF;
  PERFORM audit_add(p_org, p_by, p_actor, p_surface, p_ip, 'mailbox.unlinked', p_address, jsonb_build_object('account', v_who, 'how', v_how));
  RETURN 'ok';
END $$;

INSERT INTO digest_pref (org_id, address, together, together_by)
SELECT org_id, address, true, account_id FROM account_mailbox WHERE how = 'directory' ON CONFLICT DO NOTHING;
