#include "store_learn.h"

#include "../common/arena.h"

int
store_learn_add(struct db *db, struct arena *a, const char *org, const struct store_actor *by,
                const char *list, const char *what, struct err *e)
{
    return DB_QUERY(db, NULL, a, STMT_LEARN_ADD, NULL, e, P_TEXT(org), P_TEXT(by->account_id),
                    P_TEXT(by->name), P_TEXT(by->surface), P_TEXT(by->client_ip), P_TEXT(list),
                    P_TEXT(what));
}

int
store_learn_list(struct db *db, const struct scope *sc, struct arena *a, const char *org,
                 const struct store_cursor *from, int limit, struct store_learn **rows, int *n,
                 bool *more, struct err *e)
{
    struct db_rows r;

    limit = limit < 1 ? 1 : limit > 100 ? 100 : limit;
    if (DB_QUERY(db, sc, a, STMT_LEARN_LIST, &r, e, P_TEXT(org), store_opt(from->id),
                 p_int(a, from->at), p_int(a, limit + 1)))
        return -1;
    *more = r.n > limit;
    *n = *more ? limit : r.n;
    *rows = arena_calloc(a, (size_t)*n, sizeof **rows);
    for (int i = 0; i < *n; i++)
        (*rows)[i] = (struct store_learn){.sample_id = row_text(&r, i, 0),
                                          .by_name = row_text(&r, i, 1),
                                          .spam = row_bool(&r, i, 2),
                                          .trusted = row_bool(&r, i, 3),
                                          .origin = row_text(&r, i, 4),
                                          .subject = row_text(&r, i, 5),
                                          .message_id = row_text(&r, i, 6),
                                          .added_at = row_int(&r, i, 7)};
    return 0;
}

static int
change(struct db *db, const struct scope *sc, struct arena *a, enum stmt id, const char *org,
       const struct store_actor *by, struct db_param what, struct db_rows *r, struct err *e)
{
    return DB_QUERY(db, sc, a, id, r, e, P_TEXT(org), P_TEXT(by->account_id), P_TEXT(by->name),
                    P_TEXT(by->surface), P_TEXT(by->client_ip), what);
}

int
store_learn_agree(struct db *db, const struct scope *sc, struct arena *a, const char *org,
                  const struct store_actor *by, const char *const *ids, int n, int *done,
                  struct err *e)
{
    struct db_rows r;

    if (change(db, sc, a, STMT_LEARN_AGREE, org, by, store_array(a, ids, n), &r, e))
        return -1;
    *done = r.n;
    return 0;
}

int
store_learn_undo(struct db *db, const struct scope *sc, struct arena *a, const char *org,
                 const struct store_actor *by, const char *const *ids, int n, int *done,
                 struct err *e)
{
    struct db_rows r;

    if (change(db, sc, a, STMT_LEARN_UNDO, org, by, store_array(a, ids, n), &r, e))
        return -1;
    *done = r.n;
    return 0;
}

int
store_learn_undo_person(struct db *db, const struct scope *sc, struct arena *a, const char *org,
                        const struct store_actor *by, const char *person, int *done, struct err *e)
{
    struct db_rows r;

    if (change(db, sc, a, STMT_LEARN_UNDO_PERSON, org, by, P_TEXT(person), &r, e))
        return -1;
    *done = r.n ? (int)row_int(&r, 0, 1) : 0;
    return 0;
}

/* ---------------------------------------------------------------- the job */

int
store_learn_due(struct db *db, struct arena *a, struct store_learn_due **rows, int *n,
                struct err *e)
{
    struct db_rows r;

    if (db_query(db, NULL, a, STMT_LEARN_DUE, NULL, 0, &r, e))
        return -1;
    *n = r.n;
    *rows = arena_calloc(a, (size_t)r.n, sizeof **rows);
    for (int i = 0; i < r.n; i++)
        (*rows)[i] = (struct store_learn_due){row_text(&r, i, 0), row_int(&r, i, 1)};
    return 0;
}

int
store_learn_samples(struct db *db, struct arena *a, const char *org, int limit,
                    struct store_learn_sample **rows, int *n, struct err *e)
{
    struct db_rows r;

    if (DB_QUERY(db, NULL, a, STMT_LEARN_SAMPLES, &r, e, P_TEXT(org), p_int(a, limit)))
        return -1;
    *n = r.n;
    *rows = arena_calloc(a, (size_t)r.n, sizeof **rows);
    for (int i = 0; i < r.n; i++) {
        struct store_learn_sample *s = &(*rows)[i];
        s->who = row_text(&r, i, 0);
        s->spam = row_bool(&r, i, 1);
        s->trusted = row_bool(&r, i, 2);
        s->digest = row_bytes(a, &r, i, 3, &s->digest_len);
        s->features = row_bytes(a, &r, i, 4, &s->features_len);
    }
    return 0;
}

int
store_learn_built(struct db *db, struct arena *a, const struct store_learn_due *due, int counted,
                  const unsigned char *model, size_t bytes, struct err *e)
{
    return DB_QUERY(db, NULL, a, STMT_LEARN_BUILT, NULL, e, P_TEXT(due->org),
                    p_int(a, due->changes), p_int(a, counted), P_BYTES(model, bytes));
}
