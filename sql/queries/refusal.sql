-- Blocked traffic. Every $n::text[] is a list of LIKE patterns or NULL; the second of a pair excludes.

-- name: refusal_insert
-- role: engine
INSERT INTO refusal (org_id, refusal_id, at, node, direction, client_ip, client_name, helo, envelope_sender, recipient,
                     code, enhanced, reason, slot)
SELECT x.org_id, x.refusal_id, to_timestamp(x.at / 1000), x.node, x.direction, x.client_ip, x.client_name, x.helo, x.sender,
       x.recipient, x.code, x.enhanced, x.reason, x.slot
  FROM jsonb_to_recordset($1::jsonb) AS x(org_id uuid, refusal_id uuid, at float8, node text, direction text, client_ip text,
       client_name text, helo text, sender text, recipient text, code int, enhanced text, reason text, slot text)
ON CONFLICT DO NOTHING

-- name: refusal_older
-- role: owner, console
-- plan: console
SELECT refusal_id, direction, client_ip, client_name, helo, envelope_sender, recipient, code, enhanced, reason, slot,
       floor(extract(epoch FROM at) * 1000)::bigint
  FROM refusal r
 WHERE r.at >= to_timestamp($1::float8 / 1000) AND r.at < to_timestamp($2::float8 / 1000)
   AND ($3::uuid IS NULL OR (r.at, r.refusal_id) < (to_timestamp($4::float8 / 1000), $3::uuid))
   AND ($5::text[] IS NULL OR r.envelope_sender ILIKE ANY ($5)) AND ($6::text[] IS NULL OR NOT r.envelope_sender ILIKE ANY ($6))
   AND ($7::text[] IS NULL OR r.recipient ILIKE ANY ($7)) AND ($8::text[] IS NULL OR NOT r.recipient ILIKE ANY ($8))
   AND ($9::text[] IS NULL OR r.client_ip ILIKE ANY ($9)) AND ($10::text[] IS NULL OR NOT r.client_ip ILIKE ANY ($10))
   AND ($11::text[] IS NULL OR split_part(r.recipient, '@', 2) ILIKE ANY ($11)) AND ($12::text[] IS NULL OR NOT split_part(r.recipient, '@', 2) ILIKE ANY ($12))
   AND ($13::text[] IS NULL OR NOT EXISTS (SELECT FROM unnest($13) w
        WHERE NOT (r.envelope_sender ILIKE w OR r.recipient ILIKE w OR r.client_ip ILIKE w OR r.client_name ILIKE w OR r.helo ILIKE w)))
   AND ($14::text[] IS NULL OR NOT (r.envelope_sender ILIKE ANY ($14) OR r.recipient ILIKE ANY ($14)))
   AND ($15::text IS NULL OR r.reason = $15)
   AND ($17::text[] IS NULL OR r.recipient = ANY ($17)) AND ($18::text[] IS NULL OR r.client_ip = ANY ($18))
 ORDER BY r.at DESC, r.refusal_id DESC LIMIT $16::int

-- name: refusal_newer
-- role: owner, console
-- plan: console
SELECT refusal_id, direction, client_ip, client_name, helo, envelope_sender, recipient, code, enhanced, reason, slot,
       floor(extract(epoch FROM at) * 1000)::bigint
  FROM refusal r
 WHERE r.at >= to_timestamp($1::float8 / 1000) AND r.at < to_timestamp($2::float8 / 1000)
   AND (r.at, r.refusal_id) > (to_timestamp($4::float8 / 1000), $3::uuid)
   AND ($5::text[] IS NULL OR r.envelope_sender ILIKE ANY ($5)) AND ($6::text[] IS NULL OR NOT r.envelope_sender ILIKE ANY ($6))
   AND ($7::text[] IS NULL OR r.recipient ILIKE ANY ($7)) AND ($8::text[] IS NULL OR NOT r.recipient ILIKE ANY ($8))
   AND ($9::text[] IS NULL OR r.client_ip ILIKE ANY ($9)) AND ($10::text[] IS NULL OR NOT r.client_ip ILIKE ANY ($10))
   AND ($11::text[] IS NULL OR split_part(r.recipient, '@', 2) ILIKE ANY ($11)) AND ($12::text[] IS NULL OR NOT split_part(r.recipient, '@', 2) ILIKE ANY ($12))
   AND ($13::text[] IS NULL OR NOT EXISTS (SELECT FROM unnest($13) w
        WHERE NOT (r.envelope_sender ILIKE w OR r.recipient ILIKE w OR r.client_ip ILIKE w OR r.client_name ILIKE w OR r.helo ILIKE w)))
   AND ($14::text[] IS NULL OR NOT (r.envelope_sender ILIKE ANY ($14) OR r.recipient ILIKE ANY ($14)))
   AND ($15::text IS NULL OR r.reason = $15)
   AND ($17::text[] IS NULL OR r.recipient = ANY ($17)) AND ($18::text[] IS NULL OR r.client_ip = ANY ($18))
 ORDER BY r.at, r.refusal_id LIMIT $16::int
