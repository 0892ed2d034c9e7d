/*
 * A style attribute rebuilt from the declarations that are on the list of css_safe.def (T-W2): properties by name, values as
 * numbers with a unit, colours, and words of the list. Nothing else can come out, so there is no address, no function, no
 * position, no string, and no number beyond its limits.
 */
#ifndef SEKISHO_CSS_SAFE_H
#define SEKISHO_CSS_SAFE_H

#include <stddef.h>

struct buf;

/* Appends "a:b;c:d", maybe nothing. scratch is used for the time of the call. The result holds letters, digits and "#%.,:;- "
 * only. */
void css_safe(struct buf *out, struct buf *scratch, const char *p, size_t n);
/* A colour as "#rrggbb"; nothing if it is none. */
void css_safe_color(struct buf *out, const char *value);

#endif
