/* How high-profile users write (sql/migrations/0023-writing-style.sql). */
#ifndef SEKISHO_STORE_STYLE_H
#define SEKISHO_STORE_STYLE_H

#include "store.h"

/* Means and sums of squares are JSON arrays of numbers, in the arena. */
struct store_style {
    const char *org_id;
    int mails, all_mails;
    const char *mean, *m2, *all_mean, *all_m2;
};

/* list: JSON array, see writing_style_note() in sql/migrations. */
int store_style_note(struct db *db, struct arena *a, const char *list, struct err *e);
/* One row for each organisation that knows this person (people_key()) and its people. */
int store_style_of(struct db *db, struct arena *a, const char *const *orgs, int n,
                   const char *person, struct store_style **rows, int *nrows, struct err *e);
/* Those who have not written for so many days go, at most limit; *n: how many. */
int store_style_forget(struct db *db, struct arena *a, int days, int limit, int64_t *n,
                       struct err *e);

#endif
