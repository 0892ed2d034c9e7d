-- Applying what Postfix's log says (store_logfollow.h). Lines come in the order of the log.
CREATE FUNCTION logfollow_apply(p_node text, p_device bigint, p_inode bigint, p_read_to bigint, p_lines jsonb) RETURNS int
LANGUAGE plpgsql VOLATILE SET search_path = public, pg_temp AS $$
DECLARE
  l record; v_release uuid; v_state text; touched int := 0; n int;
BEGIN
  FOR l IN SELECT * FROM jsonb_to_recordset(p_lines) AS x(kind int, at float8, queue_id text, "to" text, orig_to text,
                         status text, dsn text, relay text, reply text, release_id uuid, nrcpt int) LOOP
    IF l.kind = 4 THEN       -- SLOG_RELEASE: our re-injected copy has this queue id
      INSERT INTO log_fact (node, queue_id, at, release_id) VALUES (p_node, l.queue_id, to_timestamp(l.at / 1000), l.release_id)
      ON CONFLICT (node, queue_id) DO UPDATE SET release_id = excluded.release_id;
    ELSIF l.kind = 1 THEN    -- SLOG_QUEUED: Postfix accepted it
      INSERT INTO log_fact (node, queue_id, at, nrcpt) VALUES (p_node, l.queue_id, to_timestamp(l.at / 1000), l.nrcpt)
      ON CONFLICT (node, queue_id) DO UPDATE SET nrcpt = excluded.nrcpt;
      UPDATE message_recipient r SET state = 'queued', state_at = to_timestamp(l.at / 1000)
       WHERE r.queue_id = l.queue_id AND r.state IN ('passed', 'unaccepted');
      GET DIAGNOSTICS n = ROW_COUNT;
      touched := touched + n;
    ELSIF l.kind = 3 THEN    -- SLOG_REMOVED
      UPDATE log_fact SET done = true WHERE node = p_node AND queue_id = l.queue_id;
    ELSE                     -- SLOG_DELIVERY 0, SLOG_EXPIRED 2
      SELECT f.release_id INTO v_release FROM log_fact f WHERE f.node = p_node AND f.queue_id = l.queue_id;
      v_state := CASE WHEN l.kind = 2 THEN 'expired' WHEN l.status = 'sent' THEN 'delivered' WHEN l.status = 'deferred' THEN 'deferred'
                      WHEN l.status = 'expired' THEN 'expired' ELSE 'bounced' END;
      WITH changed AS (
        UPDATE message_recipient r
           SET state = CASE WHEN r.state IN ('delivered', 'bounced', 'expired') AND v_state = 'deferred' THEN r.state ELSE v_state END,
               state_at = to_timestamp(l.at / 1000), queue_id = l.queue_id
         WHERE (r.queue_id = l.queue_id OR (v_release IS NOT NULL AND r.release_id = v_release))
           AND r.state IN ('passed', 'unaccepted', 'queued', 'deferred', 'releasing', 'delivered', 'bounced', 'expired')
           AND CASE WHEN l.kind = 2 THEN r.state NOT IN ('delivered', 'bounced')
                    ELSE r.address IN (lower(l."to"), lower(l.orig_to)) OR v_release IS NOT NULL END
        RETURNING r.org_id, r.message_id, r.recipient_id)
      INSERT INTO event (org_id, event_id, at, message_id, recipient_id, kind, detail)
      SELECT c.org_id, uuid7(), to_timestamp(l.at / 1000), c.message_id, c.recipient_id, v_state,
             jsonb_strip_nulls(jsonb_build_object('queue_id', l.queue_id, 'relay', nullif(l.relay, ''), 'dsn', nullif(l.dsn, ''),
                                                  'reply', nullif(l.reply, ''))) FROM changed c;
      GET DIAGNOSTICS n = ROW_COUNT;
      touched := touched + n;
    END IF;
  END LOOP;
  INSERT INTO log_position (node, device, inode, read_to, at) VALUES (p_node, p_device, p_inode, p_read_to, now())
  ON CONFLICT (node) DO UPDATE SET device = excluded.device, inode = excluded.inode, read_to = excluded.read_to, at = excluded.at;
  RETURN touched;
END $$;
GRANT EXECUTE ON FUNCTION logfollow_apply(text, bigint, bigint, bigint, jsonb) TO sekisho_jobs;

-- Ends what has expired, in small steps. Returns the recipients purged.
CREATE FUNCTION expire_mail(p_limit int) RETURNS int LANGUAGE plpgsql VOLATILE SET search_path = public, pg_temp AS $$
DECLARE n int;
BEGIN
  WITH due AS (
    SELECT r.org_id, r.received_at, r.message_id, r.recipient_id FROM message_recipient r
     WHERE r.state IN ('held', 'deleted') AND r.expires_at <= now() ORDER BY r.expires_at LIMIT p_limit FOR UPDATE SKIP LOCKED),
  x AS (
    UPDATE message_recipient r SET state = 'purged', state_at = now() FROM due
     WHERE r.org_id = due.org_id AND r.received_at = due.received_at AND r.message_id = due.message_id AND r.recipient_id = due.recipient_id
    RETURNING r.org_id, r.message_id, r.recipient_id)
  INSERT INTO event (org_id, event_id, at, message_id, recipient_id, kind) SELECT org_id, uuid7(), now(), message_id, recipient_id, 'purged' FROM x;
  GET DIAGNOSTICS n = ROW_COUNT;
  -- Bytes go when no recipient of the message can need them any more.
  DELETE FROM body b USING (
      SELECT DISTINCT r.org_id, r.received_at, r.message_id FROM message_recipient r
       WHERE r.state = 'purged' AND r.state_at > now() - interval '2 days') p
   WHERE b.org_id = p.org_id AND b.received_at = p.received_at AND b.message_id = p.message_id
     AND NOT EXISTS (SELECT FROM message_recipient r WHERE r.org_id = p.org_id AND r.received_at = p.received_at AND r.message_id = p.message_id
                        AND (r.state IN ('held', 'deleted', 'releasing') OR r.expires_at > now()));
  RETURN n;
END $$;
GRANT EXECUTE ON FUNCTION expire_mail(int) TO sekisho_jobs;
CREATE INDEX message_recipient_purged_idx ON message_recipient (state_at) WHERE state = 'purged';
