-- Mailboxes that an account manages (sql/migrations/0021-user-mail.sql has the functions).

-- name: mailbox_mine
-- role: portal
SELECT address, how, own, array_to_string(others, ', ') FROM mailbox_mine()

-- name: mailbox_pending
-- role: portal
SELECT proof_id, address, floor(extract(epoch FROM expires_at) * 1000)::bigint FROM mailbox_pending()

-- name: mailbox_ask
-- role: portal
SELECT mailbox_ask($1)

-- name: mailbox_forget
-- role: portal
SELECT mailbox_forget($1::uuid)

-- name: mailbox_confirm
-- role: portal
SELECT mailbox_confirm($1::bytea, $2)

-- name: mailbox_by_ticket
-- role: portal
SELECT mailbox_by_ticket($1, $2)

-- name: mailbox_unlink
-- role: portal
SELECT mailbox_unlink($1, $2)

-- name: mailbox_of
-- role: owner
-- No row: no such account. One row of NULL: it has none.
SELECT m.address, m.how, m.address = a.address FROM account a LEFT JOIN account_mailbox m USING (org_id, account_id)
 WHERE a.address = $1 ORDER BY m.address <> a.address, m.address LIMIT 200

-- name: mailbox_give
-- role: owner
SELECT mailbox_give(org_id, account_id, $2, $3, $4::uuid, $5, $6, $7) FROM account WHERE address = $1

-- name: mailbox_withdraw
-- role: owner
SELECT mailbox_withdraw(org_id, account_id, $2, $3::uuid, $4, $5, $6) FROM account WHERE address = $1

-- name: account_mailboxes
-- role: console
SELECT m.address, m.how, m.address = a.address FROM account a JOIN account_mailbox m USING (org_id, account_id)
 WHERE a.account_id = $1::uuid ORDER BY m.address <> a.address, m.address LIMIT 200

-- name: account_mailbox_give
-- role: console
SELECT account_mailbox_give($1::uuid, $2, $3, $4, $5)

-- name: account_mailbox_withdraw
-- role: console
SELECT account_mailbox_withdraw($1::uuid, $2, $3, $4)
