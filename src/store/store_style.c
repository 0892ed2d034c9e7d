#include "store_style.h"

#include "../common/arena.h"

int
store_style_note(struct db *db, struct arena *a, const char *list, struct err *e)
{
    return DB_QUERY(db, NULL, a, STMT_STYLE_NOTE, NULL, e, P_TEXT(list));
}

int
store_style_of(struct db *db, struct arena *a, const char *const *orgs, int n, const char *person,
               struct store_style **rows, int *nrows, struct err *e)
{
    struct db_rows r;

    if (DB_QUERY(db, NULL, a, STMT_STYLE_OF, &r, e, store_array(a, orgs, n), P_TEXT(person)))
        return -1;
    *nrows = r.n;
    *rows = arena_calloc(a, (size_t)r.n, sizeof **rows);
    for (int i = 0; i < r.n; i++)
        (*rows)[i] = (struct store_style){.org_id = row_text(&r, i, 0),
                                          .mails = (int)row_int(&r, i, 1),
                                          .mean = row_text(&r, i, 2),
                                          .m2 = row_text(&r, i, 3),
                                          .all_mails = (int)row_int(&r, i, 4),
                                          .all_mean = row_text(&r, i, 5),
                                          .all_m2 = row_text(&r, i, 6)};
    return 0;
}

int
store_style_forget(struct db *db, struct arena *a, int days, int limit, int64_t *n, struct err *e)
{
    struct db_rows r;

    if (DB_QUERY(db, NULL, a, STMT_STYLE_FORGET, &r, e, p_int(a, days), p_int(a, limit)))
        return -1;
    *n = row_int(&r, 0, 0);
    return 0;
}
