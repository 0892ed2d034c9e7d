-- Links that are mailed to people who are not signed in (sql/migrations/0021-user-mail.sql has the functions).

-- name: account_ask
-- role: portal
SELECT account_ask($1, $2, $3, $4::bytea, $5, $6::int)

-- name: account_asks
-- role: jobs
SELECT account_asks($1::int, $2::int)

-- name: sign_in_ways
-- role: portal
SELECT link, register FROM sign_in_ways($1)

-- name: proof_arm
-- role: jobs
-- The mail is made: from now on its token counts. Nothing when it does not any more.
UPDATE mail_proof SET token_hash = $3::bytea
 WHERE org_id = $1::uuid AND proof_id = $2::uuid AND used_at IS NULL AND expires_at > now()
RETURNING address

-- name: proof_forget
-- role: jobs
DELETE FROM mail_proof WHERE created_at < now() - interval '30 days'

-- name: proof_look
-- role: portal
SELECT address, org_name, account, coalesce(browser = $3::bytea, false) FROM proof_look($1::bytea, $2)

-- name: proof_register
-- role: portal
SELECT proof_register($1::bytea, $2::uuid, $3, $4, $5)

-- name: proof_reset
-- role: portal
SELECT proof_reset($1::bytea, $2, $3)

-- name: proof_sign_in
-- role: engine
SELECT org_id, account_id, address, role FROM proof_sign_in($1::bytea, $2::bytea, $3)

-- name: org_portal
-- role: owner
SELECT register, sign_in_link FROM org WHERE org_id = $1::uuid

-- name: org_portal_change
-- role: owner
-- What is NULL stays.
WITH old AS (SELECT org_id, register, sign_in_link FROM org WHERE org_id = $1::uuid FOR UPDATE),
x AS (
  UPDATE org o SET register = coalesce($2::boolean, old.register), sign_in_link = coalesce($3::boolean, old.sign_in_link) FROM old
   WHERE o.org_id = old.org_id RETURNING o.org_id, o.register, o.sign_in_link)
SELECT audit_add(x.org_id, NULL, $4, 'cli', '', 'org.changed', '', jsonb_build_object(
         'before', jsonb_build_object('register', old.register, 'sign_in_link', old.sign_in_link),
         'after', jsonb_build_object('register', x.register, 'sign_in_link', x.sign_in_link))) FROM x, old
