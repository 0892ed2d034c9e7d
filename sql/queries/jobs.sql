-- Background work of the engine.

-- name: logfollow_position
-- role: jobs
SELECT device, inode, read_to FROM log_position WHERE node = $1

-- name: logfollow_apply
-- role: jobs
-- The last is how many refusals belong to nobody.
SELECT logfollow($1, $2::bigint, $3::bigint, $4::bigint, to_timestamp($5::float8 / 1000), $6::jsonb),
       refused_by_postfix($1, $7::jsonb)

-- name: logfollow_unaccepted
-- role: jobs
SELECT logfollow_unaccepted($1)

-- name: release_claim
-- role: jobs
-- Time and node of the first claim stay until it is known how it ended; the lease is longer than one
-- conversation with Postfix may take.
WITH due AS (
  SELECT r.org_id, r.received_at, r.message_id, r.recipient_id, r.release_claimed_at AS before
    FROM message_recipient r WHERE r.state = 'releasing' AND (r.release_try_at IS NULL OR r.release_try_at <= now())
   ORDER BY r.state_at LIMIT $1::int FOR UPDATE SKIP LOCKED)
UPDATE message_recipient r SET release_claimed_at = coalesce(r.release_claimed_at, now()), release_tries = r.release_tries + 1,
       release_node = CASE WHEN r.release_claimed_at IS NULL THEN $2 ELSE coalesce(r.release_node, $2) END,
       release_try_at = now() + interval '45 seconds'
  FROM due d, message m
 WHERE r.org_id = d.org_id AND r.received_at = d.received_at AND r.message_id = d.message_id AND r.recipient_id = d.recipient_id
   AND m.org_id = d.org_id AND m.received_at = d.received_at AND m.message_id = d.message_id
RETURNING r.org_id, r.message_id, r.recipient_id, r.release_id, r.original, m.envelope_sender,
          coalesce(floor(extract(epoch FROM d.before) * 1000)::bigint, 0), r.release_tries, r.release_node,
          floor(extract(epoch FROM r.release_claimed_at) * 1000000)::bigint, m.direction = 'out'

-- name: release_arm
-- role: jobs
-- The last step before sending: the claim begins anew, so that of several who found it one sends. Nothing
-- when it is not ours any more: somebody else armed it, a log proved it, it is held again. $6: an earlier
-- one may have sent it, and nobody knows.
UPDATE message_recipient r SET release_claimed_at = clock_timestamp(), release_node = $5, possible_duplicate = r.possible_duplicate OR $6::boolean,
       release_try_at = clock_timestamp() + interval '45 seconds'
 WHERE r.recipient_id = $1::uuid AND r.release_id = $2::uuid AND r.state = 'releasing' AND r.release_node = $3
   AND floor(extract(epoch FROM r.release_claimed_at) * 1000000)::bigint = $4::bigint
RETURNING floor(extract(epoch FROM r.release_claimed_at) * 1000000)::bigint

-- name: release_extend
-- role: jobs
UPDATE message_recipient r SET release_try_at = clock_timestamp() + make_interval(secs => $5::float8)
 WHERE r.recipient_id = $1::uuid AND r.release_id = $2::uuid AND r.state = 'releasing' AND r.release_node = $3
   AND floor(extract(epoch FROM r.release_claimed_at) * 1000000)::bigint = $4::bigint
RETURNING 1

-- name: release_facts
-- role: jobs
SELECT r.kind, m.client_ip, m.client_name, m.helo, m.tls, coalesce(m.scan->'findings', '[]')
  FROM message_recipient r JOIN message m ON m.org_id = r.org_id AND m.received_at = r.received_at AND m.message_id = r.message_id
 WHERE r.org_id = $1::uuid AND r.message_id = $2::uuid AND r.recipient_id = $3::uuid

-- name: release_turned
-- role: jobs
SELECT release_turned($1::uuid, $2::uuid, $3::bigint, $4, $5::jsonb)

-- name: release_unclaim
-- role: jobs
-- It is certain that Postfix does not have it, or ($4) that too little is known yet to send again.
UPDATE message_recipient r SET release_claimed_at = CASE WHEN $4::boolean THEN r.release_claimed_at END,
       release_try_at = now() + make_interval(secs => $5::float8)
 WHERE r.recipient_id = $1::uuid AND r.release_id = $2::uuid AND r.state = 'releasing'
   AND floor(extract(epoch FROM r.release_claimed_at) * 1000000)::bigint = $3::bigint

-- name: release_later
-- role: jobs
-- Postfix does not have it, for now: tried again. Said once in the time line of a release.
WITH later AS (
  UPDATE message_recipient r SET release_claimed_at = NULL, release_try_at = now() + make_interval(secs => $4::float8)
   WHERE r.recipient_id = $1::uuid AND r.release_id = $2::uuid AND r.state = 'releasing'
     AND floor(extract(epoch FROM r.release_claimed_at) * 1000000)::bigint = $3::bigint
  RETURNING r.org_id, r.message_id, r.recipient_id, coalesce(r.released_at, '-infinity') AS since)
INSERT INTO event (org_id, event_id, at, message_id, recipient_id, kind, detail)
SELECT l.org_id, uuid7(), now(), l.message_id, l.recipient_id, 'release_later', jsonb_build_object('reply', $5::text) FROM later l
 WHERE NOT EXISTS (SELECT FROM event e WHERE e.message_id = l.message_id AND e.org_id = l.org_id
                      AND e.recipient_id = l.recipient_id AND e.kind = 'release_later' AND e.at >= l.since)

-- name: release_unknown
-- role: jobs
-- It was sent and nobody saw the answer: from now on the log has its time to say so.
UPDATE message_recipient r SET release_claimed_at = now(), release_try_at = now() + make_interval(secs => $4::float8)
 WHERE r.recipient_id = $1::uuid AND r.release_id = $2::uuid AND r.state = 'releasing'
   AND floor(extract(epoch FROM r.release_claimed_at) * 1000000)::bigint = $3::bigint

-- name: release_proof
-- role: jobs
-- What the logs say about a release: its queue id, whether Postfix took it, and how far the log of the
-- node that may have sent it was read, in ms.
SELECT coalesce(f.queue_id, ''), coalesce(f.nrcpt, 0) > 0 OR coalesce(f.done, false),
       coalesce((SELECT floor(extract(epoch FROM at) * 1000)::bigint FROM log_position WHERE node = $2), 0)
  FROM (SELECT 1) one LEFT JOIN log_fact f ON f.release_id = $1::uuid
 ORDER BY 2 DESC LIMIT 1

-- name: release_done
-- role: jobs
WITH done AS (
  UPDATE message_recipient r SET state = 'queued', state_at = now(), queue_id = nullif($3, ''), release_claimed_at = NULL
   WHERE r.recipient_id = $1::uuid AND r.release_id = $2::uuid AND r.state = 'releasing'
  RETURNING r.org_id, r.message_id, r.recipient_id, r.release_id)
INSERT INTO event (org_id, event_id, at, message_id, recipient_id, kind, detail)
SELECT org_id, uuid7(), now(), message_id, recipient_id, 'released', jsonb_build_object('queue_id', $3::text, 'release_id', release_id)
  FROM done

-- Somebody has to look at it again: there is time for that even when its own time was nearly over.
-- name: release_failed
-- role: jobs
WITH back AS (
  UPDATE message_recipient r SET state = 'held', state_at = now(), expires_at = greatest(r.expires_at, now() + interval '7 days'), release_id = NULL, released_at = NULL, released_by = NULL,
         release_claimed_at = NULL, release_tries = 0, release_try_at = NULL
   WHERE r.recipient_id = $1::uuid AND r.release_id = $2::uuid AND r.state = 'releasing'
     AND floor(extract(epoch FROM r.release_claimed_at) * 1000000)::bigint = $3::bigint
  RETURNING r.org_id, r.message_id, r.recipient_id)
INSERT INTO event (org_id, event_id, at, message_id, recipient_id, kind, detail)
SELECT org_id, uuid7(), now(), message_id, recipient_id, 'release_failed', jsonb_build_object('reply', $4::text) FROM back

-- name: expire_held
-- role: jobs
SELECT expire_held($1::int)

-- name: expire_bodies
-- role: jobs
-- At most 200 MiB go in one transaction.
SELECT coalesce(p_org::text, ''), coalesce(p_at::text, ''), coalesce(p_message::text, ''), coalesce(p_seq, 0), gone
  FROM expire_bodies(5000, 200, $1::uuid, $2::timestamptz, $3::uuid, $4::int)

-- name: retention_clock_step
-- role: jobs
SELECT floor(extract(epoch FROM retention_clock_step()) * 1000)::bigint

-- name: expire_rest
-- role: jobs
WITH s AS (DELETE FROM session WHERE seen_at < now() - make_interval(secs => $1::float8) OR created_at < now() - make_interval(secs => $2::float8)),
     r AS (DELETE FROM rate_bucket WHERE updated_at < now() - interval '1 day'),
     w AS (DELETE FROM rate_window WHERE ends < now() - interval '1 minute'),
     o AS (DELETE FROM source_seen WHERE at < now() - interval '1 day'),
     x AS (DELETE FROM sender_entry WHERE expires_at < now()),
     p AS (DELETE FROM mail_report WHERE at < now() - interval '180 days'),
     l AS (DELETE FROM one_time_link WHERE expires_at < now() - interval '30 days')
DELETE FROM log_fact WHERE at < (SELECT retention_now()) - interval '10 days'

-- name: partition_ensure
-- role: jobs
SELECT partition_ensure()

-- name: partition_drop
-- role: jobs
SELECT dropped, kept FROM partition_drop($1::int, $2::int)
