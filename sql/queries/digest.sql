-- Digests (0025-digest.sql): rules and what people chose, the work of the job, ends by a link.

-- name: digest_plan_rule
-- role: jobs
SELECT digest_plan_rule()

-- name: digest_plan_own
-- role: jobs
SELECT digest_plan_own($1::int)

-- name: digest_plan_instant
-- role: jobs
SELECT digest_plan_instant()

-- name: digest_fill
-- role: jobs
SELECT digest_fill($1::int)

-- name: digest_forget
-- role: jobs
-- The end of a link that ends digests is later than that of all others: then nothing needs the row any more.
WITH u AS (DELETE FROM link_used WHERE expires_at < now() - interval '7 days')
DELETE FROM digest WHERE (org_id, digest_id) IN (
  SELECT d.org_id, d.digest_id FROM digest d WHERE d.created_at < now() - interval '180 days' ORDER BY d.created_at LIMIT 5000)

-- name: digest_still_held
-- role: jobs
SELECT r.recipient_id FROM message_recipient r WHERE r.org_id = $1::uuid AND r.recipient_id = ANY ($2::uuid[]) AND r.state = 'held'

-- name: digest_requests
-- role: jobs
SELECT request_id, by_name, mailbox, sender, subject, floor(extract(epoch FROM asked_at) * 1000)::bigint, n FROM digest_requests($1::uuid, $2, $3::int)

-- name: digest_sample
-- role: engine
SELECT params, lang, tz, date_style, help FROM digest_sample($1::uuid, $2::uuid, $3)

-- name: digest_off
-- role: engine
SELECT address, lang, done FROM digest_off($1::uuid, $2::uuid, $3, $4::boolean)

-- name: digest_rules
-- role: owner, console
-- next: of those that are enabled.
SELECT rule_id, name, enabled, priority, array_to_string(targets, ' '), days, array_to_string(times, ' '), tz, format, array_to_string(actions, ' '),
       CASE WHEN enabled THEN floor(extract(epoch FROM next_at) * 1000)::bigint END, md5((to_jsonb(r) - 'next_at')::text),
       (SELECT count(*) FROM digest d WHERE d.org_id = r.org_id AND d.rule_id = r.rule_id AND d.state = 'queued' AND d.created_at > now() - interval '7 days')
  FROM digest_rule r WHERE ($1::uuid IS NULL OR rule_id = $1::uuid) AND ($2::uuid IS NULL OR org_id = $2::uuid)
 ORDER BY priority, name LIMIT 100

-- name: digest_rule_add
-- role: owner, console
WITH x AS (
  INSERT INTO digest_rule (org_id, rule_id, name, enabled, priority, targets, days, times, tz, format, actions, next_at)
  VALUES ($1::uuid, uuid7(), $2, $3::boolean, $4::int, $5::text[], $6::int, $7::int[], $8, $9, $10::text[], 'infinity') RETURNING *)
SELECT audit_add(x.org_id, $11::uuid, $12, $13, $14, 'digest.rule_added', x.name, jsonb_build_object('after', to_jsonb(x) - '{org_id,rule_id,next_at,changed_at}'::text[]))
  FROM x

-- name: digest_rule_change
-- role: owner, console
-- $16: the version that was shown.
WITH old AS (SELECT * FROM digest_rule WHERE org_id = $1::uuid AND rule_id = $15::uuid AND ($16::text IS NULL OR md5((to_jsonb(digest_rule) - 'next_at')::text) = $16) FOR UPDATE),
x AS (
  UPDATE digest_rule r SET name = $2, enabled = $3::boolean, priority = $4::int, targets = $5::text[], days = $6::int, times = $7::int[], tz = $8,
         format = $9, actions = $10::text[], changed_at = now()
    FROM old WHERE r.org_id = old.org_id AND r.rule_id = old.rule_id RETURNING r.*)
SELECT audit_add(x.org_id, $11::uuid, $12, $13, $14, 'digest.rule_changed', x.name, jsonb_build_object(
         'before', to_jsonb(old) - '{org_id,rule_id,next_at,changed_at}'::text[], 'after', to_jsonb(x) - '{org_id,rule_id,next_at,changed_at}'::text[]))
  FROM x, old

-- name: digest_rule_delete
-- role: owner, console
WITH x AS (DELETE FROM digest_rule WHERE org_id = $1::uuid AND rule_id = $2::uuid RETURNING *)
SELECT x.name, audit_add(x.org_id, $3::uuid, $4, $5, $6, 'digest.rule_deleted', x.name, jsonb_build_object('before', to_jsonb(x) - '{org_id,rule_id,next_at,changed_at}'::text[]))
  FROM x

-- name: digest_test
-- role: owner, console
-- One a minute for an address.
INSERT INTO digest (org_id, digest_id, address, kind, rule_id, period_at, since_at, until_at)
VALUES ($1::uuid, uuid7(), lower($2), 'test', $3::uuid, date_trunc('minute', now()), now(), now())
ON CONFLICT ON CONSTRAINT digest_once DO NOTHING RETURNING digest_id

-- name: digest_setting_get
-- role: owner, console, portal
SELECT users_may, instant, links, link_days, md5(s::text) FROM digest_setting s WHERE org_id = $1::uuid

-- name: digest_setting_put
-- role: owner, console
WITH old AS (SELECT * FROM digest_setting WHERE org_id = $1::uuid),
x AS (
  INSERT INTO digest_setting AS s (org_id, users_may, instant, links, link_days)
  SELECT $1::uuid, $2::boolean, $3::boolean, $4, $5::int WHERE coalesce($10::text, '') = '' OR EXISTS (SELECT FROM old)
  ON CONFLICT (org_id) DO UPDATE SET users_may = excluded.users_may, instant = excluded.instant, links = excluded.links, link_days = excluded.link_days
    WHERE $10::text IS NULL OR $10 = md5(s::text)
  RETURNING *)
SELECT audit_add(x.org_id, $6::uuid, $7, $8, $9, 'digest.settings', '', jsonb_build_object('before', (SELECT to_jsonb(old) - 'org_id' FROM old), 'after', to_jsonb(x) - 'org_id'))
  FROM x

-- name: digest_texts
-- role: owner, console
SELECT lang, subject, intro FROM digest_text WHERE org_id = $1::uuid ORDER BY lang LIMIT 100

-- name: digest_text_put
-- role: owner, console
WITH old AS (SELECT * FROM digest_text WHERE org_id = $1::uuid AND lang = $2),
x AS (
  INSERT INTO digest_text (org_id, lang, subject, intro) VALUES ($1::uuid, $2, $3, $4)
  ON CONFLICT (org_id, lang) DO UPDATE SET subject = excluded.subject, intro = excluded.intro RETURNING *)
SELECT audit_add(x.org_id, $5::uuid, $6, $7, $8, 'digest.text', x.lang, jsonb_build_object(
         'before', (SELECT jsonb_build_object('subject', subject, 'intro', intro) FROM old), 'after', jsonb_build_object('subject', x.subject, 'intro', x.intro)))
  FROM x

-- name: digest_own
-- role: portal
-- For each mailbox of the account: what was chosen, else what its rule says. The last column: when its next digest is.
SELECT b.address, p.address IS NOT NULL, coalesce(p.enabled, true), coalesce(p.days, 0), array_to_string(p.times, ' '), coalesce(p.tz, ''), array_to_string(p.kinds, ' '), coalesce(p.format, ''), coalesce(p.lang, ''),
       coalesce(p.together AND p.together_by = $1::uuid, false), coalesce(p.instant, false), coalesce(p.quiet_from, -1), coalesce(p.quiet_to, -1),
       coalesce(r.name, ''), coalesce(r.days, 0), array_to_string(r.times, ' '), coalesce(r.tz, ''),
       CASE WHEN p.times IS NOT NULL THEN floor(extract(epoch FROM p.next_at) * 1000)::bigint
            WHEN coalesce(p.enabled, true) THEN floor(extract(epoch FROM r.next_at) * 1000)::bigint END,
       (SELECT floor(extract(epoch FROM max(d.created_at)) * 1000)::bigint FROM digest d WHERE d.org_id = b.org_id AND d.address = b.address AND d.state = 'queued')
  FROM account_mailbox b LEFT JOIN digest_pref p ON p.org_id = b.org_id AND p.address = b.address
       LEFT JOIN digest_rule r ON r.org_id = b.org_id AND r.rule_id = digest_rule_of(b.org_id, b.address)
 WHERE b.account_id = $1::uuid ORDER BY b.address LIMIT 100

-- name: digest_own_put
-- role: portal
-- Together is whose wish it was: who shares the mailbox does not take it away by saving something else.
WITH x AS (
  INSERT INTO digest_pref AS p (org_id, address, enabled, days, times, tz, kinds, format, lang, together, together_by, instant, quiet_from, quiet_to)
  VALUES ($1::uuid, $2, $3::boolean, $4::int, $5::int[], $6, $7::text[], $8, $9, $10::boolean, CASE WHEN $10::boolean THEN $14::uuid END,
          $11::boolean, $12::int, $13::int)
  ON CONFLICT (org_id, address) DO UPDATE SET enabled = excluded.enabled, days = excluded.days, times = excluded.times, tz = excluded.tz, kinds = excluded.kinds,
    format = excluded.format, lang = excluded.lang, together = excluded.together OR (p.together AND p.together_by IS DISTINCT FROM $14::uuid),
    together_by = CASE WHEN excluded.together THEN $14::uuid ELSE p.together_by END, instant = excluded.instant, quiet_from = excluded.quiet_from,
    quiet_to = excluded.quiet_to, changed_at = now()
  RETURNING *)
SELECT audit_add(x.org_id, $14::uuid, $15, $16, $17, 'digest.own', x.address, jsonb_build_object('after', to_jsonb(x) - '{org_id,address,next_at,changed_at,together_by,instant_at}'::text[])) FROM x

-- name: digest_ask
-- role: portal
SELECT digest_ask($1::uuid, $2)
