/*
 * Token buckets that hold across processes and nodes (T-W10). Losing them in a crash is harmless.
 */
#ifndef SEKISHO_STORE_RATE_H
#define SEKISHO_STORE_RATE_H

#include "store.h"

/* Takes one token from the bucket. *retry_after: 0 = allowed, else seconds until the next token. */
int store_rate_take(struct db *db, struct arena *a, const char *key, double per_hour, double burst,
                    int *retry_after, struct err *e);

#endif
