-- The ledger (CLI). Counts are always whole; only lists of examples have a limit.

-- name: ledger_states
-- role: owner
SELECT state, count(*) FROM message_recipient GROUP BY state ORDER BY state

-- name: ledger_checks
-- role: owner
SELECT (SELECT count(*) FROM message_recipient r WHERE r.state IN ('held', 'deleted', 'gone', 'releasing')
           AND NOT EXISTS (SELECT FROM body b WHERE b.org_id = r.org_id AND b.received_at = r.received_at AND b.message_id = r.message_id)),
       (SELECT count(DISTINCT b.message_id) FROM body b
         WHERE NOT EXISTS (SELECT FROM message m WHERE m.org_id = b.org_id AND m.received_at = b.received_at AND m.message_id = b.message_id)),
       (SELECT count(*) FROM (SELECT recipient_id FROM event WHERE kind = 'delivered' GROUP BY recipient_id HAVING count(*) > 1) x),
       (SELECT count(*) FROM message_recipient WHERE possible_duplicate),
       (SELECT count(*) FROM message WHERE resend_of IS NOT NULL),
       (SELECT count(*) FROM message),
       (SELECT count(*) FROM message_recipient WHERE state = 'passed' AND state_at < now() - interval '2 minutes'),
       (SELECT count(*) FROM message_recipient WHERE state = 'releasing' AND state_at < now() - interval '1 hour')

-- name: ledger_without_body
-- role: owner
SELECT r.recipient_id, r.message_id, coalesce(r.queue_id, ''), r.address, r.state FROM message_recipient r
 WHERE r.state IN ('held', 'deleted', 'gone', 'releasing')
   AND NOT EXISTS (SELECT FROM body b WHERE b.org_id = r.org_id AND b.received_at = r.received_at AND b.message_id = r.message_id)
 LIMIT $1::int

-- name: ledger_orphans
-- role: owner
SELECT DISTINCT '', b.message_id, '', '', '' FROM body b
 WHERE NOT EXISTS (SELECT FROM message m WHERE m.org_id = b.org_id AND m.received_at = b.received_at AND m.message_id = b.message_id)
 LIMIT $1::int

-- name: ledger_late
-- role: owner
SELECT recipient_id, message_id, coalesce(queue_id, ''), address, state FROM message_recipient
 WHERE state = 'passed' AND state_at < now() - interval '2 minutes' LIMIT $1::int

-- name: ledger_releasing
-- role: owner
SELECT recipient_id, message_id, coalesce(queue_id, ''), address, state FROM message_recipient
 WHERE state = 'releasing' AND state_at < now() - interval '1 hour' LIMIT $1::int

-- name: ledger_open
-- role: owner
-- What should be in Postfix's queue, page by page.
SELECT recipient_id, message_id, coalesce(queue_id, ''), address, state FROM message_recipient
 WHERE state IN ('queued', 'deferred') AND recipient_id > $1::uuid ORDER BY recipient_id LIMIT 10000

-- name: ledger_queue_ids
-- role: owner
-- What is known about queue ids that Postfix has.
SELECT recipient_id, message_id, queue_id, address, state FROM message_recipient WHERE queue_id = ANY ($1::text[])

-- name: ledger_queue_facts
-- role: owner
-- Those that are re-injected mail or notices of Postfix's own, as its log says.
SELECT '', '', queue_id, '', '' FROM log_fact
 WHERE queue_id = ANY ($1::text[]) AND (release_id IS NOT NULL OR notice)
