/*
 * Message tracking: one row per recipient in the list, the whole story on the page.
 */
#ifndef SEKISHO_STORE_MESSAGE_H
#define SEKISHO_STORE_MESSAGE_H

#include "../common/track_query.h"
#include "store.h"

struct store_track {
    const char *message_id, *recipient_id;
    const char *envelope_sender, *header_from, *recipient, *subject, *state, *kind, *verdict;
    int64_t received_at;
};

struct store_track_filter {
    const struct track_query *query; /* NULL = everything */
    int64_t since;                   /* the page's period; 0 = any */
    struct store_cursor cursor;      /* by (received_at, recipient_id) */
    bool newer;
    int limit;
};
/* Newest first. */
int store_message_list(struct db *db, const struct scope *sc, struct arena *a,
                       const struct store_track_filter *f, struct store_track **rows, int *n,
                       bool *more, struct err *e);

struct store_message_recipient {
    const char *recipient_id, *address, *state, *disposition, *kind, *rule, *queue_id;
    int64_t state_at, expires_at;
    bool possible_duplicate;
};
struct store_event {
    const char *kind, *recipient_id, *recipient, *who,
        *detail; /* detail: JSON; recipient: address */
    int64_t at;
};
struct store_message {
    const char *message_id, *direction, *node, *queue_id, *client_ip, *client_name, *helo, *tls;
    const char *envelope_sender, *header_from, *header_from_name, *header_id, *subject,
        *sha256; /* hex */
    const char *verdict, *reasons, *scan, *resend_of;
    int64_t received_at, bytes, scan_us;
    double score, threshold;
    struct store_message_recipient *recipients;
    int nrecipients;
    struct store_event *events; /* oldest first, at most 1000 */
    int nevents;
};
int store_message_get(struct db *db, const struct scope *sc, struct arena *a,
                      const char *message_id, struct store_message *out, struct err *e);

#endif
