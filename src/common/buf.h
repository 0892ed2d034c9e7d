/*
 * Growing text or byte builder: the only way composed text is made (no fixed buffers).
 * The memory is freed with the arena it was made in. A buffer with a limit stops growing there
 * and remembers that it did: the caller checks buf.truncated.
 */
#ifndef SEKISHO_BUF_H
#define SEKISHO_BUF_H

#include <stdbool.h>
#include <stddef.h>

struct arena;

struct buf {
    char *data; /* always NUL-terminated once anything was added; the NUL is not counted */
    size_t len, cap;
    size_t limit; /* 0: none */
    bool truncated;
};

/* limit in bytes, 0 for none. Returned pointer and its data live as long as the arena. */
struct buf *buf_new(struct arena *a, size_t limit);
void buf_add(struct buf *b, const void *p, size_t n);
void buf_str(struct buf *b, const char *s); /* NULL adds nothing */
void buf_char(struct buf *b, char c);
void buf_printf(struct buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
const char *buf_cstr(const struct buf *b); /* never NULL */
void buf_clear(struct buf *b);

#endif
