/*
 * Which job a scan worker has in hand, in memory that it shares with the supervisor.
 *
 * A death belongs to the job that the dead worker had begun. If the worker told that in a packet, its caller would be
 * woken for each job, only to wait on; so it writes the id down, and the supervisor reads it when the worker is dead
 * (scan_job_send_died()) or late (role_kill.h). A page of its own for each worker, made before it is forked and cleared
 * before each successor. A worker that was taken over can write what it likes there: it speaks for itself only, since
 * news of its death reach the callers of its own slot, who compare the id with that of their job.
 */
#ifndef SEKISHO_SCAN_BEGUN_H
#define SEKISHO_SCAN_BEGUN_H

#include <stdatomic.h>
#include <stdint.h>

struct scan_begun {
    _Atomic uint64_t id; /* the last job that was taken; 0: none yet */
};

/* Shared with every process that is forked from now on; NULL: no memory. */
struct scan_begun *scan_begun_new(void);
/* Takes it out of this process; accepts NULL. */
void scan_begun_leave(struct scan_begun *b);

#endif
