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

-- name: looks_tab
-- role: console
-- An administrator looked at another side of a held message (links, headers, files): as opening it, and once in ten minutes.
WITH seen AS (
  INSERT INTO event (org_id, event_id, at, message_id, recipient_id, kind, account_id, detail)
  SELECT r.org_id, uuid7(), now(), r.message_id, r.recipient_id, 'viewed', $2::uuid, jsonb_build_object('by', $3::text, 'surface', $4::text)
    FROM message_recipient r
   WHERE r.recipient_id = $1::uuid
     AND NOT EXISTS (SELECT FROM event v WHERE v.message_id = r.message_id AND v.org_id = r.org_id AND v.recipient_id = r.recipient_id
                        AND v.kind = 'viewed' AND v.account_id = $2::uuid AND v.at > now() - interval '10 minutes')
  RETURNING org_id, message_id, recipient_id)
SELECT audit_add(s.org_id, $2::uuid, $3, $4, $5, 'mail.viewed', r.address,
                 jsonb_build_object('recipient_id', s.recipient_id, 'message', s.message_id))
  FROM seen s JOIN message_recipient r ON r.recipient_id = $1::uuid
