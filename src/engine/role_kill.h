/*
 * How a caller of a scan worker has it killed by the supervisor.
 *
 * A slot outlives its workers, so a request names the process, too: by the job that is late, and by a
 * moment at which the caller waited for it already. Who has begun that job is meant; so is who was there
 * at that moment, since he must have something else in hand. A worker that was started later and has
 * not begun it is left alone. Pids would have to come from the worker itself, which is not trusted.
 */
#ifndef SEKISHO_ROLE_KILL_H
#define SEKISHO_ROLE_KILL_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct role_kill {
    uint64_t job;
    int64_t seen; /* monotonic ms */
    int slot;
};

/* Asks through control_fd (role_ctx); nothing when that is -1. Its death is then reported as usual,
 * by scan_job_send_died(). Never blocks. */
void role_kill_worker(int control_fd, int slot, uint64_t job, int64_t seen);

/* The supervisor's side. false: there are no more requests now (or ever). */
bool role_kill_next(int fd, struct role_kill *out);
/* Is this process, in that slot since started (monotonic ms; pid 0: none now), which began that job last (0: none), the
 * one meant? */
bool role_kill_hits(const struct role_kill *k, int slot, pid_t pid, int64_t started,
                    uint64_t begun);

#endif
