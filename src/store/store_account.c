#include "store_account.h"
#include "../common/arena.h"
#include "../common/buf.h"
#include "../common/err.h"
#include "../common/token.h"

#include <string.h>

static void
read_account(const struct db_rows *r, int i, struct store_account *x)
{
    *x = (struct store_account){
        .account_id = row_text(r, i, 0),
        .org_id = row_text(r, i, 1),
        .address = row_text(r, i, 2),
        .name = row_text(r, i, 3),
        .role = row_text(r, i, 4),
        .lang = row_text(r, i, 5),
        .tz = row_text(r, i, 6),
        .theme = row_text(r, i, 7),
        .state = row_text(r, i, 8),
        .page_size = (int)row_int(r, i, 9),
        .shortcuts = row_bool(r, i, 10),
        .created_at = row_int(r, i, 11),
        .last_sign_in = row_int(r, i, 12),
        .has_password = row_bool(r, i, 13),
        .date_style = r->columns > 14 ? row_text(r, i, 14) : NULL,
        .row_height = r->columns > 14 ? row_text(r, i, 15) : NULL,
    };
}

int
store_account_list(struct db *db, const struct scope *sc, struct arena *a, const char *search,
                   const char *from, bool back, int limit, struct store_account **rows, int *n,
                   bool *more, struct err *e)
{
    struct db_rows r;
    limit = limit < 1 ? 1 : limit > 100 ? 100 : limit;
    back = back && from && *from;
    if (DB_QUERY(db, sc, a, back ? STMT_ACCOUNT_LIST_BACK : STMT_ACCOUNT_LIST, &r, e,
                 P_TEXT(store_like(a, search)), store_opt(from), p_int(a, limit + 1)))
        return -1;
    *more = r.n > limit;
    *n = *more ? limit : r.n;
    *rows = arena_calloc(a, (size_t)*n, sizeof **rows);
    for (int i = 0; i < *n; i++)
        read_account(&r, back ? *n - 1 - i : i, &(*rows)[i]);
    return 0;
}

int
store_account_get(struct db *db, const struct scope *sc, struct arena *a, const char *account_id,
                  struct store_account *out, struct err *e)
{
    struct db_rows r;
    if (DB_QUERY(db, sc, a, STMT_ACCOUNT_GET, &r, e, store_opt(account_id)))
        return -1;
    if (!r.n)
        return err_set(e, ERR_NOTFOUND, "account", "no such user");
    read_account(&r, 0, out);
    return 0;
}

int
store_account_credentials(struct db *db, struct arena *a, const char *address,
                          struct store_credentials *out, struct err *e)
{
    struct db_rows r;
    if (DB_QUERY(db, NULL, a, STMT_ACCOUNT_CREDENTIALS, &r, e, P_TEXT(address)))
        return -1;
    if (!r.n)
        return err_set(e, ERR_NOTFOUND, "account", "no such user");
    *out = (struct store_credentials){row_text(&r, 0, 0), row_text(&r, 0, 1), row_text(&r, 0, 2),
                                      row_text(&r, 0, 3), row_text(&r, 0, 4), row_text(&r, 0, 5)};
    return 0;
}

int
store_account_ticket(struct db *db, struct arena *a, const struct store_credentials *who,
                     const char *surface, const char **ticket, struct err *e)
{
    unsigned char hash[32];
    char *text = token_text(a, 32);
    token_sha256(text, strlen(text), hash);
    *ticket = text;
    return DB_QUERY(db, NULL, a, STMT_ACCOUNT_TICKET, NULL, e, P_BYTES(hash, 32),
                    P_TEXT(who->org_id), P_TEXT(who->account_id), P_TEXT(surface));
}

int
store_account_add(struct db *db, const struct scope *sc, struct arena *a,
                  const struct store_actor *by, const struct store_account_new *n,
                  char account_id[37], struct err *e)
{
    token_uuid7(account_id);
    return DB_QUERY(db, sc, a, STMT_ACCOUNT_ADD, NULL, e, P_TEXT(n->org_id), P_TEXT(account_id),
                    P_TEXT(n->address), P_TEXT(n->name ? n->name : ""), P_TEXT(n->role),
                    store_opt(n->lang), store_opt(n->tz), P_TEXT(n->password),
                    store_opt(by->account_id), P_TEXT(by->name), P_TEXT(by->surface),
                    P_TEXT(by->client_ip));
}

/* Column 0: accounts found; column 1: NULL when the last owner was protected. */
static int
owner_answer(const struct db_rows *r, struct err *e)
{
    if (row_int(r, 0, 0) == 0)
        return err_set(e, ERR_NOTFOUND, "account", "no such user");
    if (row_null(r, 0, 1))
        return err_set(e, ERR_CONFLICT, "last_owner",
                       "an organisation needs at least one active owner");
    return 0;
}

int
store_account_change(struct db *db, const struct scope *sc, struct arena *a,
                     const struct store_actor *by, const char *account_id, const char *name,
                     const char *role, const char *lang, struct err *e)
{
    struct db_rows r;
    if (DB_QUERY(db, sc, a, STMT_ACCOUNT_CHANGE, &r, e, P_TEXT(account_id), P_TEXT(name),
                 P_TEXT(role), store_opt(lang), store_opt(by->account_id), P_TEXT(by->name),
                 P_TEXT(by->surface), P_TEXT(by->client_ip)))
        return -1;
    return owner_answer(&r, e);
}

int
store_account_state(struct db *db, const struct scope *sc, struct arena *a,
                    const struct store_actor *by, const char *account_id, const char *state,
                    struct err *e)
{
    struct db_rows r;
    if (DB_QUERY(db, sc, a, STMT_ACCOUNT_STATE, &r, e, P_TEXT(account_id), P_TEXT(state),
                 store_opt(by->account_id), P_TEXT(by->name), P_TEXT(by->surface),
                 P_TEXT(by->client_ip)))
        return -1;
    return owner_answer(&r, e);
}

int
store_account_delete(struct db *db, const struct scope *sc, struct arena *a,
                     const struct store_actor *by, const char *account_id, struct err *e)
{
    struct db_rows r;
    if (DB_QUERY(db, sc, a, STMT_ACCOUNT_DELETE, &r, e, P_TEXT(account_id),
                 store_opt(by->account_id), P_TEXT(by->name), P_TEXT(by->surface),
                 P_TEXT(by->client_ip)))
        return -1;
    return owner_answer(&r, e);
}

int
store_account_password(struct db *db, const struct scope *sc, struct arena *a,
                       const struct store_actor *by, const char *account_id, const char *mcf,
                       const unsigned char *keep_hash, struct err *e)
{
    struct db_rows r;
    if (DB_QUERY(db, sc, a, STMT_ACCOUNT_PASSWORD, &r, e, P_TEXT(account_id), P_TEXT(mcf),
                 store_opt(by->account_id), P_TEXT(by->name), P_TEXT(by->surface),
                 P_TEXT(by->client_ip), keep_hash ? P_BYTES(keep_hash, 32) : P_TEXT(NULL)))
        return -1;
    return r.n ? 0 : err_set(e, ERR_NOTFOUND, "account", "no such user");
}

int
store_account_rehash(struct db *db, struct arena *a, const char *org_id, const char *account_id,
                     const char *mcf, struct err *e)
{
    return DB_QUERY(db, NULL, a, STMT_ACCOUNT_REHASH, NULL, e, P_TEXT(org_id), P_TEXT(account_id),
                    P_TEXT(mcf));
}

int
store_account_preferences(struct db *db, const struct scope *sc, struct arena *a,
                          const struct store_preferences *p, struct err *e)
{
    return DB_QUERY(db, sc, a, STMT_ACCOUNT_PREFERENCES, NULL, e, P_TEXT(p->lang), P_TEXT(p->tz),
                    store_opt(p->theme), p->page_size ? p_int(a, p->page_size) : P_TEXT(NULL),
                    p->shortcuts < 0 ? P_TEXT(NULL) : p_bool(p->shortcuts),
                    store_opt(p->date_style), store_opt(p->row_height));
}
