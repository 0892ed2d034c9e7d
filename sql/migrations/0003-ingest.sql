-- The commit point of a message (store_ingest.h): message, recipients, first piece of the sealed body
-- and the events that are worth a row, in one call.
CREATE FUNCTION ingest(p jsonb, p_sha256 bytea, p_body bytea) RETURNS uuid
LANGUAGE plpgsql VOLATILE SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  v_org uuid := p->>'org_id';
  v_id uuid := p->>'message_id';
  v_at timestamptz := to_timestamp((p->>'received_at')::float8 / 1000);
  v_keep interval;
  v_same uuid[];
  v_resend uuid;
BEGIN
  SELECT make_interval(days => retention_days) INTO STRICT v_keep FROM org WHERE org_id = v_org;
  -- The same envelope and bytes within a day: our 250 was probably lost on its way (RFC 1047).
  SELECT array_agg(m.message_id ORDER BY m.received_at) INTO v_same FROM message m
   WHERE m.org_id = v_org AND m.sha256 = p_sha256 AND m.received_at > v_at - interval '24 hours'
     AND m.received_at < v_at + interval '1 hour' AND m.envelope_sender = p->>'envelope_sender';
  IF v_same IS NOT NULL THEN
    SELECT s.id INTO v_resend FROM unnest(v_same) WITH ORDINALITY AS s(id, n)
     WHERE EXISTS (SELECT FROM message_recipient r WHERE r.message_id = s.id AND r.org_id = v_org
                      AND r.address IN (SELECT x->>'address' FROM jsonb_array_elements(p->'recipients') x))
     ORDER BY s.n LIMIT 1;
  END IF;
  INSERT INTO message (org_id, message_id, received_at, node, direction, queue_id, client_ip, client_name, helo, tls,
    envelope_sender, sender_domain, header_from, header_from_name, header_id, subject, bytes, sha256, verdict, score,
    threshold, reasons, scan, scan_us, resend_of)
  VALUES (v_org, v_id, v_at, p->>'node', p->>'direction', nullif(p->>'queue_id', ''), p->>'client_ip', p->>'client_name',
    p->>'helo', p->>'tls', p->>'envelope_sender', p->>'sender_domain', p->>'header_from', p->>'header_from_name',
    left(p->>'header_id', 600), p->>'subject', (p->>'bytes')::bigint, p_sha256, p->>'verdict', (p->>'score')::float8,
    (p->>'threshold')::float8, p->'reasons', p->'scan', (p->>'scan_us')::bigint, v_resend);
  INSERT INTO message_recipient (org_id, message_id, recipient_id, received_at, address, domain, original, state, state_at,
    disposition, kind, rule, queue_id, expires_at)
  SELECT v_org, v_id, x.recipient_id, v_at, x.address, x.domain, x.original, x.state, v_at, x.disposition, x.kind, x.rule,
    CASE x.state WHEN 'passed' THEN nullif(p->>'queue_id', '') END, CASE x.state WHEN 'held' THEN v_at + v_keep END
  FROM jsonb_to_recordset(p->'recipients') AS x(recipient_id uuid, address text, domain text, original text, state text,
    disposition text, kind text, rule text);
  IF p_body IS NOT NULL THEN
    INSERT INTO body (org_id, message_id, received_at, seq, data) VALUES (v_org, v_id, v_at, 0, p_body);
    INSERT INTO event (org_id, event_id, at, message_id, recipient_id, kind, detail)
    SELECT v_org, uuid7(), v_at, v_id, x.recipient_id, 'held', jsonb_build_object('kind', x.kind, 'rule', x.rule)
    FROM jsonb_to_recordset(p->'recipients') AS x(recipient_id uuid, state text, kind text, rule text) WHERE x.state = 'held';
  END IF;
  IF v_resend IS NOT NULL THEN
    INSERT INTO event (org_id, event_id, at, message_id, kind, detail)
    VALUES (v_org, uuid7(), v_at, v_id, 'resend', jsonb_build_object('of', v_resend));
  END IF;
  IF p ? 'note' THEN
    INSERT INTO event (org_id, event_id, at, message_id, kind, detail)
    VALUES (v_org, uuid7(), v_at, v_id, p->'note'->>'kind', coalesce(p->'note'->'detail', '{}'));
  END IF;
  RETURN v_resend;
END $$;
GRANT EXECUTE ON FUNCTION ingest(jsonb, bytea, bytea) TO sekisho_engine;
ALTER TABLE body ALTER COLUMN data SET STORAGE EXTERNAL; -- it is compressed and sealed already
