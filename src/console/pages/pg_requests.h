/* Release requests: the person's own list, the administrators' list, one request with its decision (P5, A23). */
#ifndef SEKISHO_PG_REQUESTS_H
#define SEKISHO_PG_REQUESTS_H

#include <stdbool.h>
#include <stdint.h>

#include "../reasons.h"
#include "../ui.h"

struct pg_request {
    const char *id, *message; /* path of the mail; NULL: none */
    const char *by, *mailbox, *kind, *sender, *subject, *note, *answer, *decided_by; /* safe */
    const char *state, *word, *icon, *tone; /* word: translated */
    int64_t asked, decided;
    bool waiting, may_decide;
};

struct pg_requests {
    bool admin, waiting; /* waiting: only those */
    const struct pg_request *rows;
    int n;
    const char *here;
    struct ui_pager pager;
};

struct pg_request_page {
    struct pg_request q;
    bool own; /* the reader asked for it himself */
    const struct reason *reasons;
    int nreasons;
    int64_t received;
    const char *state;  /* of the mail */
    const char *answer; /* as typed */
    const char *back;
};

#endif
