-- What the jobs role keeps about releases, and how Postfix's log changes the places of mail.

-- A release is claimed before it is sent. A row that is found claimed may have been sent already by a
-- process that died: it is looked for first in the log of the node that claimed it (security.md 4.2).
ALTER TABLE message_recipient ADD COLUMN release_claimed_at timestamptz;
ALTER TABLE message_recipient ADD COLUMN release_node text;
ALTER TABLE message_recipient ADD COLUMN release_tries int NOT NULL DEFAULT 0;
ALTER TABLE message_recipient ADD COLUMN release_try_at timestamptz;

-- One recipient's way, told by Postfix. Final states never change again; leaving 'releasing' is the
-- release, whoever notices it first. Planned once: a plan for each call costs more than the look-ups in all
-- partitions.
CREATE FUNCTION logfollow_move(p_queue_id text, p_addresses text[], p_from text[], p_to text, p_at timestamptz,
                               p_detail jsonb) RETURNS int
LANGUAGE plpgsql VOLATILE SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  r record;
  moved int := 0;
BEGIN
  FOR r IN
    SELECT x.org_id, x.received_at, x.message_id, x.recipient_id, x.state, x.release_id FROM message_recipient x
     WHERE x.queue_id = p_queue_id AND (p_addresses IS NULL OR x.address = ANY (p_addresses)) AND x.state = ANY (p_from)
     FOR UPDATE
  LOOP
    moved := moved + 1;
    UPDATE message_recipient x SET state = p_to, state_at = greatest(p_at, x.received_at), release_claimed_at = NULL
     WHERE x.org_id = r.org_id AND x.received_at = r.received_at AND x.message_id = r.message_id AND x.recipient_id = r.recipient_id;
    IF r.state = 'releasing' THEN
      INSERT INTO event (org_id, event_id, at, message_id, recipient_id, kind, detail)
      VALUES (r.org_id, uuid7(), p_at, r.message_id, r.recipient_id, 'released',
              jsonb_build_object('queue_id', p_queue_id, 'release_id', r.release_id));
    END IF;
    IF p_to <> 'queued' OR r.state = 'unaccepted' THEN -- the time line said that it was lost
      INSERT INTO event (org_id, event_id, at, message_id, recipient_id, kind, detail)
      VALUES (r.org_id, uuid7(), greatest(p_at, r.received_at), r.message_id, r.recipient_id, p_to,
              p_detail || jsonb_build_object('queue_id', p_queue_id));
    END IF;
  END LOOP;
  RETURN moved;
END $$;

-- A batch of log lines and the position behind them, in one transaction. Facts are objects with
-- kind, queue_id, at (ms) and what the kind needs: release_id; nrcpt; to, orig_to, status, detail.
-- "queued" is looked at after what became of the mail: most mail is delivered before its lines are read, and
-- is written once then. Releases come first, since they tie their queue id to a row.
CREATE FUNCTION logfollow(p_node text, p_device bigint, p_inode bigint, p_read_to bigint, p_at timestamptz, p_facts jsonb)
RETURNS void LANGUAGE plpgsql VOLATILE SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  f jsonb;
  v_at timestamptz;
  q text;
BEGIN
  FOR f IN SELECT x FROM jsonb_array_elements(p_facts) WITH ORDINALITY AS t(x, n)
            ORDER BY CASE x->>'kind' WHEN 'release' THEN 0 WHEN 'queued' THEN 2 WHEN 'removed' THEN 3 ELSE 1 END, n
  LOOP
    v_at := to_timestamp((f->>'at')::float8 / 1000);
    q := f->>'queue_id';
    CASE f->>'kind'
    WHEN 'release' THEN
      INSERT INTO log_fact (node, queue_id, at, release_id) VALUES (p_node, q, v_at, (f->>'release_id')::uuid)
        ON CONFLICT (node, queue_id) DO UPDATE SET release_id = excluded.release_id;
      UPDATE message_recipient SET queue_id = q WHERE release_id = (f->>'release_id')::uuid AND state = 'releasing';
    WHEN 'queued' THEN
      UPDATE log_fact SET nrcpt = (f->>'nrcpt')::int WHERE node = p_node AND queue_id = q;
      PERFORM logfollow_move(q, NULL, ARRAY['passed', 'unaccepted', 'releasing'], 'queued', v_at, '{}');
      IF NOT EXISTS (SELECT FROM message_recipient WHERE queue_id = q) THEN
        INSERT INTO log_fact (node, queue_id, at, nrcpt) VALUES (p_node, q, v_at, (f->>'nrcpt')::int)
          ON CONFLICT (node, queue_id) DO NOTHING;
      END IF;
    WHEN 'delivery' THEN
      PERFORM logfollow_move(q, ARRAY[f->>'to', f->>'orig_to'], ARRAY['passed', 'unaccepted', 'releasing', 'queued', 'deferred'],
                             f->>'status', v_at, f->'detail');
    WHEN 'expired' THEN
      PERFORM logfollow_move(q, NULL, ARRAY['passed', 'unaccepted', 'queued', 'deferred'], 'expired', v_at, '{}');
    WHEN 'notice' THEN
      INSERT INTO log_fact (node, queue_id, at, notice) VALUES (p_node, q, v_at, true)
        ON CONFLICT (node, queue_id) DO UPDATE SET notice = true;
    WHEN 'removed' THEN
      UPDATE log_fact SET done = true WHERE node = p_node AND queue_id = q;
    ELSE NULL;
    END CASE;
  END LOOP;
  INSERT INTO log_position (node, device, inode, read_to, at) VALUES (p_node, p_device, p_inode, p_read_to, p_at)
    ON CONFLICT (node) DO UPDATE SET device = excluded.device, inode = excluded.inode, read_to = excluded.read_to,
       -- Never backwards, but a time from a clock that was ahead is none: nothing is known up to then.
       at = CASE WHEN log_position.at > now() + interval '2 minutes' THEN excluded.at ELSE greatest(log_position.at, excluded.at) END;
END $$;

-- We said yes, and a minute later Postfix's log, read to the end, still does not know the mail: the
-- connection broke between our answer and its own commit, and the sender was told to try again.
CREATE FUNCTION logfollow_unaccepted(p_node text) RETURNS int
LANGUAGE sql VOLATILE SET search_path = public, pg_temp AS $$
  WITH gone AS (
    UPDATE message_recipient r SET state = 'unaccepted', state_at = now()
      FROM message m, log_position p
     WHERE p.node = p_node AND r.state = 'passed' AND r.state_at < p.at - interval '60 seconds'
       AND m.org_id = r.org_id AND m.received_at = r.received_at AND m.message_id = r.message_id AND m.node = p_node
    RETURNING r.org_id, r.message_id, r.recipient_id),
  told AS (
    INSERT INTO event (org_id, event_id, at, message_id, recipient_id, kind)
    SELECT org_id, uuid7(), now(), message_id, recipient_id, 'unaccepted' FROM gone)
  SELECT count(*)::int FROM gone
$$;

GRANT EXECUTE ON FUNCTION logfollow_move(text, text[], text[], text, timestamptz, jsonb),
  logfollow(text, bigint, bigint, bigint, timestamptz, jsonb), logfollow_unaccepted(text)
  TO sekisho_jobs;
