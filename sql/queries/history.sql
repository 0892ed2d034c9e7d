-- What became of a person's mail (U9): own incoming mail, newest first, and what was refused before it came in (refusals_mine(),
-- 0043-refused-history.sql), as a row that is rejected and has a code why. One walk of an index for each mailbox, so that few mails
-- among many of others are found at once. Row-level security has the last word.

-- name: history_older
-- role: portal
-- plan: portal
-- $1: since; $2, $3: cursor; $4: states or NULL; $5: LIKE pattern or NULL; $6: limit
SELECT h.id, h.address, h.envelope_sender, h.header_from, h.header_from_name, h.subject, h.state, h.kind, h.reasons,
       floor(extract(epoch FROM h.at) * 1000)::bigint, floor(extract(epoch FROM h.state_at) * 1000)::bigint, h.was_held, h.refusal
  FROM ((
SELECT r.recipient_id, r.address, m.envelope_sender, m.header_from, m.header_from_name, m.subject, r.state, r.kind, m.reasons,
       r.received_at, r.state_at, r.expires_at IS NOT NULL, ''
  FROM (SELECT DISTINCT mailbox_of(x) AS mailbox FROM scope_mailboxes() x) b CROSS JOIN LATERAL (
         SELECT y.* FROM message_recipient y
          WHERE y.org_id = (SELECT scope_org()) AND y.mailbox = b.mailbox AND y.received_at >= to_timestamp($1::float8 / 1000)
            AND ($3::uuid IS NULL OR (y.received_at, y.recipient_id) < (to_timestamp($2::float8 / 1000), $3::uuid))
            AND ($4::text[] IS NULL OR y.state = ANY ($4))
            AND ($5::text IS NULL OR EXISTS (SELECT FROM message z
                  WHERE z.org_id = y.org_id AND z.received_at = y.received_at AND z.message_id = y.message_id
                    AND (z.subject ILIKE $5 OR z.header_from ILIKE $5 OR z.header_from_name ILIKE $5 OR z.envelope_sender ILIKE $5)))
          ORDER BY y.received_at DESC, y.recipient_id DESC LIMIT $6::int) r CROSS JOIN LATERAL (
         SELECT x.envelope_sender, x.header_from, x.header_from_name, x.subject, x.reasons FROM message x
          WHERE x.org_id = r.org_id AND x.received_at = r.received_at AND x.message_id = r.message_id LIMIT 1) m
 ORDER BY r.received_at DESC, r.recipient_id DESC LIMIT $6::int) UNION ALL
SELECT f.refusal_id, f.recipient, f.envelope_sender, '', '', '', 'rejected', '', '[]', f.at, f.at, false, f.reason
  FROM refusals_mine(to_timestamp($1::float8 / 1000), $5, false, to_timestamp($2::float8 / 1000), $3::uuid, $6::int) f
 WHERE $4::text[] IS NULL OR 'rejected' = ANY ($4)
) h (id, address, envelope_sender, header_from, header_from_name, subject, state, kind, reasons, at, state_at, was_held, refusal)
 ORDER BY h.at DESC, h.id DESC LIMIT $6::int

-- name: history_newer
-- role: portal
-- plan: portal
-- The page before the cursor, oldest first. $1: since; $2, $3: cursor; $4: states or NULL; $5: LIKE pattern or NULL; $6: limit
SELECT h.id, h.address, h.envelope_sender, h.header_from, h.header_from_name, h.subject, h.state, h.kind, h.reasons,
       floor(extract(epoch FROM h.at) * 1000)::bigint, floor(extract(epoch FROM h.state_at) * 1000)::bigint, h.was_held, h.refusal
  FROM ((
SELECT r.recipient_id, r.address, m.envelope_sender, m.header_from, m.header_from_name, m.subject, r.state, r.kind, m.reasons,
       r.received_at, r.state_at, r.expires_at IS NOT NULL, ''
  FROM (SELECT DISTINCT mailbox_of(x) AS mailbox FROM scope_mailboxes() x) b CROSS JOIN LATERAL (
         SELECT y.* FROM message_recipient y
          WHERE y.org_id = (SELECT scope_org()) AND y.mailbox = b.mailbox AND y.received_at >= to_timestamp($1::float8 / 1000)
            AND ($3::uuid IS NULL OR (y.received_at, y.recipient_id) > (to_timestamp($2::float8 / 1000), $3::uuid))
            AND ($4::text[] IS NULL OR y.state = ANY ($4))
            AND ($5::text IS NULL OR EXISTS (SELECT FROM message z
                  WHERE z.org_id = y.org_id AND z.received_at = y.received_at AND z.message_id = y.message_id
                    AND (z.subject ILIKE $5 OR z.header_from ILIKE $5 OR z.header_from_name ILIKE $5 OR z.envelope_sender ILIKE $5)))
          ORDER BY y.received_at, y.recipient_id LIMIT $6::int) r CROSS JOIN LATERAL (
         SELECT x.envelope_sender, x.header_from, x.header_from_name, x.subject, x.reasons FROM message x
          WHERE x.org_id = r.org_id AND x.received_at = r.received_at AND x.message_id = r.message_id LIMIT 1) m
 ORDER BY r.received_at, r.recipient_id LIMIT $6::int) UNION ALL
SELECT f.refusal_id, f.recipient, f.envelope_sender, '', '', '', 'rejected', '', '[]', f.at, f.at, false, f.reason
  FROM refusals_mine(to_timestamp($1::float8 / 1000), $5, true, to_timestamp($2::float8 / 1000), $3::uuid, $6::int) f
 WHERE $4::text[] IS NULL OR 'rejected' = ANY ($4)
) h (id, address, envelope_sender, header_from, header_from_name, subject, state, kind, reasons, at, state_at, was_held, refusal)
 ORDER BY h.at, h.id LIMIT $6::int

-- name: history_get
-- role: portal
SELECT r.recipient_id, r.address, m.envelope_sender, m.header_from, m.header_from_name, m.subject, r.state, r.kind, m.reasons,
       floor(extract(epoch FROM r.received_at) * 1000)::bigint, floor(extract(epoch FROM r.state_at) * 1000)::bigint, r.expires_at IS NOT NULL, ''
  FROM message_recipient r JOIN message m USING (org_id, received_at, message_id)
 WHERE r.recipient_id = $1::uuid

-- name: history_steps
-- role: portal
-- Its time line; who: as it was written down, the last column: it was the reader.
SELECT v.kind, coalesce(v.detail->>'by', ''), floor(extract(epoch FROM v.at) * 1000)::bigint, v.account_id IS NOT DISTINCT FROM (SELECT scope_account())
  FROM message_recipient r JOIN event v ON v.org_id = r.org_id AND v.message_id = r.message_id AND v.recipient_id = r.recipient_id AND v.at >= r.received_at
 WHERE r.recipient_id = $1::uuid ORDER BY v.at, v.event_id LIMIT 200
