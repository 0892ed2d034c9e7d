/*
 * ucontext stacks of 256 KiB with a guard page, kept on a free list: only touched pages cost
 * memory, a switch costs about a microsecond (two sigprocmask calls). Deadlines are looked at by
 * one timer of 100 ms per worker instead of one Kore timer per wait, because Kore keeps its timers
 * in a sorted list that is walked at every insertion.
 *
 * Event structs given to epoll may still be in the batch that is being handled when a wait ends, so
 * they are freed two ticks later.
 */
#include "coro.h"
#include "../common/err.h"
#include "../common/when.h"

#include <kore/kore.h>

#include <poll.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <ucontext.h>

#define STACK_SIZE (256u * 1024)
#define GUARD_SIZE 4096u
#define KEEP_STACKS 64
#define TICK_MS 100

struct coro {
    ucontext_t ctx;
    char *stack;
    void (*fn)(void *), (*done_fn)(void *);
    void *arg;
    int64_t deadline;
    bool parked, ready, late, done;
    struct coro *next; /* ready queue or free list */
    LIST_ENTRY(coro) alive;
};

struct fd_wait {
    struct kore_event evt; /* first: Kore calls evt.handle */
    struct coro *c;
    struct fd_wait *next;
};

static LIST_HEAD(, coro) all = LIST_HEAD_INITIALIZER(all);
static ucontext_t loop_ctx;
static struct coro *self, *ready_head, **ready_tail = &ready_head, *spare;
static int nspare, nalive;
static struct fd_wait *retired, *retired_before;

static struct coro *
coro_new(void)
{
    struct coro *c = spare;
    if (c) {
        spare = c->next;
        nspare--;
        char *stack = c->stack;
        *c = (struct coro){.stack = stack};
        return c;
    }
    c = calloc(1, sizeof *c);
    if (!c)
        bug("out of memory");
    c->stack = mmap(NULL, STACK_SIZE + GUARD_SIZE, PROT_READ | PROT_WRITE,
                    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);
    if (c->stack == MAP_FAILED)
        bug("out of memory for a coroutine stack");
    if (mprotect(c->stack, GUARD_SIZE, PROT_NONE))
        bug("mprotect");
    return c;
}

static void
coro_release(struct coro *c)
{
    if (nspare < KEEP_STACKS) {
        c->next = spare;
        spare = c;
        nspare++;
        return;
    }
    munmap(c->stack, STACK_SIZE + GUARD_SIZE);
    free(c);
}

static void
coro_main(unsigned hi, unsigned lo)
{
    struct coro *c = (struct coro *)(((uintptr_t)hi << 32) | lo);
    c->fn(c->arg);
    c->done = true;
    swapcontext(&c->ctx, &loop_ctx);
    bug("a finished coroutine was resumed");
}

static void
switch_to(struct coro *c)
{
    self = c;
    if (swapcontext(&loop_ctx, &c->ctx))
        bug("swapcontext");
    self = NULL;
    if (c->done) {
        void (*done)(void *) = c->done_fn;
        void *arg = c->arg;
        LIST_REMOVE(c, alive);
        nalive--;
        coro_release(c);
        done(arg);
    }
}

/* Runs those that became ready while another one had the thread. */
static void
run_ready(void)
{
    while (ready_head) {
        struct coro *c = ready_head;
        ready_head = c->next;
        if (!ready_head)
            ready_tail = &ready_head;
        c->ready = false;
        switch_to(c);
    }
}

/* Apart from coro_start(): getcontext() returns twice as far as the compiler knows. */
static __attribute__((noinline)) void
prepare(struct coro *c)
{
    if (getcontext(&c->ctx))
        bug("getcontext");
    c->ctx.uc_stack.ss_sp = c->stack + GUARD_SIZE;
    c->ctx.uc_stack.ss_size = STACK_SIZE;
    c->ctx.uc_link = NULL;
    uintptr_t p = (uintptr_t)c;
    makecontext(&c->ctx, (void (*)(void))coro_main, 2, (unsigned)(p >> 32), (unsigned)p);
}

void
coro_start(void (*fn)(void *), void (*done)(void *), void *arg)
{
    BUG_IF(self);
    struct coro *c = coro_new();
    c->fn = fn;
    c->done_fn = done;
    c->arg = arg;
    prepare(c);
    LIST_INSERT_HEAD(&all, c, alive);
    nalive++;
    switch_to(c);
    run_ready();
}

struct coro *
coro_self(void)
{
    return self;
}

int
coro_park(int64_t deadline)
{
    struct coro *c = self;
    BUG_IF(!c);
    c->deadline = deadline;
    c->parked = true;
    c->late = false;
    swapcontext(&c->ctx, &loop_ctx);
    return c->late ? -1 : 0;
}

void
coro_wake(struct coro *c)
{
    if (!c->parked)
        return;
    c->parked = false;
    c->ready = true;
    c->next = NULL;
    *ready_tail = c;
    ready_tail = &c->next;
    if (!self)
        run_ready();
}

static void
fd_event(void *p, int error)
{
    struct fd_wait *w = p;
    (void)error;
    if (w->c)
        coro_wake(w->c);
}

int
coro_wait_fd(int fd, short events, int64_t deadline)
{
    struct fd_wait *w = calloc(1, sizeof *w);
    if (!w)
        bug("out of memory");
    w->evt.handle = fd_event;
    w->c = self;
    int what = ((events & POLLIN) ? EPOLLIN : 0) | ((events & POLLOUT) ? EPOLLOUT : 0);
    kore_platform_event_schedule(fd, what | EPOLLRDHUP, 0, w);
    int late = coro_park(deadline);
    kore_platform_disable_read(fd);
    w->c = NULL;
    w->next = retired;
    retired = w;
    return late;
}

int
coro_count(void)
{
    return nalive;
}

static void
tick(void *arg, u_int64_t now)
{
    (void)arg;
    (void)now;
    while (retired_before) {
        struct fd_wait *w = retired_before;
        retired_before = w->next;
        free(w);
    }
    retired_before = retired;
    retired = NULL;

    int64_t mono = when_mono();
    struct coro *c, *next;
    for (c = LIST_FIRST(&all); c; c = next) {
        next = LIST_NEXT(c, alive);
        if (c->parked && c->deadline <= mono) {
            c->parked = false;
            c->late = true;
            c->ready = true;
            c->next = NULL;
            *ready_tail = c;
            ready_tail = &c->next;
        }
    }
    run_ready(); /* after the walk: it changes the list */
}

void
coro_init(void)
{
    kore_timer_add(tick, TICK_MS, NULL, 0);
}
