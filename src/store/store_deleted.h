/* Deleted mail of the scope's account (portal): the list, and deleting for good. */
#ifndef SEKISHO_STORE_DELETED_H
#define SEKISHO_STORE_DELETED_H

#include "store.h"

struct store_deleted {
    const char *recipient_id, *mailbox;
    const char *envelope_sender, *header_from, *header_from_name, *subject;
    const char *kind, *reasons; /* JSON array, as in message.reasons */
    int64_t received_at, deleted_at, expires_at;
    const char *by; /* address of who deleted it; "": not known */
    bool by_me;
};

/* Newest first by arrival. limit 1 to 100. */
int store_deleted_list(struct db *db, const struct scope *sc, struct arena *a,
                       const struct store_cursor *from, int limit, struct store_deleted **rows,
                       int *n, bool *more, struct err *e);
/* Those of ids that are deleted and that he may delete for good. */
int store_deleted_chosen(struct db *db, const struct scope *sc, struct arena *a,
                         const char *const *ids, int nids, struct store_deleted **rows, int *n,
                         struct err *e);
/* Deleted -> gone: out of the person's sight, for administrators until its date (0027-settings.sql). *n: how many. */
int store_deleted_purge(struct db *db, const struct scope *sc, struct arena *a,
                        const struct store_actor *by, const char *const *ids, int nids, int *n,
                        struct err *e);

#endif
