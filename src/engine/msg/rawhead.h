/*
 * The header block as bytes, before any library sees it: limits, counts, oddities. One pass.
 */
#ifndef SEKISHO_RAWHEAD_H
#define SEKISHO_RAWHEAD_H

#include <stdbool.h>
#include <stddef.h>

struct arena;
struct msg;

struct raw_line {
    const unsigned char *p;
    size_t n, next; /* without LF or CRLF; offset of the next line */
};
struct raw_line raw_line(const unsigned char *raw, size_t n, size_t at);

struct rawhead {
    size_t bytes; /* header block without the empty line */
    size_t body;  /* offset of the body */
    int fields;
    int from, subject, message_id, content_type, transfer_encoding, mime_version;
    bool over; /* a limit was passed: the message is not parsed further */
};

/* Where the header begins: behind a byte order mark, an mbox line, folded lines without a field. */
size_t rawhead_start(struct msg *m, const unsigned char *raw, size_t n);
/* Adds anomalies, exceptions and the counts of m (received, own_headers). */
void rawhead_read(struct msg *m, const unsigned char *raw, size_t n, struct rawhead *out);
/* Oddities of the whole message that only the bytes show: NUL, bare CR, long lines. */
void rawhead_lines(struct msg *m, const unsigned char *raw, size_t n);
/* May a MIME parser see these bytes? Counts what could be delimiters and header fields, before it
 * makes an object of each; false, and an exception, when there are far too many. */
bool rawhead_parsable(struct msg *m, const unsigned char *raw, size_t n);
/* Unfolded value of the first field of that name, at most 64 KiB, or NULL. */
char *rawhead_value(struct arena *a, const unsigned char *raw, const struct rawhead *h,
                    const char *name);

#endif
