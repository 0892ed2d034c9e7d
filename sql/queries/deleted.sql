-- A person's deleted mail (U7): what can be put back, and deleting it for good. Row-level security has the last word.

-- name: deleted_list
-- role: portal
-- plan: portal
-- $1, $2: cursor; $3: limit. by: who deleted it, as the time line has it; the last column: it was the reader.
SELECT r.recipient_id, r.address, m.envelope_sender, m.header_from, m.header_from_name, m.subject, r.kind, m.reasons,
       floor(extract(epoch FROM r.received_at) * 1000)::bigint, floor(extract(epoch FROM r.state_at) * 1000)::bigint,
       floor(extract(epoch FROM r.expires_at) * 1000)::bigint,
       coalesce((SELECT v.detail->>'by' FROM event v WHERE v.message_id = r.message_id AND v.recipient_id = r.recipient_id AND v.kind = 'deleted'
                    AND v.at >= r.received_at ORDER BY v.at DESC LIMIT 1), ''),
       r.deleted_by IS NOT DISTINCT FROM (SELECT scope_account())
  FROM (SELECT y.* FROM (SELECT DISTINCT mailbox_of(a) AS mailbox FROM scope_mailboxes() a) b CROSS JOIN LATERAL (
          SELECT x.* FROM message_recipient x
           WHERE x.org_id = (SELECT scope_org()) AND x.mailbox = b.mailbox AND x.state = 'deleted' AND x.state IN ('held', 'deleted')
             AND ($2::uuid IS NULL OR (x.received_at, x.recipient_id) < (to_timestamp($1::float8 / 1000), $2::uuid))
           ORDER BY x.received_at DESC, x.recipient_id DESC LIMIT $3::int) y
         ORDER BY y.received_at DESC, y.recipient_id DESC LIMIT $3::int) r CROSS JOIN LATERAL (
         SELECT x.envelope_sender, x.header_from, x.header_from_name, x.subject, x.reasons FROM message x
          WHERE x.org_id = r.org_id AND x.received_at = r.received_at AND x.message_id = r.message_id LIMIT 1) m
 ORDER BY r.received_at DESC, r.recipient_id DESC

-- name: deleted_chosen
-- role: portal
-- The same of some that were chosen, and that he may delete.
SELECT r.recipient_id, r.address, m.envelope_sender, m.header_from, m.header_from_name, m.subject, r.kind, m.reasons,
       floor(extract(epoch FROM r.received_at) * 1000)::bigint, floor(extract(epoch FROM r.state_at) * 1000)::bigint,
       floor(extract(epoch FROM r.expires_at) * 1000)::bigint, '', r.deleted_by IS NOT DISTINCT FROM (SELECT scope_account())
  FROM message_recipient r JOIN message m USING (org_id, received_at, message_id)
 WHERE r.recipient_id = ANY ($1::uuid[]) AND r.state = 'deleted' AND r.kind = ANY (ARRAY(SELECT user_kinds('delete')))
 ORDER BY r.received_at DESC, r.recipient_id DESC LIMIT 100

-- name: deleted_purge
-- role: portal
WITH locked AS (
  SELECT array_agg(x.recipient_id) AS ids FROM (
    SELECT r.recipient_id FROM message_recipient r WHERE r.recipient_id = ANY ($1::uuid[]) AND r.state = 'deleted'
       AND r.kind = ANY (ARRAY(SELECT user_kinds('delete')))
     ORDER BY r.recipient_id FOR UPDATE) x),
changed AS (
  UPDATE message_recipient r SET state = 'gone', state_at = now(), deleted_by = $2::uuid
   WHERE r.recipient_id = ANY ((SELECT ids FROM locked)::uuid[]) AND r.state = 'deleted'
  RETURNING r.org_id, r.message_id, r.recipient_id, r.address, r.kind),
told AS (
  INSERT INTO event (org_id, event_id, at, message_id, recipient_id, kind, account_id, detail)
  SELECT org_id, uuid7(), now(), message_id, recipient_id, 'gone', $2::uuid, jsonb_build_object('by', $3::text) FROM changed)
SELECT c.recipient_id,
       audit_add(c.org_id, $2::uuid, $3, $4, $5, 'mail.purged', c.address,
                 jsonb_build_object('recipient_id', c.recipient_id, 'message', c.message_id, 'kind', c.kind))
  FROM changed c
