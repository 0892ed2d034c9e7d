/*
 * Goes ahead of an expression that is dear and looks whether it may match a text at all: one step for each
 * byte, whatever the expression. It knows the expression without its positions (^, \b, look-arounds) and back
 * references, so it finds more than the expression, and never less.
 *
 * What it has learnt of texts stays in its memory (of a bounded size), so it belongs to one thread.
 */
#ifndef SEKISHO_RULES_SCOUT_H
#define SEKISHO_RULES_SCOUT_H

#include <stdbool.h>
#include <stddef.h>

struct arena;
struct scout;
struct tree;

/* NULL: the expression is smaller than least (nodes of the tree, with repetitions), too large, or it matches
 * everything. */
struct scout *scout_new(struct arena *a, const struct tree *t, int least);
/* false: the expression does not match. true: it may, or it would take too long to find out. */
bool scout_run(struct scout *s, const char *p, size_t n);

#endif
