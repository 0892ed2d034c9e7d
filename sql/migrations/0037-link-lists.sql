-- Sender lists by links in mails, as the portal's combined actions have it (sql/queries/rights.sql).

-- Puts the sender of a message on a list of the mailbox. Of its other list the entry goes, and one that would end; they are kept for
-- a day, for link_undo(). NULL: there is no room, or nothing new. The order of locks is everybody's (0033-held-order.sql): rows of mail,
-- the head of the audit log, and then entries and counts of lists, which the same person may be changing in the portal.
CREATE OR REPLACE FUNCTION link_sender(p_org uuid, p_mailbox text, p_list text, p_pattern text, p_ip text) RETURNS uuid
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE v_id uuid;
BEGIN
  IF p_pattern IS NULL THEN
    RETURN NULL;
  END IF;
  PERFORM FROM audit_head WHERE org_id = p_org FOR UPDATE;
  WITH gone AS (
    DELETE FROM sender_entry e
     WHERE e.org_id = p_org AND e.target = p_mailbox AND e.pattern = p_pattern AND (e.list <> p_list OR e.expires_at IS NOT NULL)
    RETURNING e.*),
  kept AS (
    INSERT INTO sender_removed (org_id, entry_id, target, list, pattern, only_verified, added_at, added_by, expires_at)
    SELECT org_id, entry_id, target, list, pattern, only_verified, added_at, added_by, expires_at FROM gone),
  added AS (
    INSERT INTO sender_entry AS e (org_id, entry_id, target, list, pattern, only_verified, added_by)
    SELECT p_org, uuid7(), p_mailbox, p_list, p_pattern, p_list = 'approved', p_mailbox WHERE (SELECT count(*) FROM gone) >= 0
    ON CONFLICT ON CONSTRAINT sender_twice DO NOTHING RETURNING e.entry_id),
  told AS (
    SELECT audit_add(p_org, link_person(p_org, p_mailbox), p_mailbox, 'portal', p_ip, 'sender.removed', p_pattern,
                     jsonb_build_object('before', jsonb_build_object('target', g.target, 'list', g.list, 'only_verified', g.only_verified), 'via', 'digest'))
      FROM gone g
    UNION ALL
    SELECT audit_add(p_org, link_person(p_org, p_mailbox), p_mailbox, 'portal', p_ip, 'sender.' || p_list, p_pattern,
                     jsonb_build_object('target', p_mailbox, 'via', 'digest'))
      FROM added)
  SELECT a.entry_id INTO v_id FROM (SELECT count(*) FROM told) t LEFT JOIN added a ON true;
  RETURN v_id;
EXCEPTION WHEN check_violation THEN
  RETURN NULL;
END $$;

-- Takes such an entry away again; what it replaced, in the same moment, is back.
CREATE FUNCTION link_sender_undo(p_org uuid, p_mailbox text, p_entry uuid, p_ip text) RETURNS void
LANGUAGE sql SET search_path = public, pg_temp AS $$
  SELECT FROM audit_head WHERE org_id = p_org FOR UPDATE;
  WITH entry AS (
    DELETE FROM sender_entry WHERE org_id = p_org AND entry_id = p_entry RETURNING org_id, target, list, pattern, added_at),
  replaced AS (
    DELETE FROM sender_removed k USING entry x
     WHERE k.org_id = x.org_id AND k.target = x.target AND k.pattern = x.pattern AND date_trunc('milliseconds', k.removed_at) = x.added_at
    RETURNING k.*),
  restored AS (
    INSERT INTO sender_entry AS e (org_id, entry_id, target, list, pattern, only_verified, added_at, added_by, expires_at)
    SELECT org_id, entry_id, target, list, pattern, only_verified, added_at, added_by, expires_at FROM replaced
    ON CONFLICT ON CONSTRAINT sender_twice DO NOTHING RETURNING e.target, e.list, e.pattern, e.only_verified)
  SELECT audit_add(p_org, link_person(p_org, p_mailbox), p_mailbox, 'portal', p_ip, 'sender.removed', x.pattern,
                   jsonb_build_object('target', x.target, 'via', 'digest')) FROM entry x
  UNION ALL
  SELECT audit_add(p_org, link_person(p_org, p_mailbox), p_mailbox, 'portal', p_ip, 'sender.' || x.list, x.pattern,
                   jsonb_build_object('after', jsonb_build_object('target', x.target, 'only_verified', x.only_verified), 'via', 'digest')) FROM restored x
$$;

-- Undoes what this link did, as far as that is true: mail that it deleted, and nobody else since, is held again and the link works
-- again; the sender goes off the list.
CREATE OR REPLACE FUNCTION link_undo(p_org uuid, p_recipient uuid, p_hash bytea, p_ip text) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  r message_recipient;
  u link_used;
  v_box text;
BEGIN
  SELECT * INTO r FROM message_recipient WHERE recipient_id = p_recipient AND org_id = p_org FOR UPDATE;
  SELECT * INTO u FROM link_used WHERE org_id = p_org AND token_hash = p_hash FOR UPDATE;
  IF u.token_hash IS NULL OR r.recipient_id IS NULL THEN
    RETURN 'gone';
  END IF;
  v_box := digest_box(r.org_id, r.address, r.mailbox);
  IF u.entry_id IS NOT NULL THEN
    PERFORM link_sender_undo(p_org, v_box, u.entry_id, p_ip);
    UPDATE link_used SET entry_id = NULL WHERE org_id = p_org AND token_hash = p_hash;
  END IF;
  IF u.action NOT IN ('delete', 'block') THEN
    RETURN 'done';
  END IF;
  IF r.state <> 'deleted' OR r.state_at <> u.used_at OR r.expires_at <= now() THEN
    RETURN 'handled';
  END IF;
  UPDATE message_recipient SET state = 'held', state_at = now(), deleted_by = NULL
   WHERE org_id = p_org AND received_at = r.received_at AND message_id = r.message_id AND recipient_id = p_recipient;
  DELETE FROM link_used WHERE org_id = p_org AND token_hash = p_hash;
  INSERT INTO event (org_id, event_id, at, message_id, recipient_id, kind, account_id, detail)
    VALUES (p_org, uuid7(), now(), r.message_id, p_recipient, 'undeleted', link_person(p_org, v_box), jsonb_build_object('by', v_box, 'via', 'digest'));
  PERFORM audit_add(p_org, link_person(p_org, v_box), v_box, 'portal', p_ip, 'mail.undeleted', r.address,
                    jsonb_build_object('recipient_id', p_recipient, 'message', r.message_id, 'kind', r.kind, 'via', 'digest'));
  RETURN 'done';
END $$;
