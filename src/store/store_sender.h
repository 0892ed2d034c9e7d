/*
 * Sender lists (0010-senders.sql). A target is "" (the organisation), a domain, or a mailbox; its two
 * lists are "approved" and "blocked". Patterns are normal forms (sender_pattern.h). The portal's scope
 * sees and changes the lists of its own mailboxes only.
 *
 * Errors of adding and moving: ERR_CONFLICT "sender_twice" (it is on one of the two lists), ERR_INPUT "sender_limit"
 * (the list is full), ERR_NOTFOUND "target" (not a domain of the organisation).
 */
#ifndef SEKISHO_STORE_SENDER_H
#define SEKISHO_STORE_SENDER_H

#include "store.h"

#define STORE_SENDERS_MAX 500        /* entries on one list of an address */
#define STORE_SENDERS_MAX_WIDE 10000 /* of a domain or the organisation */

struct store_sender {
    const char *entry_id, *level, *target, *list, *pattern, *added_by;
    bool only_verified; /* an approval that needs a proof */
    bool enabled;       /* the lists of its target are applied */
    int64_t added_at;
    int64_t expires_at; /* it counts until then; 0: for ever. Not for adding. */
};

struct store_sender_query {
    const char *list;
    const char *search; /* part of pattern or target; "" all */
    const char *levels; /* words of org, domain, address; "" all */
    const char *target; /* exactly; NULL: all that are seen */
    /* The portal's list: one's own mailboxes by name, not by level. company: also entries of the organisation
     * and its domains, of level org or domain, which hold for them. ids: only these; NULL all. */
    bool own, company;
    const char *const *ids;
    int nids;
    struct store_cursor from;
    bool back; /* towards the newest */
    int limit; /* 1..100 */
};

/* Newest first. */
int store_sender_list(struct db *db, const struct scope *sc, struct arena *a, const char *org,
                      const struct store_sender_query *q, struct store_sender **rows, int *n,
                      bool *more, struct err *e);

struct store_sender_lists {
    const char *target;
    bool enabled;
    int approved, blocked;
};
/* Those that are seen and ever had an entry, by target. target: exactly; NULL all. search: part of it;
 * "" all. after: the last one of the page before; NULL the first page. limit: 1..1000. */
int store_sender_lists(struct db *db, const struct scope *sc, struct arena *a, const char *org,
                       const char *target, const char *search, const char *from, bool back,
                       int limit, struct store_sender_lists **rows, int *n, bool *more,
                       struct err *e);
/* The portal: the account's own mailboxes. */
int store_sender_mailboxes(struct db *db, const struct scope *sc, struct arena *a,
                           const char *const **addresses, int *n, struct err *e);
/* Entries on all lists that are seen. */
int store_sender_totals(struct db *db, const struct scope *sc, struct arena *a, const char *org,
                        int64_t *approved, int64_t *blocked, struct err *e);

/* Both lists of one target, by pattern; only entry_id, list, pattern, only_verified are filled. */
int store_sender_all(struct db *db, const struct scope *sc, struct arena *a, const char *org,
                     const char *target, struct store_sender **rows, int *n, struct err *e);

/* s: target, list, pattern, only_verified. */
int store_sender_add(struct db *db, const struct scope *sc, struct arena *a,
                     const struct store_actor *by, const char *org, const struct store_sender *s,
                     char entry_id[37], struct err *e);
/* From the other list of its target, as a new entry; a day long it can be taken back. ERR_NOTFOUND "moved": it is
 * not there. */
int store_sender_move(struct db *db, const struct scope *sc, struct arena *a,
                      const struct store_actor *by, const char *org, const struct store_sender *s,
                      char entry_id[37], struct err *e);
/* Back to where it was. *list: "" when there is nothing (left) to take back. */
int store_sender_unmove(struct db *db, const struct scope *sc, struct arena *a,
                        const struct store_actor *by, const char *org, const char *entry_id,
                        const char **list, const char **pattern, struct err *e);
/* Whether the organisation may have a list for it: itself (""), its domains, addresses in them. */
int store_sender_target_ours(struct db *db, const struct scope *sc, struct arena *a,
                             const char *org, const char *target, bool *ours, struct err *e);
struct store_sender_imported {
    char import_id[37];
    /* An entry whose only_verified changes counts in both. */
    int added, removed;
};
/* All of one target and list. replace: what is not among them is taken off that list, and what is there with
 * another only_verified gets theirs. One that is on the other list stays there. All or nothing. */
int store_sender_import(struct db *db, const struct scope *sc, struct arena *a,
                        const struct store_actor *by, const char *org, const char *target,
                        const char *list, const struct store_sender *rows, int n, bool replace,
                        struct store_sender_imported *out, struct err *e);
/* Takes back what an import added, and for a day puts back what it removed. Fills added and removed, 0 when
 * there is nothing (left). */
int store_sender_import_undo(struct db *db, const struct scope *sc, struct arena *a,
                             const struct store_actor *by, const char *org, const char *import_id,
                             struct store_sender_imported *out, struct err *e);
/* *gone: those of ids that there were, *n; pattern of the first, "" for none. For a day they can be put back. */
int store_sender_remove(struct db *db, const struct scope *sc, struct arena *a,
                        const struct store_actor *by, const char *org, const char *const *ids,
                        int nids, const char *const **gone, int *n, const char **pattern,
                        struct err *e);
/* *n: how many there were; pattern of the first, "" for none. */
int store_sender_restore(struct db *db, const struct scope *sc, struct arena *a,
                         const struct store_actor *by, const char *org, const char *const *ids,
                         int nids, int *n, const char **pattern, struct err *e);
/* Whether the lists of a target are applied. *changed: they were not so before. ERR_NOTFOUND: it has none. */
int store_sender_enable(struct db *db, const struct scope *sc, struct arena *a,
                        const struct store_actor *by, const char *org, const char *target, bool on,
                        bool *changed, struct err *e);

struct store_sender_settings {
    bool header_match, insert_header;
    const char *still_checked; /* ids of sender_skips.def, with spaces */
    const char *version; /* as read; store_sender_settings_set() compares it (STORE_CHANGED) */
};
int store_sender_settings(struct db *db, const struct scope *sc, struct arena *a, const char *org,
                          struct store_sender_settings *out, struct err *e);
int store_sender_settings_set(struct db *db, const struct scope *sc, struct arena *a,
                              const struct store_actor *by, const char *org,
                              const struct store_sender_settings *s, struct err *e);

/* Of the last 30 days' messages, among the newest `look` of the targets: how many an entry would have
 * matched, how many of those did not prove who sent them, and the name that a single sender proved last. Entries
 * without any are not in the rows. entries: entry_id, target, pattern; one may stand there with several targets. */
struct store_sender_seen {
    const char *entry_id, *name; /* name as the sender wrote it; "" none */
    int messages, unproven;
};
int store_sender_seen(struct db *db, const struct scope *sc, struct arena *a, const char *org,
                      const struct store_sender *entries, int nentries, int look,
                      struct store_sender_seen **rows, int *n, struct err *e);

/* The portal: who wrote most of what was delivered in the last 30 days, among the newest `look` messages; nobody
 * of the organisation, and nobody who is on a list. */
struct store_sender_often {
    const char *address, *name; /* as the sender wrote them; name only when proven */
    const char *mailbox;        /* to which most of them came */
    int messages;
};
int store_sender_often(struct db *db, const struct scope *sc, struct arena *a, int look, int most,
                       struct store_sender_often **rows, int *n, struct err *e);

/* Which of these approvals do nothing since the domain or the organisation blocks all that they stand
 * for. */
int store_sender_overruled(struct db *db, const struct scope *sc, struct arena *a, const char *org,
                           const char *const *ids, int nids, const char *const **out, int *n,
                           struct err *e);

/* The gate: entries that stand for a sender, for each of the recipients. candidates:
 * sender_candidates(). */
struct store_sender_match {
    int recipient; /* index in addresses */
    bool of_address, blocked, only_verified;
    const char *pattern;
};
int store_sender_match(struct db *db, struct arena *a, const char *org,
                       const char *const *addresses, int naddresses, const char *const *candidates,
                       int ncandidates, struct store_sender_match **rows, int *n, struct err *e);

#endif
