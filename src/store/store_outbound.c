#include "store_outbound.h"

#include "../common/arena.h"
#include "../common/err.h"

int
store_outbound_list(struct db *db, const struct scope *sc, struct arena *a, const char *domain_id,
                    struct store_network **rows, int *n, struct err *e)
{
    struct db_rows r;

    if (DB_QUERY(db, sc, a, STMT_OUTBOUND_LIST, &r, e, store_opt(domain_id)))
        return -1;
    *n = r.n;
    *rows = arena_calloc(a, (size_t)r.n + 1, sizeof **rows);
    for (int i = 0; i < r.n; i++)
        (*rows)[i] = (struct store_network){row_text(&r, i, 0), row_text(&r, i, 1),
                                            row_text(&r, i, 2), row_int(&r, i, 3)};
    return 0;
}

int
store_outbound_add(struct db *db, const struct scope *sc, struct arena *a,
                   const struct store_actor *by, const char *domain_id, const char *network,
                   struct err *e)
{
    struct db_rows r;

    if (DB_QUERY(db, sc, a, STMT_OUTBOUND_ADD, &r, e, P_TEXT(domain_id), P_TEXT(network),
                 store_opt(by->account_id), P_TEXT(by->name), P_TEXT(by->surface),
                 P_TEXT(by->client_ip)))
        return -1;
    if (row_int(&r, 0, 0) == 0)
        return err_set(e, ERR_NOTFOUND, "domain", "no such domain");
    if (row_null(&r, 0, 1))
        return err_set(e, ERR_CONFLICT, "network_many", "a domain has at most %d outbound servers",
                       OUTBOUND_MAX);
    return 0;
}

int
store_outbound_delete(struct db *db, const struct scope *sc, struct arena *a,
                      const struct store_actor *by, const char *domain_id, const char *network,
                      struct err *e)
{
    struct db_rows r;

    if (DB_QUERY(db, sc, a, STMT_OUTBOUND_DELETE, &r, e, P_TEXT(domain_id), P_TEXT(network),
                 store_opt(by->account_id), P_TEXT(by->name), P_TEXT(by->surface),
                 P_TEXT(by->client_ip)))
        return -1;
    return r.n ? 0 : err_set(e, ERR_NOTFOUND, "network", "no such outbound server");
}

int
store_suspension_list(struct db *db, const struct scope *sc, struct arena *a, const char *from,
                      bool back, int limit, struct store_suspension **rows, int *n, bool *more,
                      struct err *e)
{
    struct db_rows r;

    limit = limit < 1 ? 1 : limit > 100 ? 100 : limit;
    back = back && from && *from;
    if (DB_QUERY(db, sc, a, back ? STMT_SUSPENSION_LIST_BACK : STMT_SUSPENSION_LIST, &r, e,
                 store_opt(from), p_int(a, limit + 1)))
        return -1;
    *more = r.n > limit;
    *n = *more ? limit : r.n;
    *rows = arena_calloc(a, (size_t)*n + 1, sizeof **rows);
    for (int i = 0; i < *n; i++) {
        int k = back ? *n - 1 - i : i;
        (*rows)[i] = (struct store_suspension){row_text(&r, k, 0), row_text(&r, k, 1),
                                               row_text(&r, k, 2), row_int(&r, k, 3)};
    }
    return 0;
}

int
store_suspension_add(struct db *db, const struct scope *sc, struct arena *a,
                     const struct store_actor *by, const char *org, const char *source,
                     const char *note, struct err *e)
{
    return DB_QUERY(db, sc, a, STMT_SUSPENSION_ADD, NULL, e, P_TEXT(org), P_TEXT(source),
                    P_TEXT(note ? note : ""), store_opt(by->account_id), P_TEXT(by->name),
                    P_TEXT(by->surface), P_TEXT(by->client_ip));
}

int
store_suspension_delete(struct db *db, const struct scope *sc, struct arena *a,
                        const struct store_actor *by, const char *org, const char *source,
                        const char **note, struct err *e)
{
    struct db_rows r;

    if (DB_QUERY(db, sc, a, STMT_SUSPENSION_DELETE, &r, e, P_TEXT(org), P_TEXT(source),
                 store_opt(by->account_id), P_TEXT(by->name), P_TEXT(by->surface),
                 P_TEXT(by->client_ip)))
        return -1;
    *note = r.n ? row_text(&r, 0, 0) : "";
    return r.n ? 0 : err_set(e, ERR_NOTFOUND, "source", "this source is not suspended");
}
