/* Mail that somebody else was quicker with: several people may have the same mailbox. */
#ifndef SEKISHO_PG_HANDLED_H
#define SEKISHO_PG_HANDLED_H

#include "../../store/store_quarantine.h"
#include "../web_req.h"

#define HANDLED_MAX 20 /* rows that a list shows of them */

/* "Deleted by Misaki Sato, 9:42": what was done by a person, or by the organisation's administrators. NULL: nothing
 * that could be said. */
const char *handled_text(struct web_req *r, const struct store_held_page *p);

/* What the reader chose and what was not done with it. */
struct handled {
    const char **ask; /* held, and only an administrator may deliver it */
    const char **by;  /* not held any more */
    int nask, nby;
};
int handled_find(struct web_req *r, const char *const *chosen, int n, const char *const *done,
                 int ndone, struct handled *out);
/* Nothing was done with what was chosen: back to the list, whose rows then say who handled these. Of the only message that was
 * chosen the bar says it, whatever the page; else it says text. */
int handled_reply(struct web_req *r, const char *back, const char *text, int asked,
                  const char *const *by, int nby);
/* The ids that handled.by left in the message bar, for the list that it is shown on: once. */
int handled_shown(struct web_req *r, const char *const **ids);

#endif
