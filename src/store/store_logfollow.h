/*
 * What Postfix's log says, turned into states and events. The position in the log and everything
 * read up to it are one transaction: a crash repeats nothing and skips nothing.
 */
#ifndef SEKISHO_STORE_LOGFOLLOW_H
#define SEKISHO_STORE_LOGFOLLOW_H

#include "store.h"

struct store_logpos {
    int64_t device, inode, read_to;
};
/* Zeros when nothing was read yet. */
int store_logfollow_position(struct db *db, struct arena *a, const char *node, struct store_logpos *out,
                             struct err *e);

enum store_logline_kind { SLOG_DELIVERY, SLOG_QUEUED, SLOG_EXPIRED, SLOG_REMOVED, SLOG_RELEASE };
/* Texts are UTF-8 without NUL. */
struct store_logline {
    enum store_logline_kind kind;
    int64_t at;
    const char *queue_id;
    const char *to, *orig_to;                 /* SLOG_DELIVERY */
    const char *status, *dsn, *relay, *reply; /* status: sent, deferred, bounced, expired ... */
    const char *release_id;                   /* SLOG_RELEASE: a uuid */
    int nrcpt;                                /* SLOG_QUEUED */
};
/* n may be 0: only the position moves. */
int store_logfollow_apply(struct db *db, struct arena *a, const char *node, const struct store_logpos *pos,
                          const struct store_logline *lines, int n, struct err *e);

/* The follower is at the end of the log as of read_ms: what we accepted 60 s before that and Postfix
 * never mentioned was not accepted; the sender was told to try again. *changed: how many. */
int store_logfollow_unaccepted(struct db *db, struct arena *a, const char *node, int64_t read_ms, int *changed,
                               struct err *e);

#endif
