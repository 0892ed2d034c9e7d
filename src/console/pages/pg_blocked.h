/* Blocked traffic: recipients that were refused before any mail came. */
#ifndef SEKISHO_PG_BLOCKED_H
#define SEKISHO_PG_BLOCKED_H

#include <stdbool.h>
#include <stdint.h>

#include "pg_tracking.h"

/* All texts are safe to show. */
struct pg_blocked_row {
    const char *sender, *recipient, *client_ip, *client_name;
    const char *reason; /* one sentence */
    const char *reply;  /* "550 5.7.1" */
    bool permanent, outbound;
    int64_t at;
};

struct pg_blocked_list {
    const char *query, *period, *reason;
    struct pg_track_share share;
    const struct ui_option *periods, *reasons;
    bool searched;
    const struct pg_track_hint *hints;
    int nhints;
    const struct pg_blocked_row *rows;
    int n;
    struct ui_pager pager;
};

#endif
