-- Release requests (0024-rights.sql): people ask, approvers decide (N8).

-- name: request_ask
-- role: portal
-- Mail that waits for an answer already is left alone; whoever of a shared mailbox asked.
WITH added AS (
  INSERT INTO release_request AS q (org_id, request_id, recipient_id, message_id, received_at, account_id, by_name, mailbox, domain, kind, sender, subject, note)
  SELECT r.org_id, uuid7(), r.recipient_id, r.message_id, r.received_at, $2::uuid, $3, r.address, r.domain, r.kind,
         left(CASE m.header_from WHEN '' THEN m.envelope_sender ELSE m.header_from END, 320), left(m.subject, 200), $6
    FROM message_recipient r JOIN message m ON m.org_id = r.org_id AND m.received_at = r.received_at AND m.message_id = r.message_id
   WHERE r.recipient_id = ANY ($1::uuid[]) AND r.state = 'held' AND r.kind = ANY (ARRAY(SELECT user_kinds('ask')))
   ORDER BY r.recipient_id
  ON CONFLICT (org_id, recipient_id) WHERE state = 'waiting' DO NOTHING
  RETURNING q.org_id, q.request_id, q.message_id, q.recipient_id, q.mailbox, q.kind),
told AS (
  INSERT INTO event (org_id, event_id, at, message_id, recipient_id, kind, account_id, detail)
  SELECT org_id, uuid7(), now(), message_id, recipient_id, 'asked', $2::uuid, jsonb_build_object('by', $3::text) FROM added)
SELECT a.request_id, audit_add(a.org_id, $2::uuid, $3, $4, $5, 'request.asked', a.mailbox,
         jsonb_build_object('recipient_id', a.recipient_id, 'message', a.message_id, 'kind', a.kind)) FROM added a

-- name: request_withdraw
-- role: portal
WITH x AS (
  UPDATE release_request q SET state = 'withdrawn', decided_at = now()
   WHERE q.org_id = (SELECT scope_org()) AND q.account_id = $2::uuid AND q.request_id = ANY ($1::uuid[]) AND q.state = 'waiting'
  RETURNING q.org_id, q.request_id, q.recipient_id, q.message_id, q.mailbox)
SELECT x.request_id, audit_add(x.org_id, $2::uuid, $3, $4, $5, 'request.withdrawn', x.mailbox,
         jsonb_build_object('recipient_id', x.recipient_id, 'message', x.message_id)) FROM x

-- name: request_own_older
-- role: portal
SELECT q.request_id, q.recipient_id, q.account_id, q.by_name, q.mailbox, q.kind, q.sender, q.subject, q.note, q.state, q.answer, q.decided_name,
       floor(extract(epoch FROM q.asked_at) * 1000)::bigint, floor(extract(epoch FROM q.decided_at) * 1000)::bigint, false
  FROM release_request q
 WHERE q.org_id = (SELECT scope_org()) AND q.account_id = (SELECT scope_account())
   AND ($2::uuid IS NULL OR (q.asked_at, q.request_id) < (to_timestamp($1::float8 / 1000), $2::uuid))
 ORDER BY q.asked_at DESC, q.request_id DESC LIMIT $3::int

-- name: request_own_newer
-- role: portal
-- The page before the cursor, oldest first.
SELECT q.request_id, q.recipient_id, q.account_id, q.by_name, q.mailbox, q.kind, q.sender, q.subject, q.note, q.state, q.answer, q.decided_name,
       floor(extract(epoch FROM q.asked_at) * 1000)::bigint, floor(extract(epoch FROM q.decided_at) * 1000)::bigint, false
  FROM release_request q
 WHERE q.org_id = (SELECT scope_org()) AND q.account_id = (SELECT scope_account())
   AND (q.asked_at, q.request_id) > (to_timestamp($1::float8 / 1000), $2::uuid)
 ORDER BY q.asked_at, q.request_id LIMIT $3::int

-- name: request_list_older
-- role: owner, console
-- $2: only those that wait; the last column: $6 may decide about it.
SELECT q.request_id, q.recipient_id, q.account_id, q.by_name, q.mailbox, q.kind, q.sender, q.subject, q.note, q.state, q.answer, q.decided_name,
       floor(extract(epoch FROM q.asked_at) * 1000)::bigint, floor(extract(epoch FROM q.decided_at) * 1000)::bigint,
       q.state = 'waiting' AND request_may_decide(q.org_id, $6::uuid, q.account_id, q.domain)
  FROM release_request q
 WHERE q.org_id = $1::uuid AND (NOT $2::boolean OR q.state = 'waiting')
   AND ($4::uuid IS NULL OR (q.asked_at, q.request_id) < (to_timestamp($3::float8 / 1000), $4::uuid))
 ORDER BY q.asked_at DESC, q.request_id DESC LIMIT $5::int

-- name: request_list_newer
-- role: owner, console
-- The page before the cursor, oldest first.
-- $2: only those that wait; the last column: $6 may decide about it.
SELECT q.request_id, q.recipient_id, q.account_id, q.by_name, q.mailbox, q.kind, q.sender, q.subject, q.note, q.state, q.answer, q.decided_name,
       floor(extract(epoch FROM q.asked_at) * 1000)::bigint, floor(extract(epoch FROM q.decided_at) * 1000)::bigint,
       q.state = 'waiting' AND request_may_decide(q.org_id, $6::uuid, q.account_id, q.domain)
  FROM release_request q
 WHERE q.org_id = $1::uuid AND (NOT $2::boolean OR q.state = 'waiting')
   AND (q.asked_at, q.request_id) > (to_timestamp($3::float8 / 1000), $4::uuid)
 ORDER BY q.asked_at, q.request_id LIMIT $5::int

-- name: request_get
-- role: console
SELECT q.request_id, q.recipient_id, q.account_id, q.by_name, q.mailbox, q.kind, q.sender, q.subject, q.note, q.state, q.answer, q.decided_name,
       floor(extract(epoch FROM q.asked_at) * 1000)::bigint, floor(extract(epoch FROM q.decided_at) * 1000)::bigint,
       q.state = 'waiting' AND request_may_decide(q.org_id, $2::uuid, q.account_id, q.domain)
  FROM release_request q WHERE q.org_id = (SELECT scope_org()) AND q.request_id = $1::uuid

-- name: request_decide
-- role: console
-- $6: approve; $7: words for the person. What waits no longer, or is not his to decide, stays as it is; a message that
-- somebody has handled meanwhile is not delivered by an approval, and the request is over.
WITH locked AS (
  SELECT q.request_id, q.recipient_id FROM release_request q
   WHERE q.org_id = (SELECT scope_org()) AND q.request_id = $1::uuid AND q.state = 'waiting'
     AND request_may_decide(q.org_id, $2::uuid, q.account_id, q.domain) FOR UPDATE),
mail AS (
  SELECT r.recipient_id FROM message_recipient r
   WHERE r.recipient_id IN (SELECT recipient_id FROM locked) AND r.state = 'held' FOR UPDATE),
changed AS (
  UPDATE message_recipient r SET state = 'releasing', state_at = now(), release_id = uuid7(), released_at = now(), released_by = $2::uuid
   WHERE $6::boolean AND r.recipient_id IN (SELECT recipient_id FROM mail) AND r.state = 'held'
  RETURNING r.org_id, r.message_id, r.recipient_id, r.address, r.kind, r.release_id),
told AS (
  INSERT INTO event (org_id, event_id, at, message_id, recipient_id, kind, account_id, detail)
  SELECT org_id, uuid7(), now(), message_id, recipient_id, 'release_requested', $2::uuid,
         jsonb_build_object('by', $3::text, 'release_id', release_id) FROM changed),
x AS (
  UPDATE release_request q SET decided_at = now(), decided_by = $2::uuid, decided_name = $3, answer = $7,
         state = CASE WHEN NOT EXISTS (SELECT FROM mail) THEN 'over' WHEN $6::boolean THEN 'approved' ELSE 'declined' END
   WHERE q.org_id = (SELECT scope_org()) AND q.request_id IN (SELECT request_id FROM locked)
  RETURNING q.org_id, q.request_id, q.recipient_id, q.message_id, q.mailbox, q.kind, q.by_name, q.state)
SELECT x.state, audit_add(x.org_id, $2::uuid, $3, $4, $5, CASE x.state WHEN 'approved' THEN 'request.approved' ELSE 'request.declined' END, x.mailbox,
         jsonb_build_object('recipient_id', x.recipient_id, 'message', x.message_id, 'kind', x.kind, 'asked_by', x.by_name, 'state', x.state)),
       (SELECT audit_add(c.org_id, $2::uuid, $3, $4, $5, 'mail.released', c.address,
         jsonb_build_object('recipient_id', c.recipient_id, 'message', c.message_id, 'kind', c.kind)) FROM changed c) FROM x

-- name: approver_list
-- role: owner, console
SELECT p.domain, a.address FROM request_approver p JOIN account a USING (org_id, account_id) WHERE p.org_id = $1::uuid ORDER BY p.domain, a.address LIMIT 10000

-- name: approver_add
-- role: owner
-- $6: the account's address; $7: '' or one of the organisation's domains. No row: there is no such account or domain, or it may not deliver.
WITH x AS (
  INSERT INTO request_approver AS p (org_id, domain, account_id)
  SELECT a.org_id, $7, a.account_id FROM account a WHERE a.org_id = $1::uuid AND a.address = $6 AND a.role IN ('owner', 'domain_admin', 'help_desk')
     AND ($7 = '' OR EXISTS (SELECT FROM domain d WHERE d.org_id = a.org_id AND d.name = $7))
  ON CONFLICT DO NOTHING RETURNING p.org_id)
SELECT audit_add(x.org_id, $2::uuid, $3, $4, $5, 'request.approver_added', $6, jsonb_build_object('after', jsonb_build_object('domain', $7::text))) FROM x

-- name: approver_remove
-- role: owner
WITH x AS (
  DELETE FROM request_approver p USING account a
   WHERE p.org_id = $1::uuid AND a.org_id = p.org_id AND a.account_id = p.account_id AND a.address = $6 AND p.domain = $7 RETURNING p.org_id)
SELECT audit_add(x.org_id, $2::uuid, $3, $4, $5, 'request.approver_removed', $6, jsonb_build_object('before', jsonb_build_object('domain', $7::text))) FROM x

-- name: request_tend
-- role: jobs
-- Requests about mail that nobody can decide about any more are over; whoever decides is reminded once of what waits
-- for $1 hours. One page of $4 behind the place $2, $3 (NULL: from the oldest on); the next place, '' at the end.
WITH open AS (
  SELECT q.org_id, q.request_id, q.recipient_id, q.received_at, q.message_id, q.asked_at, q.reminded_at FROM release_request q
   WHERE q.state = 'waiting' AND ($3::uuid IS NULL OR (q.asked_at, q.request_id) > ($2::timestamptz, $3::uuid))
   ORDER BY q.asked_at, q.request_id LIMIT $4::int FOR UPDATE SKIP LOCKED),
seen AS (
  SELECT o.org_id, o.request_id, o.asked_at, o.reminded_at,
         EXISTS (SELECT FROM message_recipient r WHERE r.org_id = o.org_id AND r.received_at = o.received_at AND r.message_id = o.message_id
                    AND r.recipient_id = o.recipient_id AND r.state = 'held') AS held
    FROM open o),
over AS (
  UPDATE release_request q SET state = 'over', decided_at = now() FROM seen s
   WHERE q.org_id = s.org_id AND q.request_id = s.request_id AND NOT s.held RETURNING q.org_id),
late AS (
  UPDATE release_request q SET reminded_at = now() FROM seen s
   WHERE q.org_id = s.org_id AND q.request_id = s.request_id AND s.held AND s.reminded_at IS NULL
     AND s.asked_at < now() - make_interval(hours => $1::int) RETURNING q.org_id, q.request_id),
last AS (SELECT o.asked_at, o.request_id FROM open o ORDER BY o.asked_at DESC, o.request_id DESC LIMIT 1)
SELECT (SELECT count(*) FROM over), (SELECT count(*) FROM late),
       coalesce((SELECT asked_at::text FROM last), ''), coalesce((SELECT request_id::text FROM last), '')

-- name: request_forget
-- role: jobs
-- What was decided half a year ago.
DELETE FROM release_request q USING (
  SELECT o.org_id, o.request_id FROM release_request o
   WHERE o.state <> 'waiting' AND o.asked_at < now() - interval '180 days' ORDER BY o.asked_at LIMIT 1000) d
 WHERE q.org_id = d.org_id AND q.request_id = d.request_id
