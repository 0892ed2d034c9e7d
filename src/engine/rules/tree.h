/*
 * What an expression of a rule file may match, as a tree: sets of bytes, one after the other, alternatives,
 * repetitions. Never less than what PCRE2 matches: positions (^, \b, look-arounds) are left out, and what is
 * not known in advance (back references) stands for any text.
 */
#ifndef SEKISHO_RULES_TREE_H
#define SEKISHO_RULES_TREE_H

#include <stdbool.h>
#include <stdint.h>

#include "regex.h"

#define TREE_NODES 20000
#define TREE_DEPTH 30
#define TREE_MANY 100000 /* a repetition without end */

/* A set of bytes. */
struct bytes {
    uint64_t bit[4];
};

enum tree_kind {
    TREE_SET,    /* one byte of set */
    TREE_ALL,    /* all of first, first->next ... one after the other; without any: nothing */
    TREE_ONE_OF, /* one of them */
    TREE_REPEAT, /* first, from least to most times */
    TREE_ANY     /* any text, or none */
};

struct tree {
    enum tree_kind kind;
    struct bytes set;
    int least, most;
    struct tree *first, *next;
};

/* NULL: it has something that is not understood. */
const struct tree *tree_of(struct arena *a, const struct regex_text *t);

static inline bool
bytes_has(const struct bytes *b, unsigned char c)
{
    return b->bit[c / 64] >> (c % 64) & 1;
}

static inline void
bytes_add(struct bytes *b, unsigned char c)
{
    b->bit[c / 64] |= 1ull << (c % 64);
}

static inline void
bytes_join(struct bytes *b, const struct bytes *other)
{
    for (int i = 0; i < 4; i++)
        b->bit[i] |= other->bit[i];
}

#endif
