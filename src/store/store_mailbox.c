#include "store_mailbox.h"

#include <string.h>

#include "../common/arena.h"
#include "../common/err.h"

int
store_mailbox_mine(struct db *db, const struct scope *sc, struct arena *a,
                   struct store_mailbox **rows, int *n, struct err *e)
{
    struct db_rows r;

    if (db_query(db, sc, a, STMT_MAILBOX_MINE, NULL, 0, &r, e))
        return -1;
    *n = r.n;
    *rows = arena_calloc(a, (size_t)r.n, sizeof **rows);
    for (int i = 0; i < r.n; i++)
        (*rows)[i] = (struct store_mailbox){row_text(&r, i, 0), row_text(&r, i, 1),
                                            row_bool(&r, i, 2), row_text(&r, i, 3)};
    return 0;
}

int
store_mailbox_pending(struct db *db, const struct scope *sc, struct arena *a,
                      struct store_mailbox_pending **rows, int *n, struct err *e)
{
    struct db_rows r;

    if (db_query(db, sc, a, STMT_MAILBOX_PENDING, NULL, 0, &r, e))
        return -1;
    *n = r.n;
    *rows = arena_calloc(a, (size_t)r.n, sizeof **rows);
    for (int i = 0; i < r.n; i++)
        (*rows)[i] = (struct store_mailbox_pending){row_text(&r, i, 0), row_text(&r, i, 1),
                                                    row_int(&r, i, 2)};
    return 0;
}

static enum store_mailbox_result
result(const struct db_rows *r)
{
    static const char *const words[] = {"ok", "have", "taken", "outside", "full", "gone"};

    for (int i = 0; i < MAILBOX_GONE; i++)
        if (strcmp(row_text(r, 0, 0), words[i]) == 0)
            return (enum store_mailbox_result)i;
    return MAILBOX_GONE;
}

int
store_mailbox_ask(struct db *db, const struct scope *sc, struct arena *a, const char *address,
                  enum store_mailbox_result *out, struct err *e)
{
    struct db_rows r;

    if (DB_QUERY(db, sc, a, STMT_MAILBOX_ASK, &r, e, P_TEXT(address)))
        return -1;
    *out = result(&r);
    return 0;
}

int
store_mailbox_forget(struct db *db, const struct scope *sc, struct arena *a, const char *proof_id,
                     struct err *e)
{
    struct db_rows r;

    if (DB_QUERY(db, sc, a, STMT_MAILBOX_FORGET, &r, e, P_TEXT(proof_id)))
        return -1;
    return row_bool(&r, 0, 0) ? 0 : err_set(e, ERR_NOTFOUND, "proof", "no such request");
}

int
store_mailbox_confirm(struct db *db, const struct scope *sc, struct arena *a,
                      const unsigned char hash[32], const char *client_ip,
                      enum store_mailbox_result *out, struct err *e)
{
    struct db_rows r;

    if (DB_QUERY(db, sc, a, STMT_MAILBOX_CONFIRM, &r, e, P_BYTES(hash, 32), P_TEXT(client_ip)))
        return -1;
    *out = result(&r);
    return 0;
}

int
store_mailbox_by_ticket(struct db *db, const struct scope *sc, struct arena *a, const char *ticket,
                        const char *client_ip, enum store_mailbox_result *out, struct err *e)
{
    struct db_rows r;

    if (DB_QUERY(db, sc, a, STMT_MAILBOX_BY_TICKET, &r, e, P_TEXT(ticket), P_TEXT(client_ip)))
        return -1;
    *out = result(&r);
    return 0;
}

int
store_mailbox_unlink(struct db *db, const struct scope *sc, struct arena *a, const char *address,
                     const char *client_ip, struct err *e)
{
    struct db_rows r;

    if (DB_QUERY(db, sc, a, STMT_MAILBOX_UNLINK, &r, e, P_TEXT(address), P_TEXT(client_ip)))
        return -1;
    return row_bool(&r, 0, 0) ? 0
                              : err_set(e, ERR_NOTFOUND, "mailbox", "not one that was added here");
}

/* An account without mailboxes is one row of NULL. */
static void
read_of(struct arena *a, const struct db_rows *r, struct store_mailbox_of **rows, int *n)
{
    *n = r->n && row_null(r, 0, 0) ? 0 : r->n;
    *rows = arena_calloc(a, (size_t)r->n + 1, sizeof **rows);
    for (int i = 0; i < *n; i++)
        (*rows)[i] =
            (struct store_mailbox_of){row_text(r, i, 0), row_text(r, i, 1), row_bool(r, i, 2)};
}

int
store_mailbox_of(struct db *db, struct arena *a, const char *account,
                 struct store_mailbox_of **rows, int *n, struct err *e)
{
    struct db_rows r;

    if (DB_QUERY(db, NULL, a, STMT_MAILBOX_OF, &r, e, P_TEXT(account)))
        return -1;
    if (!r.n)
        return err_set(e, ERR_NOTFOUND, "account", "no such user");
    read_of(a, &r, rows, n);
    return 0;
}

int
store_mailbox_give(struct db *db, struct arena *a, const struct store_actor *by,
                   const char *account, const char *address, const char *how,
                   enum store_mailbox_result *out, struct err *e)
{
    struct db_rows r;

    if (DB_QUERY(db, NULL, a, STMT_MAILBOX_GIVE, &r, e, P_TEXT(account), P_TEXT(address),
                 P_TEXT(how), store_opt(by->account_id), P_TEXT(by->name), P_TEXT(by->surface),
                 P_TEXT(by->client_ip)))
        return -1;
    if (!r.n)
        return err_set(e, ERR_NOTFOUND, "account", "no such user");
    *out = result(&r);
    return 0;
}

static int
withdrawn(const struct db_rows *r, struct err *e)
{
    if (strcmp(row_text(r, 0, 0), "own") == 0)
        return err_set(e, ERR_CONFLICT, "own", "the address somebody signs in with stays");
    if (strcmp(row_text(r, 0, 0), "ok") != 0)
        return err_set(e, ERR_NOTFOUND, "mailbox", "the user does not have this mailbox");
    return 0;
}

int
store_mailbox_withdraw(struct db *db, struct arena *a, const struct store_actor *by,
                       const char *account, const char *address, struct err *e)
{
    struct db_rows r;

    if (DB_QUERY(db, NULL, a, STMT_MAILBOX_WITHDRAW, &r, e, P_TEXT(account), P_TEXT(address),
                 store_opt(by->account_id), P_TEXT(by->name), P_TEXT(by->surface),
                 P_TEXT(by->client_ip)))
        return -1;
    if (!r.n)
        return err_set(e, ERR_NOTFOUND, "account", "no such user");
    return withdrawn(&r, e);
}

int
store_account_mailboxes(struct db *db, const struct scope *sc, struct arena *a,
                        const char *account_id, struct store_mailbox_of **rows, int *n,
                        struct err *e)
{
    struct db_rows r;

    if (DB_QUERY(db, sc, a, STMT_ACCOUNT_MAILBOXES, &r, e, P_TEXT(account_id)))
        return -1;
    read_of(a, &r, rows, n);
    return 0;
}

/* What the console's functions say before they do anything. */
static int
may_change(const struct db_rows *r, struct err *e)
{
    if (!strcmp(row_text(r, 0, 0), "gone"))
        return err_set(e, ERR_NOTFOUND, "account", "no such user");
    return strcmp(row_text(r, 0, 0), "denied")
               ? 0
               : err_set(e, ERR_DENIED, "role", "this role may not change this user");
}

int
store_account_mailbox_give(struct db *db, const struct scope *sc, struct arena *a,
                           const struct store_actor *by, const char *account_id,
                           const char *address, const char *how,
                           enum store_mailbox_result *out, struct err *e)
{
    struct db_rows r;

    if (DB_QUERY(db, sc, a, STMT_ACCOUNT_MAILBOX_GIVE, &r, e, P_TEXT(account_id), P_TEXT(address),
                 P_TEXT(how), P_TEXT(by->name), P_TEXT(by->client_ip)) ||
        may_change(&r, e))
        return -1;
    *out = result(&r);
    return 0;
}

int
store_account_mailbox_withdraw(struct db *db, const struct scope *sc, struct arena *a,
                               const struct store_actor *by, const char *account_id,
                               const char *address, struct err *e)
{
    struct db_rows r;

    if (DB_QUERY(db, sc, a, STMT_ACCOUNT_MAILBOX_WITHDRAW, &r, e, P_TEXT(account_id),
                 P_TEXT(address), P_TEXT(by->name), P_TEXT(by->client_ip)) ||
        may_change(&r, e))
        return -1;
    return withdrawn(&r, e);
}
