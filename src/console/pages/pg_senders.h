/* Sender lists: those of one's own mailboxes in the portal, all of the organisation in the console. */
#ifndef SEKISHO_PG_SENDERS_H
#define SEKISHO_PG_SENDERS_H

#include <stdbool.h>
#include <stdint.h>

#include "../../common/sender_file.h"
#include "../../store/store_sender.h"
#include "../ui.h"

struct web_req;

struct pg_sender {
    const char *id, *pattern;
    const char *target;  /* whose list it is on, as shown; the organisation's in words */
    const char *applies; /* "Address", "Whole domain": what the pattern stands for */
    bool only_verified, enabled;
    bool overruled;         /* the domain or the organisation blocks it: it does nothing */
    bool company;           /* portal: of the organisation or its domain, which alone change it */
    const char *name;       /* that a single sender proved last; "" none */
    int messages, unproven; /* of the last 30 days */
    const char *history;    /* portal: path of the list of them; NULL none */
    int64_t added_at, expires_at; /* 0: it does not end */
};

/* How full the lists of a mailbox are. */
struct pg_sender_room {
    const char *target;
    int used, most;
};

/* Who wrote often, for a list that is empty. */
struct pg_sender_suggested {
    const char *pattern, *name; /* name "" none */
    const char *mailbox;        /* on whose list it belongs; "" one's own */
    int messages;
};

struct pg_senders {
    bool admin, approved, may_change;
    const struct pg_sender *rows;
    int n;
    int64_t napproved, nblocked;
    const char *search, *level, *target; /* filters; "" none */
    bool unproven; /* portal, filter: mail in their name came unverified */
    bool filtered;
    bool conflict; /* what was typed is on the other list: it can be moved */
    bool empty;    /* nothing of one's own is on it */
    const struct pg_sender_suggested *suggested;
    int nsuggested;
    const struct ui_option *mailboxes; /* portal: one's own; ended by value NULL */
    int nmailboxes;
    const struct pg_sender_room *rooms;
    int nrooms;
    int64_t held; /* portal: for the menu */
    const char *here;
    const char *stay; /* where the form to add leads: the list with its filters */
    struct ui_pager pager;
    /* what was typed into the form */
    const char *sender, *scope, *add_level, *add_target;
    bool any_proof; /* admin: also mail that is not verified */
};

struct pg_sender_lists_view {
    const struct store_sender_lists *rows;
    int n;
    const char *search, *here;
    bool may_change;
    struct ui_pager pager;
};

struct pg_sender_skip {
    const char *id, *label;
    bool skipped;
};
struct pg_sender_settings {
    bool header_match, insert_header, may_change;
    const struct pg_sender_skip *skips;
    int nskips;
    const char *version;
};

struct pg_sender_line {
    const char *text, *why; /* why it is left out, translated */
    int number;
};
/* Importing: the form (lines NULL), or what would happen. */
struct pg_sender_import {
    bool admin, approved, replace;
    const char *target; /* as typed or chosen */
    const char *target_word;
    const struct ui_option *mailboxes;
    int64_t held;
    const char *typed; /* text area */
    bool preview;
    int count[SENDER_LINE_STATES];
    int removed, stay, changed; /* of those on the list, when it is replaced; stay: also the changed ones */
    const struct pg_sender_line *left_out;
    int nleft_out, more_left_out;
    const char *good; /* the lines to import, as a file */
    int ngood;
};

/* Shared by the files of these pages. */

/* What stands at the top of both lists. */
const char *pg_sender_problem(enum sender_problem p); /* msgid */
const char *pg_sender_target_word(struct web_req *r, const char *target);
/* Own mailboxes as options; *out ended by value NULL. */
int pg_sender_mailboxes(struct web_req *r, const struct ui_option **out, int *n);
/* Portal: held mail, for the menu. */
int pg_sender_held(struct web_req *r, int64_t *held);
/* Hits, names and blocks of the organisation: fills in rows, which show entries (v->n). */
int pg_sender_hits(struct web_req *r, const struct pg_senders *v,
                   const struct store_sender *entries, struct pg_sender *rows);
/* Portal: those of one's own approvals in whose name unverified mail came. */
int pg_sender_unproven(struct web_req *r, const struct pg_senders *v, const char *const **ids,
                       int *n);
/* Portal: whom the list could begin with. */
int pg_sender_suggest(struct web_req *r, struct pg_senders *v);
/* The target that a form names: in the portal one of one's own mailboxes (text "" is one's own address), in
 * the console by level and text. An error stands at the field. NULL and r->err: the database; *out NULL
 * with a field error. */
int pg_sender_target(struct web_req *r, const char *level, const char *text, const char *field,
                     const char **out);

#endif
