/* Retention: what is over, goes. Partitions are made and dropped by store_partition(). */
#ifndef SEKISHO_STORE_EXPIRE_H
#define SEKISHO_STORE_EXPIRE_H

#include "store.h"

/* Held and deleted mail past its time -> purged, at most limit rows; *n: how many. */
int store_expire_held(struct db *db, struct arena *a, int limit, int64_t *n, struct err *e);
/* Bytes nobody can ask for any more. */
int store_expire_bodies(struct db *db, struct arena *a, int64_t *n, struct err *e);
/* Sessions, rate buckets, used links, old log facts. */
int store_expire_rest(struct db *db, struct arena *a, int64_t session_idle_s, int64_t session_s,
                      struct err *e);
/* Next weeks' partitions, and the end of old ones. *made, *dropped: how many. */
int store_partition(struct db *db, struct arena *a, int tracking_days, int audit_days,
                    int64_t *made, int64_t *dropped, struct err *e);

#endif
