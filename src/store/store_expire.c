#include "store_expire.h"
#include "../common/arena.h"
#include "../common/err.h"

int
store_expire_mail(struct db *db, struct arena *a, int limit, int *purged, struct err *e)
{
    struct db_rows r;
    if (DB_QUERY(db, NULL, a, STMT_EXPIRE_MAIL, &r, e, p_int(a, limit)))
        return -1;
    *purged = (int)row_int(&r, 0, 0);
    return 0;
}

int
store_expire_small(struct db *db, struct arena *a, int64_t session_idle, int64_t session_absolute,
                   struct err *e)
{
    return DB_QUERY(db, NULL, a, STMT_EXPIRE_SMALL, NULL, e, p_int(a, session_idle), p_int(a, session_absolute));
}

int
store_partition_ensure(struct db *db, struct arena *a, struct err *e)
{
    return db_query(db, NULL, a, STMT_PARTITION_ENSURE, NULL, 0, NULL, e);
}

int
store_partition_drop(struct db *db, struct arena *a, int64_t tracking_days, int64_t audit_days, struct err *e)
{
    return DB_QUERY(db, NULL, a, STMT_PARTITION_DROP, NULL, e, p_int(a, tracking_days), p_int(a, audit_days));
}
