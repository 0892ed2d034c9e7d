#include "buf.h"
#include "arena.h"
#include "err.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void
buf_release(void *p)
{
    struct buf *b = p;
    free(b->data);
    b->data = NULL;
}

struct buf *
buf_new(struct arena *a, size_t limit)
{
    struct buf *b = arena_alloc(a, sizeof *b);
    b->limit = limit;
    arena_defer(a, buf_release, b);
    return b;
}

static void
buf_reserve(struct buf *b, size_t more)
{
    if (more > SIZE_MAX / 2 - b->len - 1)
        bug("buf: %zu + %zu bytes", b->len, more);
    size_t need = b->len + more + 1;
    if (need <= b->cap)
        return;
    size_t cap = b->cap ? b->cap : 256;
    while (cap < need)
        cap *= 2;
    char *p = realloc(b->data, cap);
    if (!p)
        bug("out of memory (%zu bytes)", cap);
    b->data = p;
    b->cap = cap;
}

void
buf_add(struct buf *b, const void *p, size_t n)
{
    if (b->limit && n > b->limit - b->len) {
        n = b->limit - b->len;
        b->truncated = true;
    }
    buf_reserve(b, n);
    if (n)
        memcpy(b->data + b->len, p, n);
    b->len += n;
    b->data[b->len] = '\0';
}

void
buf_str(struct buf *b, const char *s)
{
    if (s)
        buf_add(b, s, strlen(s));
}

void
buf_char(struct buf *b, char c)
{
    if (b->len + 1 < b->cap && (!b->limit || b->len < b->limit)) { /* most of all calls */
        b->data[b->len++] = c;
        b->data[b->len] = '\0';
        return;
    }
    buf_add(b, &c, 1);
}

void
buf_printf(struct buf *b, const char *fmt, ...)
{
    va_list ap, again;
    va_start(ap, fmt);
    va_copy(again, ap);
    int n = vsnprintf(NULL, 0, fmt, ap);
    va_end(ap);
    if (n < 0)
        bug("buf_printf: bad format");
    size_t add = (size_t)n;
    buf_reserve(b, add);
    vsnprintf(b->data + b->len, add + 1, fmt, again);
    va_end(again);
    if (b->limit && add > b->limit - b->len) {
        add = b->limit - b->len;
        b->truncated = true;
    }
    b->len += add;
    b->data[b->len] = '\0';
}

const char *
buf_cstr(const struct buf *b)
{
    return b->data ? b->data : "";
}

void
buf_clear(struct buf *b)
{
    b->len = 0;
    b->truncated = false;
    if (b->data)
        b->data[0] = '\0';
}
