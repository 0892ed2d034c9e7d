-- Mail: the commit point, ids in order of time, partitions, log follower.
\ir common.psql
SELECT no_plan();
SELECT tenants();

SELECT ok(bool_and(a < b), 'uuid7() grows with time')
  FROM (SELECT lag(u) OVER (ORDER BY n) AS a, u AS b FROM (
          SELECT n, (SELECT uuid7() FROM pg_sleep(0.002 + n * 0)) AS u FROM generate_series(1, 50) n) x) y WHERE a IS NOT NULL;
SELECT matches(uuid7()::text, '^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$', 'uuid7() is a version 7 id');

-- Commit point.
SELECT is(state || ' ' || kind || ' ' || (expires_at - received_at), 'held spam 30 days', 'held mail expires as the organisation says')
  FROM message_recipient WHERE recipient_id = recipient_id(1, 1);
SELECT is(count(*)::int, 1, 'its body is kept') FROM body WHERE message_id = message_id(1, 1);
SELECT is(string_agg(kind, ','), 'held', 'its event is written') FROM event WHERE message_id = message_id(1, 1);
SELECT mail(org_id(1), message_id(1, 20), recipient_id(1, 20), 'u1@org1.example', 'passed', '', NULL);
SELECT is(queue_id, 'Q' || message_id(1, 20), 'passed mail knows its queue id') FROM message_recipient WHERE recipient_id = recipient_id(1, 20);
SELECT is(expires_at, NULL, 'passed mail does not expire') FROM message_recipient WHERE recipient_id = recipient_id(1, 20);
SELECT throws_ok($$ SELECT mail(org_id(9), message_id(1, 21), recipient_id(1, 21), 'u1@x', 'held', 'spam') $$, 'P0002', NULL,
                 'an unknown organisation is refused');
SELECT is(count(*)::int, 0, 'and nothing of it is left') FROM message WHERE message_id = message_id(1, 21);
SELECT throws_ok($$ SELECT mail(org_id(1), message_id(1, 1), recipient_id(1, 1), 'u1@org1.example', 'held', 'spam') $$, '23505', NULL,
                 'the same message is not written twice');

-- Texts as long as a sender likes: none of them may be too long for an index. Random, since those
-- that repeat themselves are compressed.
CREATE FUNCTION tap.noise(n int) RETURNS text LANGUAGE sql AS
  $$ SELECT left(string_agg(encode(sha256(i::text::bytea), 'hex'), ''), n) FROM generate_series(0, n / 64) i $$;
CREATE FUNCTION tap.kana(n int) RETURNS text LANGUAGE sql AS -- four bytes each
  $$ SELECT string_agg(chr(131072 + get_byte(sha256(i::text::bytea), 0) * 128 + get_byte(sha256(i::text::bytea), 1)), '') FROM generate_series(1, n) i $$;
CREATE FUNCTION tap.long_mail(k int, p_id text, p_rest text, p_local text) RETURNS uuid LANGUAGE sql AS $$
  SELECT ingest(jsonb_build_object('org_id', org_id(1), 'message_id', message_id(1, k), 'received_at', floor(extract(epoch FROM now()) * 1000),
    'node', 'n1', 'direction', 'in', 'queue_id', '', 'client_ip', '', 'client_name', p_rest, 'helo', p_rest, 'tls', '',
    'envelope_sender', p_rest, 'sender_domain', p_rest, 'header_from', p_rest, 'header_from_name', p_rest, 'header_id', p_id, 'subject', p_rest,
    'bytes', 1, 'verdict', 'clean', 'score', 0, 'threshold', 5, 'reasons', '[]'::jsonb, 'scan', '{}'::jsonb, 'scan_us', 1,
    'recipients', jsonb_build_array(jsonb_build_object('recipient_id', recipient_id(1, k), 'address', p_local || '@org1.example', 'domain', 'org1.example',
      'original', p_local || '@org1.example', 'state', 'passed', 'disposition', 'deliver', 'kind', '', 'rule', ''))), sha256(k::text::bytea), NULL) $$;
SELECT lives_ok($$ SELECT long_mail(70, '<' || noise(100000) || '@x>', 's', 'u1') $$, 'a Message-ID of 100 kB is taken');
SELECT is(header_id, '<' || noise(599), 'its beginning is kept') FROM message WHERE message_id = message_id(1, 70);
SELECT lives_ok($$ SELECT long_mail(71, kana(25000), 's', 'u1') $$, 'so is one of four-byte characters');
SELECT is(octet_length(header_id), 2400, '600 of them') FROM message WHERE message_id = message_id(1, 71);
SELECT lives_ok($$ SELECT long_mail(72, '', noise(100000), 'u1') $$, 'other texts of 100 kB, too');
SELECT lives_ok($$ SELECT long_mail(73, '', '', noise(1000) || '+' || noise(900)) $$, 'and the longest address that Postfix lets through');

-- Resend: same envelope and bytes within a day.
UPDATE message SET sha256 = sha256('same') WHERE message_id IN (message_id(1, 20));
CREATE FUNCTION tap.again(p_id uuid, p_address text, p_at timestamptz) RETURNS uuid LANGUAGE sql AS $$
  SELECT ingest(jsonb_build_object('org_id', org_id(1), 'message_id', p_id, 'received_at', floor(extract(epoch FROM p_at) * 1000),
    'node', 'n1', 'direction', 'in', 'queue_id', '', 'client_ip', '', 'client_name', '', 'helo', '', 'tls', '',
    'envelope_sender', 'a@sender.example', 'sender_domain', '', 'header_from', '', 'header_from_name', '', 'header_id', '', 'subject', '',
    'bytes', 1, 'verdict', 'clean', 'score', 0, 'threshold', 5, 'reasons', '[]'::jsonb, 'scan', '{}'::jsonb, 'scan_us', 1,
    'recipients', jsonb_build_array(jsonb_build_object('recipient_id', uuid7(), 'address', p_address, 'domain', '', 'original', p_address,
      'state', 'passed', 'disposition', 'deliver', 'kind', '', 'rule', ''))), sha256('same'), NULL) $$;
SELECT is(again(uuid7(), 'u1@org1.example', now() + interval '1 hour'), message_id(1, 20), 'a resend is recognised');
SELECT is(again(uuid7(), 'other@org1.example', now() + interval '1 hour'), NULL, 'other recipients: no resend');
SELECT is(again(uuid7(), 'u1@org1.example', now() + interval '2 days'), NULL, 'after a day: no resend');

-- Partitions.
SELECT is(partition_ensure(), 0, 'partition_ensure() makes nothing twice');
SELECT is(partition_ensure(6), 12, 'two more weeks of six tables');
SELECT is(tableoid::regclass::text, 'message_p' || to_char(date_trunc('week', now() AT TIME ZONE 'UTC'), 'YYYYMMDD'), 'this week''s partition')
  FROM message WHERE message_id = message_id(1, 1);

-- Log follower: the way of one mail, and twice the same lines change nothing.
CREATE FUNCTION tap.says(p_kind text, p_queue text, p_more jsonb DEFAULT '{}') RETURNS jsonb LANGUAGE sql AS $$
  SELECT jsonb_build_array(jsonb_build_object('kind', p_kind, 'queue_id', p_queue, 'at', floor(extract(epoch FROM now()) * 1000)) || p_more) $$;
CREATE FUNCTION tap.state_of(p uuid) RETURNS text LANGUAGE sql AS
  $$ SELECT state || ' ' || (SELECT count(*) FROM event e WHERE e.recipient_id = r.recipient_id) FROM message_recipient r WHERE recipient_id = p $$;
SELECT logfollow('n1', 1, 2, 100, now(), says('queued', 'Q' || message_id(1, 20), '{"nrcpt": 1}'));
SELECT is(state_of(recipient_id(1, 20)), 'queued 0', 'queued');
SELECT logfollow('n1', 1, 2, 200, now(), says('delivery', 'Q' || message_id(1, 20),
  '{"to": "u1@org1.example", "orig_to": "", "status": "deferred", "detail": {"dsn": "4.4.1"}}'));
SELECT is(state_of(recipient_id(1, 20)), 'deferred 1', 'deferred, with an event');
SELECT logfollow('n1', 1, 2, 300, now(), says('delivery', 'Q' || message_id(1, 20),
  '{"to": "u1@org1.example", "orig_to": "", "status": "delivered", "detail": {"dsn": "2.0.0"}}')) FROM generate_series(1, 2);
SELECT is(state_of(recipient_id(1, 20)), 'delivered 2', 'delivered, once');
SELECT logfollow('n1', 1, 2, 400, now(), says('queued', 'Q' || message_id(1, 20), '{"nrcpt": 1}'));
SELECT is(state_of(recipient_id(1, 20)), 'delivered 2', 'a final state stays');
SELECT is(read_to, 400::bigint, 'the position moves with the facts') FROM log_position WHERE node = 'n1';

SELECT logfollow('n1', 1, 2, 400, now() - interval '1 minute', '[]');
SELECT is(at, now(), 'how far the log is known does not go back') FROM log_position WHERE node = 'n1';
SELECT logfollow('n1', 1, 2, 400, now() + interval '1 year', '[]');
SELECT logfollow('n1', 1, 2, 400, now(), '[]');
SELECT is(at, now(), 'but a time that has not come yet is not believed') FROM log_position WHERE node = 'n1';

-- Mail that Postfix never took, as far as its log was read, and that it then speaks of after all.
SELECT mail(org_id(1), message_id(2, n), recipient_id(2, n), 'u1@org1.example', 'passed', '', NULL) FROM generate_series(60, 65) n;
UPDATE message_recipient SET state_at = now() - interval '2 minutes' WHERE recipient_id IN (SELECT recipient_id(2, n) FROM generate_series(60, 64) n);
SELECT is(logfollow_unaccepted('n2'), 0, 'the log of another node says nothing about it');
SELECT is(logfollow_unaccepted('n1'), 5, 'a minute later it counts as never taken');
SELECT is(logfollow_unaccepted('n1'), 0, 'once');
SELECT is(state_of(recipient_id(2, 60)), 'unaccepted 1', 'with an event');
SELECT is(state_of(recipient_id(2, 65)), 'passed 0', 'younger mail has its time');
SELECT logfollow('n1', 1, 2, 410, now(), says('queued', 'Q' || message_id(2, 60), '{"nrcpt": 1}'));
SELECT is(state_of(recipient_id(2, 60)), 'queued 2', 'the log shows it in the queue: so it is, and the time line says so');
SELECT is(detail->>'queue_id', 'Q' || message_id(2, 60), 'with its queue id') FROM event WHERE recipient_id = recipient_id(2, 60) AND kind = 'queued';
SELECT logfollow('n1', 1, 2, 420, now(), says('delivery', 'Q' || message_id(2, n),
  jsonb_build_object('to', 'u1@org1.example', 'orig_to', '', 'status', s, 'detail', '{}'::jsonb)))
  FROM (VALUES (60, 'delivered'), (61, 'delivered'), (62, 'deferred'), (63, 'bounced')) x(n, s);
SELECT is(string_agg(state, ' ' ORDER BY recipient_id), 'delivered delivered deferred bounced', 'what happened to it is followed')
  FROM message_recipient WHERE recipient_id IN (SELECT recipient_id(2, n) FROM generate_series(60, 63) n);
SELECT logfollow('n1', 1, 2, 430, now(), says('expired', 'Q' || message_id(2, 64)));
SELECT is(state_of(recipient_id(2, 64)), 'expired 2', 'also when Postfix gives up');
UPDATE message_recipient SET state_at = now() - interval '2 minutes' WHERE recipient_id = recipient_id(2, 61);
SELECT is(logfollow_unaccepted('n1'), 0, 'it is not lost again');

-- Most mail is delivered before its lines are read. All of it in one batch: one change.
CREATE FUNCTION tap.changes() RETURNS bigint LANGUAGE sql AS
  $$ SELECT sum(n_tup_upd)::bigint FROM pg_stat_xact_user_tables WHERE relname LIKE 'message_recipient%' $$;
SELECT mail(org_id(1), message_id(1, 40), recipient_id(1, 40), 'u1@org1.example', 'passed', '', NULL);
SELECT changes() AS before \gset
SELECT logfollow('n1', 1, 2, 440, now(), says('queued', 'Q' || message_id(1, 40), '{"nrcpt": 1}')
  || says('delivery', 'Q' || message_id(1, 40), '{"to": "u1@org1.example", "status": "delivered", "detail": {}}')
  || says('removed', 'Q' || message_id(1, 40)));
SELECT is(state, 'delivered', 'queued and delivered in one batch') FROM message_recipient WHERE recipient_id = recipient_id(1, 40);
SELECT is(changes() - :before, 1::bigint, 'in one change');
SELECT is(string_agg(kind, ','), 'delivered', 'with one event') FROM event WHERE message_id = message_id(1, 40);

-- A release whose program died: the log tells that it was sent.
UPDATE message_recipient SET state = 'releasing', release_id = recipient_id(1, 1) WHERE recipient_id = recipient_id(1, 1);
SELECT logfollow('n1', 1, 2, 500, now(), says('release', 'R1', jsonb_build_object('release_id', recipient_id(1, 1))));
SELECT logfollow('n1', 1, 2, 600, now(), says('queued', 'R1', '{"nrcpt": 1}'));
SELECT is(state || ' ' || queue_id, 'queued R1', 'the release is recorded from the log') FROM message_recipient WHERE recipient_id = recipient_id(1, 1);
SELECT is(nrcpt, 1, 'the proof is kept') FROM log_fact WHERE queue_id = 'R1';

SELECT * FROM finish();
ROLLBACK;
