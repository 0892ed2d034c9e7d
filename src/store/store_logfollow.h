/* What Postfix's log says, written together with the position behind it. */
#ifndef SEKISHO_STORE_LOGFOLLOW_H
#define SEKISHO_STORE_LOGFOLLOW_H

#include "store.h"

struct store_log_position {
    int64_t device, inode, read_to;
};

/* All zero when this node has none yet. */
int store_logfollow_position(struct db *db, struct arena *a, const char *node,
                             struct store_log_position *out, struct err *e);

/* facts and refusals: JSON arrays, see logfollow() and refused_by_postfix() in sql/migrations. at:
 * everything up to that time is known. *nobodys: refusals that belong to no organisation. */
int store_logfollow_apply(struct db *db, struct arena *a, const char *node,
                          const struct store_log_position *pos, int64_t at, const char *facts,
                          const char *refusals, int64_t *nobodys, struct err *e);

/* passed -> unaccepted where the log does not know the mail a minute later. *n: how many. */
int store_logfollow_unaccepted(struct db *db, struct arena *a, const char *node, int64_t *n,
                               struct err *e);

#endif
