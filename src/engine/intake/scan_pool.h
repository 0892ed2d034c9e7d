/*
 * The gate's side of the scan workers. A message borrows a slot (one worker) from scan_pool_begin()
 * to scan_pool_finish(); when all are busy it waits, up to its deadline.
 *
 * The descriptors outlive both sides (role.h): a slot may bring answers to questions that an
 * earlier gate or an earlier message asked. They are told apart by job id and thrown away.
 */
#ifndef SEKISHO_SCAN_POOL_H
#define SEKISHO_SCAN_POOL_H

#include <jansson.h>
#include <stdint.h>

struct arena;
struct role_ctx;
struct scan_job;
struct scan_pool;

enum scan_outcome {
    SCAN_DONE,
    SCAN_DIED,  /* the worker died of it: try once more in another slot */
    SCAN_LATE,  /* the worker is being killed */
    SCAN_BUSY,  /* no free slot until the deadline */
    SCAN_BROKEN /* the socket failed, or the answer was unreadable */
};

struct scan_ticket {
    int slot; /* -1: none */
    uint64_t id;
    int64_t deadline; /* of the scan, monotonic ms */
};

/* fds: the caller's ends. ctx: for role_kill_worker(); NULL in tests. */
struct scan_pool *scan_pool_new(const int *fds, int n, const struct role_ctx *ctx);
void scan_pool_free(struct scan_pool **p);

/* Waits until wait_until for a slot other than avoid (-1: any; ignored when there is only one), and
 * sends the job; its id is chosen here. It may take scan_ms. SCAN_DONE: it runs. */
enum scan_outcome scan_pool_begin(struct scan_pool *p, const struct scan_job *job,
                                  int64_t wait_until, int scan_ms, int avoid,
                                  struct scan_ticket *out);
/* Gives the slot back. On SCAN_DONE *reply is the arena's, and as little to be trusted as the
 * worker. */
enum scan_outcome scan_pool_finish(struct scan_pool *p, struct scan_ticket *t, struct arena *a,
                                   json_t **reply);

#endif
