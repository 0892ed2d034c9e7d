/* A scan worker of the command's own, locked in as the engine's are: what kills it costs one file, and
 * the next file gets a new worker. */
#ifndef SEKISHO_CLI_WORKER_H
#define SEKISHO_CLI_WORKER_H

#include <jansson.h>
#include <stdint.h>
#include <sys/types.h>

struct arena;
struct cli;
struct scan_job;

struct cli_worker {
    struct cli *c;
    int fd; /* caller's end, -1: no worker */
    pid_t pid;
    uint64_t id;
};

void cli_worker_begin(struct cli_worker *w, struct cli *c);
void cli_worker_end(struct cli_worker *w);
/* Sets job->id. The reply belongs to a; NULL: no worker, or not an answer of one; *code says why:
 * "worker-missing", "worker-died", "scan-late". */
json_t *cli_worker_ask(struct cli_worker *w, struct arena *a, struct scan_job *job,
                       const char **code);

#endif
