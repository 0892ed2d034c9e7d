/* Small readers of hostile bytes that looks share. None of them reads past the end. */
#ifndef SEKISHO_BYTES_H
#define SEKISHO_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct arena;
struct buf;

static inline uint16_t
bytes_le16(const unsigned char *p)
{
    return (uint16_t)(p[0] | p[1] << 8);
}

static inline uint32_t
bytes_le32(const unsigned char *p)
{
    return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static inline uint64_t
bytes_le64(const unsigned char *p)
{
    return bytes_le32(p) | (uint64_t)bytes_le32(p + 4) << 32;
}

/* What is still to be read; bad: more was wanted than there is, and all that is read from then on is nothing. */
struct bytes_reader {
    const unsigned char *p, *end;
    bool bad;
};

/* The next n bytes, or NULL. */
static inline const unsigned char *
bytes_take(struct bytes_reader *r, uint64_t n)
{
    const unsigned char *p = r->p;

    if (r->bad || n > (uint64_t)(r->end - r->p)) {
        r->bad = true;
        return NULL;
    }
    r->p += n;
    return p;
}

/* Memory of fixed size that is filled from its beginning. */
struct bytes_room {
    unsigned char *p;
    size_t n, room;
};

/* false: no room, nothing put. */
static inline bool
bytes_put(struct bytes_room *to, const void *p, size_t n)
{
    if (n > to->room - to->n)
        return false;
    memcpy(to->p + to->n, p, n);
    to->n += n;
    return true;
}

/* First place of a word, any case; word in lower case ASCII. NULL: nowhere. */
const unsigned char *bytes_find(const unsigned char *p, size_t n, const char *word);
/* A header field begins there, of whatever name (RFC 5322, 2.2), or the empty line behind a header without fields. */
bool bytes_field(const unsigned char *p, size_t n);
/* Does the name end so? Any case; with the dot: ".lnk". Trailing dots and blanks do not count, as for Windows. */
bool bytes_ext(const char *name, const char *ext);
/* Is the name's end one of these? Ends with NULL. */
bool bytes_ext_in(const char *name, const char *const *exts);
/* Decodes base64 (also its URL form), leaving out what is not of it, up to the first '=' or end. Returns
 * the bytes in a; *used: how far it read. */
unsigned char *bytes_base64(struct arena *a, const unsigned char *p, size_t n, size_t *out,
                            size_t *used);
/* UTF-16 as UTF-8; broken pairs become U+FFFD, NUL ends it. big: big-endian. */
char *bytes_utf16(struct arena *a, const unsigned char *p, size_t n, bool big);
/* Text in UTF-16 as UTF-8, without NUL; other text without NUL. Where programs do not agree which of both it is, as
 * both, one behind the other. */
char *bytes_script_text(struct arena *a, const unsigned char *p, size_t n, size_t *out);
/* Runs of at least 5 printable characters in UTF-16 (little-endian), or 6 of ASCII, one a line, in UTF-8. */
struct buf *bytes_wide_text(struct arena *a, const unsigned char *p, size_t n, size_t limit);
struct buf *bytes_narrow_text(struct arena *a, const unsigned char *p, size_t n, size_t limit);
/* zlib or raw deflate, at most limit bytes. *over: there was more. NULL: nothing came. */
unsigned char *bytes_inflate(struct arena *a, const unsigned char *p, size_t n, bool raw,
                             size_t limit, size_t *out, bool *over);

#endif
