/* End user's list of what is held. */
#ifndef SEKISHO_PG_QUARANTINE_H
#define SEKISHO_PG_QUARANTINE_H

#include <stdbool.h>
#include <stdint.h>

#include "../../store/store_mailbox.h"
#include "../ui.h"
#include "pg_held_query.h"

struct pg_quarantine_row {
    const char *id;
    const char *from_name, *from_address; /* made visible (view_safe); name may be "" */
    const char *subject, *reason, *kind, *mailbox, *link;
    int64_t received, expires, deleted;
    bool can_deliver, can_ask, can_delete, soon;
    const char *left; /* "in 30 days" */
};

struct pg_quarantine_view {
    bool filtered, several_mailboxes;
    bool hides_some; /* some kinds are seen by administrators only */
    struct held_query f;
    struct held_sorts sorts; /* what each choice of the filters would show */
    const char *const *mailboxes;
    int nmailboxes;
    int n, nhandled;
    struct pg_quarantine_row *rows;
    struct pg_quarantine_row *handled; /* left: what somebody else did with it */
    int64_t matches, held, deleted_count;
    int retention_days;
    bool many; /* there are more than matches says */
    const char
        *all; /* page that acts on everything that matches; NULL: all of it is on this page */
    const char *here; /* path and query of this list */
    struct store_mailbox_pending *pending; /* mailboxes that wait for their proof */
    int npending;
    int64_t last_digest; /* when nothing is held: the last one that was sent, 0: none */
    struct ui_pager pager;
};

#endif
