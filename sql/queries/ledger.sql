-- The ledger (CLI).

-- name: ledger_states
-- role: owner
SELECT state, count(*) FROM message_recipient GROUP BY state ORDER BY state

-- name: ledger_checks
-- role: owner
SELECT (SELECT count(*) FROM message_recipient r WHERE r.state IN ('held', 'deleted', 'releasing')
           AND NOT EXISTS (SELECT FROM body b WHERE b.org_id = r.org_id AND b.received_at = r.received_at AND b.message_id = r.message_id)),
       (SELECT count(DISTINCT b.message_id) FROM body b
         WHERE NOT EXISTS (SELECT FROM message m WHERE m.org_id = b.org_id AND m.received_at = b.received_at AND m.message_id = b.message_id)),
       (SELECT count(*) FROM (SELECT recipient_id FROM event WHERE kind = 'delivered' GROUP BY recipient_id HAVING count(*) > 1) x),
       (SELECT count(*) FROM message_recipient WHERE possible_duplicate),
       (SELECT count(*) FROM message WHERE resend_of IS NOT NULL),
       (SELECT count(*) FROM message)

-- name: ledger_open
-- role: owner
SELECT coalesce(queue_id, ''), address, state FROM message_recipient WHERE state IN ('passed', 'queued', 'deferred') LIMIT 100000
