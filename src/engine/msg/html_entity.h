/* Character references of HTML ("&amp;", "&#x41;", "&copy"), as browsers resolve them. */
#ifndef SEKISHO_HTML_ENTITY_H
#define SEKISHO_HTML_ENTITY_H

#include <stdbool.h>
#include <stddef.h>

struct buf;

/* Appends the n bytes with all references resolved, without the marks of NUL bytes (browsers drop them in text).
 * attribute: "&copy=1" stays, so that addresses are not changed. Linear. HTML standard, 13.2.5.72. */
void html_decode(struct buf *b, const char *p, size_t n, bool attribute);
/* One character in UTF-8; what is none becomes U+FFFD. */
void html_put_code(struct buf *b, unsigned long c);

#endif
