/* U7: deleted mail. */
#ifndef SEKISHO_PG_DELETED_H
#define SEKISHO_PG_DELETED_H

#include <stdbool.h>
#include <stdint.h>

#include "../ui.h"

struct pg_deleted_row {
    const char *id, *from_name, *from_address, *subject, *reason, *kind, *mailbox; /* made visible */
    const char *by;                                                                /* "You", an address, "" */
    const char *link, *left;                                                       /* "in 3 days" */
    int64_t deleted, expires;
    bool can_delete, soon;
};
struct pg_deleted {
    const struct pg_deleted_row *rows;
    int n;
    bool several_mailboxes;
    const char *here, *back;
    struct ui_pager pager;
};

#endif
