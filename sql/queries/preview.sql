-- The message page of the portal.

-- name: preview_position
-- role: owner, console, portal
-- plan: portal
-- How many rows of the list ($1 to $7 as in quarantine.sql) stand before this one.
SELECT count(*) FROM (
  SELECT 1 FROM message_recipient r
   WHERE r.state = $1 AND r.state IN ('held', 'deleted')
     AND ($2::text IS NULL OR EXISTS (SELECT FROM message x
         WHERE x.org_id = r.org_id AND x.received_at = r.received_at AND x.message_id = r.message_id
           AND (x.subject ILIKE $2 OR x.header_from ILIKE $2 OR x.header_from_name ILIKE $2 OR x.envelope_sender ILIKE $2)))
     AND ($3::text IS NULL OR r.kind = $3) AND ($4::text IS NULL OR r.domain = $4) AND ($5::text IS NULL OR (r.mailbox = mailbox_of($5) AND $5 IN (r.mailbox, r.address)))
     AND r.received_at >= to_timestamp($6::float8 / 1000)
     AND ($7::float8 = 0 OR r.expires_at < to_timestamp($7::float8 / 1000))
     AND (r.received_at, r.recipient_id) > (to_timestamp($8::float8 / 1000), $9::uuid)
   LIMIT $10::int) x

-- name: preview_downloaded
-- role: owner, console, portal
WITH seen AS (
  INSERT INTO event (org_id, event_id, at, message_id, recipient_id, kind, account_id, detail)
  SELECT r.org_id, uuid7(), now(), r.message_id, r.recipient_id, 'downloaded', $2::uuid, jsonb_build_object('by', $3::text, 'surface', $4::text)
    FROM message_recipient r WHERE r.recipient_id = $1::uuid
  RETURNING org_id, message_id, recipient_id)
SELECT audit_add(s.org_id, $2::uuid, $3, $4, $5, 'mail.downloaded', r.address,
                 jsonb_build_object('recipient_id', s.recipient_id, 'message', s.message_id))
  FROM seen s JOIN message_recipient r ON r.recipient_id = $1::uuid
