/* Quarantine of the whole organisation, as administrators see it. */
#ifndef SEKISHO_PG_HELD_H
#define SEKISHO_PG_HELD_H

#include <stdbool.h>
#include <stdint.h>

#include "pg_message.h"

struct web_req;

struct pg_held_row {
    const char *id; /* recipient_id */
    const char *sender, *sender_name, *recipient, *subject, *kind;
    const char *reason; /* one sentence */
    const char *state;
    const char *deleted; /* by whom and when, "" */
    /* all texts are safe to show (view_safe); subject is never "" */
    const char *link, *left; /* "in 30 days" */
    bool soon;
    int64_t received_at, expires_at;
};

struct pg_held_filter {
    const char *search, *kind, *domain, *recipient;
    const char *period; /* 24h, 7d, 30d; "": any time */
    const char *state;  /* "": held; deleted */
    bool any;           /* something other than the default is set */
};

struct pg_held_list {
    struct pg_held_filter f;
    const struct pg_held_row *rows;
    int n;
    const struct ui_option *kinds, *domains, *periods, *states;
    const char *tally, *here;
    bool may_act;
    struct ui_pager pager;
};

/* Deliver or delete many: what is about to happen. */
struct pg_held_confirm {
    const char *action; /* "deliver" or "delete" */
    const struct pg_held_row *rows;
    int n;
    int risky; /* of a kind that end users may not deliver */
    const char *back;
};

struct pg_part {
    const char *id, *type, *true_type, *name, *sha256;
    int64_t bytes;
    bool encrypted, opened; /* opened: with a password */
};
struct pg_finding {
    const char *words; /* what it means (findings.def); NULL: show the code */
    const char *scanner, *code, *kind, *evidence, *part;
    double score;
};
/* A check of mail authentication. */
struct pg_auth {
    const char *method; /* "SPF", "DKIM", "ARC", "DMARC" */
    const char *icon, *tone;
    const char *word;       /* msgid of the result */
    const char *domain;     /* "" none */
    const char *code, *why; /* one of them: a code that has no words; their msgid, NULL none */
    const char *asks;       /* msgid: what the domain wants done; NULL */
};
struct pg_scan {
    const struct pg_part *parts;
    const struct pg_finding *findings;
    const struct pg_auth *auth;
    int nauth;
    const char *const *anomalies;
    int nparts, nfindings, nanomalies;
};
struct pg_seen {
    const char *who;
    int64_t at;
};

struct pg_held_page {
    const char *tab; /* "", links, headers, parts */
    struct pg_held_row m;
    const char *message_id, *rule, *back;
    const char *newer, *older; /* paths; NULL = none */
    const char *acted;         /* who delivered it and when, a sentence; "" */
    int64_t bytes;
    double score, threshold;
    bool may_act;
    struct preview p;
    struct pg_scan scan;
    const struct reason *reasons;
    int nreasons;
    const struct pg_seen *seen;
    int nseen;
};

struct store_held;
/* A row with its texts made safe to show; link is the plain path of the message. */
struct pg_held_row pg_held_row(struct web_req *r, const struct store_held *m);
/* Scan results as the database keeps them (message.scan, JSON text), safe to show. */
void pg_scan_read(struct web_req *r, const char *scan, struct pg_scan *out);

#endif
