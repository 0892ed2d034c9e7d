/*
 * The release job's side of the quarantine: rows in state "releasing" (security.md 4.2, R1 to R5).
 *
 * claim -> send (no lock held) -> sent | later | refused. A row that was claimed before may have been
 * sent already: proof is the queue id that Postfix's log gave for the release id.
 */
#ifndef SEKISHO_STORE_RELEASE_H
#define SEKISHO_STORE_RELEASE_H

#include "store.h"

struct store_release {
    const char *org_id, *message_id, *recipient_id, *release_id;
    const char *envelope_sender, *recipient; /* as they came */
    int claims;                              /* 1 = nobody tried before */
    int64_t claimed_before;                  /* when the earlier attempt began, 0 = none */
    const char *proof;                       /* queue id from the log, "" = none */
};

/* Takes up to limit rows for this process. A row that was claimed earlier comes again after a
 * growing pause (5 s, 10 s ... at most 5 min), so that a crash only delays it. */
int store_release_claim(struct db *db, struct arena *a, int limit, struct store_release **rows, int *n,
                        struct err *e);
/* Postfix has it under queue_id: state queued, event "released". duplicate: it may have been sent
 * twice. Changes nothing when the row is not in this release any more. */
int store_release_sent(struct db *db, struct arena *a, const struct store_release *r, const char *queue_id,
                       bool duplicate, struct err *e);
/* Stays in releasing; the reason goes into the time line once per text. */
int store_release_later(struct db *db, struct arena *a, const struct store_release *r, const char *reason,
                        struct err *e);
/* Postfix refused it for good: held again, event "release_failed". */
int store_release_refused(struct db *db, struct arena *a, const struct store_release *r, const char *reason,
                          struct err *e);

#endif
