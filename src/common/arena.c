/*
 * Chunks of growing size, linked; big requests get a chunk of their own. Built with
 * -DARENA_PLAIN every allocation is a chunk of its own, so that AddressSanitizer sees the edges
 * of each object.
 */
#include "arena.h"
#include "err.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ALIGN _Alignof(max_align_t)
#define FIRST_CHUNK 4096u
#define LARGEST_CHUNK (256u * 1024)

struct chunk {
    struct chunk *next;
    size_t size, used;
    _Alignas(max_align_t) unsigned char data[];
};

struct deferred {
    struct deferred *next;
    void (*fn)(void *);
    void *arg;
};

struct arena {
    struct chunk *head;
    struct deferred *deferred;
    size_t next_size, used;
};

static struct chunk *
chunk_new(size_t size)
{
    if (size > SIZE_MAX - sizeof(struct chunk))
        bug("arena: request of %zu bytes", size);
    struct chunk *c = malloc(sizeof *c + size);
    if (!c)
        bug("out of memory (%zu bytes)", size);
    c->next = NULL;
    c->size = size;
    c->used = 0;
    return c;
}

struct arena *
arena_new(void)
{
    struct arena *a = calloc(1, sizeof *a);
    if (!a)
        bug("out of memory");
    a->next_size = FIRST_CHUNK;
    return a;
}

void
arena_free(struct arena **ap)
{
    struct arena *a = *ap;
    if (!a)
        return;
    *ap = NULL;
    while (a->deferred) { /* a deferred function may defer again */
        struct deferred *d = a->deferred;
        a->deferred = d->next;
        d->fn(d->arg);
    }
    for (struct chunk *c = a->head, *next; c; c = next) {
        next = c->next;
        free(c);
    }
    free(a);
}

void *
arena_alloc(struct arena *a, size_t n)
{
    if (n > SIZE_MAX - ALIGN)
        bug("arena: request of %zu bytes", n);
    size_t need = (n + ALIGN - 1) / ALIGN * ALIGN;
    struct chunk *c = a->head;
#ifdef ARENA_PLAIN
    c = NULL;
    need = n;
#endif
    if (!c || c->size - c->used < need) {
#ifdef ARENA_PLAIN
        size_t size = need;
#else
        size_t size = need > a->next_size / 2 ? need : a->next_size;
        if (size == a->next_size && a->next_size < LARGEST_CHUNK)
            a->next_size *= 2;
#endif
        struct chunk *fresh = chunk_new(size);
        if (c && size == need) { /* keep filling the current chunk */
            fresh->next = c->next;
            c->next = fresh;
        } else {
            fresh->next = a->head;
            a->head = fresh;
        }
        c = fresh;
    }
    void *p = c->data + c->used;
    c->used += need;
    a->used += need;
    memset(p, 0, n);
    return p;
}

void *
arena_calloc(struct arena *a, size_t n, size_t size)
{
    size_t total;
    if (__builtin_mul_overflow(n, size, &total))
        bug("arena: %zu x %zu bytes", n, size);
    return arena_alloc(a, total);
}

void *
arena_memdup(struct arena *a, const void *p, size_t n)
{
    char *copy = arena_alloc(a, n + 1);
    if (n)
        memcpy(copy, p, n);
    return copy;
}

char *
arena_strdup(struct arena *a, const char *s)
{
    return s ? arena_memdup(a, s, strlen(s)) : NULL;
}

char *
arena_strndup(struct arena *a, const char *s, size_t n)
{
    return arena_memdup(a, s, strnlen(s, n));
}

char *
arena_printf(struct arena *a, const char *fmt, ...)
{
    va_list ap, again;
    va_start(ap, fmt);
    va_copy(again, ap);
    int n = vsnprintf(NULL, 0, fmt, ap);
    va_end(ap);
    if (n < 0)
        bug("arena_printf: bad format");
    char *s = arena_alloc(a, (size_t)n + 1);
    vsnprintf(s, (size_t)n + 1, fmt, again);
    va_end(again);
    return s;
}

void
arena_defer(struct arena *a, void (*fn)(void *), void *arg)
{
    struct deferred *d = arena_alloc(a, sizeof *d);
    *d = (struct deferred){a->deferred, fn, arg};
    a->deferred = d;
}

size_t
arena_used(const struct arena *a)
{
    return a->used;
}
