#include "store_bulk.h"

#include "../common/arena.h"
#include "../common/err.h"
#include "../common/sender_pattern.h"

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
    *out = (struct store_bulk_count){.all = row_int(&r, 0, 0),
                                     .deletable = row_int(&r, 0, 1),
                                     .deliverable = row_int(&r, 0, 2),
                                     .askable = row_int(&r, 0, 3),
                                     .allowable = row_int(&r, 0, 4),
                                     .blockable = row_int(&r, 0, 5),
                                     .requests = row_int(&r, 0, 6),
                                     .reports = row_int(&r, 0, 7)};
    return 0;
}

int
store_bulk_start(struct db *db, const struct scope *sc, struct arena *a,
                 const struct store_actor *by, const struct store_held_filter *f, int64_t until,
                 const struct store_bulk_order *order, const char *filter, const char **job,
                 struct err *e)
{
    struct db_param p[STORE_OWN_PARAMS + 11];
    struct db_rows r;

    store_own_params(a, f, p);
    p[6] = p_int(a, until);
    p[7] = P_TEXT(order->action);
    p[8] = p_bool(order->also_ask);
    p[9] = P_TEXT(order->note ? order->note : "");
    p[10] = P_TEXT(order->what ? order->what : "");
    p[11] = p_int(a, order->days);
    p[12] = store_opt(by->account_id);
    p[13] = P_TEXT(by->name);
    p[14] = P_TEXT(by->surface);
    p[15] = P_TEXT(by->client_ip);
    p[16] = P_TEXT(filter);
    if (db_query(db, sc, a, STMT_BULK_START, p, STORE_OWN_PARAMS + 11, &r, e))
        return -1;
    if (!r.n)
        return err_set(e, ERR_CONFLICT, "bulk", "nothing matches, or too many jobs are open");
    *job = row_text(&r, 0, 0);
    return 0;
}

int
store_bulk_start_ticked(struct db *db, const struct scope *sc, struct arena *a,
                        const struct store_actor *by, const char *const *recipients, int n,
                        const struct store_bulk_order *order, const char **job, struct err *e)
{
    struct db_rows r;

    if (DB_QUERY(db, sc, a, STMT_BULK_START_TICKED, &r, e, store_array(a, recipients, n),
                 P_TEXT(order->action), p_bool(order->also_ask),
                 P_TEXT(order->note ? order->note : ""), P_TEXT(order->what ? order->what : ""),
                 p_int(a, order->days), BY(by)))
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
                               .returned = row_int(&r, 0, 6),
                               .asked = row_int(&r, 0, 7),
                               .senders = row_int(&r, 0, 8),
                               .limited = row_int(&r, 0, 9),
                               .barred = row_int(&r, 0, 10)};
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

/* The patterns of the senders of the next batch, as bulk_step() wants them. */
static int
next_senders(struct db *db, struct arena *a, int batch, struct db_param p[4], struct err *e)
{
    struct db_rows r;
    int n = 0;

    if (DB_QUERY(db, NULL, a, STMT_BULK_SENDERS, &r, e, p_int(a, batch)))
        return -1;
    const char **ids = arena_calloc(a, (size_t)r.n + 1, sizeof *ids);
    const char **patterns = arena_calloc(a, (size_t)r.n + 1, sizeof *patterns);
    for (int i = 0; i < r.n; i++) {
        if (row_null(&r, i, 1))
            continue;
        ids[n] = row_text(&r, i, 1);
        patterns[n++] = sender_pattern_of(a, row_text(&r, i, 2), false);
    }
    p[1] = store_opt(r.n ? row_text(&r, 0, 0) : NULL);
    p[2] = store_array(a, ids, n);
    p[3] = store_array(a, patterns, n);
    return 0;
}

int
store_bulk_step(struct db *db, struct arena *a, int batch, bool *more, struct err *e)
{
    struct db_param p[4] = {p_int(a, batch), store_opt(NULL), store_array(a, NULL, 0),
                            store_array(a, NULL, 0)};
    struct db_rows r;

    if (db_query(db, NULL, a, STMT_BULK_STEP, p, 4, &r, e))
        return -1;
    if (!row_null(&r, 0, 0) && row_int(&r, 0, 0) < 0 &&
        (next_senders(db, a, batch, p, e) || db_query(db, NULL, a, STMT_BULK_STEP, p, 4, &r, e)))
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
