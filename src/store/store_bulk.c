#include "store_bulk.h"

#include "../common/arena.h"
#include "../common/err.h"

#define BY(b) \
    store_opt((b)->account_id), P_TEXT((b)->name), P_TEXT((b)->surface), P_TEXT((b)->client_ip)

int
store_bulk_count(struct db *db, const struct scope *sc, struct arena *a,
                 const struct store_held_filter *f, int64_t until, struct store_bulk_count *out,
                 struct err *e)
{
    struct db_param p[STORE_OWN_PARAMS + 1];
    struct db_rows r;

    store_own_params(a, f, p);
    p[6] = p_int(a, until);
    if (db_query(db, sc, a, STMT_BULK_COUNT, p, STORE_OWN_PARAMS + 1, &r, e))
        return -1;
    *out = (struct store_bulk_count){row_int(&r, 0, 0), row_int(&r, 0, 1), row_int(&r, 0, 2)};
    return 0;
}

int
store_bulk_start(struct db *db, const struct scope *sc, struct arena *a,
                 const struct store_actor *by, const struct store_held_filter *f, int64_t until,
                 const char *action, const char *what, const char **job, struct err *e)
{
    struct db_param p[STORE_OWN_PARAMS + 7];
    struct db_rows r;

    store_own_params(a, f, p);
    p[6] = p_int(a, until);
    p[7] = P_TEXT(action);
    p[8] = store_opt(by->account_id);
    p[9] = P_TEXT(by->name);
    p[10] = P_TEXT(by->surface);
    p[11] = P_TEXT(by->client_ip);
    p[12] = P_TEXT(what);
    if (db_query(db, sc, a, STMT_BULK_START, p, STORE_OWN_PARAMS + 7, &r, e))
        return -1;
    if (!r.n)
        return err_set(e, ERR_CONFLICT, "bulk", "nothing matches, or too many jobs are open");
    *job = row_text(&r, 0, 0);
    return 0;
}

int
store_bulk_start_ticked(struct db *db, const struct scope *sc, struct arena *a,
                        const struct store_actor *by, const char *const *recipients, int n,
                        const char **job, struct err *e)
{
    struct db_rows r;

    if (DB_QUERY(db, sc, a, STMT_BULK_START_TICKED, &r, e, store_array(a, recipients, n), BY(by)))
        return -1;
    if (!r.n)
        return err_set(e, ERR_CONFLICT, "bulk",
                       "nothing is held any more, or too many jobs are open");
    *job = row_text(&r, 0, 0);
    return 0;
}

int
store_bulk_get(struct db *db, const struct scope *sc, struct arena *a, const char *job,
               struct store_bulk *out, struct err *e)
{
    struct db_rows r;

    if (DB_QUERY(db, sc, a, STMT_BULK_GET, &r, e, P_TEXT(job)))
        return -1;
    if (!r.n)
        return err_set(e, ERR_NOTFOUND, "bulk", "no such job");
    *out = (struct store_bulk){.job_id = row_text(&r, 0, 0),
                               .action = row_text(&r, 0, 1),
                               .state = row_text(&r, 0, 2),
                               .total = row_int(&r, 0, 3),
                               .done = row_int(&r, 0, 4),
                               .changed = row_int(&r, 0, 5),
                               .returned = row_int(&r, 0, 6)};
    return 0;
}

int
store_bulk_undo(struct db *db, const struct scope *sc, struct arena *a, const char *job,
                struct err *e)
{
    struct db_rows r;

    if (DB_QUERY(db, sc, a, STMT_BULK_UNDO, &r, e, P_TEXT(job)))
        return -1;
    return r.n ? 0 : err_set(e, ERR_CONFLICT, "bulk", "it cannot be undone, or is already");
}

int
store_bulk_step(struct db *db, struct arena *a, int batch, bool *more, struct err *e)
{
    struct db_rows r;

    if (DB_QUERY(db, NULL, a, STMT_BULK_STEP, &r, e, p_int(a, batch)))
        return -1;
    *more = !row_null(&r, 0, 0);
    return 0;
}

int
store_bulk_skip(struct db *db, struct arena *a, struct err *e)
{
    return db_query(db, NULL, a, STMT_BULK_SKIP, NULL, 0, NULL, e);
}

int
store_bulk_forget(struct db *db, struct arena *a, struct err *e)
{
    return db_query(db, NULL, a, STMT_BULK_FORGET, NULL, 0, NULL, e);
}
