#include "store_notice.h"

#include "../common/arena.h"

int
store_notice_note(struct db *db, struct arena *a, const char *list, struct err *e)
{
    return DB_QUERY(db, NULL, a, STMT_NOTICE_NOTE, NULL, e, P_TEXT(list));
}

int
store_notice_due(struct db *db, struct arena *a, int limit, struct store_notice **rows, int *n,
                 struct err *e)
{
    struct db_rows r;

    if (DB_QUERY(db, NULL, a, STMT_NOTICE_DUE, &r, e, p_int(a, limit)))
        return -1;
    *n = r.n;
    *rows = arena_calloc(a, (size_t)r.n, sizeof **rows);
    for (int i = 0; i < r.n; i++)
        (*rows)[i] = (struct store_notice){
            .org_id = row_text(&r, i, 0),
            .recipient = row_text(&r, i, 1),
            .n = row_int(&r, i, 2),
            .samples = row_text(&r, i, 3),
            .tries = (int)row_int(&r, i, 4),
            .lang = row_text(&r, i, 5),
            .org_name = row_text(&r, i, 6),
        };
    return 0;
}

int
store_notice_told(struct db *db, struct arena *a, const struct store_notice *x, int wait_s,
                  struct err *e)
{
    return DB_QUERY(db, NULL, a, STMT_NOTICE_TOLD, NULL, e, P_TEXT(x->org_id), P_TEXT(x->recipient),
                    p_int(a, x->n), p_int(a, wait_s));
}

int
store_notice_later(struct db *db, struct arena *a, const struct store_notice *x, int wait_s,
                   struct err *e)
{
    return DB_QUERY(db, NULL, a, STMT_NOTICE_LATER, NULL, e, P_TEXT(x->org_id),
                    P_TEXT(x->recipient), p_int(a, wait_s));
}

int
store_notice_forget(struct db *db, struct arena *a, struct err *e)
{
    return db_query(db, NULL, a, STMT_NOTICE_FORGET, NULL, 0, NULL, e);
}
