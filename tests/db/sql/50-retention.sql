-- Retention: what is over goes in small steps, what somebody can ask for stays, whatever the clock says.
\ir common.psql
SELECT no_plan();
SELECT tenants();

-- The partitions of a week long ago, as partition_ensure() made them then.
CREATE FUNCTION tap.old_week(p_at timestamptz) RETURNS void LANGUAGE plpgsql AS $$
DECLARE w date := date_trunc('week', p_at AT TIME ZONE 'UTC')::date; t text;
BEGIN
  PERFORM set_config('role', 'sekisho_owner', true);
  FOREACH t IN ARRAY ARRAY['message', 'message_recipient', 'body', 'event', 'audit'] LOOP
    EXECUTE format('CREATE TABLE %I PARTITION OF %I FOR VALUES FROM (%L) TO (%L)', t || '_p' || to_char(w, 'YYYYMMDD'), t,
                   w || ' 00:00:00+00', (w + 7) || ' 00:00:00+00');
  END LOOP;
  PERFORM set_config('role', 'none', true);
END $$;
CREATE FUNCTION tap.ago(p_weeks int) RETURNS timestamptz LANGUAGE sql AS $$ SELECT now() - make_interval(weeks => p_weeks) $$;
CREATE FUNCTION tap.old_mail(p_weeks int, k int, p_state text, p_keep interval) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM mail(org_id(1), message_id(1, k), recipient_id(1, k), 'u1@org1.example', 'held', 'spam', '\x00', ago(p_weeks));
  UPDATE message_recipient SET state = p_state, expires_at = now() + p_keep,
         released_at = CASE p_state WHEN 'delivered' THEN now() END WHERE recipient_id = recipient_id(1, k);
END $$;
-- Drops until nothing is dropped any more: "tables dropped, tables kept".
CREATE FUNCTION tap.drop_all(p_days int DEFAULT 90) RETURNS text LANGUAGE plpgsql AS $$
DECLARE r record; n int := 0;
BEGIN
  LOOP
    SELECT * INTO r FROM partition_drop(p_days, 36500);
    n := n + r.dropped;
    EXIT WHEN r.dropped = 0;
  END LOOP;
  RETURN n || ', ' || r.kept;
END $$;
CREATE FUNCTION tap.weeks() RETURNS text LANGUAGE sql AS $$
  SELECT string_agg(w, ' ' ORDER BY w) FROM (
    SELECT CASE WHEN to_regclass('message_p' || to_char(date_trunc('week', ago(n) AT TIME ZONE 'UTC'), 'YYYYMMDD')) IS NOT NULL THEN n::text END AS w
      FROM unnest(ARRAY[20, 30, 40, 50, 60]) n) x $$;
SELECT old_week(ago(n)) FROM unnest(ARRAY[20, 30, 40, 50, 60]) n;

-- One week for each reason to keep it, and one with none.
SELECT old_mail(20, 40, 'purged', '-1 day');
SELECT old_mail(20, 41, 'delivered', '-1 day');
SELECT old_mail(30, 42, 'held', '10 days');
SELECT old_mail(40, 43, 'deleted', '10 days');
SELECT old_mail(50, 44, 'releasing', '-1 day');
SELECT old_mail(60, 45, 'delivered', '10 days');
SELECT is((SELECT dropped || ' ' || kept FROM partition_drop(90, 36500)), '4 16', 'the week that is over goes, four weeks with live mail stay');
SELECT is(drop_all(), '0, 16', 'and they stay');
SELECT is(weeks(), '30 40 50 60', 'held, deleted, releasing, released and not over: each keeps its week');
SELECT is(count(*)::int, 4, 'with the bytes') FROM body WHERE received_at < ago(25);
SELECT is(count(*)::int, 4, 'and the time lines') FROM event WHERE at < ago(25);
SELECT is(drop_all(3650), '0, 0', 'nothing is over when records are kept for ten years');
UPDATE message_recipient SET state = 'purged' WHERE recipient_id = recipient_id(1, 42);
UPDATE message_recipient SET state = 'held' WHERE recipient_id = recipient_id(1, 44);
INSERT INTO event (org_id, event_id, at, message_id, recipient_id, kind) VALUES (org_id(1), uuid7(), ago(30), message_id(1, 44), recipient_id(1, 44), 'viewed');
SELECT is(drop_all(), '3, 13', 'a week goes when its last mail is dealt with, but not the events of older mail that lives');
SELECT is(weeks(), '40 50 60', 'it is gone');
SELECT is(count(*)::int, 1, 'the event is there') FROM event WHERE kind = 'viewed';
UPDATE org SET retention_days = 3650 WHERE org_id = org_id(2);
UPDATE message_recipient SET state = 'purged' WHERE received_at < ago(25);
SELECT is(drop_all(), '0, 0', 'the longest retention of all organisations counts');
UPDATE org SET retention_days = 30 WHERE org_id = org_id(2);

-- The clock jumps ahead (F-18): as if what was seen until now had been a year ago.
CREATE FUNCTION tap.jumped(p interval) RETURNS void LANGUAGE sql AS
  $$ UPDATE retention_clock SET at = now() - p, seen = now() - p, since = now() - p - interval '1 month' $$;
CREATE FUNCTION tap.minute() RETURNS interval LANGUAGE sql AS $$
  UPDATE retention_clock SET seen = now() - interval '1 minute';
  SELECT retention_clock_step() $$;
SELECT is(retention_clock_step(), interval '0', 'nothing jumped');
SELECT is(retention_now(), now(), 'retention goes by the wall clock');
SELECT jumped('1 year');
SELECT is(drop_all(), '0, 0', 'a year ahead: no partition goes');
UPDATE message_recipient SET expires_at = now() - interval '1 hour' WHERE recipient_id IN (recipient_id(1, 2), recipient_id(2, 1));
SELECT is(expire_held(10), 0, 'no held mail goes');
UPDATE message_recipient SET state = 'delivered', expires_at = now() - interval '1 hour' WHERE recipient_id = recipient_id(1, 45);
SELECT cmp_ok(retention_clock_step(), '>', interval '364 days', 'the clock of retention stays behind');
SELECT is(retention_now(), now() - interval '1 year', 'the jump itself is no time seen');
SELECT is(retention_clock_step(), now() - retention_now(), 'no time seen: no step');
SELECT minute();
SELECT is(retention_now(), now() - interval '1 year' + interval '2 minutes', 'then it makes up the difference at twice the speed of time');
UPDATE retention_clock SET seen = now() - interval '50 minutes';
SELECT retention_clock_step();
SELECT is(retention_now(), now() - interval '1 year' + interval '22 minutes', 'by a bounded step');
UPDATE retention_clock SET since = now() - interval '1 week';
SELECT minute();
SELECT is(retention_now(), now() - interval '1 year' + interval '24 minutes', 'also after a week: that is for a person to decide');
SELECT is(drop_all(), '0, 0', 'still nothing goes');

-- Two days ahead for a moment: nothing. A weekend without power, a machine that was stored away: late.
SELECT jumped('2 days');
SELECT retention_clock_step();
SELECT is(retention_now(), now() - interval '2 days', 'a jump of two days is not believed at once');
UPDATE message_recipient SET expires_at = now() - interval '47 hours' WHERE recipient_id = recipient_id(1, 2);
SELECT is(expire_held(10), 0, 'what is over by that clock stays');
SELECT minute();
SELECT is(retention_now(), now() - interval '2 days' + interval '2 minutes', 'nor a minute later');
UPDATE retention_clock SET since = now() - interval '3 hours 59 minutes';
SELECT minute();
SELECT is(retention_now(), now() - interval '2 days' + interval '4 minutes', 'nor for four hours');
UPDATE retention_clock SET since = now() - interval '4 hours';
SELECT minute();
SELECT is(retention_now(), now(), 'then it is believed');
SELECT is(since, now() - interval '4 hours', 'that was no jump') FROM retention_clock;
SELECT jumped('59 minutes');
SELECT is(retention_clock_step(), interval '0', 'a change of less than an hour is none');
-- Ahead for ten minutes, then put right.
UPDATE retention_clock SET at = now() - interval '10 minutes', seen = now() + interval '2 days', since = now() + interval '2 days';
SELECT is(retention_clock_step(), interval '0', 'a clock that was put right is right');
SELECT is(since, now(), 'that was a jump') FROM retention_clock;

-- Somebody says that the clock is right.
SELECT jumped('1 year');
SELECT retention_clock_step();
SELECT is(as_role('sekisho_' || r, NULL, NULL, 'SELECT retention_resume(''x'')'), '42501', r || ' cannot say so')
  FROM unnest(ARRAY['engine', 'jobs', 'console', 'portal', 'postfix']) r;
SELECT is(as_role('sekisho_owner', NULL, NULL, 'SELECT retention_resume(''cli:root'')'), '365 days', 'the owner says so');
SELECT is(retention_now(), now(), 'retention goes by the clock');
SELECT is(detail->>'behind_seconds', '31536000', 'and who said so is in the audit log') FROM audit
 WHERE event = 'retention.resumed' AND actor = 'cli:root' AND surface = 'cli' AND org_id = '00000000-0000-0000-0000-000000000000';
SELECT minute();
SELECT is(retention_now(), now(), 'it stays');
UPDATE retention_clock SET at = now() + interval '1 year', seen = now() + interval '1 year';
SELECT is(retention_now(), now(), 'a clock that was set back is believed at once');
SELECT retention_clock_step();
SELECT is(at, now(), 'and for good') FROM retention_clock;
SELECT is(drop_all(), '13, 0', 'then what is over goes');
SELECT is(weeks(), NULL, 'all of it');
DELETE FROM retention_clock;
SELECT is(expire_held(10), 0, 'without its clock retention does nothing');
SELECT is(drop_all(), '0, 0', 'nothing at all');
SELECT is(as_role('sekisho_owner', NULL, NULL, 'SELECT retention_resume(''cli:root'')'), '00:00:00', 'it can be made anew');

-- Expiry: first the state, then the bytes.
SELECT is(expire_held(1), 1, 'one at a time');
SELECT is(expire_held(10), 1, 'then the other');
SELECT is(expire_held(10), 0, 'then none');
SELECT is(state, 'purged', 'the record stays') FROM message_recipient WHERE recipient_id = recipient_id(1, 2);
SELECT is(count(*)::int, 1, 'so do the bytes, at first') FROM body WHERE message_id = message_id(1, 2);

-- Bodies in small steps. Forty messages of two pieces each; every second one is needed.
DELETE FROM body;
SELECT mail(org_id(1 + n % 2), message_id(3, n), recipient_id(3, n), 'u1@org1.example', 'held', 'spam', '\x00', now() - interval '2 hours')
  FROM generate_series(1, 40) n;
INSERT INTO body SELECT org_id, message_id, received_at, 1, data FROM body;
UPDATE message_recipient SET state = 'purged' WHERE recipient_id IN (SELECT recipient_id(3, n) FROM generate_series(1, 40) n WHERE n % 4 < 2);
SELECT mail(org_id(1), message_id(3, 50), recipient_id(3, 50), 'u1@org1.example', 'held', 'spam');
UPDATE message_recipient SET state = 'purged' WHERE recipient_id = recipient_id(3, 50);
CREATE FUNCTION tap.walk(p_look int, p_limit int) RETURNS text LANGUAGE plpgsql AS $$
DECLARE r record; n int := 0; steps int := 0; most int := 0; none uuid := '00000000-0000-0000-0000-000000000000';
BEGIN
  SELECT * INTO r FROM expire_bodies(p_look, p_limit, none, '-infinity', none, 0);
  LOOP
    steps := steps + 1; n := n + r.gone; most := greatest(most, r.gone);
    EXIT WHEN r.p_org IS NULL OR steps > 1000;
    SELECT * INTO r FROM expire_bodies(p_look, p_limit, r.p_org, r.p_at, r.p_message, r.p_seq);
  END LOOP;
  RETURN format('%s gone, %s at most, %s steps', n, most, steps);
END $$;
SAVEPOINT walk;
SELECT is(walk(1000, 3), '40 gone, 3 at most, 14 steps', 'three pieces at a time');
SELECT is(walk(10, 100), '0 gone, 0 at most, 5 steps', 'ten looked at at a time: a walk always ends');
SELECT is(count(*)::int, 40, 'what is held keeps all its pieces') FROM body b JOIN message_recipient r USING (org_id, received_at, message_id)
 WHERE r.state = 'held' AND b.received_at < now() - interval '1 hour';
SELECT is(count(*)::int, 41, 'and what is younger than an hour is left alone') FROM body;
ROLLBACK TO walk;
SELECT is(walk(7, 100), '40 gone, 5 at most, 12 steps', 'both bounds together');
SELECT * FROM finish();
ROLLBACK;
