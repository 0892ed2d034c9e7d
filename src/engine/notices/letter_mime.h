/* How our own mails are written down: header fields, phrases, dates, parts in base64. */
#ifndef SEKISHO_LETTER_MIME_H
#define SEKISHO_LETTER_MIME_H

#include <stdint.h>

struct arena;
struct buf;

/* value: may be folded with LF and a space. */
void mime_field(struct buf *b, const char *name, const char *value);
/* A display name (RFC 5322 phrase): as it is, quoted, or in encoded words. */
char *mime_phrase(struct arena *a, const char *text);
char *mime_date(struct arena *a, int64_t ms); /* RFC 5322, UTC */
/* Content fields, an empty line, the UTF-8 text. */
void mime_part(struct buf *b, const char *type, const char *text);

#endif
