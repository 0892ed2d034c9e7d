-- Notices to administrators about mail that was stopped.

-- name: notice_note
-- role: engine
SELECT notice_note($1::jsonb)

-- name: notice_due
-- role: jobs
SELECT n.org_id, n.recipient, n.n, n.samples, n.tries, o.lang, o.name FROM notice n JOIN org o USING (org_id)
 WHERE n.n > 0 AND n.try_at <= now() ORDER BY n.try_at LIMIT $1::int

-- name: notice_told
-- role: jobs
-- What came in meanwhile is told with the next one.
UPDATE notice SET n = greatest(n - $3::bigint, 0), tries = 0, try_at = now() + make_interval(secs => $4::int),
       samples = CASE WHEN n <= $3::bigint THEN '[]'::jsonb
                      ELSE jsonb_path_query_array(samples, '$[0 to $last]', jsonb_build_object('last', least(n - $3::bigint, 20) - 1)) END
 WHERE org_id = $1::uuid AND recipient = $2

-- name: notice_later
-- role: jobs
UPDATE notice SET tries = tries + 1, try_at = now() + make_interval(secs => $3::int)
 WHERE org_id = $1::uuid AND recipient = $2

-- name: notice_forget
-- role: jobs
DELETE FROM notice WHERE n = 0 AND try_at < now() - interval '1 day'
