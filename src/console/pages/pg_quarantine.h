/* End user's lists: what is held, what was deleted. */
#ifndef SEKISHO_PG_QUARANTINE_H
#define SEKISHO_PG_QUARANTINE_H

#include <stdbool.h>
#include <stdint.h>

#include "../ui.h"

struct pg_quarantine_row {
    const char *id;
    const char *from_name, *from_address; /* made visible (view_safe); name may be "" */
    const char *subject, *reason, *kind, *mailbox, *link;
    int64_t received, expires, deleted;
    bool can_deliver, can_ask, can_delete, soon;
    const char *left; /* "in 30 days" */
};

struct pg_quarantine_view {
    bool deleted; /* the list of deleted mail */
    bool filtered, soon, several_mailboxes;
    bool hides_some; /* some kinds are seen by administrators only */
    const char *q, *kind;
    int days; /* 0: any time */
    int n;
    struct pg_quarantine_row *rows;
    int64_t matches, held, deleted_count, soon_count;
    int retention_days;
    bool many; /* matches is not all of them: nobody counts so far */
    const char *all; /* page that acts on everything that matches; NULL: all of it is on this page */
    const char *here; /* path and query of this list */
    struct ui_pager pager;
};

#endif
