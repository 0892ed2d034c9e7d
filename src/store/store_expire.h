/* Retention: what is over, goes (sql/migrations/0005-retention.sql). */
#ifndef SEKISHO_STORE_EXPIRE_H
#define SEKISHO_STORE_EXPIRE_H

#include "store.h"

/* Held and deleted mail past its time -> purged, at most limit rows; *n: how many. */
int store_expire_held(struct db *db, struct arena *a, int limit, int64_t *n, struct err *e);
/* Where a walk through the stored bodies is; all zero at its start, and again at its end. */
struct store_body_place {
    char org[37], received[40], message[37];
    int64_t seq;
};
/* The next step of the walk: bytes that nobody can ask for any more go, a bounded number in one
 * transaction. *n: how many pieces. There is more while at->org is not "". */
int store_expire_bodies(struct db *db, struct arena *a, struct store_body_place *at, int64_t *n,
                        struct err *e);
/* Sessions, rate buckets, used links, old log facts. */
int store_expire_rest(struct db *db, struct arena *a, int64_t session_idle_s, int64_t session_s,
                      struct err *e);
/* Retention goes by a clock of its own, which this moves on. *behind_ms: how far it is behind the
 * wall clock, because that jumped or the machine was off. */
int store_retention_clock(struct db *db, struct arena *a, int64_t *behind_ms, struct err *e);
/* The owner's: how far it is behind now; more than RETENTION_ON_TIME_MS: because of a jump. */
#define RETENTION_ON_TIME_MS (3600 * 1000LL)
#define RETENTION_WAITS_MS (3 * 24 * RETENTION_ON_TIME_MS) /* more is not believed by itself */
int store_retention_behind(struct db *db, struct arena *a, int64_t *behind_ms, struct err *e);
/* The owner says that the wall clock is right: audited. *behind_ms: how far it was behind. */
int store_retention_resume(struct db *db, struct arena *a, const char *actor, int64_t *behind_ms,
                           struct err *e);
/* Next weeks' partitions. *made: how many. */
int store_partition_ensure(struct db *db, struct arena *a, int64_t *made, struct err *e);
/* The oldest week that is over goes; to be called again while *dropped > 0. *kept: tables that are
 * over but hold mail that somebody can still ask for. */
int store_partition_drop(struct db *db, struct arena *a, int tracking_days, int audit_days,
                         int64_t *dropped, int64_t *kept, struct err *e);

#endif
