/*
 * Bodies on their way in. Memory is taken for bytes that came, never for bytes that were announced,
 * and all bodies of a worker share one budget.
 */
#ifndef SEKISHO_WEB_BODY_H
#define SEKISHO_WEB_BODY_H

#include <stdbool.h>
#include <stddef.h>

#define WEB_BODIES_MAX (64u * 1024 * 1024)

struct web_body {
    char *p; /* NULL: nothing yet */
    size_t n, cap;
};

/* Keeps n more bytes; the body will have length at most. false: the budget is used up. */
bool web_body_add(struct web_body *b, const void *p, size_t n, size_t length);
void web_body_free(struct web_body *b);
size_t web_bodies(void); /* bytes of all of them in this worker */

#endif
