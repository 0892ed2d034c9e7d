/* Passwords for files in mail of one organisation (0018-passwords.sql, common/file_password.h). */
#ifndef SEKISHO_STORE_FILE_PASSWORD_H
#define SEKISHO_STORE_FILE_PASSWORD_H

#include "store.h"

/* Rows for the gate: organisation, password (NULL: a row of settings), inbound, outbound, minutes. */
int store_file_password_all(struct db *db, struct arena *a, struct db_rows *r, struct err *e);

struct store_file_password_setting {
    bool inbound, outbound;
    int earlier_minutes;
    const char *version;
};
/* What holds without a row, too. */
int store_file_password_setting(struct db *db, const struct scope *sc, struct arena *a,
                                const char *org, struct store_file_password_setting *out,
                                struct err *e);
/* version: see STORE_CHANGED. */
int store_file_password_setting_put(struct db *db, const struct scope *sc, struct arena *a,
                                    const struct store_actor *by, const char *org,
                                    const struct store_file_password_setting *s, struct err *e);

struct store_file_password {
    const char *entry_id, *value, *added_by;
    int priority;
    int64_t added_at;
};
/* All of them, in the order of trying; at most FILE_PASSWORDS. */
int store_file_passwords(struct db *db, const struct scope *sc, struct arena *a, const char *org,
                         struct store_file_password **rows, int *n, struct err *e);
/* ERR_CONFLICT "file_password_twice", "too_many". */
int store_file_password_add(struct db *db, const struct scope *sc, struct arena *a,
                            const struct store_actor *by, const char *org, const char *value,
                            int priority, struct err *e);
/* By entry_id, or by value; the other one is NULL. ERR_NOTFOUND. */
int store_file_password_delete(struct db *db, const struct scope *sc, struct arena *a,
                               const struct store_actor *by, const char *org, const char *entry_id,
                               const char *value, struct err *e);
/* Adds them; those that are there get their priority. All or nothing: "too_many". */
int store_file_password_import(struct db *db, const struct scope *sc, struct arena *a,
                               const struct store_actor *by, const char *org,
                               const char *const *values, const char *const *priorities, int n,
                               int64_t *added, int64_t *changed, struct err *e);

#endif
