-- The release job.

-- name: release_claim
-- role: jobs
WITH due AS (
  SELECT r.org_id, r.received_at, r.message_id, r.recipient_id, r.claimed_at FROM message_recipient r
   WHERE r.state = 'releasing'
     AND (r.claimed_at IS NULL OR r.claimed_at < now() - make_interval(secs => least(300, 5 * power(2, least(r.claims, 7) - 1))))
   ORDER BY r.state_at LIMIT $1::int FOR UPDATE SKIP LOCKED)
UPDATE message_recipient r SET claims = r.claims + 1, claimed_at = now()
  FROM due, message m
 WHERE r.org_id = due.org_id AND r.received_at = due.received_at AND r.message_id = due.message_id AND r.recipient_id = due.recipient_id
   AND m.org_id = r.org_id AND m.received_at = r.received_at AND m.message_id = r.message_id
RETURNING r.org_id, r.message_id, r.recipient_id, r.release_id, m.envelope_sender, r.original, r.claims,
          floor(extract(epoch FROM due.claimed_at) * 1000)::bigint,
          coalesce((SELECT f.queue_id FROM log_fact f WHERE f.release_id = r.release_id ORDER BY f.at LIMIT 1), '')

-- name: release_sent
-- role: jobs
WITH x AS (
  UPDATE message_recipient r SET state = 'queued', state_at = clock_timestamp(), queue_id = $3, possible_duplicate = r.possible_duplicate OR $4::boolean
   WHERE r.recipient_id = $1::uuid AND r.release_id = $2::uuid AND r.state = 'releasing'
  RETURNING r.org_id, r.message_id, r.recipient_id)
INSERT INTO event (org_id, event_id, at, message_id, recipient_id, kind, detail)
SELECT x.org_id, uuid7(), clock_timestamp(), x.message_id, x.recipient_id, 'released',
       jsonb_build_object('queue_id', $3::text, 'release_id', $2::uuid, 'possible_duplicate', $4::boolean) FROM x

-- name: release_later
-- role: jobs
INSERT INTO event (org_id, event_id, at, message_id, recipient_id, kind, detail)
SELECT r.org_id, uuid7(), clock_timestamp(), r.message_id, r.recipient_id, 'release_failed', jsonb_build_object('reason', $3::text)
  FROM message_recipient r
 WHERE r.recipient_id = $1::uuid AND r.release_id = $2::uuid AND r.state = 'releasing'
   AND NOT EXISTS (SELECT FROM event v WHERE v.message_id = r.message_id AND v.recipient_id = r.recipient_id
                      AND v.kind = 'release_failed' AND v.detail->>'reason' = $3)

-- name: release_refused
-- role: jobs
WITH x AS (
  UPDATE message_recipient r SET state = 'held', state_at = clock_timestamp(), released_at = NULL, released_by = NULL, claims = 0, claimed_at = NULL
   WHERE r.recipient_id = $1::uuid AND r.release_id = $2::uuid AND r.state = 'releasing'
  RETURNING r.org_id, r.message_id, r.recipient_id)
INSERT INTO event (org_id, event_id, at, message_id, recipient_id, kind, detail)
SELECT x.org_id, uuid7(), clock_timestamp(), x.message_id, x.recipient_id, 'release_failed', jsonb_build_object('reason', $3::text, 'final', true) FROM x
