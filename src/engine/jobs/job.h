/* The contract of a background job (jobs.def). */
#ifndef SEKISHO_JOB_H
#define SEKISHO_JOB_H

#include <stdbool.h>
#include <stdint.h>

struct arena;
struct db;
struct err;
struct rescan;

struct jobs {
    struct db *db;
    struct rescan *rescan; /* of the release job (rescan.h); nothing is delivered without it */
    unsigned char master_key[32];
    char node[256]; /* this machine's name in log_position and log_fact */
    /* Of the release job only: conversations of this node that the rows may not know to be over were
     * over then (ms): the start of this process, since one engine runs at a time, or the end of the
     * last one whose outcome could not be written. */
    int64_t quiet_since;
    int64_t mail_quiet_since; /* the same of the job of mails to people */
    int arm_ms; /* longest between arming and sending; 0 = default */
};

/* One run. The arena lives as long as the run. 0: done, wait for the interval; 1: there is more to
 * do at once; -1: *e, logged by the runner, tried again later. A job that runs long asks
 * jobs_stopping() now and then. */
#define JOB(id, interval_ms) int job_##id(struct jobs *j, struct arena *a, struct err *e);
#include "jobs.def"
#undef JOB

bool jobs_stopping(void);

#endif
