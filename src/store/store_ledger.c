#include "store_ledger.h"
#include "../common/arena.h"
#include "../common/err.h"

int
store_ledger(struct db *db, struct arena *a, struct store_ledger *out, struct err *e)
{
    struct db_rows s, c, o;
    if (db_query(db, NULL, a, STMT_LEDGER_STATES, NULL, 0, &s, e) ||
        db_query(db, NULL, a, STMT_LEDGER_CHECKS, NULL, 0, &c, e) ||
        db_query(db, NULL, a, STMT_LEDGER_OPEN, NULL, 0, &o, e))
        return -1;
    *out = (struct store_ledger){
        .nstates = s.n,
        .states = arena_calloc(a, (size_t)s.n, sizeof *out->states),
        .without_body = row_int(&c, 0, 0),
        .orphan_bodies = row_int(&c, 0, 1),
        .delivered_twice = row_int(&c, 0, 2),
        .possible_duplicates = row_int(&c, 0, 3),
        .resends = row_int(&c, 0, 4),
        .messages = row_int(&c, 0, 5),
        .nopen = o.n,
        .open = arena_calloc(a, (size_t)o.n, sizeof *out->open),
    };
    for (int i = 0; i < s.n; i++)
        out->states[i] = (struct store_state_count){row_text(&s, i, 0), row_int(&s, i, 1)};
    for (int i = 0; i < o.n; i++)
        out->open[i] =
            (struct store_open){row_text(&o, i, 0), row_text(&o, i, 1), row_text(&o, i, 2)};
    return 0;
}
