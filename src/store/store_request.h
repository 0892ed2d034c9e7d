/*
 * Release requests (N8): somebody asks for mail that he may not deliver himself; who decides is said by
 * request_decides() in sql/migrations/0024-rights.sql. Mails about them are queued by triggers there.
 */
#ifndef SEKISHO_STORE_REQUEST_H
#define SEKISHO_STORE_REQUEST_H

#include "store.h"

struct store_request {
    const char *request_id, *recipient_id, *account_id;
    const char *by, *mailbox, *kind, *sender, *subject, *note;
    const char *state; /* waiting, approved, declined, withdrawn, over */
    const char *answer, *decided_by;
    int64_t asked_at, decided_at;
    bool may_decide; /* the administrator that was asked for; false for lists of the portal */
};

/* The ids of the requests that were made: none for mail for which one waits already, or that may not be asked for. note:
 * at most 200 characters. */
int store_request_ask(struct db *db, const struct scope *sc, struct arena *a,
                      const struct store_actor *by, const char *const *recipients, int n,
                      const char *note, const char *const **made, int *nmade, struct err *e);
/* *n: how many were withdrawn. */
int store_request_withdraw(struct db *db, const struct scope *sc, struct arena *a,
                           const struct store_actor *by, const char *const *requests, int nrequests,
                           int *n, struct err *e);

/* Newest first. Of the scope's account. */
int store_request_own(struct db *db, const struct scope *sc, struct arena *a,
                      const struct store_cursor *from, bool newer, int limit,
                      struct store_request **rows, int *n, bool *more, struct err *e);
/* Of the organisation; account: who looks. */
int store_request_list(struct db *db, const struct scope *sc, struct arena *a, const char *org,
                       const char *account, bool waiting, const struct store_cursor *from, bool newer,
                       int limit, struct store_request **rows, int *n, bool *more, struct err *e);
int store_request_get(struct db *db, const struct scope *sc, struct arena *a, const char *request,
                      const char *account, struct store_request *out, struct err *e);

/* *state: what became of it: "approved", "declined", or "over" when the mail was handled meanwhile. ERR_CONFLICT
 * "decided": it waits no longer, or it is not his to decide. answer: at most 500 characters. */
int store_request_decide(struct db *db, const struct scope *sc, struct arena *a,
                         const struct store_actor *by, const char *request, bool approve,
                         const char *answer, const char **state, struct err *e);

struct store_approver {
    const char *domain, *address; /* domain "": the organisation */
};
/* Who is named one by one; groups are in store_approver.h. */
int store_approvers(struct db *db, const struct scope *sc, struct arena *a, const char *org,
                    struct store_approver **rows, int *n, struct err *e);
/* ERR_NOTFOUND when there is nothing to change. */
int store_approver_set(struct db *db, struct arena *a, const struct store_actor *by,
                       const char *org, const char *address, const char *domain, bool add,
                       struct err *e);

/* Where the job's walk over what waits goes on; "": at the oldest. */
struct store_request_place {
    const char *at, *id;
};
/* For the job: reminds of what waits for so many hours, ends what is over, of at most `limit` that wait behind the place. The place
 * becomes the next one, "" at the end; its texts are the arena's. */
int store_request_tend(struct db *db, struct arena *a, int hours, int limit,
                       struct store_request_place *place, int64_t *over, int64_t *reminded,
                       struct err *e);
/* For the job: a thousand that were decided half a year ago go. */
int store_request_forget(struct db *db, struct arena *a, struct err *e);

#endif
