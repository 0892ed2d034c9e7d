-- Log follower, expiry and partitions: the jobs role.

-- name: logfollow_position
-- role: jobs
SELECT device, inode, read_to FROM log_position WHERE node = $1

-- name: logfollow_apply
-- role: jobs
SELECT logfollow_apply($1, $2::bigint, $3::bigint, $4::bigint, $5::jsonb)

-- name: logfollow_unaccepted
-- role: jobs
WITH x AS (
  UPDATE message_recipient r SET state = 'unaccepted', state_at = now()
    FROM message m
   WHERE r.state = 'passed' AND r.state_at < to_timestamp($2::float8 / 1000) - interval '60 seconds'
     AND m.org_id = r.org_id AND m.received_at = r.received_at AND m.message_id = r.message_id AND m.node = $1
     AND NOT EXISTS (SELECT FROM log_fact f WHERE f.node = $1 AND f.queue_id = r.queue_id)
  RETURNING r.org_id, r.message_id, r.recipient_id),
told AS (
  INSERT INTO event (org_id, event_id, at, message_id, recipient_id, kind) SELECT org_id, uuid7(), now(), message_id, recipient_id, 'unaccepted' FROM x)
SELECT count(*) FROM x

-- name: expire_mail
-- role: jobs
SELECT expire_mail($1::int)

-- name: expire_small
-- role: jobs
WITH s AS (DELETE FROM session WHERE seen_at < now() - make_interval(secs => $1::float8) OR created_at < now() - make_interval(secs => $2::float8)),
l AS (DELETE FROM one_time_link WHERE expires_at < now() - interval '7 days'),
b AS (DELETE FROM rate_bucket WHERE updated_at < now() - interval '1 day')
DELETE FROM log_fact WHERE at < now() - interval '14 days'

-- name: partition_ensure
-- role: jobs
SELECT partition_ensure(4)

-- name: partition_drop
-- role: jobs
SELECT partition_drop(now() - make_interval(days => greatest($1::int, (SELECT max(retention_days) + 7 FROM org))), now() - make_interval(days => $2::int))
