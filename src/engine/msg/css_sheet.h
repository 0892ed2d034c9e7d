/*
 * Style sheets of a message, as far as they can hide text: selectors of names, classes and ids, also below one another. What
 * depends on the screen's size is left out; so is all that says nothing about hiding. Bounded work for each element.
 */
#ifndef SEKISHO_CSS_SHEET_H
#define SEKISHO_CSS_SHEET_H

#include <stddef.h>

#include "css.h"

struct arena;

#define CSS_RULES 400     /* that say something about hiding */
#define CSS_MATCHES 24    /* for one element */
#define CSS_WORK 4000000L /* comparisons for one document; then no more rules apply */

struct css_sheet;

/* An element in the document; texts in lower case. */
struct css_element {
    const char *name, *classes, *id; /* "" = has none */
};

struct css_block {
    const struct css_declaration *list;
    int n;
};

struct css_sheet *css_sheet_new(struct arena *a);
/* Adds the rules of one <style>. */
void css_sheet_read(struct css_sheet *s, const char *p, size_t n);
/* Is there any rule? */
bool css_sheet_any(const struct css_sheet *s);
/* What the rules say about the last of path[0..depth-1], weakest first; how many. */
int css_sheet_match(struct css_sheet *s, const struct css_element *const *path, int depth,
                    struct css_block out[CSS_MATCHES]);

#endif
