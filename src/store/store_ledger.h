/*
 * Numbers for `sekisho ledger`: is every accepted recipient in exactly one place?
 */
#ifndef SEKISHO_STORE_LEDGER_H
#define SEKISHO_STORE_LEDGER_H

#include "store.h"

struct store_state_count {
    const char *state;
    int64_t n;
};
struct store_ledger {
    struct store_state_count *states;
    int nstates;
    int64_t without_body;    /* held, deleted or releasing, but no bytes stored: lost */
    int64_t orphan_bodies;   /* bytes that no message row names */
    int64_t delivered_twice; /* recipients with more than one delivery */
    int64_t possible_duplicates, resends, messages;
    int64_t late;  /* passed two minutes ago and more, and Postfix has not said anything */
    int64_t stuck; /* somebody pressed Deliver an hour ago and more, and it has not been sent */
};
int store_ledger(struct db *db, struct arena *a, struct store_ledger *out, struct err *e);

/* A recipient; of a body without a message only message_id is known. */
struct store_ledger_row {
    const char *recipient_id, *message_id, *queue_id, *address, *state;
};
struct store_ledger_rows {
    struct store_ledger_row *list;
    int n;
};

/* A few of those that without_body, orphan_bodies, late and stuck count. */
enum store_ledger_example { LEDGER_WITHOUT_BODY, LEDGER_ORPHANS, LEDGER_LATE, LEDGER_STUCK };
int store_ledger_examples(struct db *db, struct arena *a, enum store_ledger_example which,
                          int limit, struct store_ledger_rows *out, struct err *e);

/* What the database believes to be in Postfix's queue, in the order of recipient ids, the next page
 * behind one of them ("" = the first); n = 0 at the end. */
int store_ledger_open(struct db *db, struct arena *a, const char *after,
                      struct store_ledger_rows *out, struct err *e);
/* All recipients with these queue ids, whatever their states. */
int store_ledger_queue_ids(struct db *db, struct arena *a, const char *const *ids, int n,
                           struct store_ledger_rows *out, struct err *e);
/* Which of these queue ids are not mail that came in: re-injected mail, and notices that Postfix made
 * itself. Only queue_id is filled. */
int store_ledger_queue_facts(struct db *db, struct arena *a, const char *const *ids, int n,
                             struct store_ledger_rows *out, struct err *e);

#endif
