-- Links in mails act for whoever the message is for (digest_box() in 0030-digest-windows.sql), and undo what they did themselves.
-- The functions are otherwise as in 0025-digest.sql.

CREATE OR REPLACE FUNCTION link_act(p_org uuid, p_recipient uuid, p_hash bytea, p_expires timestamptz, p_action text, p_pattern text, p_ip text)
RETURNS text LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  r message_recipient;
  v_box text;
  v_who uuid;
  v_entry uuid;
BEGIN
  SELECT * INTO r FROM message_recipient WHERE recipient_id = p_recipient AND org_id = p_org FOR UPDATE;
  IF NOT FOUND THEN
    RETURN 'gone';
  END IF;
  v_box := digest_box(r.org_id, r.address, r.mailbox);
  v_who := link_person(p_org, v_box);
  IF NOT link_may(p_org, r.kind, p_action) OR EXISTS (SELECT FROM digest_setting WHERE org_id = p_org AND links = 'signin') THEN
    RETURN 'denied';
  END IF;
  IF EXISTS (SELECT FROM link_used WHERE org_id = p_org AND token_hash = p_hash) THEN
    RETURN 'used';
  END IF;
  IF r.state <> 'held' THEN
    RETURN 'handled';
  END IF;
  IF p_action IN ('deliver', 'allow') THEN
    UPDATE message_recipient SET state = 'releasing', state_at = now(), release_id = uuid7(), released_at = now(), released_by = v_who
     WHERE org_id = p_org AND received_at = r.received_at AND message_id = r.message_id AND recipient_id = p_recipient RETURNING * INTO r;
    INSERT INTO event (org_id, event_id, at, message_id, recipient_id, kind, account_id, detail)
      VALUES (p_org, uuid7(), now(), r.message_id, p_recipient, 'release_requested', v_who,
              jsonb_build_object('by', v_box, 'via', 'digest', 'release_id', r.release_id));
  ELSIF p_action IN ('delete', 'block') THEN
    UPDATE message_recipient SET state = 'deleted', state_at = now(), deleted_by = v_who
     WHERE org_id = p_org AND received_at = r.received_at AND message_id = r.message_id AND recipient_id = p_recipient;
    INSERT INTO event (org_id, event_id, at, message_id, recipient_id, kind, account_id, detail)
      VALUES (p_org, uuid7(), now(), r.message_id, p_recipient, 'deleted', v_who, jsonb_build_object('by', v_box, 'via', 'digest'));
  ELSIF p_action = 'ask' AND v_who IS NOT NULL THEN
    INSERT INTO release_request (org_id, request_id, recipient_id, message_id, received_at, account_id, by_name, mailbox, domain, kind, sender, subject)
    SELECT p_org, uuid7(), p_recipient, r.message_id, r.received_at, v_who, v_box, r.address, r.domain, r.kind,
           left(CASE m.header_from WHEN '' THEN m.envelope_sender ELSE m.header_from END, 320), left(m.subject, 200)
      FROM message m WHERE m.org_id = p_org AND m.received_at = r.received_at AND m.message_id = r.message_id
    ON CONFLICT (org_id, recipient_id) WHERE state = 'waiting' DO NOTHING;
    INSERT INTO event (org_id, event_id, at, message_id, recipient_id, kind, account_id, detail)
      VALUES (p_org, uuid7(), now(), r.message_id, p_recipient, 'asked', v_who, jsonb_build_object('by', v_box, 'via', 'digest'));
  ELSE
    RETURN 'denied';
  END IF;
  IF p_action IN ('allow', 'block') THEN
    v_entry := link_sender(p_org, v_box, CASE p_action WHEN 'allow' THEN 'approved' ELSE 'blocked' END, p_pattern, p_ip);
  END IF;
  INSERT INTO link_used (org_id, token_hash, recipient_id, action, expires_at, entry_id)
    VALUES (p_org, p_hash, p_recipient, p_action, p_expires, v_entry);
  PERFORM audit_add(p_org, v_who, v_box, 'portal', p_ip,
                    CASE WHEN p_action IN ('deliver', 'allow') THEN 'mail.released' WHEN p_action = 'ask' THEN 'request.asked' ELSE 'mail.deleted' END, r.address,
                    jsonb_build_object('recipient_id', p_recipient, 'message', r.message_id, 'kind', r.kind, 'via', 'digest'));
  RETURN 'done';
END $$;

-- Undoes what this link did, as far as that is true: mail that it deleted, and nobody else since, is held again and the link works
-- again; the sender goes off the list.
CREATE OR REPLACE FUNCTION link_undo(p_org uuid, p_recipient uuid, p_hash bytea, p_ip text) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  r message_recipient;
  u link_used;
  v_box text;
  v_pattern text;
BEGIN
  SELECT * INTO r FROM message_recipient WHERE recipient_id = p_recipient AND org_id = p_org FOR UPDATE;
  SELECT * INTO u FROM link_used WHERE org_id = p_org AND token_hash = p_hash FOR UPDATE;
  IF u.token_hash IS NULL OR r.recipient_id IS NULL THEN
    RETURN 'gone';
  END IF;
  v_box := digest_box(r.org_id, r.address, r.mailbox);
  IF u.entry_id IS NOT NULL THEN
    DELETE FROM sender_entry WHERE org_id = p_org AND entry_id = u.entry_id RETURNING pattern INTO v_pattern;
    IF FOUND THEN
      PERFORM audit_add(p_org, link_person(p_org, v_box), v_box, 'portal', p_ip, 'sender.removed', v_pattern,
                        jsonb_build_object('target', v_box, 'via', 'digest'));
    END IF;
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

CREATE OR REPLACE FUNCTION link_viewed(p_org uuid, p_recipient uuid, p_ip text) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  INSERT INTO event (org_id, event_id, at, message_id, recipient_id, kind, account_id, detail)
  SELECT r.org_id, uuid7(), now(), r.message_id, r.recipient_id, 'viewed', link_person(p_org, b.box),
         jsonb_build_object('by', b.box, 'surface', 'portal', 'via', 'digest', 'ip', p_ip)
    FROM message_recipient r CROSS JOIN LATERAL (SELECT digest_box(r.org_id, r.address, r.mailbox) AS box) b
   WHERE r.org_id = p_org AND r.recipient_id = p_recipient
$$;

-- The end of digests for all mailboxes that this mail told of.
CREATE OR REPLACE FUNCTION digest_off(p_org uuid, p_digest uuid, p_ip text, p_act boolean) RETURNS TABLE (address text, lang text, done boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE v_boxes text[];
BEGIN
  RETURN QUERY SELECT d.address, coalesce(p.lang, a.lang, o.lang), NOT coalesce(p.enabled, true)
    FROM digest d JOIN org o USING (org_id) LEFT JOIN account a ON a.org_id = d.org_id AND a.address = d.address
         LEFT JOIN digest_pref p ON p.org_id = d.org_id AND p.address = d.address
   WHERE d.org_id = p_org AND d.digest_id = p_digest AND digest_users_may(p_org);
  IF FOUND AND p_act THEN
    SELECT array_agg(DISTINCT b) INTO v_boxes
      FROM (SELECT d.address AS b FROM digest d WHERE d.org_id = p_org AND d.digest_id = p_digest
            UNION SELECT unnest(digest_mailboxes(d.org_id, d.address)) FROM digest d WHERE d.org_id = p_org AND d.digest_id = p_digest) y;
    WITH x AS (
      INSERT INTO digest_pref AS t (org_id, address, enabled) SELECT p_org, b, false FROM unnest(v_boxes) b
      ON CONFLICT ON CONSTRAINT digest_pref_pkey DO UPDATE SET enabled = false, instant = false, changed_at = now() WHERE t.enabled RETURNING t.address)
    SELECT max(audit_add(p_org, link_person(p_org, x.address), x.address, 'portal', p_ip, 'digest.off', x.address, '{}')) FROM x INTO lang;
  END IF;
END $$;
