/* Settings about spam and the lists that belong to them (common/spam_rule.h, spam_entry.h). */
#ifndef SEKISHO_STORE_SPAM_H
#define SEKISHO_STORE_SPAM_H

#include "store.h"

/* Rows for the gate: organisation, "own" | "setting" | a list, value; sorted by all three. */
int store_spam_all(struct db *db, struct arena *a, struct db_rows *r, struct err *e);

/* *settings: JSON, NULL: nothing is set. *version: of it, "" without. */
int store_spam_setting(struct db *db, const struct scope *sc, struct arena *a, const char *org,
                       const char **settings, const char **version, struct err *e);
/* version: see STORE_CHANGED. */
int store_spam_setting_put(struct db *db, const struct scope *sc, struct arena *a,
                           const struct store_actor *by, const char *org, const char *settings,
                           const char *version, struct err *e);

struct store_spam_entry {
    const char *entry_id, *value, *added_by;
    int64_t added_at;
};
struct store_spam_filter {
    const char *list; /* spam_list_ids */
    const char *from; /* a value: entries behind it; "" = from the start */
    bool back;        /* before it */
    int limit;        /* 1 to 1000 */
};
/* By value. */
int store_spam_entries(struct db *db, const struct scope *sc, struct arena *a, const char *org,
                       const struct store_spam_filter *f, struct store_spam_entry **rows, int *n,
                       bool *more, struct err *e);
/* ERR_NOTFOUND. */
int store_spam_entry(struct db *db, const struct scope *sc, struct arena *a, const char *org,
                     const char *entry_id, const char **list, const char **value, struct err *e);
/* Entries of a list. */
struct store_spam_count {
    const char *list;
    int64_t n;
};
int store_spam_counts(struct db *db, const struct scope *sc, struct arena *a, const char *org,
                      struct store_spam_count **rows, int *n, struct err *e);
/* value: normal form. ERR_CONFLICT "spam_entry_twice", "too_many". */
int store_spam_add(struct db *db, const struct scope *sc, struct arena *a,
                   const struct store_actor *by, const char *org, const char *list,
                   const char *value, struct err *e);
/* ERR_NOTFOUND. */
int store_spam_delete(struct db *db, const struct scope *sc, struct arena *a,
                      const struct store_actor *by, const char *org, const char *list,
                      const char *value, struct err *e);
/* overwrite: the list becomes exactly these. All or nothing: "too_many". */
int store_spam_import(struct db *db, const struct scope *sc, struct arena *a,
                      const struct store_actor *by, const char *org, const char *list,
                      const char *const *values, int n, bool overwrite, int64_t *added,
                      int64_t *deleted, struct err *e);

#endif
