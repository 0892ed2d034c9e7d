/* U9: what became of one's own mail. */
#ifndef SEKISHO_PG_HISTORY_H
#define SEKISHO_PG_HISTORY_H

#include <stdbool.h>
#include <stdint.h>

#include "../ui.h"

struct pg_history_row {
    const char *from_name, *from_address, *subject, *mailbox; /* made visible */
    const char *state;
    const char *reason; /* "" when it was not stopped */
    const char *link;   /* where it can be read, NULL: nowhere */
    const char *page;   /* its time line; NULL: it was refused before it came in, and there is none */
    const char *next;   /* what may be done about that */
    bool sender_told;   /* of that */
    int64_t received, changed;
};

struct pg_history {
    const char *q, *result, *days;
    int kept; /* days that the list goes back */
    const struct ui_option *results, *periods;
    const char *answer; /* to "Where is my mail?": one sentence; NULL: nothing was asked */
    bool filtered, several_mailboxes;
    const struct pg_history_row *rows;
    int n;
    struct ui_pager pager;
};

/* One message and its short time line. */
struct pg_history_step {
    const char *icon, *tone, *word, *who; /* word: translated; who: "" or made visible */
    int64_t at;
};
struct pg_history_page {
    struct pg_history_row m;
    const struct pg_history_step *steps;
    int n;
    const char *back;
};

#endif
