#include "store_spam.h"

#include "../common/arena.h"
#include "../common/err.h"

#define BY(b) \
    store_opt((b)->account_id), P_TEXT((b)->name), P_TEXT((b)->surface), P_TEXT((b)->client_ip)

int
store_spam_all(struct db *db, struct arena *a, struct db_rows *r, struct err *e)
{
    return db_query(db, NULL, a, STMT_SPAM_ALL, NULL, 0, r, e);
}

int
store_spam_setting(struct db *db, const struct scope *sc, struct arena *a, const char *org,
                   const char **settings, const char **version, struct err *e)
{
    struct db_rows r;

    if (DB_QUERY(db, sc, a, STMT_SPAM_SETTING_GET, &r, e, P_TEXT(org)))
        return -1;
    *settings = r.n ? row_text(&r, 0, 0) : NULL;
    *version = r.n ? row_text(&r, 0, 1) : "";
    return 0;
}

int
store_spam_setting_put(struct db *db, const struct scope *sc, struct arena *a,
                       const struct store_actor *by, const char *org, const char *settings,
                       const char *version, struct err *e)
{
    struct db_rows r;

    if (DB_QUERY(db, sc, a, STMT_SPAM_SETTING_PUT, &r, e, P_TEXT(org), P_TEXT(settings), BY(by),
                 P_TEXT(version)))
        return -1;
    return r.n ? 0 : store_changed(e);
}

int
store_spam_entries(struct db *db, const struct scope *sc, struct arena *a, const char *org,
                   const struct store_spam_filter *f, struct store_spam_entry **rows, int *n,
                   bool *more, struct err *e)
{
    int limit = f->limit < 1 ? 1 : f->limit > 1000 ? 1000 : f->limit;
    struct db_rows r;

    if (DB_QUERY(db, sc, a, f->back ? STMT_SPAM_ENTRY_LIST_BACK : STMT_SPAM_ENTRY_LIST, &r, e,
                 P_TEXT(org), P_TEXT(f->list), store_opt(f->from), p_int(a, limit + 1)))
        return -1;
    *more = r.n > limit;
    *n = *more ? limit : r.n;
    *rows = arena_calloc(a, (size_t)*n, sizeof **rows);
    for (int i = 0; i < *n; i++) {
        int k = f->back ? *n - 1 - i : i;
        (*rows)[i] = (struct store_spam_entry){row_text(&r, k, 0), row_text(&r, k, 1),
                                               row_text(&r, k, 3), row_int(&r, k, 2)};
    }
    return 0;
}

int
store_spam_entry(struct db *db, const struct scope *sc, struct arena *a, const char *org,
                 const char *entry_id, const char **list, const char **value, struct err *e)
{
    struct db_rows r;

    if (DB_QUERY(db, sc, a, STMT_SPAM_ENTRY_GET, &r, e, P_TEXT(org), P_TEXT(entry_id)))
        return -1;
    if (!r.n)
        return err_set(e, ERR_NOTFOUND, "entry", "no such entry");
    *list = row_text(&r, 0, 0);
    *value = row_text(&r, 0, 1);
    return 0;
}

int
store_spam_counts(struct db *db, const struct scope *sc, struct arena *a, const char *org,
                  struct store_spam_count **rows, int *n, struct err *e)
{
    struct db_rows r;

    if (DB_QUERY(db, sc, a, STMT_SPAM_ENTRY_COUNTS, &r, e, P_TEXT(org)))
        return -1;
    *n = r.n;
    *rows = arena_calloc(a, (size_t)r.n, sizeof **rows);
    for (int i = 0; i < r.n; i++)
        (*rows)[i] = (struct store_spam_count){row_text(&r, i, 0), row_int(&r, i, 1)};
    return 0;
}

int
store_spam_add(struct db *db, const struct scope *sc, struct arena *a, const struct store_actor *by,
               const char *org, const char *list, const char *value, struct err *e)
{
    return DB_QUERY(db, sc, a, STMT_SPAM_ENTRY_ADD, NULL, e, P_TEXT(org), P_TEXT(list),
                    P_TEXT(value), BY(by));
}

int
store_spam_delete(struct db *db, const struct scope *sc, struct arena *a,
                  const struct store_actor *by, const char *org, const char *list,
                  const char *value, struct err *e)
{
    struct db_rows r;

    if (DB_QUERY(db, sc, a, STMT_SPAM_ENTRY_DELETE, &r, e, P_TEXT(org), P_TEXT(list), P_TEXT(value),
                 BY(by)))
        return -1;
    return r.n ? 0 : err_set(e, ERR_NOTFOUND, "entry", "it is not on the list");
}

int
store_spam_import(struct db *db, const struct scope *sc, struct arena *a,
                  const struct store_actor *by, const char *org, const char *list,
                  const char *const *values, int n, bool overwrite, int64_t *added,
                  int64_t *deleted, struct err *e)
{
    struct db_rows r;

    if (DB_QUERY(db, sc, a, STMT_SPAM_ENTRY_IMPORT, &r, e, P_TEXT(org), P_TEXT(list),
                 store_array(a, values, n), p_bool(overwrite), BY(by)))
        return -1;
    *added = row_int(&r, 0, 0);
    *deleted = row_int(&r, 0, 1);
    return 0;
}
