/* Notices to administrators: one row for each address, with what he was not told of yet. */
#ifndef SEKISHO_STORE_NOTICE_H
#define SEKISHO_STORE_NOTICE_H

#include "store.h"

struct store_notice {
    const char *org_id, *recipient;
    int64_t n;           /* messages */
    const char *samples; /* JSON: the newest of them (notice_mail.h) */
    int tries;
    const char *lang, *org_name;
};

/* list: JSON, see notice_note() in sql/migrations. */
int store_notice_note(struct db *db, struct arena *a, const char *list, struct err *e);
/* Those whose time has come. */
int store_notice_due(struct db *db, struct arena *a, int limit, struct store_notice **rows, int *n,
                     struct err *e);
/* He was told of x->n messages; the next notice is not before wait_s. */
int store_notice_told(struct db *db, struct arena *a, const struct store_notice *x, int wait_s,
                      struct err *e);
int store_notice_later(struct db *db, struct arena *a, const struct store_notice *x, int wait_s,
                       struct err *e);
/* Rows that nothing was added to for a day. */
int store_notice_forget(struct db *db, struct arena *a, struct err *e);

#endif
