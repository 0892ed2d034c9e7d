/* The page of a link in a mail (ux.md P1): one held message, what can be done with it without signing in. */
#ifndef SEKISHO_PG_LINK_H
#define SEKISHO_PG_LINK_H

#include "../../store/store_help.h"
#include "../ui.h"
#include "pg_message.h"

enum pg_link_page {
    PG_LINK_CHOOSE,  /* nothing was done yet */
    PG_LINK_READ,    /* the same with the text of the message */
    PG_LINK_DONE,    /* just now, by `action` */
    PG_LINK_HANDLED, /* some time ago, by this link or otherwise */
    PG_LINK_OLD,     /* the link's time is over */
    PG_LINK_WRONG,   /* no link of ours, or revoked */
    PG_LINK_GONE,    /* there is no such message any more */
};

struct pg_link_view {
    enum pg_link_page page;
    const char *action;      /* what was done: deliver, allow, delete, block, ask, undo */
    const char *path;        /* of this link */
    const char *form, *lang; /* for the forms; lang "" = not chosen here */
    const char *problem;     /* above the choices, NULL = none */
    const char *subject, *from_name, *from_address, *mailbox, *kind, *org_name;
    struct store_help help; /* of the organisation, empty when it is not known whose link it is */
    const char *message;    /* path of the message for who signs in */
    const struct reason *reasons;
    int nreasons;
    int64_t received, expires, until;
    const char *happened;                          /* one sentence: what became of it */
    bool deliver, allow, read, remove, block, ask; /* may be done */
    bool sign_in;                                  /* only after signing in */
    bool asked;                                    /* an admin was asked by this link */
    bool listed;                                   /* the sender is on a list now, by this link */
    struct preview preview;
};

#endif
