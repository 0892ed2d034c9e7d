-- What is over, goes: never what somebody can still ask for, and never by a clock that nobody has
-- seen running (F-4, F-18).

-- Retention's own clock. It follows the wall clock, but that is believed only after it has run for
-- four hours without a jump of an hour or more (it was set, or the machine was off, asleep or stored
-- away); a difference of more than three days is never believed by itself. Meanwhile the difference
-- is made up at twice the speed of time, so that retention is late, but never stops: a clock that is
-- a year ahead takes one hour's mail too early for each hour that it stays so. Log and `sekisho
-- doctor` say what is wrong, and an administrator can say that the clock is right.
CREATE TABLE retention_clock (
  one   boolean PRIMARY KEY DEFAULT true CHECK (one),
  at    timestamptz NOT NULL, -- what ends after this time stays
  seen  timestamptz NOT NULL, -- the wall clock at the last step
  since timestamptz NOT NULL  -- it has not jumped since
);
INSERT INTO retention_clock (at, seen, since) VALUES (now(), now(), now());

CREATE FUNCTION retention_now() RETURNS timestamptz
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
  $$ SELECT least(at, now()) FROM retention_clock $$;

-- One step, each minute. How far the clock is behind afterwards.
CREATE FUNCTION retention_clock_step() RETURNS interval
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  UPDATE retention_clock c SET seen = now(), since = CASE WHEN n.jumped THEN now() ELSE c.since END,
         at = CASE WHEN now() - c.at <= interval '1 hour' THEN now()
                   WHEN n.jumped THEN c.at
                   WHEN now() - c.at <= interval '3 days' AND now() - c.since >= interval '4 hours' THEN now()
                   ELSE c.at + 2 * least(greatest(now() - c.seen, interval '0'), interval '10 minutes') END
    FROM (SELECT now() - seen NOT BETWEEN interval '-1 hour' AND interval '1 hour' AS jumped FROM retention_clock) n
  RETURNING now() - c.at
$$;

-- An administrator says that the clock is right (CLI). How far retention was behind.
CREATE FUNCTION retention_resume(p_actor text) RETURNS interval
LANGUAGE plpgsql VOLATILE SET search_path = public, pg_temp AS $$
DECLARE
  v_behind interval := greatest((SELECT now() - at FROM retention_clock), interval '0');
BEGIN
  INSERT INTO retention_clock (at, seen, since) VALUES (now(), now(), now())
    ON CONFLICT (one) DO UPDATE SET at = excluded.at, seen = excluded.seen, since = excluded.since;
  PERFORM audit_add('00000000-0000-0000-0000-000000000000', NULL, p_actor, 'cli', '', 'retention.resumed', '',
                    jsonb_build_object('behind_seconds', floor(extract(epoch FROM v_behind))));
  RETURN coalesce(v_behind, interval '0');
END $$;

-- The one rule about stored bytes, and so about the partitions they are in: can somebody still ask
-- for them? Where the answer is no once, it never becomes yes again. Simple, so that it is inlined.
CREATE FUNCTION keeps_body(p_state text, p_expires timestamptz, p_at timestamptz) RETURNS boolean
LANGUAGE sql IMMUTABLE AS
  $$ SELECT p_state IN ('held', 'deleted', 'releasing') OR (p_state <> 'purged' AND p_expires > p_at) $$;

-- Held and deleted mail whose time is over: first the state, so that nobody can ask for the bytes any
-- more, later the bytes. The record stays.
CREATE FUNCTION expire_held(p_limit int) RETURNS int
LANGUAGE sql VOLATILE SET search_path = public, pg_temp AS $$
  WITH due AS (
    SELECT org_id, received_at, message_id, recipient_id FROM message_recipient
     WHERE state IN ('held', 'deleted') AND expires_at < (SELECT retention_now())
     ORDER BY expires_at LIMIT p_limit FOR UPDATE SKIP LOCKED),
  gone AS (
    UPDATE message_recipient r SET state = 'purged', state_at = now()
      FROM due d WHERE r.org_id = d.org_id AND r.received_at = d.received_at AND r.message_id = d.message_id
       AND r.recipient_id = d.recipient_id
    RETURNING r.org_id, r.received_at, r.message_id, r.recipient_id),
  told AS (
    INSERT INTO event (org_id, event_id, at, message_id, recipient_id, kind)
    SELECT org_id, uuid7(), now(), message_id, recipient_id, 'purged' FROM gone)
  SELECT count(*)::int FROM gone
$$;

-- Bytes that nobody can ask for, in the order of their key from behind the place given: looks at
-- p_look pieces and deletes p_limit of them at most, so that one call is a short transaction. The
-- place to go on at is NULL at the end.
CREATE FUNCTION expire_bodies(p_look int, p_limit int, INOUT p_org uuid, INOUT p_at timestamptz, INOUT p_message uuid,
                              INOUT p_seq int, OUT gone int)
LANGUAGE plpgsql VOLATILE SET search_path = public, pg_temp AS $$
DECLARE
  b record;
  v_now timestamptz := retention_now();
  seen int := 0;
BEGIN
  gone := 0;
  FOR b IN
    SELECT x.org_id, x.received_at, x.message_id, x.seq,
           EXISTS (SELECT FROM message_recipient r
                    WHERE r.org_id = x.org_id AND r.received_at = x.received_at AND r.message_id = x.message_id
                      AND keeps_body(r.state, r.expires_at, v_now)) AS needed
      FROM body x
     WHERE (x.org_id, x.received_at, x.message_id, x.seq) > (p_org, p_at, p_message, p_seq)
       AND x.received_at < v_now - interval '1 hour'
     ORDER BY x.org_id, x.received_at, x.message_id, x.seq LIMIT p_look
  LOOP
    seen := seen + 1;
    p_org := b.org_id; p_at := b.received_at; p_message := b.message_id; p_seq := b.seq;
    IF NOT b.needed THEN
      DELETE FROM body x WHERE x.org_id = b.org_id AND x.received_at = b.received_at AND x.message_id = b.message_id AND x.seq = b.seq;
      gone := gone + 1;
      EXIT WHEN gone = p_limit;
    END IF;
  END LOOP;
  IF seen < p_look AND gone < p_limit THEN
    p_org := NULL; p_at := NULL; p_message := NULL; p_seq := NULL;
  END IF;
END $$;

-- Drops the oldest week that is over in one short transaction: its tables of mail when it ended
-- p_mail_days ago (or the longest retention of an organisation, if that is longer), or its table of
-- the audit log after p_audit_days. A week in which a recipient still needs its bytes stays whole,
-- with the time lines of such mail; kept counts the tables that stay for that reason. To be called
-- again while it drops something. Refusals (0008-connection.sql) go with the mail of their week, but hold
-- nothing that anybody needs.
--
-- What may go is found first, which locks nobody out. Then all that DROP locks is locked at once, in
-- the order in which mail comes in: the parents, through which everybody goes. Everybody waits behind
-- such a lock, so it is given up after 150 ms for each of the five: all of them are less
-- than the second after which PostgreSQL looks for deadlocks, so that nobody else is ever made to
-- fail for it. The job tries again.
CREATE FUNCTION partition_drop(p_mail_days int, p_audit_days int, OUT dropped int, OUT kept int)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET lock_timeout = '150ms' AS $$
DECLARE
  r record;
  needed boolean;
  part text;
  parts text[] := '{}';
  week timestamptz;
  is_audit boolean;
  v_now timestamptz := retention_now();
  v_mail timestamptz := v_now - make_interval(days => greatest(p_mail_days, (SELECT coalesce(max(retention_days), 0) FROM org) + 2));
  v_audit timestamptz := v_now - make_interval(days => p_audit_days);
BEGIN
  kept := 0;
  FOR r IN
    SELECT c.relname, p.relname AS parent, d.day::timestamp AT TIME ZONE 'UTC' AS begins, (d.day + 7)::timestamp AT TIME ZONE 'UTC' AS ends
      FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid JOIN pg_class p ON p.oid = i.inhparent
           CROSS JOIN LATERAL (SELECT to_date(right(c.relname, 8), 'YYYYMMDD') AS day) d
     WHERE p.relname IN ('message', 'message_recipient', 'body', 'event', 'audit', 'refusal') AND c.relname ~ '_p[0-9]{8}$'
       AND c.relkind = 'r' AND p.relkind = 'p'
     ORDER BY d.day, p.relname = 'audit', c.relname
  LOOP
    EXIT WHEN r.begins > week OR (r.parent = 'audit') <> is_audit;
    CONTINUE WHEN (r.ends <= CASE r.parent WHEN 'audit' THEN v_audit ELSE v_mail END) IS NOT TRUE;
    IF r.parent = 'event' THEN
      EXECUTE format('SELECT EXISTS (SELECT FROM message_recipient m JOIN %I v ON v.message_id = m.message_id AND v.org_id = m.org_id
        WHERE m.received_at < $1 AND keeps_body(m.state, m.expires_at, $2))', r.relname) INTO needed USING r.ends, v_now;
    ELSE
      needed := r.parent NOT IN ('audit', 'refusal') AND EXISTS (SELECT FROM message_recipient m
                  WHERE m.received_at >= r.begins AND m.received_at < r.ends AND keeps_body(m.state, m.expires_at, v_now));
    END IF;
    IF needed THEN
      kept := kept + 1;
      CONTINUE;
    END IF;
    parts := parts || r.relname::text;
    week := r.begins;
    is_audit := r.parent = 'audit';
  END LOOP;
  IF is_audit THEN -- who writes to the log locks its head before the table
    EXECUTE format('UPDATE audit_head h SET kept_from = x.seq + 1, kept_prev = x.hash
      FROM (SELECT DISTINCT ON (org_id) org_id, seq, hash FROM %I ORDER BY org_id, seq DESC) x
      WHERE x.org_id = h.org_id AND x.seq >= h.kept_from', parts[1]);
  ELSIF parts <> '{}' THEN
    LOCK TABLE ONLY message, ONLY message_recipient, ONLY body, ONLY event, ONLY refusal IN ACCESS EXCLUSIVE MODE;
  END IF;
  FOREACH part IN ARRAY parts LOOP
    EXECUTE format('DROP TABLE %I', part);
  END LOOP;
  dropped := cardinality(parts);
END $$;

GRANT EXECUTE ON FUNCTION retention_now(), retention_clock_step(), keeps_body(text, timestamptz, timestamptz), expire_held(int),
  expire_bodies(int, int, uuid, timestamptz, uuid, int), partition_drop(int, int) TO sekisho_jobs;
