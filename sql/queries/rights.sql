-- What people may do with their held mail, and what does several things at once (0024-rights.sql).

-- name: rights_get
-- role: owner, console
-- All kinds, in their order; the last: the organisation has said so itself.
SELECT k.kind, array_to_string(coalesce(q.rights, k.standard), ' '), array_to_string(k.possible, ' '), q.kind IS NOT NULL
  FROM quarantine_kinds() k LEFT JOIN quarantine_right q ON q.org_id = $1::uuid AND q.kind = k.kind ORDER BY k.place

-- name: rights_of_user
-- role: portal
SELECT w.right_name, array_to_string(ARRAY(SELECT user_kinds(w.right_name)), ' ')
  FROM unnest('{view,deliver,ask,delete,block,approve}'::text[]) AS w(right_name)

-- name: rights_set
-- role: owner
-- $2: the kind; $3: its rights, NULL: the standard again. No row: there is no such kind.
WITH old AS (SELECT k.kind, coalesce(q.rights, k.standard) AS rights FROM quarantine_kinds() k
              LEFT JOIN quarantine_right q ON q.org_id = $1::uuid AND q.kind = k.kind WHERE k.kind = $2),
gone AS (DELETE FROM quarantine_right WHERE $3::text IS NULL AND org_id = $1::uuid AND kind = $2),
x AS (
  INSERT INTO quarantine_right AS q (org_id, kind, rights)
  SELECT $1::uuid, o.kind, quarantine_rights_normal(string_to_array($3, ' ')) FROM old o WHERE $3::text IS NOT NULL
  ON CONFLICT (org_id, kind) DO UPDATE SET rights = excluded.rights, changed_at = now() RETURNING q.rights)
SELECT audit_add($1::uuid, $4::uuid, $5, $6, $7, 'rights.changed', o.kind, jsonb_build_object(
         'before', jsonb_build_object('rights', array_to_string(o.rights, ' ')),
         'after', jsonb_build_object('rights', coalesce((SELECT array_to_string(rights, ' ') FROM x), 'standard')))) FROM old o

-- name: held_senders
-- role: portal
-- Whom a list entry would stand for: the sender that is shown, of messages that may be acted on.
-- The last: the person's mailbox that it belongs to.
SELECT r.recipient_id, r.kind, r.state, r.address, CASE m.header_from WHEN '' THEN m.envelope_sender ELSE m.header_from END, m.header_from_name, m.subject,
       m.reasons, CASE WHEN r.address = ANY (ARRAY(SELECT scope_mailboxes())) THEN r.address ELSE r.mailbox END
  FROM unnest($1::uuid[]) WITH ORDINALITY AS w(id, n) JOIN message_recipient r ON r.recipient_id = w.id
  JOIN message m ON m.org_id = r.org_id AND m.received_at = r.received_at AND m.message_id = r.message_id
 ORDER BY w.n LIMIT 100

-- One statement each: all of it or nothing. $6: the pattern of each of $1, '' for none; $7: days until the entry ends, 0 = never;
-- $8: for the whole domain of the recipient (own_domains says whose word counts for that).
-- Of the sender's other list an entry goes first (the count makes it wait), and one that would end earlier; they are kept for a day,
-- for quarantine_undo.

-- name: quarantine_deliver_allow
-- role: portal
WITH locked AS (
  SELECT array_agg(x.recipient_id) AS ids FROM (
    SELECT r.recipient_id FROM message_recipient r
     WHERE r.recipient_id = ANY ($1::uuid[]) AND r.state = 'held'
       AND r.kind = ANY (ARRAY(SELECT user_kinds('deliver'))) AND r.kind = ANY (ARRAY(SELECT user_kinds('approve')))
     ORDER BY r.recipient_id FOR UPDATE) x),
changed AS (
  UPDATE message_recipient r SET state = 'releasing', state_at = now(), release_id = uuid7(), released_at = now(), released_by = $2::uuid
   WHERE r.recipient_id = ANY ((SELECT ids FROM locked)::uuid[]) AND r.state = 'held'
  RETURNING r.org_id, r.message_id, r.recipient_id, r.address, r.mailbox, r.domain, r.kind, r.release_id),
told AS (
  INSERT INTO event (org_id, event_id, at, message_id, recipient_id, kind, account_id, detail)
  SELECT org_id, uuid7(), now(), message_id, recipient_id, 'release_requested', $2::uuid,
         jsonb_build_object('by', $3::text, 'release_id', release_id) FROM changed),
wanted AS (
  SELECT DISTINCT c.org_id, s.pattern, CASE WHEN $8::boolean THEN c.domain WHEN c.mailbox = ANY (ARRAY(SELECT scope_mailboxes())) THEN c.mailbox ELSE c.address END AS target
    FROM changed c JOIN unnest($1::uuid[], $6::text[]) AS s(recipient_id, pattern) USING (recipient_id) WHERE s.pattern <> ''),
gone AS (
  DELETE FROM sender_entry e USING wanted w
   WHERE e.org_id = w.org_id AND e.target = w.target AND e.pattern = w.pattern
     AND (e.list = 'blocked' OR e.expires_at < CASE WHEN $7::int > 0 THEN now() + make_interval(days => $7::int) ELSE 'infinity' END)
  RETURNING e.org_id, e.entry_id, e.target, e.list, e.pattern, e.only_verified, e.added_at, e.added_by, e.expires_at, e.import_id),
kept AS (
  INSERT INTO sender_removed (org_id, entry_id, target, list, pattern, only_verified, added_at, added_by, expires_at, was_import)
  SELECT org_id, entry_id, target, list, pattern, only_verified, added_at, added_by, expires_at, import_id FROM gone),
added AS (
  INSERT INTO sender_entry AS e (org_id, entry_id, target, list, pattern, only_verified, added_by, expires_at)
  SELECT w.org_id, uuid7(), w.target, 'approved', w.pattern, true, $3, CASE WHEN $7::int > 0 THEN now() + make_interval(days => $7::int) END
    FROM wanted w WHERE (SELECT count(*) FROM gone) >= 0 ORDER BY w.target, w.pattern
  ON CONFLICT ON CONSTRAINT sender_twice DO NOTHING RETURNING e.org_id, e.entry_id, e.target, e.pattern, e.expires_at)
SELECT 'mail', c.recipient_id, c.address, audit_add(c.org_id, $2::uuid, $3, $4, $5, 'mail.released', c.address,
         jsonb_build_object('recipient_id', c.recipient_id, 'message', c.message_id, 'kind', c.kind)) FROM changed c
UNION ALL
SELECT 'sender', a.entry_id, a.pattern, audit_add(a.org_id, $2::uuid, $3, $4, $5, 'sender.approved', a.pattern,
         jsonb_build_object('after', jsonb_build_object('target', a.target, 'only_verified', true, 'expires_at', a.expires_at))) FROM added a
UNION ALL
SELECT 'gone', g.entry_id, g.pattern, audit_add(g.org_id, $2::uuid, $3, $4, $5, 'sender.removed', g.pattern,
         jsonb_build_object('before', jsonb_build_object('target', g.target, 'list', g.list, 'only_verified', g.only_verified))) FROM gone g

-- name: quarantine_delete_block
-- role: portal
-- $9: reported as well, as 'spam' or 'phishing'; NULL: not. Mail of an unknown or own sender is deleted all the same.
WITH locked AS (
  SELECT array_agg(x.recipient_id) AS ids FROM (
    SELECT r.recipient_id FROM message_recipient r
     WHERE r.recipient_id = ANY ($1::uuid[]) AND r.state = 'held'
       AND r.kind = ANY (ARRAY(SELECT user_kinds('delete'))) AND r.kind = ANY (ARRAY(SELECT user_kinds('block')))
     ORDER BY r.recipient_id FOR UPDATE) x),
changed AS (
  UPDATE message_recipient r SET state = 'deleted', state_at = now(), deleted_by = $2::uuid
   WHERE r.recipient_id = ANY ((SELECT ids FROM locked)::uuid[]) AND r.state = 'held'
  RETURNING r.org_id, r.message_id, r.recipient_id, r.received_at, r.address, r.mailbox, r.domain, r.kind),
told AS (
  INSERT INTO event (org_id, event_id, at, message_id, recipient_id, kind, account_id, detail)
  SELECT org_id, uuid7(), now(), message_id, recipient_id, 'deleted', $2::uuid, jsonb_build_object('by', $3::text) FROM changed),
wanted AS (
  SELECT DISTINCT c.org_id, s.pattern, CASE WHEN $8::boolean THEN c.domain WHEN c.mailbox = ANY (ARRAY(SELECT scope_mailboxes())) THEN c.mailbox ELSE c.address END AS target
    FROM changed c JOIN unnest($1::uuid[], $6::text[]) AS s(recipient_id, pattern) USING (recipient_id) WHERE s.pattern <> ''),
gone AS (
  DELETE FROM sender_entry e USING wanted w
   WHERE e.org_id = w.org_id AND e.target = w.target AND e.pattern = w.pattern
     AND (e.list = 'approved' OR e.expires_at < CASE WHEN $7::int > 0 THEN now() + make_interval(days => $7::int) ELSE 'infinity' END)
  RETURNING e.org_id, e.entry_id, e.target, e.list, e.pattern, e.only_verified, e.added_at, e.added_by, e.expires_at, e.import_id),
kept AS (
  INSERT INTO sender_removed (org_id, entry_id, target, list, pattern, only_verified, added_at, added_by, expires_at, was_import)
  SELECT org_id, entry_id, target, list, pattern, only_verified, added_at, added_by, expires_at, import_id FROM gone),
added AS (
  INSERT INTO sender_entry AS e (org_id, entry_id, target, list, pattern, only_verified, added_by, expires_at)
  SELECT w.org_id, uuid7(), w.target, 'blocked', w.pattern, false, $3, CASE WHEN $7::int > 0 THEN now() + make_interval(days => $7::int) END
    FROM wanted w WHERE (SELECT count(*) FROM gone) >= 0 ORDER BY w.target, w.pattern
  ON CONFLICT ON CONSTRAINT sender_twice DO NOTHING RETURNING e.org_id, e.entry_id, e.target, e.pattern, e.expires_at),
reported AS (
  INSERT INTO mail_report AS p (org_id, report_id, recipient_id, message_id, received_at, account_id, by_name, mailbox, what, kind, sender, subject)
  SELECT c.org_id, uuid7(), c.recipient_id, c.message_id, c.received_at, $2::uuid, $3, c.address, $9, c.kind,
         left(CASE m.header_from WHEN '' THEN m.envelope_sender ELSE m.header_from END, 320), left(m.subject, 200)
    FROM changed c JOIN message m ON m.org_id = c.org_id AND m.received_at = c.received_at AND m.message_id = c.message_id
   WHERE $9::text IS NOT NULL
  ON CONFLICT ON CONSTRAINT report_once DO NOTHING RETURNING p.org_id, p.report_id, p.mailbox, p.what, p.message_id)
SELECT 'mail', c.recipient_id, c.address, audit_add(c.org_id, $2::uuid, $3, $4, $5, 'mail.deleted', c.address,
         jsonb_build_object('recipient_id', c.recipient_id, 'message', c.message_id, 'kind', c.kind)) FROM changed c
UNION ALL
SELECT 'sender', a.entry_id, a.pattern, audit_add(a.org_id, $2::uuid, $3, $4, $5, 'sender.blocked', a.pattern,
         jsonb_build_object('after', jsonb_build_object('target', a.target, 'only_verified', false, 'expires_at', a.expires_at))) FROM added a
UNION ALL
SELECT 'gone', g.entry_id, g.pattern, audit_add(g.org_id, $2::uuid, $3, $4, $5, 'sender.removed', g.pattern,
         jsonb_build_object('before', jsonb_build_object('target', g.target, 'list', g.list, 'only_verified', g.only_verified))) FROM gone g
UNION ALL
SELECT 'report', p.report_id, p.what, audit_add(p.org_id, $2::uuid, $3, $4, $5, 'mail.reported', p.mailbox,
         jsonb_build_object('message', p.message_id, 'what', p.what)) FROM reported p

-- name: quarantine_undo
-- role: portal
-- Takes back what one of these did: of $1 those that are deleted mails are held again, entries of lists are removed, open
-- reports withdrawn. What was delivered stays so. Only what the same person did lately.
WITH locked AS (
  SELECT array_agg(x.recipient_id) AS ids FROM (
    SELECT r.recipient_id FROM message_recipient r
     WHERE r.recipient_id = ANY ($1::uuid[]) AND r.state = 'deleted' AND r.expires_at > now() AND r.deleted_by = $2::uuid
       AND r.kind = ANY (ARRAY(SELECT user_kinds('delete')))
     ORDER BY r.recipient_id FOR UPDATE) x),
changed AS (
  UPDATE message_recipient r SET state = 'held', state_at = now(), deleted_by = NULL
   WHERE r.recipient_id = ANY ((SELECT ids FROM locked)::uuid[]) AND r.state = 'deleted'
  RETURNING r.org_id, r.message_id, r.recipient_id, r.address, r.kind),
told AS (
  INSERT INTO event (org_id, event_id, at, message_id, recipient_id, kind, account_id, detail)
  SELECT org_id, uuid7(), now(), message_id, recipient_id, 'undeleted', $2::uuid, jsonb_build_object('by', $3::text) FROM changed),
entries AS (
  DELETE FROM sender_entry e WHERE e.org_id = (SELECT scope_org()) AND e.entry_id = ANY ($1::uuid[]) AND e.added_by = $3
  RETURNING e.org_id, e.entry_id, e.target, e.list, e.pattern, e.added_at),
-- What these replaced, in the same moment, is back.
replaced AS (
  DELETE FROM sender_removed k USING entries x
   WHERE k.org_id = x.org_id AND k.target = x.target AND k.pattern = x.pattern AND date_trunc('milliseconds', k.removed_at) = x.added_at
  RETURNING k.*),
restored AS (
  INSERT INTO sender_entry AS e (org_id, entry_id, target, list, pattern, only_verified, added_at, added_by, expires_at, import_id)
  SELECT org_id, entry_id, target, list, pattern, only_verified, added_at, added_by, expires_at, was_import FROM replaced
  ON CONFLICT ON CONSTRAINT sender_twice DO NOTHING RETURNING e.org_id, e.entry_id, e.target, e.list, e.pattern, e.only_verified),
reports AS (
  DELETE FROM mail_report p WHERE p.org_id = (SELECT scope_org()) AND p.report_id = ANY ($1::uuid[]) AND p.state = 'open'
  RETURNING p.org_id, p.report_id, p.mailbox, p.what, p.message_id)
SELECT 'mail', c.recipient_id, c.address, audit_add(c.org_id, $2::uuid, $3, $4, $5, 'mail.undeleted', c.address,
         jsonb_build_object('recipient_id', c.recipient_id, 'message', c.message_id, 'kind', c.kind)) FROM changed c
UNION ALL
SELECT 'sender', x.entry_id, x.pattern, audit_add(x.org_id, $2::uuid, $3, $4, $5, 'sender.removed', x.pattern,
         jsonb_build_object('before', jsonb_build_object('target', x.target, 'list', x.list))) FROM entries x
UNION ALL
SELECT 'gone', x.entry_id, x.pattern, audit_add(x.org_id, $2::uuid, $3, $4, $5, 'sender.' || x.list, x.pattern,
         jsonb_build_object('after', jsonb_build_object('target', x.target, 'only_verified', x.only_verified))) FROM restored x
UNION ALL
SELECT 'report', p.report_id, p.what, audit_add(p.org_id, $2::uuid, $3, $4, $5, 'mail.report_withdrawn', p.mailbox,
         jsonb_build_object('message', p.message_id, 'what', p.what)) FROM reports p

-- name: report_add
-- role: portal
-- Somebody's word about held or deleted mail; the last one counts as long as nobody has decided about it.
WITH mail AS (
  SELECT r.org_id, r.recipient_id, r.message_id, r.received_at, r.address, r.kind,
         left(CASE m.header_from WHEN '' THEN m.envelope_sender ELSE m.header_from END, 320) AS sender, left(m.subject, 200) AS subject
    FROM message_recipient r JOIN message m ON m.org_id = r.org_id AND m.received_at = r.received_at AND m.message_id = r.message_id
   WHERE r.recipient_id = ANY ($1::uuid[]) AND r.state IN ('held', 'deleted')),
before AS (
  DELETE FROM mail_report p USING mail x
   WHERE p.org_id = x.org_id AND p.recipient_id = x.recipient_id AND p.account_id = $2::uuid AND p.state = 'open' AND p.what <> $6 RETURNING p.report_id),
added AS (
  INSERT INTO mail_report AS p (org_id, report_id, recipient_id, message_id, received_at, account_id, by_name, mailbox, what, kind, sender, subject)
  SELECT x.org_id, uuid7(), x.recipient_id, x.message_id, x.received_at, $2::uuid, $3, x.address, $6, x.kind, x.sender, x.subject
    FROM mail x WHERE (SELECT count(*) FROM before) >= 0 ORDER BY x.recipient_id
  ON CONFLICT ON CONSTRAINT report_once DO NOTHING RETURNING p.org_id, p.report_id, p.message_id, p.recipient_id, p.mailbox, p.what),
told AS (
  INSERT INTO event (org_id, event_id, at, message_id, recipient_id, kind, account_id, detail)
  SELECT org_id, uuid7(), now(), message_id, recipient_id, 'reported', $2::uuid, jsonb_build_object('by', $3::text, 'what', what) FROM added)
SELECT 'report', p.report_id, p.what, audit_add(p.org_id, $2::uuid, $3, $4, $5, 'mail.reported', p.mailbox,
         jsonb_build_object('message', p.message_id, 'what', p.what)) FROM added p

-- name: report_list
-- role: owner, console
-- Newest first; $2: the state.
SELECT p.report_id, p.recipient_id, p.by_name, p.mailbox, p.what, p.kind, p.sender, p.subject, floor(extract(epoch FROM p.at) * 1000)::bigint,
       p.state, p.decided_name, (SELECT count(*) FROM mail_report o WHERE o.org_id = p.org_id AND o.message_id = p.message_id)
  FROM mail_report p
 WHERE p.org_id = $1::uuid AND p.state = $2
   AND ($4::uuid IS NULL OR (p.at, p.report_id) < (to_timestamp($3::float8 / 1000), $4::uuid))
 ORDER BY p.at DESC, p.report_id DESC LIMIT $5::int

-- name: report_decide
-- role: owner, console
-- $6: 'agreed' or 'dismissed'; the trigger makes the statistics follow. $8: the senders of reported spam, as patterns, are blocked
-- for the organisation, too ('' = not).
WITH x AS (
  UPDATE mail_report p SET state = $6, decided_at = now(), decided_name = $3
   WHERE p.org_id = $1::uuid AND p.report_id = ANY ($7::uuid[]) AND p.state = 'open' RETURNING p.org_id, p.report_id, p.by_name, p.what, p.message_id),
wanted AS (SELECT DISTINCT s.pattern FROM x JOIN unnest($7::uuid[], $8::text[]) AS s(report_id, pattern) USING (report_id) WHERE s.pattern <> '' AND x.what <> 'wanted'),
added AS (
  INSERT INTO sender_entry AS e (org_id, entry_id, target, list, pattern, added_by)
  SELECT $1::uuid, uuid7(), '', 'blocked', w.pattern, $3 FROM wanted w ORDER BY w.pattern
  ON CONFLICT ON CONSTRAINT sender_twice DO NOTHING RETURNING e.entry_id, e.pattern)
SELECT 'report', x.report_id, x.by_name, audit_add(x.org_id, $2::uuid, $3, $4, $5, CASE $6 WHEN 'agreed' THEN 'mail.report_agreed' ELSE 'mail.report_dismissed' END, x.by_name,
         jsonb_build_object('message', x.message_id, 'what', x.what)) FROM x
UNION ALL
SELECT 'sender', a.entry_id, a.pattern, audit_add($1::uuid, $2::uuid, $3, $4, $5, 'sender.blocked', a.pattern,
         jsonb_build_object('after', jsonb_build_object('target', '', 'only_verified', false))) FROM added a

-- name: report_senders
-- role: console
SELECT p.report_id, p.sender FROM unnest($1::uuid[]) WITH ORDINALITY AS w(id, n)
  JOIN mail_report p ON p.org_id = (SELECT scope_org()) AND p.report_id = w.id ORDER BY w.n LIMIT 100
