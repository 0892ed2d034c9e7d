/* Text of a file in whatever charset, for content_text(). */
#ifndef SEKISHO_LOOKTEXT_H
#define SEKISHO_LOOKTEXT_H

#include <stddef.h>

struct content;
struct content_file;

/* As UTF-8 to content_text(), at most LOOKTEXT_BYTES. */
#define LOOKTEXT_BYTES (256 * 1024)
void looktext(struct content *c, const struct content_file *f, const void *p, size_t n);

#endif
