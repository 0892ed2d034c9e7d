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
    const char *deleted_by; /* of lists that are not one person's: name or address, "" */
};

struct store_held_filter {
    const char *search; /* in subject, sender and its name, as text_fold() spells them; "" = any */
    const char *kind, *domain,
        *recipient;         /* "" = any. own: recipient is one of the account's addresses */
    const char *state;      /* "held" or "deleted" (not own: or gone); "" = held */
    int64_t since;          /* received at or after; 0 = any */
    int64_t expires_before; /* 0 = any */
    struct store_cursor cursor;
    bool own; /* the portal: the mailboxes of the scope's account */
    const char *
        order; /* own: "" = newest first, "expires" = deleted next first, "sender" = by name, then newest */
    bool newer; /* the page before the cursor instead of the one after it */
    int limit;  /* 1 to 100 */
};

/* $1 to $6 of the statements that take the filter of a person's list (sql/migrations/0027-held-list.sql). */
#define STORE_OWN_PARAMS 6
void store_own_params(struct arena *a, const struct store_held_filter *f,
                      struct db_param p[STORE_OWN_PARAMS]);

/* Rows in the order of the filter. *more: there are further rows in the direction asked for. */
int store_quarantine_list(struct db *db, const struct scope *sc, struct arena *a,
                          const struct store_held_filter *f, struct store_held **rows, int *n,
                          bool *more, struct err *e);

#define STORE_COUNT_MAX 10001 /* counting stops here: "more than 10,000" */
struct store_held_counts {
    int64_t matches;             /* of the filter, cursor ignored */
    int64_t held, deleted, soon; /* of all; soon: held mail that expires within 3 days */
};
#define STORE_SOON_MS (3 * 24 * 3600 * 1000LL)
int store_quarantine_counts(struct db *db, const struct scope *sc, struct arena *a,
                            const struct store_held_filter *f, struct store_held_counts *out,
                            struct err *e);

/* A person's held and deleted mail by what the filters of its list ask for, to be added up by the page. */
struct store_held_sort {
    const char *state, *kind, *mailbox; /* mailbox: the address of the account that it belongs to */
    int age;                            /* received within 1, 7 or 30 days; 0 = longer ago */
    bool hit, soon;                     /* found by the search; expires within 3 days */
    int64_t n;
};
#define STORE_SORTS_MAX 25000 /* rows that are looked at */
/* *all false: there are more rows, so each n is at least that. */
int store_quarantine_sorts(struct db *db, const struct scope *sc, struct arena *a,
                           const char *search, struct store_held_sort **rows, int *n, bool *all,
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
