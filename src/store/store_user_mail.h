/*
 * Mails of ours to people (user_mail): queued in SQL by user_mail_add(), in the transaction that causes them, and sent by
 * the job "usermail". A row that comes back claimed may have been sent by a process that died, as in
 * store_release.h.
 */
#ifndef SEKISHO_STORE_USER_MAIL_H
#define SEKISHO_STORE_USER_MAIL_H

#include "store.h"

struct store_user_mail {
    const char *org_id, *mail_id, *recipient, *lang, *kind;
    const char *params; /* JSON object */
    const char *org_name, *tz;
    const char *date_style; /* of the recipient's account; "": there is none */
    const char *help;       /* the help desk in one line, "" = none */
    const char *from_domain; /* of the organisation; "": it has none */
    int64_t claimed_before;  /* ms; 0: nobody may have sent it */
    int64_t claim;           /* microseconds: name of the claim we hold; 0: none */
    const char *node;        /* who claimed it then: its log knows */
    int64_t tries;
    bool expired;
};

/* Up to limit rows that are due; they are ours for 60 seconds. */
int store_user_mail_claim(struct db *db, struct arena *a, int limit, struct store_user_mail **rows,
                          int *n, struct err *e);
/* The last thing before sending, from node. 1: it is not ours any more, do not send. */
int store_user_mail_arm(struct db *db, struct arena *a, struct store_user_mail *m, const char *node,
                        struct err *e);
/* Due again after wait_ms. sent_perhaps keeps the claim. Nothing changes when somebody else armed it. */
int store_user_mail_later(struct db *db, struct arena *a, const struct store_user_mail *m,
                          bool sent_perhaps, int64_t wait_ms, const char *reply, struct err *e);
/* state: sent, failed, expired. */
int store_user_mail_end(struct db *db, struct arena *a, const struct store_user_mail *m,
                        const char *state, const char *reply, struct err *e);
/* Rows that ended 30 days ago. */
int store_user_mail_forget(struct db *db, struct arena *a, struct err *e);

#endif
