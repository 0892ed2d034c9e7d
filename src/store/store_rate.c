#include "store_rate.h"
#include "../common/arena.h"
#include "../common/err.h"

int
store_rate_take(struct db *db, struct arena *a, const char *key, double per_hour, double burst,
                int *retry_after, struct err *e)
{
    struct db_rows r;
    if (DB_QUERY(db, NULL, a, STMT_RATE_TAKE, &r, e, P_TEXT(key),
                 P_TEXT(arena_printf(a, "%.6f", per_hour)), P_TEXT(arena_printf(a, "%.6f", burst))))
        return -1;
    int64_t wait = row_int(&r, 0, 1);
    *retry_after = row_bool(&r, 0, 0) ? 0 : wait < 1 ? 1 : (int)wait;
    return 0;
}
