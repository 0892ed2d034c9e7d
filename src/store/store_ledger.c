#include "store_ledger.h"
#include "../common/arena.h"
#include "../common/err.h"

int
store_ledger(struct db *db, struct arena *a, struct store_ledger *out, struct err *e)
{
    struct db_rows s, c;
    if (db_query(db, NULL, a, STMT_LEDGER_STATES, NULL, 0, &s, e) ||
        db_query(db, NULL, a, STMT_LEDGER_CHECKS, NULL, 0, &c, e))
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
        .late = row_int(&c, 0, 6),
        .stuck = row_int(&c, 0, 7),
    };
    for (int i = 0; i < s.n; i++)
        out->states[i] = (struct store_state_count){row_text(&s, i, 0), row_int(&s, i, 1)};
    return 0;
}

static int
read_rows(struct db *db, struct arena *a, enum stmt id, struct db_param p,
          struct store_ledger_rows *out, struct err *e)
{
    struct db_rows r;
    if (db_query(db, NULL, a, id, &p, 1, &r, e))
        return -1;
    out->n = r.n;
    out->list = arena_calloc(a, (size_t)r.n, sizeof *out->list);
    for (int i = 0; i < r.n; i++)
        out->list[i] =
            (struct store_ledger_row){row_text(&r, i, 0), row_text(&r, i, 1), row_text(&r, i, 2),
                                      row_text(&r, i, 3), row_text(&r, i, 4)};
    return 0;
}

int
store_ledger_examples(struct db *db, struct arena *a, enum store_ledger_example which, int limit,
                      struct store_ledger_rows *out, struct err *e)
{
    static const enum stmt ids[] = {[LEDGER_WITHOUT_BODY] = STMT_LEDGER_WITHOUT_BODY,
                                    [LEDGER_ORPHANS] = STMT_LEDGER_ORPHANS,
                                    [LEDGER_LATE] = STMT_LEDGER_LATE,
                                    [LEDGER_STUCK] = STMT_LEDGER_RELEASING};
    return read_rows(db, a, ids[which], p_int(a, limit), out, e);
}

int
store_ledger_open(struct db *db, struct arena *a, const char *after, struct store_ledger_rows *out,
                  struct err *e)
{
    return read_rows(db, a, STMT_LEDGER_OPEN,
                     P_TEXT(*after ? after : "00000000-0000-0000-0000-000000000000"), out, e);
}

int
store_ledger_queue_ids(struct db *db, struct arena *a, const char *const *ids, int n,
                       struct store_ledger_rows *out, struct err *e)
{
    return read_rows(db, a, STMT_LEDGER_QUEUE_IDS, store_array(a, ids, n), out, e);
}

int
store_ledger_queue_facts(struct db *db, struct arena *a, const char *const *ids, int n,
                         struct store_ledger_rows *out, struct err *e)
{
    return read_rows(db, a, STMT_LEDGER_QUEUE_FACTS, store_array(a, ids, n), out, e);
}
