-- What two people do in the same moment: mailboxes that are given, lists of senders, jobs of many mails that are undone in any order.

------------------------------------------------------------------ one mailbox, one at a time

-- Whoever gives an address, or makes the account that signs in with it, waits for the others who do so, and looks then: what they have written
-- is seen by a check of the next statement. The forms with a tag belong to their mailbox, so they wait for it, too.
-- The order of locks: the account, the domain, this, the head of the audit log, rows of account_mailbox.
CREATE FUNCTION mailbox_turn(p_org uuid, p_address text) RETURNS void LANGUAGE sql VOLATILE SET search_path = public, pg_temp AS $$
  SELECT pg_advisory_xact_lock(hashtextextended(p_org::text || mailbox_of(p_address), 48))
$$;
CREATE FUNCTION account_turn() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM mailbox_turn(NEW.org_id, NEW.address);
  RETURN NEW;
END $$;
CREATE TRIGGER account_turn BEFORE INSERT ON account FOR EACH ROW EXECUTE FUNCTION account_turn();

-- As in 0042-user-mailboxes.sql, one at a time.
CREATE OR REPLACE FUNCTION mailbox_give(p_org uuid, p_account uuid, p_address text, p_how text, p_by uuid, p_actor text, p_surface text, p_ip text) RETURNS text
LANGUAGE plpgsql VOLATILE SET search_path = public, pg_temp AS $$
DECLARE v_who text;
BEGIN
  SELECT address INTO v_who FROM account WHERE org_id = p_org AND account_id = p_account FOR NO KEY UPDATE;
  IF v_who IS NULL THEN RETURN 'outside'; END IF;
  PERFORM FROM domain d WHERE d.org_id = p_org AND d.name = substring(p_address FROM '[^@]*$') FOR KEY SHARE;
  IF NOT FOUND THEN RETURN 'outside'; END IF;
  PERFORM mailbox_turn(p_org, p_address);
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

-- As in 0042-user-mailboxes.sql. The audit log before the mailbox, which whoever deletes the account or the domain takes away behind it.
CREATE OR REPLACE FUNCTION mailbox_withdraw(p_org uuid, p_account uuid, p_address text, p_by uuid, p_actor text, p_surface text, p_ip text) RETURNS text
LANGUAGE plpgsql VOLATILE SET search_path = public, pg_temp AS $$
DECLARE v_who text; v_how text;
BEGIN
  SELECT address INTO v_who FROM account WHERE org_id = p_org AND account_id = p_account FOR NO KEY UPDATE;
  IF v_who = p_address THEN RETURN 'own'; END IF;
  PERFORM FROM audit_head WHERE org_id = p_org FOR UPDATE;
  DELETE FROM account_mailbox WHERE org_id = p_org AND account_id = p_account AND address = p_address RETURNING how INTO v_how;
  IF NOT FOUND THEN RETURN 'none'; END IF;
  PERFORM audit_add(p_org, p_by, p_actor, p_surface, p_ip, 'mailbox.unlinked', p_address, jsonb_build_object('account', v_who, 'how', v_how));
  RETURN 'ok';
END $$;

-- As in 0021-user-mail.sql, one at a time, while its domain stays. Keys are not locked, as in mailbox_give().
CREATE OR REPLACE FUNCTION mailbox_take(p_org uuid, p_account uuid, p_address text, p_surface text, p_ip text, p_proof text) RETURNS text
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE v_actor text;
BEGIN
  SELECT address INTO v_actor FROM account WHERE org_id = p_org AND account_id = p_account AND state = 'active' FOR NO KEY UPDATE;
  IF v_actor IS NULL THEN RETURN 'outside'; END IF;
  PERFORM FROM domain d WHERE d.org_id = p_org AND d.name = substring(p_address FROM '[^@]*$') FOR KEY SHARE;
  IF NOT FOUND THEN RETURN 'outside'; END IF;
  PERFORM mailbox_turn(p_org, p_address);
  IF EXISTS (SELECT FROM account_mailbox WHERE org_id = p_org AND account_id = p_account AND address = p_address) THEN RETURN 'have'; END IF;
  IF (SELECT count(*) FROM account_mailbox WHERE org_id = p_org AND account_id = p_account) >= 100 THEN RETURN 'full'; END IF;
  INSERT INTO account_mailbox (org_id, account_id, address, how) VALUES (p_org, p_account, p_address, 'added') ON CONFLICT DO NOTHING;
  IF NOT FOUND THEN RETURN 'taken'; END IF;
  PERFORM audit_add(p_org, p_account, v_actor, p_surface, p_ip, 'mailbox.linked', p_address, jsonb_build_object('proof', p_proof));
  RETURN 'ok';
END $$;
CREATE OR REPLACE FUNCTION mailbox_by_ticket(p_ticket text, p_ip text) RETURNS text LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE t sign_in_ticket; v_address text;
BEGIN
  PERFORM FROM account WHERE org_id = scope_org() AND account_id = scope_account() FOR NO KEY UPDATE; -- before the ticket, which may be its own
  DELETE FROM sign_in_ticket WHERE ticket_hash = sha256(convert_to(p_ticket, 'UTF8')) RETURNING * INTO t;
  IF t.account_id IS NULL OR t.expires_at <= now() OR t.surface <> 'portal' OR t.org_id IS DISTINCT FROM scope_org() THEN RETURN 'gone'; END IF;
  SELECT address INTO v_address FROM account WHERE org_id = t.org_id AND account_id = t.account_id AND state = 'active';
  IF v_address IS NULL OR t.factors < account_factors(t.org_id, t.account_id) THEN RETURN 'gone'; END IF; -- 0022: half a ticket is none
  RETURN mailbox_take(scope_org(), scope_account(), v_address, 'portal', p_ip, 'password');
END $$;
CREATE OR REPLACE FUNCTION mailbox_unlink(p_address text, p_ip text) RETURNS boolean LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE v_actor text;
BEGIN
  PERFORM FROM audit_head WHERE org_id = scope_org() FOR UPDATE;
  DELETE FROM account_mailbox WHERE org_id = scope_org() AND account_id = scope_account() AND address = p_address AND how = 'added';
  IF NOT FOUND THEN RETURN false; END IF;
  SELECT address INTO v_actor FROM account WHERE org_id = scope_org() AND account_id = scope_account();
  PERFORM audit_add(scope_org(), scope_account(), v_actor, 'portal', p_ip, 'mailbox.unlinked', p_address, '{}');
  RETURN true;
END $$;

-- As in 0021-user-mail.sql, while the domain stays.
CREATE OR REPLACE FUNCTION proof_register(p_hash bytea, p_account uuid, p_password text, p_lang text, p_ip text) RETURNS text LANGUAGE plpgsql VOLATILE
SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE p mail_proof;
BEGIN
  UPDATE mail_proof SET used_at = now() WHERE token_hash = p_hash AND purpose = 'register' AND used_at IS NULL AND expires_at > now()
  RETURNING * INTO p;
  PERFORM FROM domain d WHERE d.org_id = p.org_id AND d.name = substring(p.address FROM '[^@]*$') FOR KEY SHARE;
  IF p.proof_id IS NULL OR p.org_id IS DISTINCT FROM may_register(p.address) THEN RETURN 'gone'; END IF;
  INSERT INTO account (org_id, account_id, address, role, lang, password) VALUES (p.org_id, p_account, p.address, 'user', p_lang, p_password)
  ON CONFLICT (address) DO NOTHING;
  IF NOT FOUND THEN RETURN 'gone'; END IF;
  INSERT INTO account_mailbox (org_id, account_id, address) VALUES (p.org_id, p_account, p.address);
  PERFORM set_config('sekisho.org', p.org_id::text, true); -- audit_add() asks
  PERFORM audit_add(p.org_id, p_account, p.address, 'portal', p_ip, 'account.registered', p.address, '{}');
  RETURN 'ok';
END $$;

-- Whose sign-in address it is from now on has it alone, and its tagged forms, as mailbox_give() has it: what administrators gave to others, as an
-- alias or shared, ends. What somebody added himself stays his: he has proved that he reads it, and could add it again.
CREATE OR REPLACE FUNCTION account_ends_alias() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE x record;
BEGIN
  IF NOT EXISTS (SELECT FROM account_mailbox m WHERE m.org_id = NEW.org_id AND mailbox_of(m.address) = mailbox_of(NEW.address) AND NEW.address IN (m.address, mailbox_of(m.address)) AND m.how <> 'added' AND m.account_id <> NEW.account_id) THEN
    RETURN NULL;
  END IF;
  PERFORM FROM audit_head WHERE org_id = NEW.org_id FOR UPDATE;
  FOR x IN DELETE FROM account_mailbox m USING account a
            WHERE m.org_id = NEW.org_id AND mailbox_of(m.address) = mailbox_of(NEW.address) AND NEW.address IN (m.address, mailbox_of(m.address)) AND m.how <> 'added' AND m.account_id <> NEW.account_id
              AND a.org_id = m.org_id AND a.account_id = m.account_id RETURNING a.address AS who, m.address, m.how LOOP
    PERFORM audit_add(NEW.org_id, NULL, 'system', 'engine', '', 'mailbox.unlinked', x.address, jsonb_build_object('account', x.who, 'how', x.how));
  END LOOP;
  RETURN NULL;
END $$;
-- Tagged forms are found by their mailbox.
CREATE INDEX account_mailbox_of_idx ON account_mailbox (org_id, mailbox_of(address));

-- With a domain its mailboxes go, also one that was given while the deletion waited for it: a statement of its own sees it.
CREATE FUNCTION domain_ends_mailboxes() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  DELETE FROM account_mailbox x WHERE x.org_id = OLD.org_id AND substring(x.address FROM '[^@]*$') = OLD.name;
  RETURN NULL;
END $$;
CREATE TRIGGER domain_ends_mailboxes AFTER DELETE ON domain FOR EACH ROW EXECUTE FUNCTION domain_ends_mailboxes();
