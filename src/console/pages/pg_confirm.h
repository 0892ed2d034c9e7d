/* Confirm and result pages of what is done with held mail (U6): what happens to these messages, and what to mail that
 * comes later. */
#ifndef SEKISHO_PG_CONFIRM_H
#define SEKISHO_PG_CONFIRM_H

#include <stdbool.h>
#include <stdint.h>

#include "../ui.h"

struct pg_confirm_row {
    const char *id;
    const char *from_name, *from_address, *subject, *reason, *kind, *mailbox; /* safe to show */
    const char *pattern; /* the sender as an entry of a list; "" none */
};

struct pg_confirm {
    const char *act; /* allow, block, report, ask */
    const struct pg_confirm_row *rows;
    int n, left_out;     /* left out: not held any more, or not theirs to do that with */
    int nsenders;        /* different senders that an entry can be made for */
    const char *sender;  /* the one, when there is one; "" */
    const char *domain;  /* of that sender: offer all of it; "" */
    const char *mailbox; /* for whose mail the entry counts; "" several */
    const char *ours;    /* domain for which the reader may say so; "" none */
    const char *what;    /* of a report */
    const char *whole, *days, *for_all, *note; /* as chosen */
    const char *back;
};

/* What was done, and what else waits. */
struct pg_done {
    int64_t held;
    const char *back;
};

#endif
