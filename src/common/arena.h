/*
 * Memory with the lifetime of a request or of a message.
 *
 * Everything taken from an arena goes away with arena_free(), so most functions need no clean-up
 * code. Foreign objects (PGresult, json_t, GMime objects, descriptors) are tied to the same end by
 * arena_defer(). Allocation failure aborts the process (err.h, first class): its supervisor
 * restarts it and nothing that was acknowledged is lost.
 * An arena belongs to one thread or coroutine at a time.
 */
#ifndef SEKISHO_ARENA_H
#define SEKISHO_ARENA_H

#include <stddef.h>

struct arena;

struct arena *arena_new(void);
/* Runs the deferred functions, newest first, and frees all. Sets *a to NULL; accepts NULL. */
void arena_free(struct arena **a);

/* Zeroed, aligned for any type. n may be 0. */
void *arena_alloc(struct arena *a, size_t n);
/* n objects of size bytes; aborts on overflow of the product. */
void *arena_calloc(struct arena *a, size_t n, size_t size);
void *arena_memdup(struct arena *a, const void *p, size_t n); /* adds a NUL behind the copy */
char *arena_strdup(struct arena *a, const char *s);           /* NULL stays NULL */
char *arena_strndup(struct arena *a, const char *s, size_t n);
char *arena_printf(struct arena *a, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

void arena_defer(struct arena *a, void (*fn)(void *), void *arg);

/* Bytes handed out so far: for limits and for tests. */
size_t arena_used(const struct arena *a);

#endif
