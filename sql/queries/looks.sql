-- Who looked at my mail (N13).

-- name: looks_list
-- role: portal
SELECT seq, floor(extract(epoch FROM at) * 1000)::bigint, who, event, reason, address, subject, coalesce(recipient_id::text, '')
  FROM mail_looks($1::bigint, $2::int)

-- name: looks_tracked
-- role: console
-- An administrator looked a message up in tracking: one row for each of its recipients (at most 100), and none when he did so
-- less than 10 minutes ago.
SELECT audit_add(r.org_id, $2::uuid, $3, $4, $5, 'mail.tracked', r.address, jsonb_build_object('recipient_id', r.recipient_id, 'message', r.message_id))
  FROM (SELECT x.org_id, x.message_id, x.recipient_id, x.address FROM message_recipient x WHERE x.message_id = $1::uuid ORDER BY x.recipient_id LIMIT 100) r
 WHERE NOT EXISTS (SELECT FROM audit a WHERE a.org_id = r.org_id AND mailbox_of(a.object) = mailbox_of(r.address) AND a.event = 'mail.tracked' AND a.event LIKE 'mail.%'
                     AND a.account_id = $2::uuid AND a.at > now() - interval '10 minutes' AND a.detail->>'message' = r.message_id::text)
