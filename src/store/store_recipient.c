#include "store_recipient.h"

#include "../common/arena.h"
#include "../common/err.h"

int
store_recipient_list(struct db *db, const struct scope *sc, struct arena *a, const char *domain_id,
                     const char *begins, const char *from, bool back, int limit,
                     const char ***addresses, int *n, bool *more, struct err *e)
{
    struct db_rows r;

    limit = limit < 1 ? 1 : limit > 1000 ? 1000 : limit;
    back = back && from && *from;
    if (DB_QUERY(db, sc, a, back ? STMT_RECIPIENT_LIST_BACK : STMT_RECIPIENT_LIST, &r, e,
                 P_TEXT(domain_id), store_opt(begins), store_opt(from), p_int(a, limit + 1)))
        return -1;
    *more = r.n > limit;
    *n = *more ? limit : r.n;
    *addresses = arena_calloc(a, (size_t)*n + 1, sizeof **addresses);
    for (int i = 0; i < *n; i++)
        (*addresses)[i] = row_text(&r, back ? *n - 1 - i : i, 0);
    return 0;
}

int
store_recipient_count(struct db *db, const struct scope *sc, struct arena *a, const char *domain_id,
                      const char *const *only, int nonly, int64_t *n, struct err *e)
{
    struct db_rows r;

    if (DB_QUERY(db, sc, a, STMT_RECIPIENT_COUNT, &r, e, P_TEXT(domain_id),
                 only ? store_array(a, only, nonly) : P_TEXT(NULL)))
        return -1;
    *n = row_int(&r, 0, 0);
    return 0;
}

int
store_recipient_import(struct db *db, const struct scope *sc, struct arena *a,
                       const struct store_actor *by, const char *domain_id,
                       const char *const *addresses, int n, int64_t *added, struct err *e)
{
    struct db_rows r;

    if (DB_QUERY(db, sc, a, STMT_RECIPIENT_IMPORT, &r, e, P_TEXT(domain_id),
                 store_array(a, addresses, n), store_opt(by->account_id), P_TEXT(by->name),
                 P_TEXT(by->surface), P_TEXT(by->client_ip)))
        return -1;
    if (!r.n)
        return err_set(e, ERR_NOTFOUND, "domain", "no such domain");
    *added = row_int(&r, 0, 0);
    return 0;
}

int
store_recipient_delete(struct db *db, const struct scope *sc, struct arena *a,
                       const struct store_actor *by, const char *domain_id, const char *address,
                       struct err *e)
{
    struct db_rows r;

    if (DB_QUERY(db, sc, a, STMT_RECIPIENT_DELETE, &r, e, P_TEXT(domain_id), P_TEXT(address),
                 store_opt(by->account_id), P_TEXT(by->name), P_TEXT(by->surface),
                 P_TEXT(by->client_ip)))
        return -1;
    return r.n ? 0 : err_set(e, ERR_NOTFOUND, "recipient", "no such recipient");
}

int
store_recipient_valid(struct db *db, struct arena *a, const char *org, const char *domain_id,
                      const char *address, bool *valid, struct err *e)
{
    struct db_rows r;

    if (DB_QUERY(db, NULL, a, STMT_RECIPIENT_VALID, &r, e, P_TEXT(org), P_TEXT(domain_id),
                 P_TEXT(address)))
        return -1;
    *valid = row_bool(&r, 0, 0);
    return 0;
}

int
store_domain_switches(struct db *db, const struct scope *sc, struct arena *a, const char *domain_id,
                      struct store_switches *out, struct err *e)
{
    struct db_rows r;

    if (DB_QUERY(db, sc, a, STMT_DOMAIN_SWITCHES, &r, e, P_TEXT(domain_id)))
        return -1;
    if (!r.n)
        return err_set(e, ERR_NOTFOUND, "domain", "no such domain");
    *out = (struct store_switches){row_text(&r, 0, 0), row_bool(&r, 0, 1), row_bool(&r, 0, 2)};
    return 0;
}

static struct db_param
opt_bool(const bool *v)
{
    return v ? p_bool(*v) : P_TEXT(NULL);
}

int
store_domain_switch(struct db *db, const struct scope *sc, struct arena *a,
                    const struct store_actor *by, const char *domain_id,
                    const bool *check_recipients, const bool *outbound, struct err *e)
{
    struct db_rows r;

    if (DB_QUERY(db, sc, a, STMT_DOMAIN_SWITCH, &r, e, P_TEXT(domain_id),
                 opt_bool(check_recipients), opt_bool(outbound), store_opt(by->account_id),
                 P_TEXT(by->name), P_TEXT(by->surface), P_TEXT(by->client_ip)))
        return -1;
    return r.n ? 0 : err_set(e, ERR_NOTFOUND, "domain", "no such domain");
}
