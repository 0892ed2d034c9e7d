/* A set of rules on one message, while it runs: shared by run.c and later.c. */
#ifndef SEKISHO_RULES_RUN_H
#define SEKISHO_RULES_RUN_H

#include <stdint.h>

#include "group.h"
#include "view.h"

/* What became of a rule that is asked only when a meta needs it. */
struct wait {
    unsigned char state; /* enum in later.c; 0: what is in hits is true */
    unsigned char n;     /* pieces in its list */
    int first, last;     /* of its pieces, in run.pieces */
};

struct wait_piece {
    int piece, next; /* next: -1 = none */
};

struct run {
    const struct ruleset *set;
    struct view *v;
    double *hits;
    int64_t deadline; /* us of this thread: a busy machine must not make mail clean */
    int since;
    bool late;
    struct wait *wait;
    struct wait_piece *pieces;
    int npieces, room;
    struct span full; /* the whole message as the only piece of a text */
    struct spans whole;
    /* the text in hand */
    const struct group *g;
    struct span text;
    int piece;
};

/* ---- run.c */

/* The text that rules of that kind look at, in pieces. */
const struct spans *run_pieces(struct run *r, enum rule_kind kind);
/* Adds the hits of one more piece, if there can be more. */
void run_piece(struct run *r, const struct rule *rule, int piece, struct span text);
void run_header(struct run *r, const struct rule *rule);

/* ---- later.c */

/* true: the rule, which may match that piece, is put off. filtered: others will not be named if they cannot. */
bool later(struct run *r, const struct rule *rule, int piece, bool filtered);
/* All metas, and what they need of what was put off. */
void later_metas(struct run *r);

#endif
