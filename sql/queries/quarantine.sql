-- Held mail. Row-level security narrows the portal to the account's own mailboxes.
--
-- Lists walk an index of message_recipient in order and stop at the limit; the message is fetched for
-- each row that is shown (LATERAL with LIMIT keeps the planner from joining whole partitions).
-- $1 of those of whole organisations: the states, {held} or {deleted,gone}; each has an index.

-- name: quarantine_older
-- role: owner, console
-- plan: console
SELECT r.recipient_id, r.message_id, r.address, m.envelope_sender, m.header_from, m.header_from_name, m.subject, r.kind, r.state,
       r.rule, m.reasons, floor(extract(epoch FROM r.received_at) * 1000)::bigint, floor(extract(epoch FROM r.expires_at) * 1000)::bigint,
       floor(extract(epoch FROM r.state_at) * 1000)::bigint, m.bytes, m.score, m.threshold, true,
       coalesce((SELECT CASE a.name WHEN '' THEN a.address ELSE a.name END FROM account a WHERE a.org_id = r.org_id AND a.account_id = r.deleted_by), '')
  FROM message_recipient r CROSS JOIN LATERAL (
         SELECT x.envelope_sender, x.header_from, x.header_from_name, x.subject, x.reasons, x.bytes, x.score, x.threshold FROM message x
          WHERE x.org_id = r.org_id AND x.received_at = r.received_at AND x.message_id = r.message_id LIMIT 1) m
 WHERE r.state = ANY ($1::text[]) AND r.state IN ('held', 'deleted', 'gone')
   AND held_matches(r.brief, r.kind, r.domain, r.mailbox, r.address, r.expires_at, $2, $3, $4, $5, $7)
   AND r.received_at >= to_timestamp($6::float8 / 1000)
   AND ($9::uuid IS NULL OR (r.received_at, r.recipient_id) < (to_timestamp($8::float8 / 1000), $9::uuid))
 ORDER BY r.received_at DESC, r.recipient_id DESC LIMIT $10::int

-- name: quarantine_newer
-- role: owner, console
-- plan: console
SELECT r.recipient_id, r.message_id, r.address, m.envelope_sender, m.header_from, m.header_from_name, m.subject, r.kind, r.state,
       r.rule, m.reasons, floor(extract(epoch FROM r.received_at) * 1000)::bigint, floor(extract(epoch FROM r.expires_at) * 1000)::bigint,
       floor(extract(epoch FROM r.state_at) * 1000)::bigint, m.bytes, m.score, m.threshold, true,
       coalesce((SELECT CASE a.name WHEN '' THEN a.address ELSE a.name END FROM account a WHERE a.org_id = r.org_id AND a.account_id = r.deleted_by), '')
  FROM message_recipient r CROSS JOIN LATERAL (
         SELECT x.envelope_sender, x.header_from, x.header_from_name, x.subject, x.reasons, x.bytes, x.score, x.threshold FROM message x
          WHERE x.org_id = r.org_id AND x.received_at = r.received_at AND x.message_id = r.message_id LIMIT 1) m
 WHERE r.state = ANY ($1::text[]) AND r.state IN ('held', 'deleted', 'gone')
   AND held_matches(r.brief, r.kind, r.domain, r.mailbox, r.address, r.expires_at, $2, $3, $4, $5, $7)
   AND r.received_at >= to_timestamp($6::float8 / 1000)
   AND (r.received_at, r.recipient_id) > (to_timestamp($8::float8 / 1000), $9::uuid)
 ORDER BY r.received_at, r.recipient_id LIMIT $10::int

-- A person's list. held_page() says which rows and in which order (0027-held-list.sql); row-level security has the last word.

-- name: quarantine_own
-- role: portal
SELECT r.recipient_id, r.message_id, r.address, m.envelope_sender, m.header_from, m.header_from_name, m.subject, r.kind, r.state,
       r.rule, m.reasons, floor(extract(epoch FROM r.received_at) * 1000)::bigint, floor(extract(epoch FROM r.expires_at) * 1000)::bigint,
       floor(extract(epoch FROM r.state_at) * 1000)::bigint, m.bytes, m.score, m.threshold, true
  FROM held_page($1, $2, $3, $4, to_timestamp($5::float8 / 1000), CASE WHEN $6::float8 > 0 THEN to_timestamp($6::float8 / 1000) END,
                 $7, $8, to_timestamp($9::float8 / 1000), $10, $11) WITH ORDINALITY AS k CROSS JOIN LATERAL (
         SELECT x.* FROM message_recipient x
          WHERE x.org_id = (SELECT scope_org()) AND x.received_at = k.received_at AND x.message_id = k.message_id AND x.recipient_id = k.recipient_id
            AND x.state IN ('held', 'deleted') LIMIT 1) r CROSS JOIN LATERAL (
         SELECT x.envelope_sender, x.header_from, x.header_from_name, x.subject, x.reasons, x.bytes, x.score, x.threshold FROM message x
          WHERE x.org_id = r.org_id AND x.received_at = r.received_at AND x.message_id = r.message_id LIMIT 1) m
 ORDER BY k.ordinality

-- name: quarantine_own_sorts
-- role: portal
-- $1: search or NULL; $2: deleted soon is before it; $3: rows to look at
SELECT state, hit, kind, own, age, soon, n FROM held_counts($1, to_timestamp($2::float8 / 1000), $3)

-- name: quarantine_own_matches
-- role: portal
-- $1 to $6 as in quarantine_own; counting stops at $7.
SELECT count(*) FROM held_all($1, $2, $3, $4, to_timestamp($5::float8 / 1000), CASE WHEN $6::float8 > 0 THEN to_timestamp($6::float8 / 1000) END,
                              'infinity', $7)

-- name: quarantine_own_totals
-- role: portal
-- Held, deleted, held but deleted before $1; it looks at $2 rows.
SELECT held, deleted, soon FROM held_totals(to_timestamp($1::float8 / 1000), $2)

-- name: quarantine_matches
-- role: owner, console
-- plan: console
SELECT count(*) FROM (
  SELECT 1 FROM message_recipient r
   WHERE r.state = ANY ($1::text[]) AND r.state IN ('held', 'deleted', 'gone')
     AND held_matches(r.brief, r.kind, r.domain, r.mailbox, r.address, r.expires_at, $2, $3, $4, $5, $7)
     AND r.received_at >= to_timestamp($6::float8 / 1000)
   LIMIT $8::int) x

-- name: quarantine_totals
-- role: owner, console
SELECT (SELECT count(*) FROM (SELECT 1 FROM message_recipient r WHERE r.state = 'held' LIMIT $1::int) x),
       (SELECT count(*) FROM (SELECT 1 FROM message_recipient r WHERE r.state IN ('deleted', 'gone') LIMIT $1::int) x),
       (SELECT count(*) FROM (SELECT 1 FROM message_recipient r WHERE r.state = 'held' AND r.expires_at < now() + interval '3 days' LIMIT $1::int) x)

-- name: quarantine_get
-- role: owner, console, portal
SELECT r.recipient_id, r.message_id, r.address, m.envelope_sender, m.header_from, m.header_from_name, m.subject, r.kind, r.state,
       r.rule, m.reasons, floor(extract(epoch FROM r.received_at) * 1000)::bigint, floor(extract(epoch FROM r.expires_at) * 1000)::bigint,
       floor(extract(epoch FROM r.state_at) * 1000)::bigint, m.bytes, m.score, m.threshold,
       r.expires_at IS NOT NULL AND r.state <> 'purged' AND (r.state <> 'gone' OR current_user <> 'sekisho_portal'), m.scan,
       coalesce((SELECT CASE a.name WHEN '' THEN a.address ELSE a.name END FROM account a
                  WHERE a.org_id = r.org_id AND a.account_id = CASE WHEN r.state IN ('deleted', 'gone') THEN r.deleted_by ELSE r.released_by END),
                mailbox_sharer(CASE WHEN r.state IN ('deleted', 'gone') THEN r.deleted_by ELSE r.released_by END), ''),
       m.header_id
  FROM message_recipient r JOIN message m USING (org_id, received_at, message_id)
 WHERE r.recipient_id = $1::uuid

-- The changes of many at once lock all their rows first, in the order of ids (array_agg sees the last
-- of them before anything is changed): two people who work on the same mails wait for each other and
-- never both ways, also not for the head of the audit log.

-- name: quarantine_release
-- role: owner, console, portal
WITH locked AS (
  SELECT array_agg(x.recipient_id) AS ids FROM (
    SELECT r.recipient_id FROM message_recipient r
     WHERE r.recipient_id = ANY ($1::uuid[]) AND r.state = 'held' AND (NOT $6::boolean OR r.kind = ANY (ARRAY(SELECT user_kinds('deliver'))))
     ORDER BY r.recipient_id FOR UPDATE) x),
changed AS (
  UPDATE message_recipient r SET state = 'releasing', state_at = now(), release_id = uuid7(), released_at = now(), released_by = $2::uuid
   WHERE r.recipient_id = ANY ((SELECT ids FROM locked)::uuid[]) AND r.state = 'held'
  RETURNING r.org_id, r.message_id, r.recipient_id, r.address, r.kind, r.release_id),
told AS (
  INSERT INTO event (org_id, event_id, at, message_id, recipient_id, kind, account_id, detail)
  SELECT org_id, uuid7(), now(), message_id, recipient_id, 'release_requested', $2::uuid,
         jsonb_build_object('by', $3::text, 'release_id', release_id) FROM changed)
SELECT c.recipient_id,
       audit_add(c.org_id, $2::uuid, $3, $4, $5, 'mail.released', c.address,
                 jsonb_build_object('recipient_id', c.recipient_id, 'message', c.message_id, 'kind', c.kind))
  FROM changed c

-- name: quarantine_delete
-- role: owner, console, portal
WITH locked AS (
  SELECT array_agg(x.recipient_id) AS ids FROM (
    SELECT r.recipient_id FROM message_recipient r WHERE r.recipient_id = ANY ($1::uuid[]) AND r.state = 'held'
       AND (current_user <> 'sekisho_portal' OR r.kind = ANY (ARRAY(SELECT user_kinds('delete'))))
     ORDER BY r.recipient_id FOR UPDATE) x),
changed AS (
  UPDATE message_recipient r SET state = 'deleted', state_at = now(), deleted_by = $2::uuid
   WHERE r.recipient_id = ANY ((SELECT ids FROM locked)::uuid[]) AND r.state = 'held'
  RETURNING r.org_id, r.message_id, r.recipient_id, r.address, r.kind),
told AS (
  INSERT INTO event (org_id, event_id, at, message_id, recipient_id, kind, account_id, detail)
  SELECT org_id, uuid7(), now(), message_id, recipient_id, 'deleted', $2::uuid, jsonb_build_object('by', $3::text) FROM changed)
SELECT c.recipient_id,
       audit_add(c.org_id, $2::uuid, $3, $4, $5, 'mail.deleted', c.address,
                 jsonb_build_object('recipient_id', c.recipient_id, 'message', c.message_id, 'kind', c.kind))
  FROM changed c

-- name: quarantine_undelete
-- role: owner, console, portal
WITH locked AS (
  SELECT array_agg(x.recipient_id) AS ids FROM (
    SELECT r.recipient_id FROM message_recipient r WHERE r.recipient_id = ANY ($1::uuid[]) AND r.state IN ('deleted', 'gone') AND r.expires_at > now()
       AND (current_user <> 'sekisho_portal' OR r.state = 'deleted' AND r.kind = ANY (ARRAY(SELECT user_kinds('delete'))))
     ORDER BY r.recipient_id FOR UPDATE) x),
changed AS (
  UPDATE message_recipient r SET state = 'held', state_at = now(), deleted_by = NULL
   WHERE r.recipient_id = ANY ((SELECT ids FROM locked)::uuid[]) AND r.state IN ('deleted', 'gone')
  RETURNING r.org_id, r.message_id, r.recipient_id, r.address, r.kind),
told AS (
  INSERT INTO event (org_id, event_id, at, message_id, recipient_id, kind, account_id, detail)
  SELECT org_id, uuid7(), now(), message_id, recipient_id, 'undeleted', $2::uuid, jsonb_build_object('by', $3::text) FROM changed)
SELECT c.recipient_id,
       audit_add(c.org_id, $2::uuid, $3, $4, $5, 'mail.undeleted', c.address,
                 jsonb_build_object('recipient_id', c.recipient_id, 'message', c.message_id, 'kind', c.kind))
  FROM changed c

-- name: quarantine_viewed
-- role: owner, console, portal
WITH seen AS (
  INSERT INTO event (org_id, event_id, at, message_id, recipient_id, kind, account_id, detail)
  SELECT r.org_id, uuid7(), now(), r.message_id, r.recipient_id, 'viewed', $2::uuid, jsonb_build_object('by', $3::text, 'surface', $4::text)
    FROM message_recipient r WHERE r.recipient_id = $1::uuid
  RETURNING org_id, message_id, recipient_id)
SELECT CASE WHEN $4 <> 'portal' THEN
         audit_add(s.org_id, $2::uuid, $3, $4, $5, 'mail.viewed', r.address,
                   jsonb_build_object('recipient_id', s.recipient_id, 'message', s.message_id)) END
  FROM seen s JOIN message_recipient r ON r.recipient_id = $1::uuid

-- name: quarantine_seen
-- role: owner, console, portal
SELECT coalesce((SELECT nullif(a.name, '') FROM account a WHERE a.org_id = v.org_id AND a.account_id = v.account_id), v.detail->>'by', ''),
       floor(extract(epoch FROM v.at) * 1000)::bigint
  FROM event v JOIN message_recipient r ON r.recipient_id = $1::uuid AND r.message_id = v.message_id AND r.org_id = v.org_id
 WHERE v.kind = 'viewed' AND v.recipient_id = r.recipient_id AND v.at >= r.received_at ORDER BY v.at DESC LIMIT 50
