/* The search language of tracking as parameters of statements: what the lists of messages and of blocked
 * traffic share. */
#ifndef SEKISHO_STORE_TRACK_H
#define SEKISHO_STORE_TRACK_H

#include "../common/track_query.h"
#include "store.h"

/* All values of one key as an array of LIKE patterns (states as they are); NULL when there is none. q may be
 * NULL. */
struct db_param store_track_values(struct arena *a, const struct track_query *q, enum track_key key,
                                   bool exclude);
/* When to: or ip: has whole addresses only: those, as an array for =, so that an index finds them. NULL: they are
 * patterns, or there are none. */
struct db_param store_track_exact(struct arena *a, const struct track_query *q, enum track_key key);
/* From since (ms, 0 = any) and the query's after: and before:. */
void store_track_period(const struct track_query *q, int64_t from, int64_t *since, int64_t *until);

#endif
