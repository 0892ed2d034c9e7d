/* Compression of pages on their way out. */
#ifndef SEKISHO_WEB_GZIP_H
#define SEKISHO_WEB_GZIP_H

#include <stdbool.h>
#include <stddef.h>

struct arena;

/* Does Accept-Encoding name gzip, and not with q=0 (RFC 9110 12.5.3)? */
bool web_gzip_accepted(const char *accept);
/* Puts the compressed bytes, in the arena, in place of *p and *n. false: left as they are. */
bool web_gzip(struct arena *a, const void **p, size_t *n);

#endif
