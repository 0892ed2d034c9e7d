#include "scan_pool.h"

#include <pthread.h>
#include <stdlib.h>
#include <stdbool.h>

#include "../../common/arena.h"
#include "../../common/err.h"
#include "../../common/token.h"
#include "../../common/when.h"
#include "../role.h"
#include "../role_kill.h"
#include "../scan_job.h"

struct scan_pool {
    const struct role_ctx *ctx;
    pthread_mutex_t lock;
    pthread_cond_t freed;
    int n;
    struct slot {
        int fd;
        bool busy;
    } slots[129];
    uint64_t next_id;
};

struct scan_pool *
scan_pool_new(const int *fds, int n, const struct role_ctx *ctx)
{
    struct scan_pool *p = calloc(1, sizeof *p);
    pthread_condattr_t attr;

    BUG_IF(!p || n < 1 || n > (int)(sizeof p->slots / sizeof *p->slots));
    p->ctx = ctx;
    p->n = n;
    for (int i = 0; i < n; i++)
        p->slots[i].fd = fds[i];
    /* Ids of an earlier gate's jobs must not come again. */
    token_random(&p->next_id, sizeof p->next_id);
    p->next_id >>= 8;
    pthread_mutex_init(&p->lock, NULL);
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(&p->freed, &attr);
    pthread_condattr_destroy(&attr);
    return p;
}

void
scan_pool_free(struct scan_pool **p)
{
    if (*p) {
        pthread_mutex_destroy(&(*p)->lock);
        pthread_cond_destroy(&(*p)->freed);
        free(*p);
        *p = NULL;
    }
}

static int
free_slot(const struct scan_pool *p, int avoid)
{
    for (int i = 0; i < p->n; i++)
        if (!p->slots[i].busy && (i != avoid || p->n == 1))
            return i;
    return -1;
}

static int
take_slot(struct scan_pool *p, int64_t until, int avoid, struct scan_ticket *t)
{
    struct timespec ts = {.tv_sec = until / 1000, .tv_nsec = until % 1000 * 1000000};
    int rc = 0;

    pthread_mutex_lock(&p->lock);
    while ((t->slot = free_slot(p, avoid)) < 0 && rc == 0)
        rc = pthread_cond_timedwait(&p->freed, &p->lock, &ts);
    if (t->slot >= 0) {
        p->slots[t->slot].busy = true;
        t->id = ++p->next_id;
    }
    pthread_mutex_unlock(&p->lock);
    return t->slot >= 0 ? 0 : -1;
}

static void
give_slot(struct scan_pool *p, struct scan_ticket *t)
{
    pthread_mutex_lock(&p->lock);
    p->slots[t->slot].busy = false;
    /* Everybody: the one that is woken may be the one that avoids this slot. */
    pthread_cond_broadcast(&p->freed);
    pthread_mutex_unlock(&p->lock);
    t->slot = -1;
}

enum scan_outcome
scan_pool_begin(struct scan_pool *p, const struct scan_job *what, int64_t wait_until, int scan_ms,
                int avoid, struct scan_ticket *out)
{
    struct scan_job job = *what;
    struct err e;

    out->slot = -1;
    if (take_slot(p, wait_until, avoid, out) < 0)
        return SCAN_BUSY;
    job.id = out->id;
    out->deadline = when_mono() + scan_ms;
    if (scan_job_send(p->slots[out->slot].fd, &job, &e) == 0)
        return SCAN_DONE;
    give_slot(p, out);
    return SCAN_BROKEN;
}

enum scan_outcome
scan_pool_finish(struct scan_pool *p, struct scan_ticket *t, struct arena *a, json_t **reply)
{
    enum scan_outcome o = SCAN_BROKEN;
    int64_t seen;

    switch (scan_job_wait(p->slots[t->slot].fd, t->id, t->deadline, a, reply, &seen)) {
    case SCAN_JOB_DONE:
        o = SCAN_DONE;
        break;
    case SCAN_JOB_DIED:
        o = SCAN_DIED;
        break;
    case SCAN_JOB_LATE:
        if (p->ctx)
            role_kill_worker(p->ctx->control_fd, t->slot, t->id, seen);
        scan_job_wait_death(p->slots[t->slot].fd); /* whatever it may still have answered */
        o = SCAN_LATE;
        break;
    case SCAN_JOB_BROKEN:
        break;
    }
    give_slot(p, t);
    return o;
}
