#include "store_auth_rule.h"

#include "../common/arena.h"
#include "../common/err.h"
#include "../common/token.h"
#include "store.h"

int
store_auth_rule_list(struct db *db, const struct scope *sc, struct arena *a, const char *org,
                     const char *from, bool back, int limit, struct store_auth_rule **rows, int *n,
                     bool *more, struct err *e)
{
    struct db_rows r;

    limit = limit < 1 ? 1 : limit > 100 ? 100 : limit;
    if (DB_QUERY(db, sc, a, back ? STMT_AUTH_RULE_LIST_BACK : STMT_AUTH_RULE_LIST, &r, e,
                 P_TEXT(org), store_opt(from), p_int(a, limit + 1)))
        return -1;
    *more = r.n - 1 > limit;
    *n = *more ? limit + 1 : r.n;
    *rows = arena_calloc(a, (size_t)*n, sizeof **rows);
    for (int i = 0; i < *n; i++) {
        int k = back && i ? *n - i : i; /* the default stays first */
        (*rows)[i] = (struct store_auth_rule){org, row_text(&r, k, 0), row_text(&r, k, 1),
                                              row_null(&r, k, 2) ? NULL : row_text(&r, k, 2), ""};
    }
    return 0;
}

int
store_auth_rule_all(struct db *db, struct arena *a, struct store_auth_rule **rows, int *n,
                    struct err *e)
{
    struct db_rows r;

    if (db_query(db, NULL, a, STMT_AUTH_RULE_ALL, NULL, 0, &r, e))
        return -1;
    *n = r.n;
    *rows = arena_calloc(a, (size_t)r.n, sizeof **rows);
    for (int i = 0; i < r.n; i++)
        (*rows)[i] = (struct store_auth_rule){row_text(&r, i, 0), row_text(&r, i, 1), "",
                                              row_text(&r, i, 2), ""};
    return 0;
}

int
store_auth_rule_get(struct db *db, const struct scope *sc, struct arena *a, const char *org,
                    const char *domain_id, struct store_auth_rule *out, struct err *e)
{
    struct db_rows r;

    if (DB_QUERY(db, sc, a, STMT_AUTH_RULE_GET, &r, e, P_TEXT(org), store_opt(domain_id)))
        return -1;
    if (!r.n)
        return err_set(e, ERR_NOTFOUND, "domain", "no such domain");
    *out = (struct store_auth_rule){org, row_text(&r, 0, 0), row_text(&r, 0, 1),
                                    row_null(&r, 0, 2) ? NULL : row_text(&r, 0, 2),
                                    row_text(&r, 0, 3)};
    return 0;
}

int
store_auth_rule_put(struct db *db, const struct scope *sc, struct arena *a,
                    const struct store_actor *by, const char *org, const char *domain_id,
                    const char *settings, const char *version, struct err *e)
{
    char id[37];
    struct db_rows r;

    token_uuid7(id);
    if (DB_QUERY(db, sc, a, STMT_AUTH_RULE_PUT, &r, e, P_TEXT(org), P_TEXT(id),
                 store_opt(domain_id), P_TEXT(settings), store_opt(by->account_id),
                 P_TEXT(by->name), P_TEXT(by->surface), P_TEXT(by->client_ip), P_TEXT(version)))
        return -1;
    if (!r.n && version)
        return store_changed(e);
    return r.n ? 0 : err_set(e, ERR_NOTFOUND, "domain", "no such domain");
}

int
store_auth_rule_delete(struct db *db, const struct scope *sc, struct arena *a,
                       const struct store_actor *by, const char *org, const char *domain_id,
                       struct err *e)
{
    struct db_rows r;

    if (DB_QUERY(db, sc, a, STMT_AUTH_RULE_DELETE, &r, e, P_TEXT(org), P_TEXT(domain_id),
                 store_opt(by->account_id), P_TEXT(by->name), P_TEXT(by->surface),
                 P_TEXT(by->client_ip)))
        return -1;
    return r.n ? 0 : err_set(e, ERR_NOTFOUND, "rule", "no such rule");
}
