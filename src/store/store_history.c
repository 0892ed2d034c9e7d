#include "store_history.h"

#include "../common/arena.h"
#include "../common/err.h"

static void
read_row(const struct db_rows *r, int i, struct store_history *x)
{
    *x = (struct store_history){.recipient_id = row_text(r, i, 0),
                                .recipient = row_text(r, i, 1),
                                .envelope_sender = row_text(r, i, 2),
                                .header_from = row_text(r, i, 3),
                                .header_from_name = row_text(r, i, 4),
                                .subject = row_text(r, i, 5),
                                .state = row_text(r, i, 6),
                                .kind = row_text(r, i, 7),
                                .reasons = row_text(r, i, 8),
                                .received_at = row_int(r, i, 9),
                                .state_at = row_int(r, i, 10),
                                .was_held = row_bool(r, i, 11),
                                .refusal = row_text(r, i, 12)};
}

int
store_history_list(struct db *db, const struct scope *sc, struct arena *a, int64_t since,
                   const char *const *states, int nstates, const char *search,
                   const struct store_cursor *from, bool newer, int limit,
                   struct store_history **rows, int *n, bool *more, struct err *e)
{
    struct db_rows r;

    limit = limit < 1 ? 1 : limit > 100 ? 100 : limit;
    newer = newer && *from->id;
    if (DB_QUERY(db, sc, a, newer ? STMT_HISTORY_NEWER : STMT_HISTORY_OLDER, &r, e, p_int(a, since),
                 p_int(a, from->at), store_opt(from->id), nstates ? store_array(a, states, nstates) : P_TEXT(NULL),
                 P_TEXT(store_like(a, search)), p_int(a, limit + 1)))
        return -1;
    *more = r.n > limit;
    *n = *more ? limit : r.n;
    *rows = arena_calloc(a, (size_t)*n, sizeof **rows);
    for (int i = 0; i < *n; i++)
        read_row(&r, newer ? *n - 1 - i : i, &(*rows)[i]);
    return 0;
}

int
store_history_get(struct db *db, const struct scope *sc, struct arena *a, const char *id,
                  struct store_history *out, struct store_history_step **steps, int *nsteps,
                  struct err *e)
{
    struct db_rows r;

    if (DB_QUERY(db, sc, a, STMT_HISTORY_GET, &r, e, store_opt(id)))
        return -1;
    if (!r.n)
        return err_set(e, ERR_NOTFOUND, "message", "no such message");
    read_row(&r, 0, out);
    if (DB_QUERY(db, sc, a, STMT_HISTORY_STEPS, &r, e, store_opt(id)))
        return -1;
    *nsteps = r.n;
    *steps = arena_calloc(a, (size_t)r.n + 1, sizeof **steps);
    for (int i = 0; i < r.n; i++)
        (*steps)[i] = (struct store_history_step){.kind = row_text(&r, i, 0),
                                                  .who = row_text(&r, i, 1),
                                                  .at = row_int(&r, i, 2),
                                                  .me = row_bool(&r, i, 3)};
    return 0;
}
