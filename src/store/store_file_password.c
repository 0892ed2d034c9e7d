#include "store_file_password.h"

#include "../common/arena.h"
#include "../common/err.h"

#define BY(b) \
    store_opt((b)->account_id), P_TEXT((b)->name), P_TEXT((b)->surface), P_TEXT((b)->client_ip)

int
store_file_password_all(struct db *db, struct arena *a, struct db_rows *r, struct err *e)
{
    return db_query(db, NULL, a, STMT_FILE_PASSWORD_ALL, NULL, 0, r, e);
}

int
store_file_password_setting(struct db *db, const struct scope *sc, struct arena *a, const char *org,
                            struct store_file_password_setting *out, struct err *e)
{
    struct db_rows r;

    *out = (struct store_file_password_setting){true, true, 60, ""};
    if (DB_QUERY(db, sc, a, STMT_FILE_PASSWORD_SETTING_GET, &r, e, P_TEXT(org)))
        return -1;
    if (r.n) {
        out->inbound = row_bool(&r, 0, 0);
        out->outbound = row_bool(&r, 0, 1);
        out->earlier_minutes = (int)row_int(&r, 0, 2);
    }
    out->version = arena_printf(a, "%c,%c,%d", "ft"[out->inbound], "ft"[out->outbound],
                                out -> earlier_minutes);
    return 0;
}

int
store_file_password_setting_put(struct db *db, const struct scope *sc, struct arena *a,
                                const struct store_actor *by, const char *org,
                                const struct store_file_password_setting *s, struct err *e)
{
    struct db_rows r;

    if (DB_QUERY(db, sc, a, STMT_FILE_PASSWORD_SETTING_PUT, &r, e, P_TEXT(org), p_bool(s->inbound),
                 p_bool(s->outbound), p_int(a, s->earlier_minutes), BY(by), P_TEXT(s->version)))
        return -1;
    return r.n ? 0 : store_changed(e);
}

int
store_file_passwords(struct db *db, const struct scope *sc, struct arena *a, const char *org,
                     struct store_file_password **rows, int *n, struct err *e)
{
    struct db_rows r;

    if (DB_QUERY(db, sc, a, STMT_FILE_PASSWORD_LIST, &r, e, P_TEXT(org)))
        return -1;
    *n = r.n;
    *rows = arena_calloc(a, (size_t)r.n, sizeof **rows);
    for (int i = 0; i < r.n; i++)
        (*rows)[i] = (struct store_file_password){.entry_id = row_text(&r, i, 0),
                                                  .value = row_text(&r, i, 1),
                                                  .priority = (int)row_int(&r, i, 2),
                                                  .added_at = row_int(&r, i, 3),
                                                  .added_by = row_text(&r, i, 4)};
    return 0;
}

int
store_file_password_add(struct db *db, const struct scope *sc, struct arena *a,
                        const struct store_actor *by, const char *org, const char *value,
                        int priority, struct err *e)
{
    return DB_QUERY(db, sc, a, STMT_FILE_PASSWORD_ADD, NULL, e, P_TEXT(org), P_TEXT(value),
                    p_int(a, priority), BY(by));
}

int
store_file_password_delete(struct db *db, const struct scope *sc, struct arena *a,
                           const struct store_actor *by, const char *org, const char *entry_id,
                           const char *value, struct err *e)
{
    struct db_rows r;

    if (DB_QUERY(db, sc, a, STMT_FILE_PASSWORD_DELETE, &r, e, P_TEXT(org), P_TEXT(entry_id),
                 P_TEXT(value), BY(by)))
        return -1;
    return r.n ? 0 : err_set(e, ERR_NOTFOUND, "entry", "it is not on the list");
}

int
store_file_password_import(struct db *db, const struct scope *sc, struct arena *a,
                           const struct store_actor *by, const char *org, const char *const *values,
                           const char *const *priorities, int n, int64_t *added, int64_t *changed,
                           struct err *e)
{
    struct db_rows r;

    if (DB_QUERY(db, sc, a, STMT_FILE_PASSWORD_IMPORT, &r, e, P_TEXT(org),
                 store_array(a, values, n), store_array(a, priorities, n), BY(by)))
        return -1;
    *added = row_int(&r, 0, 0);
    *changed = row_int(&r, 0, 1);
    return 0;
}
