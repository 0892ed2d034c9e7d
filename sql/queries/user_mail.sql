-- Mails of ours to people (sql/migrations/0021-user-mail.sql has how they are queued: user_mail_add()).

-- name: user_mail_claim
-- role: jobs
-- Digests come last: nobody waits for them. The lease is longer than a batch and a conversation with Postfix may take. from: the domain that the mail comes from,
-- the recipient's if it is protected here, else the organisation's first. Who is suspended is told little: user_mail_quiet().
WITH due AS (
  SELECT m.org_id, m.mail_id FROM user_mail m WHERE m.state = 'waiting' AND m.try_at <= now()
   ORDER BY (m.kind = 'digest'), m.try_at LIMIT $1::int FOR UPDATE SKIP LOCKED)
UPDATE user_mail m SET tries = m.tries + 1, try_at = now() + interval '60 seconds'
  FROM due d, org o
 WHERE m.org_id = d.org_id AND m.mail_id = d.mail_id AND o.org_id = d.org_id
RETURNING m.org_id, m.mail_id, m.recipient, coalesce(nullif(m.lang, ''), o.lang), m.kind, m.params, o.name,
          coalesce((SELECT x.name FROM domain x WHERE x.org_id = m.org_id
                     ORDER BY x.name = split_part(m.recipient, '@', 2) DESC, x.created_at, x.domain_id LIMIT 1), ''),
          coalesce(floor(extract(epoch FROM m.claimed_at) * 1000)::bigint, 0),
          coalesce(floor(extract(epoch FROM m.claimed_at) * 1000000)::bigint, 0),
          coalesce(m.node, ''), m.tries,
          m.expires_at <= now() OR user_mail_quiet(m.org_id, m.recipient, m.kind),
          coalesce((SELECT a.tz FROM account a WHERE a.address = m.recipient AND a.org_id = m.org_id), o.tz),
          coalesce((SELECT a.date_style FROM account a WHERE a.address = m.recipient AND a.org_id = m.org_id), ''),
          help_contact_line(m.org_id)

-- name: user_mail_arm
-- role: jobs
-- The last step before sending, as release_arm in jobs.sql.
UPDATE user_mail SET claimed_at = clock_timestamp(), node = $4, try_at = clock_timestamp() + interval '60 seconds'
 WHERE org_id = $1::uuid AND mail_id = $2::uuid AND state = 'waiting'
   AND coalesce(floor(extract(epoch FROM claimed_at) * 1000000)::bigint, 0) = $3::bigint
RETURNING floor(extract(epoch FROM claimed_at) * 1000000)::bigint

-- name: user_mail_later
-- role: jobs
-- $5: perhaps it was sent, so the claim stays.
UPDATE user_mail SET claimed_at = CASE WHEN $5::boolean THEN claimed_at END, try_at = now() + make_interval(secs => $4::float8), reply = $6
 WHERE org_id = $1::uuid AND mail_id = $2::uuid AND state = 'waiting'
   AND coalesce(floor(extract(epoch FROM claimed_at) * 1000000)::bigint, 0) = $3::bigint

-- name: user_mail_end
-- role: jobs
-- What it said is nobody's business any more: it is in the mail.
UPDATE user_mail SET state = $3, reply = $4, params = '{}', claimed_at = NULL, ended_at = now()
 WHERE org_id = $1::uuid AND mail_id = $2::uuid AND state = 'waiting'

-- name: user_mail_forget
-- role: jobs
DELETE FROM user_mail WHERE ended_at < now() - interval '30 days'
