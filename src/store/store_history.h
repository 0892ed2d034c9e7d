/*
 * What became of a person's mail: incoming mail of the mailboxes of the scope's account, in any state that
 * he may see, with what was refused before it came in.
 */
#ifndef SEKISHO_STORE_HISTORY_H
#define SEKISHO_STORE_HISTORY_H

#include "store.h"

struct store_history {
    const char *recipient_id, *recipient;
    const char *envelope_sender, *header_from, *header_from_name, *subject;
    const char *state, *kind;
    const char *reasons; /* JSON array, as in message.reasons */
    int64_t received_at, state_at;
    bool was_held; /* it has a page of its own */
    /* "", or refusal.reason: it was refused before it came in. Nothing is known of it but sender, recipient and time, and there is no
     * history of it to get. state: "rejected". */
    const char *refusal;
};

/* Newest first. newer: the page before the cursor instead of the one after it. since: ms; states: nstates of message_recipient.state, 0 = any; search: in subject and sender (of refused mail: in the sender),
 * "" = anything; limit 1 to 100. */
int store_history_list(struct db *db, const struct scope *sc, struct arena *a, int64_t since,
                       const char *const *states, int nstates, const char *search,
                       const struct store_cursor *from, bool newer, int limit,
                       struct store_history **rows, int *n, bool *more, struct err *e);

/* One of them with its time line, oldest step first. who: "" when no person did it; me: the scope's account. ERR_NOTFOUND. */
struct store_history_step {
    const char *kind, *who; /* kind: of event */
    int64_t at;
    bool me;
};
int store_history_get(struct db *db, const struct scope *sc, struct arena *a, const char *id,
                      struct store_history *out, struct store_history_step **steps, int *nsteps,
                      struct err *e);

#endif
