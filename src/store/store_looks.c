#include "store_looks.h"
#include "../common/arena.h"
#include "../common/err.h"

int
store_looks_list(struct db *db, const struct scope *sc, struct arena *a, int64_t before, int limit,
                 struct store_look **rows, int *n, bool *more, struct err *e)
{
    struct db_rows r;
    limit = limit < 1 ? 1 : limit > 100 ? 100 : limit;
    if (DB_QUERY(db, sc, a, STMT_LOOKS_LIST, &r, e, before ? p_int(a, before) : P_TEXT(NULL),
                 p_int(a, limit + 1)))
        return -1;
    *more = r.n > limit;
    *n = *more ? limit : r.n;
    *rows = arena_calloc(a, (size_t)*n + 1, sizeof **rows);
    for (int i = 0; i < *n; i++)
        (*rows)[i] = (struct store_look){.seq = row_int(&r, i, 0),
                                         .at = row_int(&r, i, 1),
                                         .who = row_text(&r, i, 2),
                                         .event = row_text(&r, i, 3),
                                         .reason = row_text(&r, i, 4),
                                         .address = row_text(&r, i, 5),
                                         .subject = row_text(&r, i, 6),
                                         .recipient_id = row_text(&r, i, 7)};
    return 0;
}

int
store_looks_tracked(struct db *db, const struct scope *sc, struct arena *a,
                    const struct store_actor *by, const char *message_id, struct err *e)
{
    return DB_QUERY(db, sc, a, STMT_LOOKS_TRACKED, NULL, e, P_TEXT(message_id),
                    store_opt(by->account_id), P_TEXT(by->name), P_TEXT(by->surface),
                    P_TEXT(by->client_ip));
}

int
store_looks_tab(struct db *db, const struct scope *sc, struct arena *a,
                const struct store_actor *by, const char *recipient_id, struct err *e)
{
    return DB_QUERY(db, sc, a, STMT_LOOKS_TAB, NULL, e, P_TEXT(recipient_id),
                    store_opt(by->account_id), P_TEXT(by->name), P_TEXT(by->surface),
                    P_TEXT(by->client_ip));
}
