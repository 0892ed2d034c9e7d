/* Message tracking: every message and what happened to it. */
#ifndef SEKISHO_PG_TRACKING_H
#define SEKISHO_PG_TRACKING_H

#include <stdbool.h>
#include <stdint.h>

#include "pg_held.h"
#include "pg_track_share.h"

struct web_req;

/* How a state of message_recipient looks (states.def). */
struct pg_state {
    const char *id, *icon, *tone, *word; /* word: msgid */
};
const struct pg_state *pg_state(const char *id);

struct pg_track_row {
    const char *message_id, *sender, *recipient, *subject, *state;
    int64_t received_at;
};

/* A mistake in the query. */
struct pg_track_hint {
    const char *text;  /* sentence */
    const char *retry; /* query with the suggestion in place, NULL: none */
    const char *label; /* of the link */
};

struct track_query;
/* Of all mistakes in the query. */
const struct pg_track_hint *pg_track_hints(struct web_req *r, const char *query,
                                           const struct track_query *q, int *n);
/* Periods to choose from, ended by value NULL. */
const struct ui_option *pg_track_periods(struct web_req *r);

struct pg_track_list {
    const char *query, *period;
    struct pg_track_share share;
    const struct ui_option *periods;
    bool searched; /* a query or a shorter period than all */
    const struct pg_track_hint *hints;
    int nhints;
    const struct pg_track_row *rows;
    int n;
    struct ui_pager pager;
};

/* One step of the time line. */
struct pg_step {
    const char *icon, *tone;
    const char *title, *sub; /* sentences; sub may be "" */
    const char *reply;       /* a server's own words, shown as they are; "" = none */
    int64_t at;
};

struct pg_track_rcpt {
    const char *recipient_id, *address, *state, *kind, *rule;
    int64_t state_at;
    bool stored; /* its bytes are in the quarantine */
    bool possible_duplicate;
};

struct pg_track_page {
    const char *message_id, *subject, *kind;
    const char *sender, *header_from, *header_from_name, *header_id;
    const char *client_ip, *client_name, *helo, *tls, *queue_id, *sha256;
    const char *resend_of; /* "": none */
    const char *similar;   /* query that finds mail of the same kind */
    const char *scan_time; /* "812 ms" */
    bool from_differs;
    int64_t received_at, bytes;
    double score, threshold;
    const struct pg_track_rcpt *rcpts;
    int nrcpts;
    const struct pg_step *steps;
    int nsteps;
    struct pg_scan scan;
    const struct reason *reasons;
    int nreasons;
};

/* An event as stored, texts made safe. address, who: "" when it concerns nobody in particular. */
struct pg_event {
    const char *kind, *address, *who, *detail; /* detail: JSON text */
    int64_t at;
};
/* Fills v->steps from the events, oldest first; the rest of v must be there already. */
void pg_timeline(struct web_req *r, struct pg_track_page *v, const struct pg_event *events, int n);

#endif
