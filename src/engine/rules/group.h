/*
 * Rules that look at the same text, with a filter before them, which says which of them may match, and only
 * those are asked: one pass over the text for literals (literal.h), one for windows (window.h) of those that
 * have no literal. What has neither is always asked.
 */
#ifndef SEKISHO_RULES_GROUP_H
#define SEKISHO_RULES_GROUP_H

#include "ruleset.h"

#define GROUP_FILTERED 4 /* a filter for fewer rules costs more than it saves */

struct hs_database;
struct hs_scratch;
struct sieve;

struct group {
    enum rule_kind kind;
    const char *request; /* of header rules */
    struct rule **rules;
    int n;
    int nfiltered;              /* the first ones are behind the filter */
    struct hs_database *filter; /* for literals; NULL: none */
    int *first, *of; /* of a literal: where its rules begin in of, the numbers of rules */
    struct hs_scratch **scratch; /* the set's: one is enough, since one group runs at a time */
    struct sieve *sieve;         /* for windows; NULL: none */
};

/* Calls take(ctx, number) for each rule that may match, the always asked ones included, in order. */
void group_candidates(const struct group *g, const char *p, size_t n,
                      void (*take)(void *ctx, int number), void *ctx);

#endif
