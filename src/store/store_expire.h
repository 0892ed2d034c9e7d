/*
 * Retention: what has expired goes, partitions come and go. For the jobs role.
 */
#ifndef SEKISHO_STORE_EXPIRE_H
#define SEKISHO_STORE_EXPIRE_H

#include "store.h"

/* Purges up to limit expired recipients and the bytes that nobody needs any more. *purged < limit:
 * nothing more is due. */
int store_expire_mail(struct db *db, struct arena *a, int limit, int *purged, struct err *e);
/* Ended sessions (seconds as in the settings), old links, buckets and log facts. */
int store_expire_small(struct db *db, struct arena *a, int64_t session_idle, int64_t session_absolute,
                       struct err *e);
/* Makes the partitions of the coming weeks. */
int store_partition_ensure(struct db *db, struct arena *a, struct err *e);
/* Drops partitions older than the days kept (the longest retention of an organisation wins). */
int store_partition_drop(struct db *db, struct arena *a, int64_t tracking_days, int64_t audit_days, struct err *e);

#endif
