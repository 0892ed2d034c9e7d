#include "store_release.h"
#include "../common/arena.h"
#include "../common/err.h"

int
store_release_claim(struct db *db, struct arena *a, int limit, struct store_release **rows, int *n,
                    struct err *e)
{
    struct db_rows r;
    if (DB_QUERY(db, NULL, a, STMT_RELEASE_CLAIM, &r, e, p_int(a, limit)))
        return -1;
    *n = r.n;
    *rows = arena_calloc(a, (size_t)r.n, sizeof **rows);
    for (int i = 0; i < r.n; i++)
        (*rows)[i] = (struct store_release){
            row_text(&r, i, 0), row_text(&r, i, 1), row_text(&r, i, 2),     row_text(&r, i, 3), row_text(&r, i, 4),
            row_text(&r, i, 5), (int)row_int(&r, i, 6), row_int(&r, i, 7), row_text(&r, i, 8)};
    return 0;
}

int
store_release_sent(struct db *db, struct arena *a, const struct store_release *r, const char *queue_id,
                   bool duplicate, struct err *e)
{
    return DB_QUERY(db, NULL, a, STMT_RELEASE_SENT, NULL, e, P_TEXT(r->recipient_id), P_TEXT(r->release_id),
                    P_TEXT(queue_id), p_bool(duplicate));
}

int
store_release_later(struct db *db, struct arena *a, const struct store_release *r, const char *reason,
                    struct err *e)
{
    return DB_QUERY(db, NULL, a, STMT_RELEASE_LATER, NULL, e, P_TEXT(r->recipient_id), P_TEXT(r->release_id),
                    P_TEXT(reason));
}

int
store_release_refused(struct db *db, struct arena *a, const struct store_release *r, const char *reason,
                      struct err *e)
{
    return DB_QUERY(db, NULL, a, STMT_RELEASE_REFUSED, NULL, e, P_TEXT(r->recipient_id), P_TEXT(r->release_id),
                    P_TEXT(reason));
}
