/* Blocked traffic: recipients that were refused before any mail came. */
#ifndef SEKISHO_STORE_REFUSAL_H
#define SEKISHO_STORE_REFUSAL_H

#include "../common/track_query.h"
#include "store.h"

struct store_refusal {
    const char *refusal_id, *direction, *client_ip, *client_name, *helo;
    const char *sender, *recipient; /* sender "": the null sender */
    const char *enhanced, *reason, *slot;
    int code;
    int64_t at;
};

struct store_refusal_filter {
    const struct track_query *query; /* from, to, ip, domain, after, before, words; NULL = all */
    const char *reason;              /* "" = any */
    int64_t since;                   /* the page's period; 0 = any */
    struct store_cursor cursor;      /* by (at, refusal_id) */
    bool newer;
    int limit;
};
/* Newest first. */
int store_refusal_list(struct db *db, const struct scope *sc, struct arena *a,
                       const struct store_refusal_filter *f, struct store_refusal **rows, int *n,
                       bool *more, struct err *e);

/* rows: a JSON array of objects with the columns of the table (sql/queries/refusal.sql). Written
 * twice is written once. */
int store_refusal_insert(struct db *db, struct arena *a, const char *rows, struct err *e);

#endif
