/*
 * What people teach the statistics (0015-learning.sql): samples, and the corrections that the job makes
 * of them.
 */
#ifndef SEKISHO_STORE_LEARN_H
#define SEKISHO_STORE_LEARN_H

#include "store.h"

#define STORE_LEARN_BATCH 200 /* samples of one call */

/* Administrator's samples, by command. list: JSON, see learn_add() in the migration; what: for the audit
 * log. */
int store_learn_add(struct db *db, struct arena *a, const char *org, const struct store_actor *by,
                    const char *list, const char *what, struct err *e);

struct store_learn {
    const char *sample_id, *by_name, *origin, *subject, *message_id;
    bool spam, trusted;
    int64_t added_at;
};
/* Newest first. limit: 1..100. */
int store_learn_list(struct db *db, const struct scope *sc, struct arena *a, const char *org,
                     const struct store_cursor *from, int limit, struct store_learn **rows, int *n,
                     bool *more, struct err *e);
/* *done: how many there were. */
int store_learn_agree(struct db *db, const struct scope *sc, struct arena *a, const char *org,
                      const struct store_actor *by, const char *const *ids, int n, int *done,
                      struct err *e);
int store_learn_undo(struct db *db, const struct scope *sc, struct arena *a, const char *org,
                     const struct store_actor *by, const char *const *ids, int n, int *done,
                     struct err *e);
/* All of one person (an address, "cli:root"). */
int store_learn_undo_person(struct db *db, const struct scope *sc, struct arena *a, const char *org,
                            const struct store_actor *by, const char *person, int *done,
                            struct err *e);

/* Organisations whose samples changed. */
struct store_learn_due {
    const char *org;
    int64_t changes;
};
int store_learn_due(struct db *db, struct arena *a, struct store_learn_due **rows, int *n,
                    struct err *e);
struct store_learn_sample {
    const char *who;
    bool spam, trusted;
    const unsigned char *digest, *features;
    size_t digest_len, features_len;
};
int store_learn_samples(struct db *db, struct arena *a, const char *org, int limit,
                        struct store_learn_sample **rows, int *n, struct err *e);
int store_learn_built(struct db *db, struct arena *a, const struct store_learn_due *due,
                      int counted, const unsigned char *model, size_t bytes, struct err *e);

#endif
