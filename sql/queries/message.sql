-- Message tracking. Every $n::text[] is a list of LIKE patterns or NULL; the second of a pair excludes.
-- As in quarantine.sql, an index of message_recipient is walked in order and LATERAL with LIMIT fetches
-- the message of a row.

-- name: message_older
-- role: owner, console
-- plan: console
SELECT r.message_id, r.recipient_id, m.envelope_sender, m.header_from, r.address, m.subject, r.state, r.kind, m.verdict,
       floor(extract(epoch FROM r.received_at) * 1000)::bigint
  FROM message_recipient r CROSS JOIN LATERAL (
         SELECT x.envelope_sender, x.header_from, x.header_from_name, x.header_id, x.subject, x.verdict, x.queue_id, x.client_ip
           FROM message x WHERE x.org_id = r.org_id AND x.received_at = r.received_at AND x.message_id = r.message_id LIMIT 1) m
 WHERE r.received_at >= to_timestamp($1::float8 / 1000) AND r.received_at < to_timestamp($2::float8 / 1000)
   AND ($3::uuid IS NULL OR (r.received_at, r.recipient_id) < (to_timestamp($4::float8 / 1000), $3::uuid))
   AND ($5::text[] IS NULL OR m.envelope_sender ILIKE ANY ($5) OR m.header_from ILIKE ANY ($5) OR m.header_from_name ILIKE ANY ($5))
   AND ($6::text[] IS NULL OR NOT (m.envelope_sender ILIKE ANY ($6) OR m.header_from ILIKE ANY ($6) OR m.header_from_name ILIKE ANY ($6)))
   AND ($7::text[] IS NULL OR r.address ILIKE ANY ($7)) AND ($8::text[] IS NULL OR NOT r.address ILIKE ANY ($8))
   AND ($9::text[] IS NULL OR m.subject ILIKE ANY ($9)) AND ($10::text[] IS NULL OR NOT m.subject ILIKE ANY ($10))
   AND ($11::text[] IS NULL OR r.message_id::text ILIKE ANY ($11) OR m.queue_id ILIKE ANY ($11) OR r.queue_id ILIKE ANY ($11) OR m.header_id ILIKE ANY ($11))
   AND ($12::text[] IS NULL OR m.client_ip ILIKE ANY ($12)) AND ($13::text[] IS NULL OR NOT m.client_ip ILIKE ANY ($13))
   AND ($14::text[] IS NULL OR r.state = ANY ($14) OR ('released' = ANY ($14) AND r.released_at IS NOT NULL))
   AND ($15::text[] IS NULL OR NOT r.state = ANY ($15)) AND ($16::text[] IS NULL OR r.domain ILIKE ANY ($16))
   AND ($17::text[] IS NULL OR NOT r.domain ILIKE ANY ($17))
   AND ($18::text[] IS NULL OR NOT EXISTS (SELECT FROM unnest($18) w
        WHERE NOT (m.subject ILIKE w OR m.envelope_sender ILIKE w OR m.header_from ILIKE w OR m.header_from_name ILIKE w OR r.address ILIKE w)))
   AND ($19::text[] IS NULL OR NOT (m.subject ILIKE ANY ($19) OR m.envelope_sender ILIKE ANY ($19) OR m.header_from ILIKE ANY ($19) OR r.address ILIKE ANY ($19)))
   AND ($21::uuid[] IS NULL OR r.message_id = ANY ($21)) AND ($22::text[] IS NULL OR r.address = ANY ($22))
 ORDER BY r.received_at DESC, r.recipient_id DESC LIMIT $20::int

-- name: message_newer
-- role: owner, console
-- plan: console
SELECT r.message_id, r.recipient_id, m.envelope_sender, m.header_from, r.address, m.subject, r.state, r.kind, m.verdict,
       floor(extract(epoch FROM r.received_at) * 1000)::bigint
  FROM message_recipient r CROSS JOIN LATERAL (
         SELECT x.envelope_sender, x.header_from, x.header_from_name, x.header_id, x.subject, x.verdict, x.queue_id, x.client_ip
           FROM message x WHERE x.org_id = r.org_id AND x.received_at = r.received_at AND x.message_id = r.message_id LIMIT 1) m
 WHERE r.received_at >= to_timestamp($1::float8 / 1000) AND r.received_at < to_timestamp($2::float8 / 1000)
   AND (r.received_at, r.recipient_id) > (to_timestamp($4::float8 / 1000), $3::uuid)
   AND ($5::text[] IS NULL OR m.envelope_sender ILIKE ANY ($5) OR m.header_from ILIKE ANY ($5) OR m.header_from_name ILIKE ANY ($5))
   AND ($6::text[] IS NULL OR NOT (m.envelope_sender ILIKE ANY ($6) OR m.header_from ILIKE ANY ($6) OR m.header_from_name ILIKE ANY ($6)))
   AND ($7::text[] IS NULL OR r.address ILIKE ANY ($7)) AND ($8::text[] IS NULL OR NOT r.address ILIKE ANY ($8))
   AND ($9::text[] IS NULL OR m.subject ILIKE ANY ($9)) AND ($10::text[] IS NULL OR NOT m.subject ILIKE ANY ($10))
   AND ($11::text[] IS NULL OR r.message_id::text ILIKE ANY ($11) OR m.queue_id ILIKE ANY ($11) OR r.queue_id ILIKE ANY ($11) OR m.header_id ILIKE ANY ($11))
   AND ($12::text[] IS NULL OR m.client_ip ILIKE ANY ($12)) AND ($13::text[] IS NULL OR NOT m.client_ip ILIKE ANY ($13))
   AND ($14::text[] IS NULL OR r.state = ANY ($14) OR ('released' = ANY ($14) AND r.released_at IS NOT NULL))
   AND ($15::text[] IS NULL OR NOT r.state = ANY ($15)) AND ($16::text[] IS NULL OR r.domain ILIKE ANY ($16))
   AND ($17::text[] IS NULL OR NOT r.domain ILIKE ANY ($17))
   AND ($18::text[] IS NULL OR NOT EXISTS (SELECT FROM unnest($18) w
        WHERE NOT (m.subject ILIKE w OR m.envelope_sender ILIKE w OR m.header_from ILIKE w OR m.header_from_name ILIKE w OR r.address ILIKE w)))
   AND ($19::text[] IS NULL OR NOT (m.subject ILIKE ANY ($19) OR m.envelope_sender ILIKE ANY ($19) OR m.header_from ILIKE ANY ($19) OR r.address ILIKE ANY ($19)))
   AND ($21::uuid[] IS NULL OR r.message_id = ANY ($21)) AND ($22::text[] IS NULL OR r.address = ANY ($22))
 ORDER BY r.received_at, r.recipient_id LIMIT $20::int

-- name: message_find
-- role: owner, console
-- Messages by what people copy from logs and mails: our ids, queue ids, Message-IDs.
SELECT message_id FROM message WHERE queue_id = ANY ($1::text[])
UNION SELECT message_id FROM message_recipient WHERE queue_id = ANY ($1::text[])
UNION SELECT message_id FROM message WHERE header_id = ANY ($1::text[]) AND header_id <> ''
UNION SELECT message_id FROM message WHERE message_id = ANY ($2::uuid[])
UNION SELECT message_id FROM message_recipient WHERE recipient_id = ANY ($2::uuid[])
LIMIT 1000

-- name: message_get
-- role: owner, console
SELECT message_id, direction, node, coalesce(queue_id, ''), client_ip, client_name, helo, tls, envelope_sender, header_from,
       header_from_name, header_id, subject, encode(sha256, 'hex'), verdict, reasons, scan, coalesce(resend_of::text, ''),
       floor(extract(epoch FROM received_at) * 1000)::bigint, bytes, scan_us, score, threshold
  FROM message WHERE message_id = $1::uuid

-- name: message_recipients
-- role: owner, console
SELECT recipient_id, address, state, disposition, kind, rule, coalesce(queue_id, ''),
       floor(extract(epoch FROM state_at) * 1000)::bigint, floor(extract(epoch FROM expires_at) * 1000)::bigint, possible_duplicate
  FROM message_recipient WHERE message_id = $1::uuid ORDER BY address LIMIT 1000

-- name: message_events
-- role: owner, console
SELECT v.kind, coalesce(v.recipient_id::text, ''), coalesce(r.address, ''),
       coalesce((SELECT nullif(a.name, '') FROM account a WHERE a.org_id = v.org_id AND a.account_id = v.account_id), v.detail->>'by', ''),
       v.detail,
       floor(extract(epoch FROM v.at) * 1000)::bigint
  FROM event v LEFT JOIN message_recipient r ON r.recipient_id = v.recipient_id AND r.message_id = v.message_id
 WHERE v.message_id = $1::uuid ORDER BY v.at, v.event_id LIMIT 1000
