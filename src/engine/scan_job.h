/*
 * Between a caller (gate, rpc) and a scan worker: one job at a time over a SEQPACKET socket whose
 * ends outlive both (role.h).
 *
 * Caller: scan_job_send() with the message in a sealed memfd, then scan_job_wait().
 * Worker: scan_job_recv(), then scan_job_reply(), for ever.
 * Supervisor: scan_job_send_died() on the worker's end when that worker died, before it starts
 * another one.
 *
 * A death belongs to the job the worker had in hand, and a caller may have sent the next one
 * already (or be another caller: role.h). So a worker writes down which job it takes (scan_begun.h),
 * and news of its death have that job's id: when it is not ours, ours is still in the socket, for
 * the next worker.
 *
 * The caller trusts nothing that comes back: packets of other jobs are thrown away, lengths have
 * limits, and the JSON is checked by who reads it.
 */
#ifndef SEKISHO_SCAN_JOB_H
#define SEKISHO_SCAN_JOB_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "msg/msg.h"

struct arena;
struct err;
struct scan_begun;

#define SCAN_JOB_REPLY_MAX (8 * 1024 * 1024)
#define SCAN_JOB_LISTS (4 * 1024 * 1024) /* of envelope.lists as JSON */
#define SCAN_JOB_RECIPIENTS 100 /* more are not told to the worker; policy decides in the gate */

enum scan_job_kind {
    SCAN_JOB_SCAN, /* reply: {"facts": msg_pack() of msg_scan(), and what SCAN_JOB_AUTH replies} */
    SCAN_JOB_AUTH, /* reply: {"auth": auth_outcome_pack(), "missing": questions (dns_known.h)} */
    SCAN_JOB_PREVIEW,   /* reply: msg_preview() */
    SCAN_JOB_FORMATTED, /* reply: msg_formatted() */
    SCAN_JOB_FEATURES,  /* reply: {"sha256": hex, "features": stats/pack.h in base64url} */
};

struct scan_job {
    uint64_t id; /* chosen by the caller, never the same twice */
    enum scan_job_kind kind;
    int mem_fd; /* the message; sealed: cannot be written, cannot shrink */
    /* A memfd of the caller's in which the worker writes the files that it could open with a password only (opened_files.h), for
     * who looks at bytes. 0: not wanted. The worker gets a descriptor of its own. */
    int opened_fd;
    const struct envelope *env; /* NULL: previews */
    const json_t *answers;      /* what is known of DNS (dns_known.h); NULL: nothing */
    const unsigned char *raw;   /* worker only: the bytes, mapped read-only */
    size_t raw_len;
};

/* An empty one to be written; -1 and ERR_ENV. */
int scan_job_empty_memfd(struct err *e);
/* What was written into it, mapped for as long as the arena lives; from then on nobody can change it. -1: it cannot be had. */
int scan_job_map(int fd, struct arena *a, const unsigned char **p, size_t *n);
/* A memfd with a copy of raw, sealed; -1 and ERR_ENV. For callers that have the bytes in memory. */
int scan_job_memfd(const void *raw, size_t n, struct err *e);

/* Throws away what earlier jobs left in the socket, then sends. Does not close mem_fd. */
int scan_job_send(int fd, const struct scan_job *job, struct err *e);

enum scan_job_news { SCAN_JOB_DONE, SCAN_JOB_DIED, SCAN_JOB_LATE, SCAN_JOB_BROKEN };
/* deadline: monotonic ms. On SCAN_JOB_DONE *reply belongs to the arena. SCAN_JOB_DIED: of this job.
 * seen (may be NULL): when waiting began, for role_kill_worker(). */
enum scan_job_news scan_job_wait(int fd, uint64_t id, int64_t deadline, struct arena *a,
                                 json_t **reply, int64_t *seen);
/* After the supervisor was asked to kill the worker of a late job: until its death is known, at
 * most SCAN_JOB_KILL_MS. The next job that is sent sooner might go to the worker that is killed. */
#define SCAN_JOB_KILL_MS 2000
void scan_job_wait_death(int fd);

/* Blocks. begun (may be NULL) gets the id first. 1: *job is filled, its memory and mapping live as long as the arena (mem_fd is closed, opened_fd is the
 * worker's to close);
 * 0: nobody will send any more; -1: not a job, ignore it. Calls recvmsg, sendmsg, mmap, pread,
 * fcntl, lseek, close. */
int scan_job_recv(int fd, struct scan_begun *begun, struct arena *a, struct scan_job *job,
                  struct err *e);
/* NULL: could not be done (the caller sees SCAN_JOB_BROKEN). Calls sendmsg only; the reply is as before when it returns. */
int scan_job_reply(int fd, uint64_t id, json_t *reply);

/* id: what the worker had begun last; nobody's when it was none. false: no room in the socket until the caller reads; try
 * again. */
bool scan_job_send_died(int fd, uint64_t id);

#endif
