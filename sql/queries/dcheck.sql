-- Checks of domains in DNS (src/engine/domains).

-- name: dcheck_claim
-- role: jobs
-- Whoever dies meanwhile leaves it to the next one after two minutes.
WITH due AS (
  SELECT org_id, domain_id FROM domain_watch WHERE next_at <= now() ORDER BY next_at LIMIT 1 FOR UPDATE SKIP LOCKED)
UPDATE domain_watch w SET next_at = now() + interval '2 minutes', started_at = clock_timestamp()
  FROM due JOIN domain d ON d.org_id = due.org_id AND d.domain_id = due.domain_id
 WHERE w.org_id = due.org_id AND w.domain_id = due.domain_id
RETURNING w.org_id, w.domain_id, d.name, d.verify_token

-- name: dcheck_keys
-- role: jobs
SELECT key_id, selector, algorithm, record, state FROM dkim_key
 WHERE org_id = $1::uuid AND domain_id = $2::uuid AND state <> 'retired' ORDER BY created_at, key_id

-- name: dcheck_store
-- role: jobs
-- $3: results; $4: keys seen; $5: seconds until the next look, which comes sooner when a key may begin to
-- sign before, and at once when somebody asked meanwhile.
WITH w AS (SELECT * FROM domain_watch WHERE org_id = $1::uuid AND domain_id = $2::uuid),
x AS (SELECT * FROM jsonb_to_recordset($3::jsonb) AS x(item text, state text, code text, detail jsonb)),
kept AS (
  INSERT INTO domain_check AS c (org_id, domain_id, item, state, code, detail, checked_at, failed_at)
  SELECT w.org_id, w.domain_id, x.item, x.state, x.code, x.detail, w.started_at, CASE x.state WHEN 'unknown' THEN w.started_at END FROM w, x
  ON CONFLICT (org_id, domain_id, item) DO UPDATE SET
    state = CASE excluded.state WHEN 'unknown' THEN c.state ELSE excluded.state END,
    code = CASE excluded.state WHEN 'unknown' THEN c.code ELSE excluded.code END,
    detail = CASE excluded.state WHEN 'unknown' THEN c.detail ELSE excluded.detail END,
    checked_at = CASE excluded.state WHEN 'unknown' THEN c.checked_at ELSE excluded.checked_at END,
    failed_at = excluded.failed_at),
proved AS (
  UPDATE domain d SET verified_at = now() FROM w
   WHERE d.org_id = w.org_id AND d.domain_id = w.domain_id AND d.verified_at IS NULL
     AND EXISTS (SELECT FROM x WHERE x.item = 'ownership' AND x.state = 'ok')
  RETURNING d.org_id, d.name),
said AS (SELECT audit_add(org_id, NULL, 'system', 'engine', '', 'domain.verified', name, '{}') FROM proved),
stepped AS (SELECT dkim_step($1::uuid, $2::uuid, $4::jsonb))
UPDATE domain_watch d SET checked_at = w.started_at, next_at = CASE WHEN w.asked_at > w.started_at THEN now()
         ELSE least(now() + make_interval(secs => $5::float8), (
           SELECT min(greatest(now(), k.seen_in_dns_at + make_interval(hours => s.wait_hours))) + interval '1 second'
             FROM dkim_key k JOIN dkim_setting s USING (org_id, domain_id)
            WHERE k.org_id = w.org_id AND k.domain_id = w.domain_id AND k.state = 'waiting-time')) END
  FROM w, stepped, (SELECT count(*) FROM said) s
 WHERE d.org_id = w.org_id AND d.domain_id = w.domain_id

-- name: dcheck_ask
-- role: owner, console
-- Somebody wants to know now.
UPDATE domain_watch SET asked_at = clock_timestamp(), next_at = least(next_at, now())
 WHERE domain_id = $1::uuid AND org_id = (SELECT org_id FROM domain WHERE domain_id = $1::uuid)
RETURNING org_id

-- name: dcheck_list
-- role: owner, console
-- Of one domain, or of all.
SELECT domain_id, item, state, code, detail, floor(extract(epoch FROM checked_at) * 1000)::bigint,
       floor(extract(epoch FROM failed_at) * 1000)::bigint
  FROM domain_check WHERE $1::uuid IS NULL OR domain_id = $1::uuid ORDER BY domain_id LIMIT 10000

-- name: dcheck_watch
-- role: owner, console
SELECT floor(extract(epoch FROM w.checked_at) * 1000)::bigint, floor(extract(epoch FROM w.next_at) * 1000)::bigint,
       w.checked_at IS NULL OR w.asked_at > w.checked_at, d.verify_token, d.vouched, d.verified_at IS NOT NULL,
       floor(extract(epoch FROM w.asked_at) * 1000)::bigint
  FROM domain d JOIN domain_watch w USING (org_id, domain_id) WHERE d.domain_id = $1::uuid
