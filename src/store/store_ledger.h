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
struct store_open { /* what the database believes to be in Postfix's queue */
    const char *queue_id, *address, *state;
};
struct store_ledger {
    struct store_state_count *states;
    int nstates;
    int64_t without_body;    /* held, deleted or releasing, but no bytes stored: lost */
    int64_t orphan_bodies;   /* bytes that no message row names */
    int64_t delivered_twice; /* recipients with more than one delivery */
    int64_t possible_duplicates, resends, messages;
    struct store_open *open;
    int nopen; /* at most 100,000 */
};
int store_ledger(struct db *db, struct arena *a, struct store_ledger *out, struct err *e);

#endif
