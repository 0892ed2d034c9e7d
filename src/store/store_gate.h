/* What the gates of an installation count together: rates, and sources of bad mail. */
#ifndef SEKISHO_STORE_GATE_H
#define SEKISHO_STORE_GATE_H

#include "store.h"

/* counts: JSON, see rate_note() in sql/migrations. Rows: key, count of all gates, ms until the window ends. */
int store_rate_note(struct db *db, struct arena *a, const char *counts, struct db_rows *r,
                    struct err *e);
/* The windows that are open, same columns. */
int store_rate_open(struct db *db, struct arena *a, struct db_rows *r, struct err *e);

/* seen: JSON, see source_note(). */
int store_source_note(struct db *db, struct arena *a, const char *seen, struct err *e);
/* Changed at since (ms) or later. Rows: address (of an IPv6 source the first of its /64), good, bad, time of the last
 * bad mail, time of the change. */
int store_source_changed(struct db *db, struct arena *a, int64_t since, struct db_rows *r,
                         struct err *e);

#endif
