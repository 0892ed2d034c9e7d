-- The organisation's help desk (0035-help-contact.sql).

-- name: help_contact_get
-- role: console
SELECT name, note, email, phone, link, md5(h::text) FROM help_contact h WHERE org_id = $1::uuid

-- name: help_contact_put
-- role: console
-- $11: the version that was shown, '': there was none. No row: somebody was faster.
WITH old AS (SELECT * FROM help_contact WHERE org_id = $1::uuid),
x AS (
  INSERT INTO help_contact AS h (org_id, name, note, email, phone, link)
  SELECT $1::uuid, $2, $3, $4, $5, $6 WHERE $11 = '' OR EXISTS (SELECT FROM old)
  ON CONFLICT (org_id) DO UPDATE SET name = excluded.name, note = excluded.note, email = excluded.email, phone = excluded.phone, link = excluded.link
    WHERE $11 = md5(h::text)
  RETURNING *)
SELECT audit_add(x.org_id, $7::uuid, $8, $9, $10, 'org.help_contact', '', jsonb_build_object(
         'before', (SELECT to_jsonb(old) - 'org_id' FROM old), 'after', to_jsonb(x) - 'org_id'))
  FROM x

-- name: help_contact_mine
-- role: portal
SELECT name, note, email, phone, link FROM help_contact_mine()
