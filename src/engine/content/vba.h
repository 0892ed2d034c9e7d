/* Source text of macros in a stream (MS-OVBA 2.4.1). */
#ifndef SEKISHO_VBA_H
#define SEKISHO_VBA_H

#include <stdbool.h>
#include <stddef.h>

struct arena;

#define VBA_SOURCE (4 * 1024 * 1024) /* of one module */

/* The compressed source in these bytes, wherever it begins: it does with the word "Attribute". That way no
 * list of modules has to be believed. NULL: there is none. *after: where to look for the next one. */
char *vba_source(struct arena *a, const unsigned char *p, size_t n, size_t *len, size_t *after);

#endif
