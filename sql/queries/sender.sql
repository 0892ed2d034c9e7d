-- Sender lists. Row-level security narrows the portal to the lists of the account's own mailboxes.

-- name: sender_older
-- role: owner, console, portal
SELECT e.entry_id, e.level, e.target, e.list, e.pattern, e.only_verified, floor(extract(epoch FROM e.added_at) * 1000)::bigint, e.added_by, l.enabled, floor(extract(epoch FROM e.expires_at) * 1000)::bigint
  FROM sender_entry e JOIN sender_list l USING (org_id, target)
 WHERE e.org_id = $1::uuid AND e.list = $2 AND ($3::text IS NULL OR e.pattern ILIKE $3 OR e.target ILIKE $3)
   AND ($4::text IS NULL OR e.level = ANY (string_to_array($4, ' '))) AND ($5::text IS NULL OR e.target = $5)
   AND ($6::uuid IS NULL OR (e.added_at, e.entry_id) < (to_timestamp($7::float8 / 1000), $6::uuid))
 ORDER BY e.added_at DESC, e.entry_id DESC LIMIT $8::int

-- name: sender_newer
-- role: owner, console, portal
SELECT e.entry_id, e.level, e.target, e.list, e.pattern, e.only_verified, floor(extract(epoch FROM e.added_at) * 1000)::bigint, e.added_by, l.enabled, floor(extract(epoch FROM e.expires_at) * 1000)::bigint
  FROM sender_entry e JOIN sender_list l USING (org_id, target)
 WHERE e.org_id = $1::uuid AND e.list = $2 AND ($3::text IS NULL OR e.pattern ILIKE $3 OR e.target ILIKE $3)
   AND ($4::text IS NULL OR e.level = ANY (string_to_array($4, ' '))) AND ($5::text IS NULL OR e.target = $5)
   AND ($6::uuid IS NULL OR (e.added_at, e.entry_id) > (to_timestamp($7::float8 / 1000), $6::uuid))
 ORDER BY e.added_at, e.entry_id LIMIT $8::int

-- name: sender_own_older
-- role: portal
-- The lists of one's own mailboxes ($5: of one of them), and what the organisation decides for them ($6). $4: only these entries, NULL = all.
SELECT entry_id, level, target, $1, pattern, only_verified, floor(extract(epoch FROM added_at) * 1000)::bigint, '', enabled, floor(extract(epoch FROM expires_at) * 1000)::bigint
  FROM (
    SELECT e.entry_id, e.level, e.target, e.pattern, e.only_verified, e.added_at, e.expires_at, l.enabled
      FROM scope_mailboxes() b CROSS JOIN LATERAL (
             SELECT * FROM sender_entry s
              WHERE s.org_id = (SELECT scope_org()) AND s.target = b AND s.list = $1 AND ($2::text IS NULL OR s.pattern ILIKE $2 OR s.target ILIKE $2)
                AND ($4::uuid[] IS NULL OR s.entry_id = ANY ($4)) AND ($3::uuid IS NULL OR (s.added_at, s.entry_id) < (to_timestamp($7::float8 / 1000), $3::uuid))
              ORDER BY s.added_at DESC, s.entry_id DESC LIMIT $8::int) e
      JOIN sender_list l ON l.org_id = e.org_id AND l.target = e.target
     WHERE $5::text IS NULL OR b = $5
    UNION ALL
    SELECT c.entry_id, c.level, c.target, c.pattern, c.only_verified, c.added_at, c.expires_at, true
      FROM sender_company($1, $2, false, to_timestamp($7::float8 / 1000), $3::uuid, $8::int) c WHERE $6::boolean) x
 ORDER BY added_at DESC, entry_id DESC LIMIT $8::int

-- name: sender_own_newer
-- role: portal
-- As sender_own_older, the page before the place.
SELECT entry_id, level, target, $1, pattern, only_verified, floor(extract(epoch FROM added_at) * 1000)::bigint, '', enabled, floor(extract(epoch FROM expires_at) * 1000)::bigint
  FROM (
    SELECT e.entry_id, e.level, e.target, e.pattern, e.only_verified, e.added_at, e.expires_at, l.enabled
      FROM scope_mailboxes() b CROSS JOIN LATERAL (
             SELECT * FROM sender_entry s
              WHERE s.org_id = (SELECT scope_org()) AND s.target = b AND s.list = $1 AND ($2::text IS NULL OR s.pattern ILIKE $2 OR s.target ILIKE $2)
                AND ($4::uuid[] IS NULL OR s.entry_id = ANY ($4)) AND ($3::uuid IS NULL OR (s.added_at, s.entry_id) > (to_timestamp($7::float8 / 1000), $3::uuid))
              ORDER BY s.added_at, s.entry_id LIMIT $8::int) e
      JOIN sender_list l ON l.org_id = e.org_id AND l.target = e.target
     WHERE $5::text IS NULL OR b = $5
    UNION ALL
    SELECT c.entry_id, c.level, c.target, c.pattern, c.only_verified, c.added_at, c.expires_at, true
      FROM sender_company($1, $2, true, to_timestamp($7::float8 / 1000), $3::uuid, $8::int) c WHERE $6::boolean) x
 ORDER BY added_at, entry_id LIMIT $8::int

-- name: sender_lists
-- role: owner, console, portal
-- How long the lists are, and whether they are applied. Of one target, or of all that are seen.
SELECT target, enabled, approved, blocked FROM sender_list
 WHERE org_id = $1::uuid AND ($2::text IS NULL OR target = $2) AND ($3::text IS NULL OR target ILIKE $3) AND ($4::text IS NULL OR target > $4)
 ORDER BY target LIMIT $5::int

-- name: sender_lists_back
-- role: owner, console
SELECT target, enabled, approved, blocked FROM sender_list
 WHERE org_id = $1::uuid AND ($2::text IS NULL OR target = $2) AND ($3::text IS NULL OR target ILIKE $3) AND target < $4
 ORDER BY target DESC LIMIT $5::int

-- name: sender_mailboxes
-- role: portal
SELECT address FROM account_mailbox WHERE org_id = (SELECT scope_org()) AND account_id = (SELECT scope_account()) ORDER BY address LIMIT 1000

-- name: sender_totals
-- role: owner, console, portal
SELECT coalesce(sum(approved), 0), coalesce(sum(blocked), 0) FROM sender_list WHERE org_id = $1::uuid

-- name: sender_all
-- role: owner, console, portal
-- Both lists of one target; at most twice the limit of the longest.
SELECT list, pattern, only_verified, entry_id FROM sender_entry WHERE org_id = $1::uuid AND target = $2 ORDER BY pattern COLLATE "C" LIMIT 20000

-- name: sender_add
-- role: owner, console, portal
WITH x AS (
  INSERT INTO sender_entry (org_id, entry_id, target, list, pattern, only_verified, added_by)
  SELECT $1::uuid, $2::uuid, $3, $4, $5, $6::boolean, $8 WHERE sender_target_ours($1::uuid, $3)
  RETURNING org_id, target, list, pattern, only_verified)
SELECT audit_add(x.org_id, $7::uuid, $8, $9, $10, 'sender.' || x.list, x.pattern,
                 jsonb_build_object('after', jsonb_build_object('target', x.target, 'only_verified', x.only_verified))) FROM x

-- name: sender_move
-- role: owner, console, portal
-- From the other list of the target to list $4, as a new entry $2; what it was is kept for a day, for sender_unmove. No row: it is not there.
WITH gone AS (
  DELETE FROM sender_entry WHERE org_id = $1::uuid AND target = $3 AND pattern = $5 AND list <> $4
  RETURNING org_id, entry_id, target, list, pattern, only_verified, added_at, added_by, expires_at, import_id),
old AS (DELETE FROM sender_removed WHERE org_id = $1::uuid AND removed_at < now() - interval '1 day'),
kept AS (
  INSERT INTO sender_removed (org_id, entry_id, target, list, pattern, only_verified, added_at, added_by, expires_at, was_import)
  SELECT org_id, entry_id, target, list, pattern, only_verified, added_at, added_by, expires_at, import_id FROM gone),
x AS (
  INSERT INTO sender_entry (org_id, entry_id, target, list, pattern, only_verified, added_by)
  SELECT org_id, $2::uuid, target, $4, pattern, $6::boolean, $8 FROM gone RETURNING org_id, target, list, pattern, only_verified)
SELECT audit_add(x.org_id, $7::uuid, $8, $9, $10, 'sender.moved', x.pattern, jsonb_build_object(
         'before', (SELECT jsonb_build_object('target', target, 'list', list, 'only_verified', only_verified) FROM gone),
         'after', jsonb_build_object('target', x.target, 'list', x.list, 'only_verified', x.only_verified))) FROM x

-- name: sender_unmove
-- role: owner, console, portal
-- The entry that sender_move made goes, and what it replaced in the same moment is back.
WITH gone AS (
  DELETE FROM sender_entry e USING sender_removed k
   WHERE e.org_id = $1::uuid AND e.entry_id = $2::uuid AND k.org_id = e.org_id AND k.target = e.target AND k.pattern = e.pattern AND k.list <> e.list
     AND date_trunc('milliseconds', k.removed_at) = e.added_at
  RETURNING e.org_id, e.target, e.list, e.pattern, e.only_verified, k.entry_id AS was),
old AS (
  DELETE FROM sender_removed k USING gone g WHERE k.org_id = g.org_id AND k.entry_id = g.was RETURNING k.*),
x AS (
  INSERT INTO sender_entry (org_id, entry_id, target, list, pattern, only_verified, added_at, added_by, expires_at, import_id)
  SELECT org_id, entry_id, target, list, pattern, only_verified, added_at, added_by, expires_at, was_import FROM old
  RETURNING org_id, target, list, pattern, only_verified)
SELECT x.list, x.pattern, audit_add(x.org_id, $3::uuid, $4, $5, $6, 'sender.moved', x.pattern, jsonb_build_object(
         'before', (SELECT jsonb_build_object('target', target, 'list', list, 'only_verified', only_verified) FROM gone),
         'after', jsonb_build_object('target', x.target, 'list', x.list, 'only_verified', x.only_verified))) FROM x

-- name: sender_target_ours
-- role: owner, console, portal
SELECT sender_target_ours($1::uuid, $2)

-- name: sender_import
-- role: owner, console, portal
-- $10: names the import, for Undo.
WITH x AS (
  INSERT INTO sender_entry (org_id, entry_id, target, list, pattern, only_verified, added_by, import_id)
  SELECT $1::uuid, uuid7(), $2, $3, p.pattern, p.only_verified, $7, $10::uuid FROM unnest($4::text[], $5::boolean[]) AS p(pattern, only_verified)
   WHERE sender_target_ours($1::uuid, $2) ORDER BY p.pattern
  ON CONFLICT ON CONSTRAINT sender_twice DO NOTHING RETURNING pattern),
n AS (SELECT count(*) AS n, (array_agg(pattern ORDER BY pattern))[1:20] AS some FROM x)
SELECT n.n, CASE WHEN n.n > 0 THEN audit_add($1::uuid, $6::uuid, $7, $8, $9, 'sender.imported', $2,
         jsonb_build_object('after', jsonb_build_object('list', $3::text, 'entries', n.n, 'senders', n.some))) END FROM n

-- name: sender_clear
-- role: owner, console, portal
-- What a list has and the new one has not, or has with another flag ($10). Kept for a day, for Undo of the import $9.
WITH x AS (
  DELETE FROM sender_entry e WHERE org_id = $1::uuid AND target = $2 AND list = $3
     AND NOT EXISTS (SELECT FROM unnest($4::text[], $10::boolean[]) AS p(pattern, only_verified)
                      WHERE p.pattern = e.pattern AND p.only_verified = e.only_verified)
  RETURNING org_id, entry_id, target, list, pattern, only_verified, added_at, added_by, expires_at, import_id),
old AS (DELETE FROM sender_removed WHERE org_id = $1::uuid AND removed_at < now() - interval '1 day'),
kept AS (
  INSERT INTO sender_removed (org_id, entry_id, target, list, pattern, only_verified, added_at, added_by, expires_at, import_id, was_import)
  SELECT org_id, entry_id, target, list, pattern, only_verified, added_at, added_by, expires_at, $9::uuid, import_id FROM x),
n AS (SELECT count(*) AS n, (array_agg(pattern ORDER BY pattern))[1:20] AS some FROM x)
SELECT n.n, CASE WHEN n.n > 0 THEN audit_add($1::uuid, $5::uuid, $6, $7, $8, 'sender.cleared', $2,
         jsonb_build_object('before', jsonb_build_object('list', $3::text, 'entries', n.n, 'senders', n.some))) END FROM n

-- name: sender_import_takeback
-- role: owner, console, portal
-- What came with an import goes, also from where it is kept because something else took its place; sender_import_putback brings back what it replaced.
WITH x AS (DELETE FROM sender_entry WHERE org_id = $1::uuid AND import_id = $2::uuid RETURNING target, list, pattern),
kept AS (DELETE FROM sender_removed WHERE org_id = $1::uuid AND was_import = $2::uuid),
n AS (SELECT count(*) AS n, min(target) AS target, min(list) AS list, (array_agg(pattern ORDER BY pattern))[1:20] AS some FROM x)
SELECT n.n, CASE WHEN n.n > 0 THEN audit_add($1::uuid, $3::uuid, $4, $5, $6, 'sender.import_undone', n.target,
         jsonb_build_object('before', jsonb_build_object('list', n.list, 'entries', n.n, 'senders', n.some))) END FROM n

-- name: sender_import_putback
-- role: owner, console, portal
WITH gone AS (DELETE FROM sender_removed WHERE org_id = $1::uuid AND import_id = $2::uuid RETURNING *),
x AS (
  INSERT INTO sender_entry (org_id, entry_id, target, list, pattern, only_verified, added_at, added_by, expires_at, import_id)
  SELECT org_id, entry_id, target, list, pattern, only_verified, added_at, added_by, expires_at, was_import FROM gone
  ON CONFLICT DO NOTHING RETURNING target, list, pattern),
n AS (SELECT count(*) AS n, min(target) AS target, min(list) AS list, (array_agg(pattern ORDER BY pattern))[1:20] AS some FROM x)
SELECT n.n, CASE WHEN n.n > 0 THEN audit_add($1::uuid, $3::uuid, $4, $5, $6, 'sender.import_undone', n.target,
         jsonb_build_object('after', jsonb_build_object('list', n.list, 'entries', n.n, 'senders', n.some))) END FROM n

-- name: sender_remove
-- role: owner, console, portal
WITH x AS (
  DELETE FROM sender_entry WHERE org_id = $1::uuid AND entry_id = ANY ($2::uuid[])
  RETURNING org_id, entry_id, target, list, pattern, only_verified, added_at, added_by, expires_at, import_id),
old AS (DELETE FROM sender_removed WHERE org_id = $1::uuid AND removed_at < now() - interval '1 day'),
kept AS (
  INSERT INTO sender_removed (org_id, entry_id, target, list, pattern, only_verified, added_at, added_by, expires_at, was_import)
  SELECT org_id, entry_id, target, list, pattern, only_verified, added_at, added_by, expires_at, import_id FROM x)
SELECT x.entry_id, x.pattern, audit_add(x.org_id, $3::uuid, $4, $5, $6, 'sender.removed', x.pattern,
         jsonb_build_object('before', jsonb_build_object('target', x.target, 'list', x.list, 'only_verified', x.only_verified))) FROM x

-- name: sender_restore
-- role: owner, console, portal
WITH gone AS (DELETE FROM sender_removed WHERE org_id = $1::uuid AND entry_id = ANY ($2::uuid[]) RETURNING *),
x AS (
  INSERT INTO sender_entry (org_id, entry_id, target, list, pattern, only_verified, added_at, added_by, expires_at, import_id)
  SELECT org_id, entry_id, target, list, pattern, only_verified, added_at, added_by, expires_at, was_import FROM gone
  ON CONFLICT DO NOTHING RETURNING org_id, entry_id, target, list, pattern, only_verified)
SELECT x.entry_id, x.pattern, audit_add(x.org_id, $3::uuid, $4, $5, $6, 'sender.' || x.list, x.pattern,
         jsonb_build_object('after', jsonb_build_object('target', x.target, 'only_verified', x.only_verified))) FROM x

-- name: sender_enable
-- role: owner, console
-- A row also when it is so already.
WITH x AS (
  UPDATE sender_list SET enabled = $3::boolean WHERE org_id = $1::uuid AND target = $2 AND enabled <> $3::boolean RETURNING org_id, target, enabled),
a AS (
  SELECT audit_add(x.org_id, $4::uuid, $5, $6, $7, CASE WHEN x.enabled THEN 'sender.enabled' ELSE 'sender.disabled' END, x.target, '{}') AS done FROM x)
SELECT (SELECT count(done) FROM a) FROM sender_list WHERE org_id = $1::uuid AND target = $2

-- name: sender_settings
-- role: owner, console
SELECT header_match, insert_header, array_to_string(still_checked, ' ') FROM sender_setting WHERE org_id = $1::uuid

-- name: sender_settings_set
-- role: owner, console
-- $9: the version that was shown, NULL = any.
WITH old AS (SELECT header_match, insert_header, still_checked FROM sender_setting WHERE org_id = $1::uuid FOR UPDATE),
x AS (
  INSERT INTO sender_setting AS s (org_id, header_match, insert_header, still_checked)
  VALUES ($1::uuid, $2::boolean, $3::boolean, string_to_array($4, ' '))
  ON CONFLICT (org_id) DO UPDATE SET header_match = excluded.header_match, insert_header = excluded.insert_header,
    still_checked = excluded.still_checked
    WHERE $9::text IS NULL OR $9::text = concat_ws(',', s.header_match, s.insert_header, array_to_string(s.still_checked, ' '))
  RETURNING s.*)
SELECT audit_add(x.org_id, $5::uuid, $6, $7, $8, 'sender.settings', '', jsonb_build_object(
         'before', (SELECT jsonb_build_object('header_match', header_match, 'insert_header', insert_header, 'still_checked', still_checked) FROM old),
         'after', jsonb_build_object('header_match', x.header_match, 'insert_header', x.insert_header, 'still_checked', x.still_checked))) FROM x

-- name: sender_seen
-- role: console, portal
-- How many messages of the last 30 days entries would have matched, how many of those did not prove who sent them, and the name
-- that a single sender proved last: others could have written any. $3 to $5: entries, whose mail they are compared with, and patterns.
-- Looks at the newest mail of each target, at $2 messages in all.
WITH e AS (SELECT x.entry_id, x.target, x.pattern, sender_like(x.pattern) AS likes FROM unnest($3::uuid[], $4::text[], $5::text[]) AS x(entry_id, target, pattern)),
t AS (SELECT target, $2::int / count(*) OVER () AS most FROM (SELECT DISTINCT target FROM e) x),
mail AS MATERIALIZED (
  SELECT t.target, k.received_at, m.message_id, m.envelope_sender, m.header_from, m.header_from_name, m.scan->'verified' AS verified
    FROM t CROSS JOIN LATERAL (
      (SELECT r.received_at, r.message_id FROM message_recipient r
        WHERE strpos(t.target, '@') > 0 AND r.org_id = $1::uuid AND r.address = t.target AND r.received_at > now() - interval '30 days'
        ORDER BY r.received_at DESC, r.recipient_id DESC LIMIT t.most)
      UNION ALL
      (SELECT r.received_at, r.message_id FROM message_recipient r
        WHERE t.target <> '' AND strpos(t.target, '@') = 0 AND r.org_id = $1::uuid AND r.domain = t.target AND r.received_at > now() - interval '30 days'
        ORDER BY r.received_at DESC, r.recipient_id DESC LIMIT t.most)
      UNION ALL
      (SELECT x.received_at, x.message_id FROM message x
        WHERE t.target = '' AND x.org_id = $1::uuid AND x.received_at > now() - interval '30 days'
        ORDER BY x.received_at DESC, x.message_id DESC LIMIT t.most)) k
    CROSS JOIN LATERAL (SELECT x.message_id, lower(x.envelope_sender) AS envelope_sender, lower(x.header_from) AS header_from, x.header_from_name, x.scan FROM message x
       WHERE x.org_id = $1::uuid AND x.received_at = k.received_at AND x.message_id = k.message_id AND x.direction = 'in' LIMIT 1) m)
SELECT e.entry_id, count(DISTINCT m.message_id),
       count(DISTINCT m.message_id) FILTER (WHERE NOT coalesce((m.header_from LIKE e.likes AND m.verified ? 'from')
                                                            OR (m.envelope_sender LIKE e.likes AND m.verified ? 'envelope'), false)),
       coalesce((array_agg(m.header_from_name ORDER BY m.received_at DESC)
                 FILTER (WHERE strpos(e.pattern, '*') = 0 AND m.header_from_name <> '' AND m.header_from LIKE e.likes AND m.verified ? 'from'))[1], '')
  FROM e JOIN mail m ON m.target = e.target AND (m.envelope_sender LIKE e.likes OR m.header_from LIKE e.likes)
 GROUP BY e.entry_id

-- name: sender_often
-- role: portal
-- Who wrote most of what was delivered to one's own mailboxes in the last 30 days: of the newest $1 messages, up to $2 senders with the name
-- that they proved, and the mailbox that they wrote to most. Nobody of one's own organisation, and nobody who is on a list of one's own.
WITH b AS (SELECT mailbox, $1::int / count(*) OVER () AS most FROM (SELECT DISTINCT mailbox_of(x) AS mailbox FROM scope_mailboxes() x) y)
SELECT m.sender, coalesce((array_agg(m.header_from_name ORDER BY r.received_at DESC) FILTER (WHERE m.verified ? 'from'))[1], ''), count(DISTINCT r.message_id),
       mode() WITHIN GROUP (ORDER BY b.mailbox)
  FROM b CROSS JOIN LATERAL (
         SELECT y.org_id, y.received_at, y.message_id FROM message_recipient y
          WHERE y.org_id = (SELECT scope_org()) AND y.mailbox = b.mailbox AND y.received_at > now() - interval '30 days' AND y.state = 'delivered'
          ORDER BY y.received_at DESC, y.recipient_id DESC LIMIT b.most) r CROSS JOIN LATERAL (
         SELECT lower(x.header_from) AS sender, x.header_from_name, x.scan->'verified' AS verified FROM message x
          WHERE x.org_id = r.org_id AND x.received_at = r.received_at AND x.message_id = r.message_id AND x.direction = 'in' LIMIT 1) m
 WHERE strpos(m.sender, '@') > 0
 GROUP BY m.sender
HAVING NOT sender_target_ours((SELECT scope_org()), m.sender)
   AND NOT EXISTS (SELECT FROM sender_entry e WHERE e.org_id = (SELECT scope_org()) AND e.pattern IN (m.sender, '*@' || substring(m.sender FROM '[^@]*$')))
 ORDER BY count(DISTINCT r.message_id) DESC, max(r.received_at) DESC, m.sender LIMIT $2::int

-- name: sender_overruled
-- role: console, portal
-- Approvals of addresses that a block of their domain or organisation makes useless.
SELECT e.entry_id FROM sender_entry e
 WHERE e.org_id = $1::uuid AND e.entry_id = ANY ($2::uuid[]) AND e.list = 'approved' AND e.level = 'address'
   AND sender_blocked_above(e.org_id, substring(e.target FROM '[^@]*$'), e.pattern)

-- name: sender_match
-- role: engine
-- The entries that stand for a sender, for each recipient (numbered from 0). $3: sender_candidates().
WITH r AS (
  SELECT x.n, x.address, substring(x.address FROM '[^@]*$') AS domain,
         CASE WHEN mailbox_of(x.address) <> x.address AND NOT mailbox_apart($1::uuid, x.address) THEN mailbox_of(x.address) ELSE x.address END AS mailbox
    FROM unnest($2::text[]) WITH ORDINALITY AS x(address, n)),
e AS MATERIALIZED (
  SELECT target, level, list, pattern, only_verified FROM sender_entry s
   WHERE org_id = $1::uuid AND pattern = ANY ($3::text[])
     AND target = ANY (ARRAY(SELECT '' UNION SELECT domain FROM r UNION SELECT address FROM r UNION SELECT mailbox FROM r))
     AND (expires_at IS NULL OR expires_at > now())
     AND EXISTS (SELECT FROM sender_list l WHERE l.org_id = s.org_id AND l.target = s.target AND l.enabled))
SELECT r.n - 1, e.level, e.list, e.pattern, e.only_verified
  FROM e JOIN r ON e.target IN ('', r.domain, r.address, r.mailbox)
 ORDER BY r.n, e.level, e.pattern
