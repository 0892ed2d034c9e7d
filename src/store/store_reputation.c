#include "store_reputation.h"

#include "../common/arena.h"
#include "../common/err.h"
#include "../common/token.h"

#define BY(b) \
    store_opt((b)->account_id), P_TEXT((b)->name), P_TEXT((b)->surface), P_TEXT((b)->client_ip)

static int
found(const struct db_rows *r, const char *what, struct err *e)
{
    return r->n ? 0 : err_set(e, ERR_NOTFOUND, what, "no such %s", what);
}

/* ---------------------------------------------------------------- settings */

int
store_reputation(struct db *db, const struct scope *sc, struct arena *a, const char *org,
                 struct store_reputation *out, struct err *e)
{
    struct db_rows r;

    *out = (struct store_reputation){.level = 3};
    if (DB_QUERY(db, sc, a, STMT_REPUTATION_SETTING_GET, &r, e, P_TEXT(org)))
        return -1;
    if (r.n) {
        out->level = (int)row_int(&r, 0, 0);
        out->untested = row_bool(&r, 0, 1);
    }
    out->version = arena_printf(a, "%d,%c", out->level, "ft"[out->untested]);
    return 0;
}

int
store_reputation_put(struct db *db, const struct scope *sc, struct arena *a,
                     const struct store_actor *by, const char *org,
                     const struct store_reputation *s, struct err *e)
{
    struct db_rows r;

    if (DB_QUERY(db, sc, a, STMT_REPUTATION_SETTING_PUT, &r, e, P_TEXT(org), p_int(a, s->level),
                 p_bool(s->untested), BY(by), P_TEXT(s->version)))
        return -1;
    return r.n ? 0 : store_changed(e);
}

/* ---------------------------------------------------------------- DNS lists */

int
store_reputation_lists(struct db *db, const struct scope *sc, struct arena *a, const char *org,
                       struct store_reputation_list **rows, int *n, struct err *e)
{
    struct db_rows r;

    if (DB_QUERY(db, sc, a, STMT_REPUTATION_LIST_LIST, &r, e, P_TEXT(org)))
        return -1;
    *n = r.n;
    *rows = arena_calloc(a, (size_t)r.n, sizeof **rows);
    for (int i = 0; i < r.n; i++)
        (*rows)[i] = (struct store_reputation_list){
            row_text(&r, i, 0), row_text(&r, i, 1), row_text(&r, i, 2), row_text(&r, i, 3),
            row_bool(&r, i, 4), row_bool(&r, i, 5), row_bool(&r, i, 6)};
    return 0;
}

int
store_reputation_list_add(struct db *db, const struct scope *sc, struct arena *a,
                          const struct store_actor *by, const char *org,
                          const struct store_reputation_list *l, struct err *e)
{
    char id[UUID_LEN + 1];

    token_uuid7(id);
    return DB_QUERY(db, sc, a, STMT_REPUTATION_LIST_ADD, NULL, e, P_TEXT(org), P_TEXT(id),
                    P_TEXT(l->zone), P_TEXT(l->codes), P_TEXT(l->level), p_bool(l->hosts),
                    p_bool(l->addresses), BY(by));
}

int
store_reputation_list_switch(struct db *db, const struct scope *sc, struct arena *a,
                             const struct store_actor *by, const char *list_id, bool on,
                             struct err *e)
{
    struct db_rows r;

    if (DB_QUERY(db, sc, a, STMT_REPUTATION_LIST_SWITCH, &r, e, P_TEXT(list_id), p_bool(on),
                 BY(by)))
        return -1;
    return found(&r, "list", e);
}

int
store_reputation_list_delete(struct db *db, const struct scope *sc, struct arena *a,
                             const struct store_actor *by, const char *list_id, struct err *e)
{
    struct db_rows r;

    if (DB_QUERY(db, sc, a, STMT_REPUTATION_LIST_DELETE, &r, e, P_TEXT(list_id), BY(by)))
        return -1;
    return found(&r, "list", e);
}

/* ---------------------------------------------------------------- entries */

static struct store_threat
read_entry(const struct db_rows *r, int i)
{
    return (struct store_threat){.entry_id = row_text(r, i, 0),
                                 .type = row_text(r, i, 1),
                                 .value = row_text(r, i, 2),
                                 .action = row_text(r, i, 3),
                                 .note = row_text(r, i, 4),
                                 .expires_at = row_int(r, i, 5),
                                 .added_at = row_int(r, i, 6),
                                 .added_by = row_text(r, i, 7),
                                 .expired = row_bool(r, i, 8)};
}

int
store_threats(struct db *db, const struct scope *sc, struct arena *a, const char *org,
              const struct store_threat_query *q, struct store_threat **rows, int *n, bool *more,
              struct err *e)
{
    int limit = q->limit < 1 ? 1 : q->limit > 1000 ? 1000 : q->limit;
    bool back = q->back && *q->from.id;
    struct db_rows r;

    if (DB_QUERY(db, sc, a, back ? STMT_REPUTATION_NEWER : STMT_REPUTATION_OLDER, &r, e,
                 P_TEXT(org), P_TEXT(q->list), P_TEXT(store_like(a, q->search)), store_opt(q->type),
                 store_opt(q->from.id), p_int(a, q->from.at), p_int(a, limit + 1)))
        return -1;
    *more = r.n > limit;
    *n = *more ? limit : r.n;
    *rows = arena_calloc(a, (size_t)*n, sizeof **rows);
    for (int i = 0; i < *n; i++)
        (*rows)[i] = read_entry(&r, back ? *n - 1 - i : i);
    return 0;
}

int
store_threat_find(struct db *db, const struct scope *sc, struct arena *a, const char *org,
                  const char *list, const char *type, const char *value, const char **entry_id,
                  struct err *e)
{
    struct db_rows r;

    if (DB_QUERY(db, sc, a, STMT_REPUTATION_FIND, &r, e, P_TEXT(org), P_TEXT(list), P_TEXT(type),
                 P_TEXT(value)))
        return -1;
    if (r.n)
        *entry_id = row_text(&r, 0, 0);
    return found(&r, "entry", e);
}

int
store_threats_known(struct db *db, const struct scope *sc, struct arena *a, const char *org,
                    const char *list, const char *const *types, const char *const *values,
                    int nvalues, struct store_threat **rows, int *n, struct err *e)
{
    struct db_rows r;

    if (DB_QUERY(db, sc, a, STMT_REPUTATION_KNOWN, &r, e, P_TEXT(org), P_TEXT(list),
                 store_array(a, types, nvalues), store_array(a, values, nvalues)))
        return -1;
    *n = r.n;
    *rows = arena_calloc(a, (size_t)r.n, sizeof **rows);
    for (int i = 0; i < r.n; i++)
        (*rows)[i] = (struct store_threat){.type = row_text(&r, i, 0), .value = row_text(&r, i, 1)};
    return 0;
}

int
store_threat_add(struct db *db, const struct scope *sc, struct arena *a,
                 const struct store_actor *by, const char *org, const char *list,
                 const struct store_threat *x, struct err *e)
{
    char id[UUID_LEN + 1];
    struct db_rows r;

    token_uuid7(id);
    if (DB_QUERY(db, sc, a, STMT_REPUTATION_ADD, &r, e, P_TEXT(org), P_TEXT(id), P_TEXT(list),
                 P_TEXT(x->type), P_TEXT(x->value), P_TEXT(x->action),
                 x->expires_at ? p_int(a, x->expires_at) : P_TEXT(NULL), P_TEXT(x->note), BY(by)))
        return -1;
    return r.n ? 0 : err_set(e, ERR_CONFLICT, "reputation_twice", "it is listed already");
}

int
store_threats_import(struct db *db, const struct scope *sc, struct arena *a,
                     const struct store_actor *by, const char *org, const char *list,
                     const char *rows, int64_t *added, char import_id[37], struct err *e)
{
    struct db_rows r;

    token_uuid7(import_id);
    if (DB_QUERY(db, sc, a, STMT_REPUTATION_IMPORT, &r, e, P_TEXT(org), P_TEXT(list), P_TEXT(rows),
                 BY(by), P_TEXT(import_id)))
        return -1;
    *added = row_int(&r, 0, 0);
    return 0;
}

int
store_threats_import_undo(struct db *db, const struct scope *sc, struct arena *a,
                          const struct store_actor *by, const char *org, const char *import_id,
                          int64_t *removed, struct err *e)
{
    struct db_rows r;

    if (DB_QUERY(db, sc, a, STMT_REPUTATION_IMPORT_UNDO, &r, e, P_TEXT(org), P_TEXT(import_id),
                 BY(by)))
        return -1;
    *removed = row_int(&r, 0, 0);
    return 0;
}

static int
by_ids(struct db *db, const struct scope *sc, struct arena *a, enum stmt id,
       const struct store_actor *by, const char *org, struct db_param ids, int *n,
       const char **value, struct err *e)
{
    struct db_rows r;

    if (DB_QUERY(db, sc, a, id, &r, e, P_TEXT(org), ids, BY(by)))
        return -1;
    *n = r.n;
    *value = r.n ? row_text(&r, 0, 1) : "";
    return 0;
}

int
store_threats_remove(struct db *db, const struct scope *sc, struct arena *a,
                     const struct store_actor *by, const char *org, const char *const *ids,
                     int nids, int *n, const char **value, struct err *e)
{
    return by_ids(db, sc, a, STMT_REPUTATION_REMOVE, by, org, store_array(a, ids, nids), n, value,
                  e);
}

int
store_threats_restore(struct db *db, const struct scope *sc, struct arena *a,
                      const struct store_actor *by, const char *org, const char *const *ids,
                      int nids, int *n, const char **value, struct err *e)
{
    return by_ids(db, sc, a, STMT_REPUTATION_RESTORE, by, org, store_array(a, ids, nids), n, value,
                  e);
}
