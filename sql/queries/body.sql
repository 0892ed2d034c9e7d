-- Sealed original bytes: engine (previews) and jobs (release).

-- name: body_org_key
-- role: engine, jobs
SELECT body_key FROM org WHERE org_id = $1::uuid

-- name: body_get
-- role: engine, jobs
SELECT b.data FROM body b WHERE b.message_id = $1::uuid AND b.org_id = $2::uuid ORDER BY b.seq

-- name: body_piece
-- role: engine
-- $3: the piece before, -1: none
SELECT b.seq, b.data FROM body b WHERE b.message_id = $1::uuid AND b.org_id = $2::uuid AND b.seq > $3::int ORDER BY b.seq LIMIT 1

-- name: body_first
-- role: engine, jobs
-- Is the first piece there?
SELECT 1 FROM body b WHERE b.message_id = $1::uuid AND b.org_id = $2::uuid AND b.seq = 0

-- name: body_expect
-- role: engine, jobs
SELECT m.sha256, m.bytes FROM message m WHERE m.message_id = $1::uuid AND m.org_id = $2::uuid

-- name: body_may_see
-- role: engine
-- A live session's right to see a message: the mail of its mailboxes, of kinds that its organisation lets people
-- see and from outside (portal), or of its organisation (admin). No row: no such session.
SELECT EXISTS (SELECT FROM message m WHERE m.org_id = s.org_id AND m.org_id = $5::uuid AND m.message_id = $6::uuid
                  AND ($2 = 'admin' OR EXISTS (
                    SELECT FROM message_recipient r JOIN account_mailbox b ON b.org_id = r.org_id AND b.address IN (r.mailbox, r.address)
                     WHERE r.org_id = m.org_id AND r.received_at = m.received_at AND r.message_id = m.message_id
                       AND NOT r.outbound AND r.state <> 'gone' AND r.kind = ANY (ARRAY(SELECT org_kinds($5::uuid, 'view') UNION ALL SELECT ''))
                       AND b.account_id = s.account_id AND (b.address = r.address OR NOT mailbox_apart(r.org_id, r.address)))))
  FROM session s JOIN account a ON a.org_id = s.org_id AND a.account_id = s.account_id
 WHERE s.session_hash = $1::bytea AND s.surface = $2 AND a.state = 'active' AND ($2 = 'portal' OR a.role <> 'user')
   AND s.seen_at >= now() - make_interval(secs => $3::float8) AND s.created_at >= now() - make_interval(secs => $4::float8)
