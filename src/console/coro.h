/*
 * Coroutines on Kore's event loop: page code reads from top to bottom and never blocks its worker.
 *
 * One coroutine runs at a time, in the worker's only thread. It gives the thread away only inside
 * the functions marked "awaits". Nothing that belongs to the thread (locale, errno, static
 * buffers) may be relied on across them. A coroutine never touches Kore's connection: the client
 * may be gone when it wakes up.
 */
#ifndef SEKISHO_CORO_H
#define SEKISHO_CORO_H

#include <stdbool.h>
#include <stdint.h>

struct coro;

/* Once per worker, from kore_worker_configure. */
void coro_init(void);

/* Runs fn(arg) until its first wait; from the event loop only (bug otherwise). When fn has ended,
 * done(arg) runs in the event loop: there Kore's connection may be touched. */
void coro_start(void (*fn)(void *), void (*done)(void *), void *arg);
struct coro *coro_self(void); /* NULL in the event loop */

/* Awaits coro_wake() on this coroutine. deadline: when_mono() in ms. 0 woken, -1 too late. Wakes
 * may be spurious: check the condition again. */
int coro_park(int64_t deadline);
/* From the loop it runs at once, from a coroutine after that one waits or ends. */
void coro_wake(struct coro *c);

/* Awaits until the descriptor is ready (POLLIN, POLLOUT; also at errors). 0, or -1 too late. */
int coro_wait_fd(int fd, short events, int64_t deadline);

int coro_count(void); /* alive in this worker */

#endif
