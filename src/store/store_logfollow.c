#include "store_logfollow.h"

#include "../common/err.h"

int
store_logfollow_position(struct db *db, struct arena *a, const char *node,
                         struct store_log_position *out, struct err *e)
{
    struct db_rows r;

    *out = (struct store_log_position){0};
    if (DB_QUERY(db, NULL, a, STMT_LOGFOLLOW_POSITION, &r, e, P_TEXT(node)))
        return -1;
    if (r.n > 0)
        *out = (struct store_log_position){row_int(&r, 0, 0), row_int(&r, 0, 1), row_int(&r, 0, 2)};
    return 0;
}

int
store_logfollow_apply(struct db *db, struct arena *a, const char *node,
                      const struct store_log_position *pos, int64_t at, const char *facts,
                      const char *refusals, int64_t *nobodys, struct err *e)
{
    struct db_rows r;

    if (DB_QUERY(db, NULL, a, STMT_LOGFOLLOW_APPLY, &r, e, P_TEXT(node), p_int(a, pos->device),
                 p_int(a, pos->inode), p_int(a, pos->read_to), p_int(a, at), P_TEXT(facts),
                 P_TEXT(refusals)))
        return -1;
    *nobodys = row_int(&r, 0, 1);
    return 0;
}

int
store_logfollow_unaccepted(struct db *db, struct arena *a, const char *node, int64_t *n,
                           struct err *e)
{
    struct db_rows r;

    if (DB_QUERY(db, NULL, a, STMT_LOGFOLLOW_UNACCEPTED, &r, e, P_TEXT(node)))
        return -1;
    *n = r.n > 0 ? row_int(&r, 0, 0) : 0;
    return 0;
}
