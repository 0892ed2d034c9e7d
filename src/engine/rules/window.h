/*
 * What must be somewhere in a text so that an expression can match, for expressions that have no literal: a
 * few short sequences of sets of bytes ("v", one of "i1l", one of "a@4", "g"), at least one of which is in
 * every match. Chosen by how rarely they are in texts that mean nothing.
 */
#ifndef SEKISHO_RULES_WINDOW_H
#define SEKISHO_RULES_WINDOW_H

#include "tree.h"

#define WINDOW_ITEMS 32 /* of one window */
#define WINDOW_SET 12   /* windows of one expression */

struct window_item {
    struct bytes set;
    bool optional, again; /* may be missing; may come again and again */
    int most;             /* how often it comes at most, as far as is known */
};

/* The first and the last item are never optional. */
struct window {
    struct window_item v[WINDOW_ITEMS];
    int n;
};

struct windows {
    struct window v[WINDOW_SET];
    int n;         /* 0: none that is worth looking for */
    double chance; /* that one begins at a byte of usual text */
};

/* Never more than the truth. */
void windows_of(const struct tree *t, struct windows *out);

#endif
