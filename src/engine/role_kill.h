/*
 * How a caller of a scan worker has it killed by the supervisor.
 *
 * A slot outlives its workers, so a request names the process, too: by a moment at which the caller
 * knows that it was there. A worker that was started later is a successor and is left alone. Pids
 * would have to come from the worker itself, which is not trusted.
 */
#ifndef SEKISHO_ROLE_KILL_H
#define SEKISHO_ROLE_KILL_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct role_kill {
    int64_t seen; /* monotonic ms: the worker that is meant was there then */
    int slot;
};

/* Asks through control_fd (role_ctx); nothing when that is -1. Its death is then reported as usual,
 * by scan_job_send_died(). Never blocks. */
void role_kill_worker(int control_fd, int slot, int64_t seen);

/* The supervisor's side. false: there are no more requests now (or ever). */
bool role_kill_next(int fd, struct role_kill *out);
/* Is this process, in that slot since started (monotonic ms; pid 0: none now), the one meant? */
bool role_kill_hits(const struct role_kill *k, int slot, pid_t pid, int64_t started);

#endif
