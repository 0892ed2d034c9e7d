#include "store_expire.h"

#include <stdio.h>

#include "../common/err.h"

int
store_expire_held(struct db *db, struct arena *a, int limit, int64_t *n, struct err *e)
{
    struct db_rows r;

    if (DB_QUERY(db, NULL, a, STMT_EXPIRE_HELD, &r, e, p_int(a, limit)))
        return -1;
    *n = row_int(&r, 0, 0);
    return 0;
}

static void
keep(char *out, size_t size, const char *text)
{
    (void)snprintf(out, size, "%s", text);
}

int
store_expire_bodies(struct db *db, struct arena *a, struct store_body_place *at, int64_t *n,
                    struct err *e)
{
    static const char nobody[] = "00000000-0000-0000-0000-000000000000";
    bool start = !at->org[0];
    struct db_rows r;

    if (DB_QUERY(db, NULL, a, STMT_EXPIRE_BODIES, &r, e, P_TEXT(start ? nobody : at->org),
                 P_TEXT(start ? "-infinity" : at->received), P_TEXT(start ? nobody : at->message),
                 p_int(a, at->seq)))
        return -1;
    keep(at->org, sizeof at->org, row_text(&r, 0, 0));
    keep(at->received, sizeof at->received, row_text(&r, 0, 1));
    keep(at->message, sizeof at->message, row_text(&r, 0, 2));
    at->seq = row_int(&r, 0, 3);
    *n = row_int(&r, 0, 4);
    return 0;
}

int
store_expire_rest(struct db *db, struct arena *a, int64_t session_idle_s, int64_t session_s,
                  struct err *e)
{
    return DB_QUERY(db, NULL, a, STMT_EXPIRE_REST, NULL, e, p_int(a, session_idle_s),
                    p_int(a, session_s));
}

static int
behind(const struct db_rows *r, int64_t *behind_ms, struct err *e)
{
    if (r->n == 0)
        return err_set(e, ERR_ENV, "retention-clock", "the row of retention_clock is missing");
    *behind_ms = row_int(r, 0, 0);
    return 0;
}

int
store_retention_clock(struct db *db, struct arena *a, int64_t *behind_ms, struct err *e)
{
    struct db_rows r;

    return db_query(db, NULL, a, STMT_RETENTION_CLOCK_STEP, NULL, 0, &r, e)
               ? -1
               : behind(&r, behind_ms, e);
}

int
store_retention_behind(struct db *db, struct arena *a, int64_t *behind_ms, struct err *e)
{
    struct db_rows r;

    return db_query(db, NULL, a, STMT_RETENTION_BEHIND, NULL, 0, &r, e) ? -1
                                                                        : behind(&r, behind_ms, e);
}

int
store_retention_resume(struct db *db, struct arena *a, const char *actor, int64_t *behind_ms,
                       struct err *e)
{
    struct db_rows r;

    return DB_QUERY(db, NULL, a, STMT_RETENTION_RESUME, &r, e, P_TEXT(actor))
               ? -1
               : behind(&r, behind_ms, e);
}

int
store_partition_ensure(struct db *db, struct arena *a, int64_t *made, struct err *e)
{
    struct db_rows r;

    if (db_query(db, NULL, a, STMT_PARTITION_ENSURE, NULL, 0, &r, e))
        return -1;
    *made = row_int(&r, 0, 0);
    return 0;
}

int
store_partition_drop(struct db *db, struct arena *a, int tracking_days, int audit_days,
                     int64_t *dropped, int64_t *kept, struct err *e)
{
    struct db_rows r;

    if (DB_QUERY(db, NULL, a, STMT_PARTITION_DROP, &r, e, p_int(a, tracking_days),
                 p_int(a, audit_days)))
        return -1;
    *dropped = row_int(&r, 0, 0);
    *kept = row_int(&r, 0, 1);
    return 0;
}
