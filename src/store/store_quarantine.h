/*
 * Held mail: one row per recipient. Under the portal's role only the account's own mailboxes are
 * visible (row-level security), so both programs use the same functions.
 */
#ifndef SEKISHO_STORE_QUARANTINE_H
#define SEKISHO_STORE_QUARANTINE_H

#include "store.h"

struct store_held {
    const char *recipient_id, *message_id, *recipient;
    const char *envelope_sender, *header_from, *header_from_name, *subject;
    const char *kind, *state, *rule;
    const char *reasons; /* JSON array, as in message.reasons */
    int64_t received_at, expires_at, state_at, bytes;
    double score, threshold;
    bool body_kept; /* original bytes are still stored */
};

struct store_held_filter {
    const char *search; /* in subject, sender and its name; "" = any. At most 200 bytes used */
    const char *kind, *domain, *recipient; /* "" = any */
    const char *state;                     /* "held" or "deleted"; "" = held */
    int64_t since;                         /* received at or after; 0 = any */
    int64_t expires_before;                /* 0 = any */
    struct store_cursor cursor;
    bool newer; /* the page before the cursor instead of the one after it */
    int limit;  /* 1 to 100 */
};

/* $1 to $7 of the statements that take this filter. */
void store_held_params(struct arena *a, const struct store_held_filter *f, struct db_param p[7]);

/* Rows newest first. *more: there are further rows in the direction asked for. */
int store_quarantine_list(struct db *db, const struct scope *sc, struct arena *a,
                          const struct store_held_filter *f, struct store_held **rows, int *n,
                          bool *more, struct err *e);

#define STORE_COUNT_MAX 10001 /* counting stops here: "more than 10,000" */
struct store_held_counts {
    int64_t matches;             /* of the filter, cursor ignored */
    int64_t held, deleted, soon; /* of all; soon: held mail that expires within 3 days */
};
int store_quarantine_counts(struct db *db, const struct scope *sc, struct arena *a,
                            const struct store_held_filter *f, struct store_held_counts *out,
                            struct err *e);

/* held + what the message page shows. Any state: a delivered or purged one still answers. */
struct store_held_page {
    struct store_held m;
    const char *scan;          /* JSON of sekisho scan's members */
    const char *state_by;      /* who released or deleted it: name or address, "" */
    const char *newer, *older; /* recipient ids beside it in the filter, "" = none */
    const char *header_id;
};
int store_quarantine_get(struct db *db, const struct scope *sc, struct arena *a, const char *id,
                         const struct store_held_filter *f, struct store_held_page *out,
                         struct err *e);

/* Held -> releasing, in one conditional UPDATE: whoever comes second changes nothing. changed gets
 * the ids that this call changed. user_kinds: only what end users may deliver themselves (spam,
 * graymail, unverified); the rest stays as it is. */
int store_quarantine_release(struct db *db, const struct scope *sc, struct arena *a,
                             const struct store_actor *by, const char *const *ids, int n,
                             bool user_kinds, const char ***changed, int *nchanged, struct err *e);
/* Held -> deleted, and back until it expires. */
int store_quarantine_delete(struct db *db, const struct scope *sc, struct arena *a,
                            const struct store_actor *by, const char *const *ids, int n,
                            const char ***changed, int *nchanged, struct err *e);
int store_quarantine_undelete(struct db *db, const struct scope *sc, struct arena *a,
                              const struct store_actor *by, const char *const *ids, int n,
                              const char ***changed, int *nchanged, struct err *e);

/* Somebody read a held message: event "viewed", and for administrators an audit row. */
int store_quarantine_viewed(struct db *db, const struct scope *sc, struct arena *a,
                            const struct store_actor *by, const char *id, struct err *e);
struct store_seen {
    const char *who;
    int64_t at;
};
/* Who looked at it, newest first, at most 50. */
int store_quarantine_seen(struct db *db, const struct scope *sc, struct arena *a, const char *id,
                          struct store_seen **rows, int *n, struct err *e);

#endif
