-- The message page of the portal.

-- name: preview_position
-- role: portal
-- How many rows of a person's list ($1 to $10 as in quarantine_own) stand before this one.
SELECT count(*) FROM held_page($1, $2, $3, $4, to_timestamp($5::float8 / 1000), CASE WHEN $6::float8 > 0 THEN to_timestamp($6::float8 / 1000) END,
                               $7, true, to_timestamp($8::float8 / 1000), $9, $10)

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
