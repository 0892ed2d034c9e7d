#include "role_kill.h"

#include <unistd.h>

#include "../common/evlog.h"

void
role_kill_worker(int control_fd, int slot, uint64_t job, int64_t seen)
{
    struct role_kill k = {.job = job, .seen = seen, .slot = slot};

    /* shorter than PIPE_BUF: whole or not at all */
    if (control_fd >= 0 && write(control_fd, &k, sizeof k) != (ssize_t)sizeof k)
        evlog(EVLOG_WARN, "scan.kill-not-asked", NULL);
}

bool
role_kill_next(int fd, struct role_kill *out)
{
    return read(fd, out, sizeof *out) == (ssize_t)sizeof *out;
}

bool
role_kill_hits(const struct role_kill *k, int slot, pid_t pid, int64_t started, uint64_t begun)
{
    return slot >= 0 && slot == k->slot && pid > 0 && (started <= k->seen || begun == k->job);
}
