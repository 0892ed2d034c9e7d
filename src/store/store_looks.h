/*
 * Who looked at whose mail (N13): what the audit log says about the mail of one's own mailboxes, done
 * by others.
 */
#ifndef SEKISHO_STORE_LOOKS_H
#define SEKISHO_STORE_LOOKS_H

#include "store.h"

struct store_look {
    int64_t seq, at;
    const char *who;    /* name or address; "cli:root", "system" */
    const char *event;  /* of the audit log: "mail.viewed" ... */
    const char *reason; /* as it was given, "" = none */
    const char *address, *subject;
    const char *recipient_id; /* "" when there is no page of it any more */
};
/* Newest first, before a seq (0 = from the start). limit 1 to 100. */
int store_looks_list(struct db *db, const struct scope *sc, struct arena *a, int64_t before,
                     int limit, struct store_look **rows, int *n, bool *more, struct err *e);

/* An administrator opened a message in tracking. */
int store_looks_tracked(struct db *db, const struct scope *sc, struct arena *a,
                        const struct store_actor *by, const char *message_id, struct err *e);

/* An administrator looked at another side of a held message than its text; once in ten minutes. */
int store_looks_tab(struct db *db, const struct scope *sc, struct arena *a,
                    const struct store_actor *by, const char *recipient_id, struct err *e);

#endif
