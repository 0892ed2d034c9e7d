#include "store_deleted.h"

#include "../common/arena.h"
#include "../common/err.h"

static struct store_deleted *
read_rows(struct arena *a, const struct db_rows *r, int n)
{
    struct store_deleted *rows = arena_calloc(a, (size_t)n + 1, sizeof *rows);
    for (int i = 0; i < n; i++)
        rows[i] = (struct store_deleted){.recipient_id = row_text(r, i, 0),
                                         .mailbox = row_text(r, i, 1),
                                         .envelope_sender = row_text(r, i, 2),
                                         .header_from = row_text(r, i, 3),
                                         .header_from_name = row_text(r, i, 4),
                                         .subject = row_text(r, i, 5),
                                         .kind = row_text(r, i, 6),
                                         .reasons = row_text(r, i, 7),
                                         .received_at = row_int(r, i, 8),
                                         .deleted_at = row_int(r, i, 9),
                                         .expires_at = row_int(r, i, 10),
                                         .by = row_text(r, i, 11),
                                         .by_me = row_bool(r, i, 12)};
    return rows;
}

int
store_deleted_list(struct db *db, const struct scope *sc, struct arena *a,
                   const struct store_cursor *from, int limit, struct store_deleted **rows, int *n,
                   bool *more, struct err *e)
{
    struct db_rows r;
    limit = limit < 1 ? 1 : limit > 100 ? 100 : limit;
    if (DB_QUERY(db, sc, a, STMT_DELETED_LIST, &r, e, p_int(a, from->at), store_opt(from->id),
                 p_int(a, limit + 1)))
        return -1;
    *more = r.n > limit;
    *n = *more ? limit : r.n;
    *rows = read_rows(a, &r, *n);
    return 0;
}

int
store_deleted_chosen(struct db *db, const struct scope *sc, struct arena *a, const char *const *ids,
                     int nids, struct store_deleted **rows, int *n, struct err *e)
{
    struct db_rows r;
    if (DB_QUERY(db, sc, a, STMT_DELETED_CHOSEN, &r, e, store_array(a, ids, nids)))
        return -1;
    *n = r.n;
    *rows = read_rows(a, &r, r.n);
    return 0;
}

int
store_deleted_purge(struct db *db, const struct scope *sc, struct arena *a,
                    const struct store_actor *by, const char *const *ids, int nids, int *n,
                    struct err *e)
{
    struct db_rows r;
    if (DB_QUERY(db, sc, a, STMT_DELETED_PURGE, &r, e, store_array(a, ids, nids),
                 store_opt(by->account_id), P_TEXT(by->name), P_TEXT(by->surface),
                 P_TEXT(by->client_ip)))
        return -1;
    *n = r.n;
    return 0;
}
