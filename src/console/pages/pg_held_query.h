/* Filters of held mail. That of the portal's list is in its address: list and message page share
 * it, so that Previous and Next stay inside what was filtered. */
#ifndef SEKISHO_PG_HELD_QUERY_H
#define SEKISHO_PG_HELD_QUERY_H

#include <stdbool.h>

#include "../../store/store_quarantine.h"

struct web_req;

struct held_query {
    const char *q, *kind;
    const char *mailbox; /* an address of the reader; "" = all */
    const char *sort;    /* "" = newest first, "expires", "sender" */
    int days;            /* 1, 7, 30 or 0 = any time */
    bool soon;
};
struct held_query held_query_none(void);
/* Everything of the account in this state, "held" or "deleted". */
struct store_held_filter held_filter_all(const char *state, int limit);
/* Needs the fields q, kind, days, soon, mailbox and sort. at: the moment (ms) that days and soon count from; whoever confirms a
 * page means what it showed. */
void held_query_read(struct web_req *r, struct held_query *q, struct store_held_filter *f,
                     int64_t at);
/* path?filter&name=value; name or value NULL adds nothing. */
const char *held_query_path(struct web_req *r, const struct held_query *q, const char *path,
                            const char *name, const char *value);

/* Everything that the reader has in the quarantine, by what filters ask for. */
struct held_sorts {
    const struct store_held_sort *rows;
    int n;
    bool all; /* false: there is more, and counts say "at least" */
};
/* Held mail that the filter would show, whatever its order; q NULL: all of it, also what the search does not find. */
int64_t held_count(const struct held_sorts *c, const struct held_query *q);
int64_t held_count_deleted(const struct held_sorts *c);

#endif
