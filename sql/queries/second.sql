-- The second step of signing in. Secrets are written and read by the engine only.

-- name: second_session
-- role: engine
-- Whose live session it is, for changes to how he signs in. The web programs' word is not enough.
SELECT s.org_id, s.account_id, a.address, coalesce(a.password, ''), a.name, o.name,
       coalesce((SELECT x.state FROM second_step x WHERE x.org_id = s.org_id AND x.account_id = s.account_id), ''),
       s.created_at > now() - interval '10 minutes'
  FROM session s JOIN account a ON a.org_id = s.org_id AND a.account_id = s.account_id JOIN org o ON o.org_id = s.org_id
 WHERE s.session_hash = $1::bytea AND s.surface = $2 AND a.state = 'active' AND ($2 = 'portal' OR a.role <> 'user')
   AND s.seen_at >= now() - make_interval(secs => $3::float8) AND s.created_at >= now() - make_interval(secs => $4::float8)

-- name: second_factors
-- role: engine
SELECT account_factors($1::uuid, $2::uuid)

-- name: second_begin
-- role: engine
-- No row: it is on already.
INSERT INTO second_step AS s (org_id, account_id, secret) VALUES ($1::uuid, $2::uuid, $3::bytea)
ON CONFLICT (org_id, account_id) DO UPDATE SET secret = EXCLUDED.secret, last_step = 0, at = now() WHERE s.state = 'new'
RETURNING 1

-- name: second_secret
-- role: engine
SELECT secret, state, at > now() - interval '1 hour' FROM second_step WHERE org_id = $1::uuid AND account_id = $2::uuid

-- name: second_used
-- role: engine
-- No row: that code, or a later one, was taken before.
UPDATE second_step SET last_step = $3::bigint WHERE org_id = $1::uuid AND account_id = $2::uuid AND state = 'on' AND last_step < $3::bigint
RETURNING 1

-- name: second_on
-- role: engine
-- No row: it is on already. $4: digests of the recovery codes in hex; $8: this session, which stays.
SELECT 1 WHERE second_turn_on($1::uuid, $2::uuid, $3::bigint, $4::text[], $5, $6, $7, $8::bytea)

-- name: second_off
-- role: engine
-- $6: this session.
WITH x AS (
  DELETE FROM second_step WHERE org_id = $1::uuid AND account_id = $2::uuid RETURNING org_id, account_id, state),
c AS (
  DELETE FROM recovery_code z USING x WHERE z.org_id = x.org_id AND z.account_id = x.account_id),
d AS (
  DELETE FROM trusted_device z USING x WHERE z.org_id = x.org_id AND z.account_id = x.account_id)
SELECT audit_add(x.org_id, x.account_id, $3, $4, $5, 'account.second_off', $3, '{}'), second_tell(x.org_id, x.account_id, 'off', '', $6::bytea, $5)
  FROM x WHERE x.state = 'on'

-- name: second_codes
-- role: engine
-- $3: digests of new recovery codes in hex; $7: this session. The old ones are none any more. No row: there is no second step.
WITH x AS (
  SELECT org_id, account_id FROM second_step WHERE org_id = $1::uuid AND account_id = $2::uuid AND state = 'on' FOR UPDATE),
o AS (
  DELETE FROM recovery_code z USING x WHERE z.org_id = x.org_id AND z.account_id = x.account_id),
c AS (
  INSERT INTO recovery_code (org_id, account_id, code_hash) SELECT x.org_id, x.account_id, decode(h, 'hex') FROM x, unnest($3::text[]) h)
SELECT audit_add(x.org_id, x.account_id, $4, $5, $6, 'account.recovery_new', $4, '{}'), second_tell(x.org_id, x.account_id, 'codes', '', $7::bytea, $6) FROM x

-- name: second_code_use
-- role: engine
-- No row: there is no such code, or it was used.
WITH x AS (
  UPDATE recovery_code SET used_at = now() WHERE org_id = $1::uuid AND account_id = $2::uuid AND code_hash = $3::bytea AND used_at IS NULL
  RETURNING org_id, account_id)
SELECT audit_add(x.org_id, x.account_id, $4, $5, $6, 'account.recovery_used', $4, '{}') FROM x

-- name: second_ticket
-- role: engine
-- Whose half ticket it is. Each look is one try; the tenth is the last.
UPDATE sign_in_ticket t SET tries = t.tries + 1 FROM account a
 WHERE t.ticket_hash = sha256(convert_to($1, 'UTF8')) AND t.surface = $2 AND t.factors = 1 AND t.expires_at > now() AND t.tries < 10
   AND a.org_id = t.org_id AND a.account_id = t.account_id AND a.state = 'active'
RETURNING t.org_id, t.account_id, a.address

-- name: second_ticket_used
-- role: engine
-- The half ticket becomes a whole one. $3: of the new one. No row: somebody was faster.
WITH old AS (
  DELETE FROM sign_in_ticket WHERE ticket_hash = sha256(convert_to($1, 'UTF8')) AND surface = $2 AND factors = 1 AND expires_at > now()
  RETURNING org_id, account_id, surface)
INSERT INTO sign_in_ticket (ticket_hash, org_id, account_id, surface, factors)
SELECT $3::bytea, org_id, account_id, surface, 2 FROM old RETURNING 1

-- name: second_ticket_add
-- role: engine
-- $5: how much was proved; $6: seconds that it is good for; $7: the hash that a password was compared with, NULL: it was no
-- password. The lock waits for who is just changing it. No row: it was changed meanwhile, or the account is suspended. $8: the
-- passkey that it is for, which must still be there.
WITH x AS (
  SELECT org_id, account_id FROM account
   WHERE org_id = $2::uuid AND account_id = $3::uuid AND state = 'active' AND ($7::text IS NULL OR password = $7) FOR SHARE)
INSERT INTO sign_in_ticket (ticket_hash, org_id, account_id, surface, factors, expires_at, passkey_id)
SELECT $1::bytea, x.org_id, x.account_id, $4, $5::int, now() + make_interval(secs => $6::float8), $8::uuid FROM x RETURNING 1

-- name: second_trust
-- role: engine
-- For 30 days, where the organisation allows it. No row: it does not.
WITH gone AS (
  DELETE FROM trusted_device WHERE expires_at <= now() AND org_id = $1::uuid AND account_id = $2::uuid)
INSERT INTO trusted_device (org_id, account_id, device_hash, expires_at)
SELECT o.org_id, $2::uuid, $3::bytea, now() + interval '30 days' FROM org o WHERE o.org_id = $1::uuid AND o.trust_devices RETURNING 1

-- name: second_trusted
-- role: engine
SELECT EXISTS (SELECT FROM trusted_device d JOIN org o USING (org_id)
                WHERE d.org_id = $1::uuid AND d.account_id = $2::uuid AND d.device_hash = $3::bytea AND d.expires_at > now() AND o.trust_devices)

-- name: second_ways
-- role: engine
-- May a device be trusted; has the account an app with codes?
SELECT o.trust_devices, EXISTS (SELECT FROM second_step s WHERE s.org_id = o.org_id AND s.account_id = $2::uuid AND s.state = 'on')
  FROM org o WHERE o.org_id = $1::uuid

-- name: second_password
-- role: engine
-- A new password by its owner: all other sessions end, and (a trigger) no device is trusted any more. $7: this session.
WITH x AS (
  UPDATE account SET password = $3 WHERE org_id = $1::uuid AND account_id = $2::uuid RETURNING org_id, account_id),
s AS (
  DELETE FROM session z USING x WHERE z.org_id = x.org_id AND z.account_id = x.account_id AND z.session_hash <> $7::bytea),
t AS (
  DELETE FROM sign_in_ticket z USING x WHERE z.org_id = x.org_id AND z.account_id = x.account_id)
SELECT audit_add(x.org_id, x.account_id, $4, $5, $6, 'account.password', $4, '{}') FROM x

-- name: second_state
-- role: console, portal
-- What the page of one's own security says.
SELECT coalesce((SELECT floor(extract(epoch FROM s.at) * 1000)::bigint FROM second_step s
                  WHERE s.org_id = a.org_id AND s.account_id = a.account_id AND s.state = 'on'), 0),
       (SELECT count(*) FROM recovery_code c WHERE c.org_id = a.org_id AND c.account_id = a.account_id AND c.used_at IS NULL),
       a.has_password, second_day()
  FROM account a WHERE a.org_id = (SELECT scope_org()) AND a.account_id = (SELECT scope_account())

-- name: session_list
-- role: console, portal
-- $1: this session, whose account it is; $2, $3: when sessions end, seconds.
SELECT session_id, surface, floor(extract(epoch FROM created_at) * 1000)::bigint, floor(extract(epoch FROM seen_at) * 1000)::bigint,
       client_ip, agent, current
  FROM session_own($1::bytea, $2::int, $3::int)

-- name: session_end_own
-- role: console, portal
SELECT session_end_own($2::bytea, $1::uuid, $3, $4, $5)

-- name: session_rotate
-- role: console, portal
SELECT session_rotate($1::bytea, $2::bytea)

-- name: passkey_challenge
-- role: engine
-- What is too old goes at the same time.
WITH gone AS (DELETE FROM passkey_challenge WHERE expires_at <= now())
INSERT INTO passkey_challenge (challenge, purpose, bound) VALUES ($1::bytea, $2, $3::bytea)

-- name: passkey_challenge_use
-- role: engine
-- Once. No row: none of ours, too old, used, or of another session or browser.
WITH x AS (DELETE FROM passkey_challenge WHERE challenge = $1::bytea RETURNING purpose, bound, expires_at)
SELECT 1 FROM x WHERE purpose = $2 AND bound = $3::bytea AND expires_at > now()

-- name: passkey_ids
-- role: engine
SELECT credential FROM passkey WHERE org_id = $1::uuid AND account_id = $2::uuid ORDER BY created_at LIMIT 20

-- name: passkey_add
-- role: engine
-- $12: this session. No row: there are 20 already.
WITH x AS (
  INSERT INTO passkey (org_id, account_id, passkey_id, rp, credential, algorithm, public_key, sign_count, name)
  SELECT $1::uuid, $2::uuid, uuid7(), $3, $4::bytea, $5::int, $6::bytea, $7::bigint, $8
   WHERE (SELECT count(*) FROM passkey p WHERE p.org_id = $1::uuid AND p.account_id = $2::uuid) < 20
  RETURNING org_id, account_id, name)
SELECT audit_add(x.org_id, x.account_id, $9, $10, $11, 'account.passkey_added', $9, jsonb_build_object('name', x.name)),
       second_tell(x.org_id, x.account_id, 'passkey_added', x.name, $12::bytea, $11) FROM x

-- name: passkey_find
-- role: engine
SELECT p.org_id, p.account_id, p.passkey_id, a.address, a.role, a.state, p.algorithm, p.public_key, p.sign_count
  FROM passkey p JOIN account a USING (org_id, account_id) WHERE p.credential = $1::bytea AND p.rp = $2

-- name: passkey_used
-- role: engine
-- An authenticator that counts must have counted on; one that does not says 0 each time. No row: a copy, or an old answer.
UPDATE passkey SET sign_count = $3::bigint, used_at = now()
 WHERE org_id = $1::uuid AND account_id = $2::uuid AND passkey_id = $4::uuid AND (sign_count < $3::bigint OR (sign_count = 0 AND $3::bigint = 0))
RETURNING 1

-- name: passkey_list
-- role: console, portal
SELECT passkey_id, name, floor(extract(epoch FROM created_at) * 1000)::bigint, coalesce(floor(extract(epoch FROM used_at) * 1000)::bigint, 0)
  FROM passkey WHERE org_id = (SELECT scope_org()) AND account_id = (SELECT scope_account()) ORDER BY created_at, passkey_id LIMIT 20

-- name: passkey_delete
-- role: engine
-- $7: this session.
WITH x AS (
  DELETE FROM passkey WHERE org_id = $1::uuid AND account_id = $2::uuid AND passkey_id = $3::uuid RETURNING org_id, account_id, name)
SELECT audit_add(x.org_id, x.account_id, $4, $5, $6, 'account.passkey_deleted', $4, jsonb_build_object('name', x.name)),
       second_tell(x.org_id, x.account_id, 'passkey_deleted', x.name, $7::bytea, $6) FROM x

-- name: session_browser
-- role: console, portal
SELECT session_browser($1::bytea, $2::bytea)

-- name: second_rule
-- role: owner, console
SELECT second_step, trust_devices, coalesce(second_from::text, ''), second_kinds, md5(concat_ws(' ', second_step, trust_devices, second_from, second_kinds))
  FROM org WHERE org_id = $1::uuid

-- name: second_rule_set
-- role: owner, console
-- NULL: as it is; $4, the day, '': at once. $10: the version that was shown. No row: somebody was faster.
WITH old AS (
  SELECT org_id, second_step, trust_devices, second_from, second_kinds FROM org
   WHERE org_id = $1::uuid AND ($10::text IS NULL OR $10 = md5(concat_ws(' ', second_step, trust_devices, second_from, second_kinds))) FOR UPDATE),
x AS (
  UPDATE org o SET second_step = coalesce($2, o.second_step), trust_devices = coalesce($3::boolean, o.trust_devices),
         second_from = CASE WHEN $4::text IS NULL THEN o.second_from ELSE nullif($4, '')::date END, second_kinds = coalesce($5, o.second_kinds)
    FROM old WHERE o.org_id = old.org_id
  RETURNING o.org_id, o.name, o.second_step, o.trust_devices, o.second_from, o.second_kinds)
SELECT audit_add(x.org_id, $6::uuid, $7, $8, $9, 'org.second_step', x.name, jsonb_build_object(
         'before', jsonb_build_object('required', old.second_step, 'trust', old.trust_devices, 'from', old.second_from, 'kinds', old.second_kinds),
         'after', jsonb_build_object('required', x.second_step, 'trust', x.trust_devices, 'from', x.second_from, 'kinds', x.second_kinds)))
  FROM x, old

-- name: second_missing
-- role: console
SELECT admins, users FROM second_missing()

-- name: second_reset
-- role: owner
-- Somebody lost phone and codes: an operator takes second step and passkeys away. No row, or false: no such account, or it has none.
SELECT second_remove(org_id, account_id, NULL, $2, $3, $4) FROM account WHERE address = $1

-- name: account_second
-- role: console
SELECT coalesce(floor(extract(epoch FROM since) * 1000)::bigint, 0), passkeys FROM account_second($1::uuid)

-- name: account_second_remove
-- role: console
SELECT account_second_remove($1::uuid, $2, $3)
