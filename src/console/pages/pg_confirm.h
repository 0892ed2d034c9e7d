/* Confirm and result pages of what is done with held mail (U6): what happens to these messages, and what to mail that
 * comes later. */
#ifndef SEKISHO_PG_CONFIRM_H
#define SEKISHO_PG_CONFIRM_H

#include <stdbool.h>
#include <stdint.h>

#include "../ui.h"
#include "../web_reply.h"

struct pg_confirm_row {
    const char *id;
    const char *from_name, *from_address, *subject, *reason, *kind, *mailbox; /* safe to show */
    const char *own;     /* the mailbox, without the tag of the address */
    const char *pattern; /* the sender as an entry of a list; "" none */
    const char *gone;    /* who handled it meanwhile, as a sentence */
};

struct pg_confirm_count {
    const char *word; /* a mailbox or a kind */
    int n;
};

struct pg_confirm {
    const char *act; /* deliver, allow, block, report, ask */
    const struct pg_confirm_row *rows;
    int n, left_out; /* left out: not held any more, or not theirs to do that with */
    const struct pg_confirm_row
        *handled; /* those that others handled meanwhile, as far as they are told */
    int nhandled;
    int nasks; /* of a delivery: only an administrator may deliver these */
    const char *const *asks;
    bool also_ask; /* and one is asked to */
    const struct pg_confirm_count *mailboxes, *kinds;
    int nmailboxes, nkinds;
    int nsenders;                              /* different senders that an entry can be made for */
    const char *sender;                        /* the one, when there is one; "" */
    const char *domain;                        /* of that sender: offer all of it; "" */
    const char *mailbox;                       /* for whose mail the entry counts; "" several */
    const char *ours;                          /* domain for which the reader may say so; "" none */
    const char *what;                          /* of a report */
    const char *whole, *days, *for_all, *note; /* as chosen */
    const char *back;
};

/* What was done, and what else waits. */
struct pg_done {
    int64_t held;
    const char *back;
};

#define PG_MANY 11 /* ticked messages that are done as a job, after a page that asks */

/* What was typed as "note" can be sent as it is; else the field has its error. */
bool pg_note_ok(struct web_req *r);

/* Shows the page; what only an administrator may deliver is asked for when there is nothing else to deliver. */
int pg_confirm_act(struct web_req *r, const char *act, const char *const *ids, int n,
                   const char *back);
/* The page that asks an administrator for these; NULL: there are none, or too many for an address. */
const char *pg_ask_path(struct web_req *r, const char *back, const char *const *ids, int n);
/* Of what was chosen only a part may be delivered by the reader. */
struct flash pg_some_delivered(int n);

#endif
