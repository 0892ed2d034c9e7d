-- Sessions of console and portal, as src/console/web_session.c uses them. The functions are in
-- 0002-access.sql: they run before a scope is known.

-- name: web_session_lookup
-- role: console, portal
SELECT org_id, account_id, address, name, role, org_name, lang, org_lang, tz, theme, page_size, shortcuts, csrf, flash, must_enrol, date_style, row_height, ask_zone, boxes
  FROM session_lookup($1::bytea, $2, $3::int, $4::int)

-- name: web_session_create
-- role: console, portal
SELECT session_create($1::bytea, $2, $3, $4::bytea, $5, $6)

-- name: web_session_end
-- role: console, portal
SELECT session_end($1::bytea)

-- name: web_session_audit
-- role: console, portal
SELECT audit_add($1::uuid, $2::uuid, $3, $4, $5, $6, $3, '{}')

-- name: web_session_flash
-- role: console, portal
SELECT session_flash_set($1::bytea, $2::jsonb)

-- One click in the language menu: a choice of display, so it is not in the audit log.
-- name: web_session_lang
-- role: console, portal
UPDATE account SET lang = $1 WHERE org_id = scope_org() AND account_id = scope_account()
