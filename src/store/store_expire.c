#include "store_expire.h"

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

int
store_expire_bodies(struct db *db, struct arena *a, int64_t *n, struct err *e)
{
    struct db_rows r;

    if (db_query(db, NULL, a, STMT_EXPIRE_BODIES, NULL, 0, &r, e))
        return -1;
    *n = row_int(&r, 0, 0);
    return 0;
}

int
store_expire_rest(struct db *db, struct arena *a, int64_t session_idle_s, int64_t session_s,
                  struct err *e)
{
    return DB_QUERY(db, NULL, a, STMT_EXPIRE_REST, NULL, e, p_int(a, session_idle_s),
                    p_int(a, session_s));
}

int
store_partition(struct db *db, struct arena *a, int tracking_days, int audit_days, int64_t *made,
                int64_t *dropped, struct err *e)
{
    struct db_rows m, d;

    if (db_query(db, NULL, a, STMT_PARTITION_ENSURE, NULL, 0, &m, e) ||
        DB_QUERY(db, NULL, a, STMT_PARTITION_DROP, &d, e, p_int(a, tracking_days),
                 p_int(a, audit_days)))
        return -1;
    *made = row_int(&m, 0, 0);
    *dropped = row_int(&d, 0, 0);
    return 0;
}
