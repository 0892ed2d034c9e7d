/* Audit log. */
#ifndef SEKISHO_PG_AUDIT_H
#define SEKISHO_PG_AUDIT_H

#include <stdbool.h>
#include <stdint.h>

#include "../ui.h"

struct web_req;

struct pg_audit_row {
    int64_t seq, at;
    const char *actor, *surface, *client_ip, *object;
    const char *icon, *tone, *text; /* what happened, in the reader's language */
    const char *event;
};

struct pg_audit_list {
    const char *event, *actor, *period;
    bool any;
    const struct ui_option *events, *periods;
    const struct pg_audit_row *rows;
    int n;
    struct ui_pager pager;
};

struct pg_audit_change {
    const char *field, *before, *after; /* NULL: not there */
};

struct pg_audit_page {
    struct pg_audit_row e;
    const struct pg_audit_change *changes;
    int nchanges;
    const char *prev, *hash; /* hex */
};

/* Sentence, icon and tone of an event id (events.def). */
void pg_event_words(struct web_req *r, const char *event, const char *object, const char **icon,
                    const char **tone, const char **text);
/* For the filter: all events, the first option is "all". */
const struct ui_option *pg_event_options(struct web_req *r);
/* "console", "portal", "command line", "engine" */
const char *pg_surface_word(struct web_req *r, const char *surface);

#endif
