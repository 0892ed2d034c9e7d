#include "store_refusal.h"

#include "../common/arena.h"
#include "store_track.h"

#define PARAMS 18

static void
read_rows(struct arena *a, const struct db_rows *r, bool newer, int n, struct store_refusal **rows)
{
    *rows = arena_calloc(a, (size_t)n, sizeof **rows);
    for (int k = 0; k < n; k++) {
        int i = newer ? n - 1 - k : k;
        (*rows)[k] = (struct store_refusal){
            .refusal_id = row_text(r, i, 0),
            .direction = row_text(r, i, 1),
            .client_ip = row_text(r, i, 2),
            .client_name = row_text(r, i, 3),
            .helo = row_text(r, i, 4),
            .sender = row_text(r, i, 5),
            .recipient = row_text(r, i, 6),
            .code = (int)row_int(r, i, 7),
            .enhanced = row_text(r, i, 8),
            .reason = row_text(r, i, 9),
            .slot = row_text(r, i, 10),
            .at = row_int(r, i, 11),
        };
    }
}

int
store_refusal_list(struct db *db, const struct scope *sc, struct arena *a,
                   const struct store_refusal_filter *f, struct store_refusal **rows, int *n,
                   bool *more, struct err *e)
{
    const struct track_query *q = f->query;
    int limit = f->limit < 1 ? 1 : f->limit > 100 ? 100 : f->limit;
    bool newer = f->newer && *f->cursor.id;
    const struct db_param to = store_track_exact(a, q, TRACK_TO),
                          ip = store_track_exact(a, q, TRACK_IP);
    int64_t since, until;
    struct db_rows r;

    store_track_period(q, f->since, &since, &until);
    struct db_param p[PARAMS] = {
        p_int(a, since),
        p_int(a, until),
        store_opt(f->cursor.id),
        p_int(a, f->cursor.at),
        store_track_values(a, q, TRACK_FROM, false),
        store_track_values(a, q, TRACK_FROM, true),
        to.p ? P_TEXT(NULL) : store_track_values(a, q, TRACK_TO, false),
        store_track_values(a, q, TRACK_TO, true),
        ip.p ? P_TEXT(NULL) : store_track_values(a, q, TRACK_IP, false),
        store_track_values(a, q, TRACK_IP, true),
        store_track_values(a, q, TRACK_DOMAIN, false),
        store_track_values(a, q, TRACK_DOMAIN, true),
        store_track_values(a, q, TRACK_WORD, false),
        store_track_values(a, q, TRACK_WORD, true),
        store_opt(f->reason),
        p_int(a, limit + 1),
        to,
        ip,
    };
    if (db_query(db, sc, a, newer ? STMT_REFUSAL_NEWER : STMT_REFUSAL_OLDER, p, PARAMS, &r, e))
        return -1;
    *more = r.n > limit;
    *n = *more ? limit : r.n;
    read_rows(a, &r, newer, *n, rows);
    return 0;
}

int
store_refusal_insert(struct db *db, struct arena *a, const char *rows, struct err *e)
{
    return DB_QUERY(db, NULL, a, STMT_REFUSAL_INSERT, NULL, e, P_TEXT(rows));
}
