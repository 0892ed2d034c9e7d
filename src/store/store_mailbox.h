/*
 * Mailboxes that an account manages, seen and changed by itself (portal; the scope says who). The database
 * checks all of it: domain, proof, who has it already.
 */
#ifndef SEKISHO_STORE_MAILBOX_H
#define SEKISHO_STORE_MAILBOX_H

#include "store.h"

struct store_mailbox {
    const char *address;
    const char *how;    /* added, shared, directory; of the own one it says nothing */
    bool own;           /* the account's address */
    const char *others; /* names of other people who have it, with commas; "" */
};
struct store_mailbox_pending {
    const char *proof_id, *address;
    int64_t expires_at;
};
int store_mailbox_mine(struct db *db, const struct scope *sc, struct arena *a,
                       struct store_mailbox **rows, int *n, struct err *e);
int store_mailbox_pending(struct db *db, const struct scope *sc, struct arena *a,
                          struct store_mailbox_pending **rows, int *n, struct err *e);

enum store_mailbox_result {
    MAILBOX_OK,
    MAILBOX_HAVE,    /* the account has it already */
    MAILBOX_TAKEN,   /* another account has it: only said to who has proved that he reads it */
    MAILBOX_OUTSIDE, /* no domain of the organisation */
    MAILBOX_FULL,    /* too many */
    MAILBOX_GONE     /* the proof is used, too old, or somebody else's */
};
/* Mails a link to the mailbox; again: the same one, once an hour. Never MAILBOX_TAKEN. */
int store_mailbox_ask(struct db *db, const struct scope *sc, struct arena *a, const char *address,
                      enum store_mailbox_result *out, struct err *e);
int store_mailbox_forget(struct db *db, const struct scope *sc, struct arena *a,
                         const char *proof_id, struct err *e);
int store_mailbox_confirm(struct db *db, const struct scope *sc, struct arena *a,
                          const unsigned char hash[32], const char *client_ip,
                          enum store_mailbox_result *out, struct err *e);
/* ticket: what the engine gives for the password of the account with that address; it is used up. */
int store_mailbox_by_ticket(struct db *db, const struct scope *sc, struct arena *a,
                            const char *ticket, const char *client_ip,
                            enum store_mailbox_result *out, struct err *e);
/* ERR_NOTFOUND: it is none that the person added. */
int store_mailbox_unlink(struct db *db, const struct scope *sc, struct arena *a,
                         const char *address, const char *client_ip, struct err *e);

/* As an administrator sees and changes the mailboxes of the account with that address. An account that does
 * not exist is ERR_NOTFOUND for changes, and has none. */
struct store_mailbox_of {
    const char *address, *how;
    bool own;
};
int store_mailbox_of(struct db *db, struct arena *a, const char *account,
                     struct store_mailbox_of **rows, int *n, struct err *e);
/* how "shared", or "directory": an alias of this person alone. Never MAILBOX_GONE. */
int store_mailbox_give(struct db *db, struct arena *a, const struct store_actor *by,
                       const char *account, const char *address, const char *how,
                       enum store_mailbox_result *out, struct err *e);
/* However it came there. ERR_NOTFOUND, ERR_CONFLICT "own": the address the person signs in with. */
int store_mailbox_withdraw(struct db *db, struct arena *a, const struct store_actor *by,
                           const char *account, const char *address, struct err *e);

/* The same in the console, of an account of the scope's organisation by its id. Changes are ERR_DENIED for roles that change no users,
 * and to who is no operator for an operator's account. */
int store_account_mailboxes(struct db *db, const struct scope *sc, struct arena *a,
                            const char *account_id, struct store_mailbox_of **rows, int *n,
                            struct err *e);
int store_account_mailbox_give(struct db *db, const struct scope *sc, struct arena *a,
                               const struct store_actor *by, const char *account_id,
                               const char *address, const char *how,
                               enum store_mailbox_result *out, struct err *e);
int store_account_mailbox_withdraw(struct db *db, const struct scope *sc, struct arena *a,
                                   const struct store_actor *by, const char *account_id,
                                   const char *address, struct err *e);

#endif
