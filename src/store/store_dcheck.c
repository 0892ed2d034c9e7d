#include "store_dcheck.h"

#include "../common/arena.h"
#include "../common/err.h"

int
store_dcheck_claim(struct db *db, struct arena *a, struct store_dcheck_due *out, struct err *e)
{
    struct db_rows r;

    if (db_query(db, NULL, a, STMT_DCHECK_CLAIM, NULL, 0, &r, e))
        return -1;
    *out = (struct store_dcheck_due){"", "", "", ""};
    if (r.n)
        *out = (struct store_dcheck_due){row_text(&r, 0, 0), row_text(&r, 0, 1), row_text(&r, 0, 2),
                                         row_text(&r, 0, 3)};
    return 0;
}

int
store_dcheck_keys(struct db *db, struct arena *a, const struct store_dcheck_due *d,
                  struct store_dcheck_key **keys, int *n, struct err *e)
{
    struct db_rows r;

    if (DB_QUERY(db, NULL, a, STMT_DCHECK_KEYS, &r, e, P_TEXT(d->org_id), P_TEXT(d->domain_id)))
        return -1;
    *n = r.n;
    *keys = arena_calloc(a, (size_t)r.n, sizeof **keys);
    for (int i = 0; i < r.n; i++)
        (*keys)[i] =
            (struct store_dcheck_key){row_text(&r, i, 0), row_text(&r, i, 1), row_text(&r, i, 2),
                                      row_text(&r, i, 3), row_text(&r, i, 4)};
    return 0;
}

int
store_dcheck_done(struct db *db, struct arena *a, const struct store_dcheck_due *d,
                  const char *results, const char *seen, int next, struct err *e)
{
    return DB_QUERY(db, NULL, a, STMT_DCHECK_STORE, NULL, e, P_TEXT(d->org_id),
                    P_TEXT(d->domain_id), P_TEXT(results), P_TEXT(seen), p_int(a, next));
}

int
store_dcheck_list(struct db *db, const struct scope *sc, struct arena *a, const char *domain_id,
                  struct store_dcheck **rows, int *n, struct err *e)
{
    struct db_rows r;

    if (DB_QUERY(db, sc, a, STMT_DCHECK_LIST, &r, e, store_opt(domain_id)))
        return -1;
    *n = r.n;
    *rows = arena_calloc(a, (size_t)r.n, sizeof **rows);
    for (int i = 0; i < r.n; i++)
        (*rows)[i] = (struct store_dcheck){
            row_text(&r, i, 0), row_text(&r, i, 1), row_text(&r, i, 2), row_text(&r, i, 3),
            row_text(&r, i, 4), row_int(&r, i, 5),  row_int(&r, i, 6)};
    return 0;
}

int
store_dcheck_watch(struct db *db, const struct scope *sc, struct arena *a, const char *domain_id,
                   struct store_dwatch *out, struct err *e)
{
    struct db_rows r;

    if (DB_QUERY(db, sc, a, STMT_DCHECK_WATCH, &r, e, P_TEXT(domain_id)))
        return -1;
    if (!r.n)
        return err_set(e, ERR_NOTFOUND, "domain", "no such domain");
    *out = (struct store_dwatch){.checked_at = row_int(&r, 0, 0),
                                 .next_at = row_int(&r, 0, 1),
                                 .asked_at = row_int(&r, 0, 6),
                                 .pending = row_bool(&r, 0, 2),
                                 .token = row_text(&r, 0, 3),
                                 .vouched = row_bool(&r, 0, 4),
                                 .verified = row_bool(&r, 0, 5)};
    return 0;
}

int
store_dcheck_ask(struct db *db, const struct scope *sc, struct arena *a, const char *domain_id,
                 struct err *e)
{
    struct db_rows r;

    if (DB_QUERY(db, sc, a, STMT_DCHECK_ASK, &r, e, P_TEXT(domain_id)))
        return -1;
    return r.n ? 0 : err_set(e, ERR_NOTFOUND, "domain", "no such domain");
}
