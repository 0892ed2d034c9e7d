-- Links in mails that act without signing in (0025-digest.sql).

-- name: link_key_good
-- role: engine
SELECT EXISTS (SELECT FROM link_key WHERE kid = $1::int AND revoked_at IS NULL)

-- name: link_look
-- role: engine
-- All that the page of a link shows. $3: SHA-256 of the link.
SELECT r.address, b.box, r.kind, r.state, floor(extract(epoch FROM r.state_at) * 1000)::bigint,
       floor(extract(epoch FROM r.received_at) * 1000)::bigint, floor(extract(epoch FROM r.expires_at) * 1000)::bigint,
       m.envelope_sender, m.header_from, m.header_from_name, m.subject, m.reasons, o.name,
       coalesce(p.lang, a.lang, o.lang), coalesce(a.tz, o.tz), coalesce(s.links, 'act'),
       u.action, floor(extract(epoch FROM u.used_at) * 1000)::bigint, u.entry_id IS NOT NULL,
       (SELECT string_agg(x, ' ') FROM unnest(ARRAY['deliver', 'allow', 'read', 'delete', 'block', 'ask']) x WHERE link_may(r.org_id, r.kind, x) AND (x <> 'ask' OR a.account_id IS NOT NULL)),
       CASE r.state WHEN 'deleted' THEN coalesce((SELECT address FROM account d WHERE d.org_id = r.org_id AND d.account_id = r.deleted_by), '')
                    ELSE coalesce((SELECT address FROM account d WHERE d.org_id = r.org_id AND d.account_id = r.released_by), '') END,
       h.name, h.note, h.email, h.phone, h.link
  FROM message_recipient r JOIN message m USING (org_id, received_at, message_id) JOIN org o USING (org_id)
       CROSS JOIN LATERAL (SELECT digest_box(r.org_id, r.address, r.mailbox) AS box) b
       LEFT JOIN account a ON a.org_id = r.org_id AND a.address = b.box
       LEFT JOIN digest_pref p ON p.org_id = r.org_id AND p.address = b.box
       LEFT JOIN digest_setting s ON s.org_id = r.org_id
       LEFT JOIN help_contact h ON h.org_id = r.org_id
       LEFT JOIN link_used u ON u.org_id = r.org_id AND u.token_hash = $3
 WHERE r.org_id = $1::uuid AND r.recipient_id = $2::uuid

-- name: link_act
-- role: engine
SELECT link_act($1::uuid, $2::uuid, $3, to_timestamp($4::float8), $5, $6, $7)

-- name: link_undo
-- role: engine
SELECT link_undo($1::uuid, $2::uuid, $3, $4)

-- name: link_viewed
-- role: engine
SELECT link_viewed($1::uuid, $2::uuid, $3)

-- name: link_refused
-- role: engine
SELECT link_refused($1::uuid, $2, $3, $4)

-- name: link_revoke
-- role: owner
SELECT link_revoke($1)
