/* Everything that matches a filter: the page that asks, and how far the job is. */
#ifndef SEKISHO_PG_BULK_H
#define SEKISHO_PG_BULK_H

#include <stdbool.h>
#include <stdint.h>

struct web_req;

struct pg_bulk {
    const char *
        act; /* the page of one action: deliver, ask, report, allow, block; "": the page that offers all */
    bool deleted;                /* the list of deleted mail */
    const char *q, *kind, *days; /* the filter; "" = not set */
    const char *period;          /* in words; NULL: all of it */
    bool soon;
    const char *mailbox, *sort;
    int64_t until; /* what came later is not meant */
    int64_t all;
    int64_t deletable, deliverable, askable, allowable, blockable; /* as in store_bulk_count */
    int64_t requests, reports;                                     /* left for today */
    int room;                       /* entries on one list of senders */
    const char *path;               /* of this page, with the filter; a value of "do" may follow */
    const char *what, *keep, *note; /* as chosen */
    bool also_ask;
    int64_t held;     /* for the navigation */
    const char *back; /* path of the list */
};

struct pg_bulk_job {
    const char *id, *action;
    bool running, undone; /* undone: it is, or is being, undone */
    bool can_undo;
    int64_t done, of, changed, returned, total, asked, senders, limited, barred;
    int64_t handled;         /* of total, or of what it made: others had handled them before */
    const char *path, *back; /* of this page; of the list */
};

/* The page of a job; back: where its list is. */
const char *pg_bulk_job_path(struct web_req *r, const char *job, const char *back);
/* No job was begun: says so in the list. */
int pg_bulk_nothing(struct web_req *r, const char *back);

#endif
