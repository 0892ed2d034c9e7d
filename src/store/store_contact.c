#include "store_contact.h"

#include "../common/arena.h"

int
store_contact_note(struct db *db, struct arena *a, const char *list, struct err *e)
{
    return DB_QUERY(db, NULL, a, STMT_CONTACT_NOTE, NULL, e, P_TEXT(list));
}

int
store_contact_known(struct db *db, struct arena *a, const char *const *orgs,
                    const char *const *mailboxes, int n, const char *address, const char *name,
                    struct store_contact **rows, int *nrows, struct err *e)
{
    struct db_rows r;

    if (DB_QUERY(db, NULL, a, STMT_CONTACT_KNOWN, &r, e, store_array(a, orgs, n),
                 store_array(a, mailboxes, n), P_TEXT(address), P_TEXT(name)))
        return -1;
    *nrows = r.n;
    *rows = arena_calloc(a, (size_t)r.n, sizeof **rows);
    for (int i = 0; i < r.n; i++)
        (*rows)[i] = (struct store_contact){.org_id = row_text(&r, i, 0),
                                            .here = (int)row_int(&r, i, 1),
                                            .proven = (int)row_int(&r, i, 2),
                                            .sent = (int)row_int(&r, i, 3),
                                            .elsewhere = row_bool(&r, i, 4),
                                            .other = row_text(&r, i, 5)};
    return 0;
}

int
store_contact_forget(struct db *db, struct arena *a, int days, int limit, int64_t *n, struct err *e)
{
    struct db_rows r;

    if (DB_QUERY(db, NULL, a, STMT_CONTACT_FORGET, &r, e, p_int(a, days), p_int(a, limit)))
        return -1;
    *n = row_int(&r, 0, 0);
    return 0;
}
