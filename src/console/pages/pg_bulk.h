/* Everything that matches a filter: the page that asks, and how far the job is. */
#ifndef SEKISHO_PG_BULK_H
#define SEKISHO_PG_BULK_H

#include <stdbool.h>
#include <stdint.h>

struct web_req;

struct pg_bulk {
    bool deleted;                /* the list of deleted mail */
    const char *q, *kind, *days; /* the filter; "" = not set */
    const char *period;          /* in words; NULL: all of it */
    bool soon;
    const char *mailbox, *sort;
    int64_t until; /* what came later is not meant */
    int64_t all, deletable, deliverable;
    int64_t held;     /* for the navigation */
    const char *back; /* path of the list */
};

struct pg_bulk_job {
    const char *id, *action;
    bool running, undone; /* undone: it is, or is being, undone */
    bool can_undo;
    int64_t done, of, changed, returned, total;
};

/* No job was begun: says so in the list. */
int pg_bulk_nothing(struct web_req *r, const char *back);

#endif
