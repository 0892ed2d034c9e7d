/*
 * What the supervisor hands to each role of the engine, and what a role promises.
 *
 * The supervisor makes every socket before the first fork and keeps a duplicate of all ends: when a
 * role dies, its sockets stay open, its successor gets the same ones, and its peers see no end of
 * file. So a peer learns of a death by scan_job_send_died(), and answers to questions of a
 * predecessor, and deaths in them, must be told apart by their job id.
 *
 * A role starts as root (if the engine was), opens what needs that, confines itself, and then runs
 * until SIGTERM. Its return value is the exit status; 0 means "asked to stop".
 */
#ifndef SEKISHO_ROLE_H
#define SEKISHO_ROLE_H

#include <stddef.h>

struct scan_begun;

struct role_ctx {
    /* SEQPACKET end of this role: the worker's end for role_scan, the caller's end of its own
     * worker for role_rpc and role_jobs; -1 for the others. */
    int scan_fd;
    /* scan: where it writes down what it begins (scan_begun.h). NULL for the others, and where nobody reads it. */
    struct scan_begun *begun;
    /* gate: the caller's ends, one per scan worker. */
    int *scan_fds;
    int nscan;
    /* The slot of this worker (scan), or of the worker behind scan_fd (rpc, jobs): 0..N-1 belong to the
     * gate, N to rpc, N+1 to jobs. */
    int slot;
    /* gate, rpc, jobs: write end of a pipe; role_kill_worker() (role_kill.h) asks through it. -1 otherwise. */
    int control_fd;
    /* rpc: listening Unix socket, bound, with its owner and mode. -1 otherwise. */
    int listen_fd;
    /* User to change to in confine(); NULL when the engine was not started as root. */
    const char *user;
};

int role_gate(struct role_ctx *c);
int role_rpc(struct role_ctx *c);
int role_jobs(struct role_ctx *c);
int role_scan(struct role_ctx *c);

/* Exit status of a worker that was asked by SIGUSR1 to make room for a successor: it had no job in hand. */
#define SCAN_REPLACED 7

/* This machine's name in message and log rows: gate and jobs must agree. */
void role_node(char *out, size_t size);

/* Dies with the supervisor. To be called again after every change of user, since that clears it
 * (F-1: kill -9 of the supervisor leaves nobody behind). */
void role_die_with_parent(void);

#endif
