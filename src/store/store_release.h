/*
 * From "releasing" to Postfix. A row is claimed before it is sent and unclaimed when it is certain
 * that Postfix does not have it, so a row that comes back claimed may have been sent by a process
 * that died (security.md 4.2, R3-R5).
 */
#ifndef SEKISHO_STORE_RELEASE_H
#define SEKISHO_STORE_RELEASE_H

#include <jansson.h>

#include "store.h"

struct store_release {
    const char *org_id, *message_id, *recipient_id, *release_id;
    const char *recipient, *sender; /* the original envelope */
    int64_t claimed_before;         /* ms; 0: nobody may have sent it */
    int64_t tries;
    const char *node; /* who claimed it then: its log knows */
    int64_t claim;    /* microseconds; with node the name of the claim we hold */
    bool outbound;
};

/* Up to limit rows that are due; they are ours for 45 seconds. */
int store_release_claim(struct db *db, struct arena *a, const char *node, int limit,
                        struct store_release **rows, int *n, struct err *e);
/* The last thing before sending, from node: the claim begins anew. 1: it is not ours any more, do not
 * send. again: an earlier one may have sent it; marks a possible duplicate. */
int store_release_arm(struct db *db, struct arena *a, struct store_release *r, const char *node,
                      bool again, struct err *e);

/* All that follow but done change nothing when somebody else has armed it meanwhile. */

/* Due again after wait_ms. sent_perhaps keeps the claim. */
int store_release_unclaim(struct db *db, struct arena *a, const struct store_release *r,
                          bool sent_perhaps, int64_t wait_ms, struct err *e);
/* Sent, and the answer did not come: the claim begins now, and it is due again after wait_ms. */
int store_release_unknown(struct db *db, struct arena *a, const struct store_release *r,
                          int64_t wait_ms, struct err *e);

struct store_release_proof {
    const char *queue_id; /* of the re-injected copy that the log knows, "" = none */
    bool accepted;        /* Postfix's queue manager has seen it */
    int64_t read_until;   /* the log of r->node is known up to that time, ms; 0: not at all */
};
int store_release_proof(struct db *db, struct arena *a, const struct store_release *r,
                        struct store_release_proof *out, struct err *e);

/* The claim goes on for so long: what comes before sending takes its time. 1: it is not ours any more. */
int store_release_extend(struct db *db, struct arena *a, const struct store_release *r, int seconds,
                         struct err *e);
/* What looking at it once more needs to know (engine/jobs/rescan.h). */
struct store_release_facts {
    const char *kind, *client_ip, *client_name, *helo, *tls;
    const json_t *findings; /* when it came; an array */
};
int store_release_facts(struct db *db, struct arena *a, const struct store_release *r,
                        struct store_release_facts *out, struct err *e);
/* It turned out to be dangerous: held again, of its new kind; the person is told. why: JSON object. */
int store_release_turned(struct db *db, struct arena *a, const struct store_release *r,
                         const char *kind, const char *why, struct err *e);

int store_release_done(struct db *db, struct arena *a, const struct store_release *r,
                       const char *queue_id, struct err *e);
/* Refused for now: due again after wait_ms; the first time of a release is an event. */
int store_release_later(struct db *db, struct arena *a, const struct store_release *r,
                        int64_t wait_ms, const char *reply, struct err *e);
/* Back to held, for people to decide again. */
int store_release_failed(struct db *db, struct arena *a, const struct store_release *r,
                         const char *reply, struct err *e);

#endif
