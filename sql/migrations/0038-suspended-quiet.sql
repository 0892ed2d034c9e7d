-- Somebody who is suspended gets no digests and no notices, for his own address and the mailboxes that he added. None is planned
-- either, so that nothing counts as told: who is active again hears of what is still held. A mailbox that somebody else has, too, is not
-- silent for him: it may be that one's own address.
CREATE FUNCTION mailbox_suspended(p_org uuid, p_address text) RETURNS boolean LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
  SELECT EXISTS (SELECT FROM account a WHERE a.org_id = p_org AND a.address = p_address AND a.state <> 'active')
      OR (SELECT bool_or(x.how = 'added') AND bool_and(a.state <> 'active') FROM account_mailbox x JOIN account a USING (org_id, account_id)
           WHERE x.org_id = p_org AND x.address = p_address) IS TRUE
$$;
GRANT EXECUTE ON FUNCTION mailbox_suspended(uuid, text) TO sekisho_jobs;
-- A mail that is not sent for that: all but those that say how his account was changed, which is nobody's to hide, and those by which
-- somebody else shows that a mailbox is now his.
CREATE FUNCTION user_mail_quiet(p_org uuid, p_recipient text, p_kind text) RETURNS boolean LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
  SELECT p_kind NOT IN ('password_changed', 'second_changed', 'mailbox') AND mailbox_suspended(p_org, p_recipient)
$$;
GRANT EXECUTE ON FUNCTION user_mail_quiet(uuid, text, text) TO sekisho_jobs;
CREATE FUNCTION digest_suspended() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  RETURN CASE WHEN mailbox_suspended(NEW.org_id, NEW.address) THEN NULL ELSE NEW END;
END $$;
CREATE TRIGGER digest_suspended BEFORE INSERT ON digest FOR EACH ROW EXECUTE FUNCTION digest_suspended();
