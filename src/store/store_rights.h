/*
 * What people may do with their held mail (sql/migrations/0024-rights.sql has the kinds, the standard
 * and what is possible), and what does several things at once (N9). The database enforces all of it by
 * row-level security; what is here serves pages and the command.
 */
#ifndef SEKISHO_STORE_RIGHTS_H
#define SEKISHO_STORE_RIGHTS_H

#include "store.h"

/* Rights of one kind, as words with a space between, in the order view deliver ask delete block approve. */
struct store_right {
    const char *kind, *rights, *possible;
    bool own; /* the organisation has said so itself */
};
int store_rights(struct db *db, const struct scope *sc, struct arena *a, const char *org,
                 struct store_right **rows, int *n, struct err *e);
/* rights NULL: the standard again. ERR_INPUT "right_impossible", ERR_NOTFOUND "kind". */
int store_rights_set(struct db *db, struct arena *a, const struct store_actor *by, const char *org,
                     const char *kind, const char *rights, struct err *e);

/* The same turned round, for the account of the scope: the kinds with which it may do that, with a space
 * between. Portal only. */
struct store_user_right {
    const char *right, *kinds;
};
int store_rights_of_user(struct db *db, const struct scope *sc, struct arena *a,
                         struct store_user_right **rows, int *n, struct err *e);

/* What a page says about messages before something is done with them. sender: the one that is shown,
 * not checked. */
struct store_held_sender {
    const char *recipient_id, *kind, *state, *mailbox, *sender, *sender_name, *subject, *reasons;
    const char *own; /* the person's mailbox that the address belongs to: without the tag */
};
int store_held_senders(struct db *db, const struct scope *sc, struct arena *a,
                       const char *const *ids, int nids, struct store_held_sender **rows, int *n,
                       struct err *e);

/* What a statement changed: recipient ids of mails, ids of entries of sender lists, of reports. */
struct store_done {
    const char **mails, **senders, **reports;
    const char **patterns; /* of the entries */
    int nmails, nsenders, nreports;
};
/* ids[i] and patterns[i] belong together; a pattern may be "". days: until the entry ends, 0 = never.
 * domain: the entry is for the recipient's whole domain. ERR_INPUT "sender_limit" when a list is full: then
 * nothing was done. */
struct store_with_sender {
    const char *const *ids, *const *patterns;
    int n, days;
    bool domain;
    const char *report; /* of store_delete_block(): "spam", "phishing", NULL = not reported */
};
int store_deliver_allow(struct db *db, const struct scope *sc, struct arena *a,
                        const struct store_actor *by, const struct store_with_sender *w,
                        struct store_done *out, struct err *e);
int store_delete_block(struct db *db, const struct scope *sc, struct arena *a,
                       const struct store_actor *by, const struct store_with_sender *w,
                       struct store_done *out, struct err *e);
/* Takes back what one of these, or a report, has done: ids of any of the three sorts. */
int store_combined_undo(struct db *db, const struct scope *sc, struct arena *a,
                        const struct store_actor *by, const char *const *ids, int nids,
                        struct store_done *out, struct err *e);

/* what: "spam", "phishing", "wanted". ERR_CONFLICT "too_many": enough for one day. */
int store_report_add(struct db *db, const struct scope *sc, struct arena *a,
                     const struct store_actor *by, const char *const *ids, int nids,
                     const char *what, struct store_done *out, struct err *e);
struct store_report {
    const char *report_id, *recipient_id, *by, *mailbox, *what, *kind, *sender, *subject;
    const char *state, *decided_by;
    int64_t at;
    int others; /* reports of the same message, with this one */
};
/* state: open, agreed, dismissed. Newest first. */
int store_report_list(struct db *db, const struct scope *sc, struct arena *a, const char *org,
                      const char *state, const struct store_cursor *from, int limit,
                      struct store_report **rows, int *n, bool *more, struct err *e);
/* The senders of reported mail, as they stood there. */
struct store_report_sender {
    const char *report_id, *sender;
};
int store_report_senders(struct db *db, const struct scope *sc, struct arena *a,
                         const char *const *ids, int nids, struct store_report_sender **rows,
                         int *n, struct err *e);
/* patterns[i]: the sender that is blocked for the organisation, too; "" = nobody. */
int store_report_decide(struct db *db, const struct scope *sc, struct arena *a,
                        const struct store_actor *by, const char *org, bool agreed,
                        const char *const *ids, const char *const *patterns, int nids,
                        struct store_done *out, struct err *e);

#endif
