/*
 * What a person does with many held mails at once: all that match a filter, or many that he ticked, frozen when he
 * confirms, worked off by the job "bulk" (sql/migrations/0026-bulk.sql, 0045-bulk-acts.sql). The scope says whose jobs are
 * seen.
 */
#ifndef SEKISHO_STORE_BULK_H
#define SEKISHO_STORE_BULK_H

#include "store_quarantine.h"

#define STORE_BULK_MAX 100000 /* mails of one job; of more, that many are chosen */

struct store_bulk_count {
    int64_t all;
    /* What the account may do with them; askable: only an administrator may deliver these. */
    int64_t deletable, deliverable, askable, allowable, blockable;
    int64_t requests, reports; /* how many more it may make today */
};
/* Of what matches and was received at or before until (ms). Cursor and limit of the filter are ignored. */
int store_bulk_count(struct db *db, const struct scope *sc, struct arena *a,
                     const struct store_held_filter *f, int64_t until, struct store_bulk_count *out,
                     struct err *e);
/* What is done with them. */
struct store_bulk_order {
    const char *action; /* deliver, delete, undelete, ask, report, allow, block */
    bool
        also_ask; /* of "deliver": for those that only an administrator may deliver, one is asked */
    const char *note; /* of requests; NULL: none */
    const char *what; /* of "report": spam, phishing, wanted; NULL: something else is done */
    int days;         /* of "allow" and "block": until the entries end; 0: never */
};
/* filter: the filter as JSON, for the audit log. ERR_CONFLICT: nothing matches any more, or five jobs of the account are
 * open. */
int store_bulk_start(struct db *db, const struct scope *sc, struct arena *a,
                     const struct store_actor *by, const struct store_held_filter *f, int64_t until,
                     const struct store_bulk_order *order, const char *filter, const char **job,
                     struct err *e);
/* With mails that were ticked. ERR_CONFLICT: none of them is held any more, or five jobs of the account are open. */
int store_bulk_start_ticked(struct db *db, const struct scope *sc, struct arena *a,
                            const struct store_actor *by, const char *const *recipients, int n,
                            const struct store_bulk_order *order, const char **job, struct err *e);

struct store_bulk {
    const char *job_id, *action;
    const char *state;   /* running, done, undoing, undone */
    int64_t total, done; /* done counts from 0 again while it is undone */
    int64_t changed;     /* mails that it changed, or reported */
    int64_t returned;    /* what undoing has put back, or withdrawn */
    int64_t asked;       /* requests that it made */
    int64_t senders; /* entries that it added; when it is undone: that are off the lists again */
    /* Left because a limit was reached, because the rights changed; the others were handled meanwhile. */
    int64_t limited, barred;
};
int store_bulk_get(struct db *db, const struct scope *sc, struct arena *a, const char *job,
                   struct store_bulk *out, struct err *e);
/* What was delivered stays so. ERR_CONFLICT: it is undone already, or there is nothing to undo. */
int store_bulk_undo(struct db *db, const struct scope *sc, struct arena *a, const char *job,
                    struct err *e);

/* For the job: one batch of the next one. *more false: none waits. */
int store_bulk_step(struct db *db, struct arena *a, int batch, bool *more, struct err *e);
/* For the job: the one whose batch failed goes behind the others. */
int store_bulk_skip(struct db *db, struct arena *a, struct err *e);
/* Jobs that ended and are older than 40 days. */
int store_bulk_forget(struct db *db, struct arena *a, struct err *e);

#endif
