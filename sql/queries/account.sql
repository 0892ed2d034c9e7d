-- Accounts. The password hash is read by the engine only.

-- name: account_list
-- role: owner, console
SELECT account_id, org_id, address, name, role, coalesce(lang, ''), coalesce(tz, ''), theme, state, page_size, shortcuts,
       floor(extract(epoch FROM created_at) * 1000)::bigint, floor(extract(epoch FROM last_sign_in) * 1000)::bigint, has_password
  FROM account
 WHERE ($1::text IS NULL OR address ILIKE $1 OR name ILIKE $1) AND ($2::text IS NULL OR address > $2)
 ORDER BY address LIMIT $3::int

-- name: account_list_back
-- role: owner, console
SELECT account_id, org_id, address, name, role, coalesce(lang, ''), coalesce(tz, ''), theme, state, page_size, shortcuts,
       floor(extract(epoch FROM created_at) * 1000)::bigint, floor(extract(epoch FROM last_sign_in) * 1000)::bigint, has_password
  FROM account
 WHERE ($1::text IS NULL OR address ILIKE $1 OR name ILIKE $1) AND ($2::text IS NULL OR address < $2)
 ORDER BY address DESC LIMIT $3::int

-- name: account_get
-- role: owner, console, portal
SELECT account_id, org_id, address, name, role, coalesce(lang, ''), coalesce(tz, ''), theme, state, page_size, shortcuts,
       floor(extract(epoch FROM created_at) * 1000)::bigint, floor(extract(epoch FROM last_sign_in) * 1000)::bigint, has_password, date_style, row_height
  FROM account
 WHERE account_id = $1::uuid

-- name: account_credentials
-- role: engine
SELECT org_id, account_id, address, role, state, coalesce(password, '') FROM account WHERE address = $1

-- name: account_add
-- role: owner, console
-- The domain first, which stays until then, and then the turn of the address (0048-at-once.sql).
WITH d AS MATERIALIZED (SELECT name FROM domain WHERE org_id = $1::uuid AND name = split_part($3, '@', 2) FOR KEY SHARE),
x AS (
  INSERT INTO account (org_id, account_id, address, name, role, lang, tz, password)
  SELECT $1::uuid, $2::uuid, $3, $4, $5, $6, $7, $8 WHERE (SELECT count(*) FROM d) >= 0 RETURNING org_id, account_id, address, role),
m AS (
  INSERT INTO account_mailbox (org_id, account_id, address) SELECT x.org_id, x.account_id, x.address FROM x, d)
SELECT audit_add(x.org_id, $9::uuid, $10, $11, $12, 'account.added', x.address, jsonb_build_object('after', jsonb_build_object('role', x.role))) FROM x

-- name: account_change
-- role: owner, console
WITH old AS (SELECT org_id, account_id, address, name, role, lang FROM account WHERE account_id = $1::uuid FOR UPDATE),
owners AS (SELECT a.account_id FROM account a JOIN old USING (org_id) WHERE a.role = 'owner' AND a.state = 'active' FOR UPDATE OF a),
x AS (
  UPDATE account a SET name = $2, role = $3, lang = $4 FROM old
   WHERE a.org_id = old.org_id AND a.account_id = old.account_id
     AND (old.role <> 'owner' OR $3 = 'owner' OR EXISTS (SELECT FROM owners o WHERE o.account_id <> old.account_id))
  RETURNING a.org_id, a.account_id, a.address, a.name, a.role, a.lang),
s AS (
  DELETE FROM session z USING x, old WHERE z.org_id = x.org_id AND z.account_id = x.account_id AND old.role <> x.role)
SELECT (SELECT count(*) FROM old),
       (SELECT audit_add(x.org_id, $5::uuid, $6, $7, $8, 'account.changed', x.address, jsonb_build_object(
          'before', jsonb_build_object('name', old.name, 'role', old.role, 'lang', old.lang),
          'after', jsonb_build_object('name', x.name, 'role', x.role, 'lang', x.lang))) FROM x, old)

-- name: account_state
-- role: owner, console
WITH old AS (SELECT org_id, account_id, address, role, state FROM account WHERE account_id = $1::uuid FOR UPDATE),
owners AS (SELECT a.account_id FROM account a JOIN old USING (org_id) WHERE a.role = 'owner' AND a.state = 'active' FOR UPDATE OF a),
x AS (
  UPDATE account a SET state = $2 FROM old
   WHERE a.org_id = old.org_id AND a.account_id = old.account_id
     AND ($2 = 'active' OR old.role <> 'owner' OR EXISTS (SELECT FROM owners o WHERE o.account_id <> old.account_id))
  RETURNING a.org_id, a.account_id, a.address),
s AS (
  DELETE FROM session z USING x WHERE z.org_id = x.org_id AND z.account_id = x.account_id AND $2 <> 'active')
SELECT (SELECT count(*) FROM old),
       (SELECT audit_add(x.org_id, $3::uuid, $4, $5, $6, CASE $2 WHEN 'active' THEN 'account.activated' ELSE 'account.suspended' END, x.address, '{}') FROM x)

-- name: account_delete
-- role: owner, console
WITH old AS (SELECT org_id, account_id, address, role FROM account WHERE account_id = $1::uuid FOR UPDATE),
owners AS (SELECT a.account_id FROM account a JOIN old USING (org_id) WHERE a.role = 'owner' AND a.state = 'active' FOR UPDATE OF a),
x AS (
  DELETE FROM account a USING old
   WHERE a.org_id = old.org_id AND a.account_id = old.account_id
     AND (old.role <> 'owner' OR EXISTS (SELECT FROM owners o WHERE o.account_id <> old.account_id))
  RETURNING a.org_id, a.address)
SELECT (SELECT count(*) FROM old),
       (SELECT audit_add(x.org_id, $2::uuid, $3, $4, $5, 'account.deleted', x.address, '{}') FROM x)

-- name: account_password
-- role: owner, console
WITH x AS (UPDATE account SET password = $2 WHERE account_id = $1::uuid RETURNING org_id, account_id, address),
s AS (
  DELETE FROM session z USING x WHERE z.org_id = x.org_id AND z.account_id = x.account_id AND ($7::bytea IS NULL OR z.session_hash <> $7::bytea))
SELECT audit_add(x.org_id, $3::uuid, $4, $5, $6, 'account.password', x.address, '{}') FROM x

-- name: account_rehash
-- role: engine
-- $3: the hash that was verified.
SELECT account_rehash($1::uuid, $2::uuid, $3, $4)

-- name: account_preferences
-- role: console, portal
-- NULL: as it is; lang and tz '': the organisation's. Whoever chose a zone is not asked about his browser's any more.
UPDATE account SET lang = CASE WHEN $1::text IS NULL THEN lang ELSE nullif($1, '') END, tz = CASE WHEN $2::text IS NULL THEN tz ELSE nullif($2, '') END,
       theme = coalesce($3, theme), page_size = coalesce($4::int, page_size), shortcuts = coalesce($5::boolean, shortcuts),
       date_style = coalesce($6, date_style), row_height = coalesce($7, row_height), tz_asked = tz_asked OR $2::text IS NOT NULL
 WHERE org_id = (SELECT scope_org()) AND account_id = (SELECT scope_account())
