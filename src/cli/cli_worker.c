#include "cli_worker.h"
#include "cli.h"
#include "common/settings.h"
#include "common/when.h"
#include "engine/authn/dns_shared.h"
#include "engine/role.h"
#include "engine/scan/scan.h"
#include "engine/scan_job.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

void
cli_worker_begin(struct cli_worker *w, struct cli *c)
{
    *w = (struct cli_worker){.c = c, .fd = -1};
}

void
cli_worker_end(struct cli_worker *w)
{
    if (w->fd < 0)
        return;
    close(w->fd);
    w->fd = -1;
    kill(w->pid, SIGKILL);
    while (waitpid(w->pid, NULL, 0) < 0 && errno == EINTR)
        ;
}

static int
start(struct cli_worker *w)
{
    int ends[2];
    if (w->fd >= 0)
        return 0;
    if (!w->id)
        scanners_prepare();
    dns_shared_make();
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends))
        return err_set(&w->c->err, ERR_ENV, "socket", "no socket pair: %s", strerror(errno));
    fflush(stdout);
    w->pid = fork();
    if (w->pid == 0) {
        struct role_ctx ctx = {.scan_fd = ends[1],
                               .control_fd = -1,
                               .listen_fd = -1,
                               .user = geteuid() == 0 ? "sekisho-scan" : NULL};
        close(ends[0]);
        role_die_with_parent();
        _exit(role_scan(&ctx));
    }
    close(ends[1]);
    w->fd = ends[0];
    return w->pid < 0
               ? err_set(&w->c->err, ERR_ENV, "fork", "cannot start a worker: %s", strerror(errno))
               : 0;
}

json_t *
cli_worker_ask(struct cli_worker *w, struct arena *a, struct scan_job *job, const char **code)
{
    enum scan_job_news news = SCAN_JOB_BROKEN;
    json_t *reply;
    struct err e;
    *code = "worker-missing";
    if (start(w))
        return NULL;
    job->id = ++w->id;
    if (scan_job_send(w->fd, job, &e) == 0)
        news = scan_job_wait(w->fd, job->id, when_mono() + settings_int(SET_scan_seconds) * 1000, a,
                             &reply, NULL);
    if (news == SCAN_JOB_DONE)
        return reply;
    cli_worker_end(w);
    *code = news == SCAN_JOB_LATE ? "scan-late" : "worker-died";
    return NULL;
}
