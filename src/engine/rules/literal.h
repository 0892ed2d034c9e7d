/*
 * What must be in a text so that an expression can match: a few literals, at least one of which is in every
 * match. They are what the filter looks for; it is compiled from thousands of literals in milliseconds, from
 * thousands of expressions in a minute and a half.
 */
#ifndef SEKISHO_RULES_LITERAL_H
#define SEKISHO_RULES_LITERAL_H

#include "regex.h"

#define LITERAL_SET 200 /* of one expression; with more it is not filtered */
#define LITERAL_MIN 3   /* bytes; shorter ones are everywhere */
#define LITERAL_BYTES 24

struct literal {
    char text[LITERAL_BYTES]; /* in lower case: looked for in any case */
    int n;
};

struct literals {
    struct literal v[LITERAL_SET];
    int n; /* 0: none is known */
};

/* Never more than the truth: what it does not understand counts for nothing. */
void literals_of(const struct regex_text *t, struct literals *out);

#endif
