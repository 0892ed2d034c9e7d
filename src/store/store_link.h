/* Links in mails that act without signing in: what they are about and what was done (0025-digest.sql). The caller has
 * verified them (engine/link/link_token.h). */
#ifndef SEKISHO_STORE_LINK_H
#define SEKISHO_STORE_LINK_H

#include "store.h"
#include "store_help.h"

/* Is that generation of keys still good? */
int store_link_key_good(struct db *db, struct arena *a, int kid, bool *good, struct err *e);

/* A message as the page of its link shows it. */
struct store_link {
    const char *address, *mailbox, *kind, *state;
    int64_t state_at, received_at, expires_at;
    const char *envelope_sender, *header_from, *header_from_name, *subject, *reasons;
    const char *org_name, *lang, *tz;
    bool sign_in;            /* links do not act: people sign in */
    const char *used_action; /* what this link did, "" = nothing yet */
    int64_t used_at;
    bool used_listed;    /* ... and it put a sender on a list */
    const char *may;     /* actions that this kind of mail allows, with spaces */
    const char *done_by; /* address of who delivered or deleted it, "" = unknown */
    struct store_help help;
};
/* hash: SHA-256 of the link. ERR_NOTFOUND. */
int store_link_look(struct db *db, struct arena *a, const char *org, const char *recipient,
                    const unsigned char hash[32], struct store_link *out, struct err *e);

struct store_link_act {
    const char *org, *recipient;
    const unsigned char *hash; /* 32 bytes */
    int64_t expires;           /* seconds; of the link */
    const char *action;
    const char *pattern; /* of the sender, for lists; NULL: none */
    const char *client_ip;
};
/* *result: "done", "used", "handled", "denied", "gone". */
int store_link_act(struct db *db, struct arena *a, const struct store_link_act *x,
                   const char **result, struct err *e);
/* *result: "done", "handled", "gone". */
int store_link_undo(struct db *db, struct arena *a, const struct store_link_act *x,
                    const char **result, struct err *e);
int store_link_viewed(struct db *db, struct arena *a, const char *org, const char *recipient,
                      const char *client_ip, struct err *e);
/* Into the audit log, 60 an hour at most. org NULL: nobody knows whose it is. */
int store_link_refused(struct db *db, struct arena *a, const char *org, const char *object,
                       const char *why, const char *client_ip, struct err *e);
/* All links that were sent are worthless. *kid: the new generation. */
int store_link_revoke(struct db *db, struct arena *a, const char *actor, int *kid, struct err *e);

#endif
