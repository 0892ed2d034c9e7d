/*
 * The table of roles and the doors that are closed for each. Order matters: limits and user first,
 * landlock, then seccomp as the last one, since it would forbid the others.
 */
#include "confine.h"
#include "err.h"
#include "evlog.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/landlock.h>
#include <pwd.h>
#include <seccomp.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__SANITIZE_ADDRESS__)
#define ASAN 1 /* its shadow memory needs terabytes of address space, and it opens /proc */
#else
#define ASAN 0
#endif

struct role {
    rlim_t memory, files, file_size, processes; /* RLIM_INFINITY: as it is */
    bool no_files;                              /* landlock: no path may be opened */
    const int *calls;                           /* seccomp: what is allowed, NULL: everything */
    const char *group;                          /* beside the user's own one; NULL: none */
};

/* mmap and mprotect are allowed without PROT_EXEC only, see below. */
static const int scan_calls[] = {
    SCMP_SYS(read),
    SCMP_SYS(write),
    SCMP_SYS(readv),
    SCMP_SYS(writev),
    SCMP_SYS(pread64),
    SCMP_SYS(pwrite64),
    SCMP_SYS(recvmsg),
    SCMP_SYS(sendmsg),
    SCMP_SYS(recvfrom),
    SCMP_SYS(sendto),
    SCMP_SYS(munmap),
    SCMP_SYS(mremap),
    SCMP_SYS(madvise),
    SCMP_SYS(brk),
    SCMP_SYS(futex),
    SCMP_SYS(clock_gettime),
    SCMP_SYS(clock_nanosleep),
    SCMP_SYS(nanosleep),
    SCMP_SYS(gettimeofday),
    SCMP_SYS(getpid),
    SCMP_SYS(gettid),
    SCMP_SYS(getuid),
    SCMP_SYS(geteuid),
    SCMP_SYS(getgid),
    SCMP_SYS(getegid),
    SCMP_SYS(exit),
    SCMP_SYS(exit_group),
    SCMP_SYS(lseek),
    SCMP_SYS(fstat),
    SCMP_SYS(ftruncate),
    SCMP_SYS(close),
    SCMP_SYS(poll),
    SCMP_SYS(ppoll),
    SCMP_SYS(rt_sigaction),
    SCMP_SYS(rt_sigprocmask),
    SCMP_SYS(rt_sigreturn),
    SCMP_SYS(sigaltstack),
    SCMP_SYS(getrandom),
    SCMP_SYS(fcntl),
    SCMP_SYS(memfd_create),
    SCMP_SYS(restart_syscall),
    SCMP_SYS(sched_yield),
    SCMP_SYS(setitimer),
    SCMP_SYS(getrusage),
    SCMP_SYS(times),
    SCMP_SYS(dup),
    SCMP_SYS(sysinfo),
    -1,
};

static const struct role roles[] = {
    [CONFINE_SCAN] = {1ul << 30, 32, 512ul << 20, 0, true, scan_calls, NULL},
    [CONFINE_ENGINE] = {RLIM_INFINITY, RLIM_INFINITY, RLIM_INFINITY, RLIM_INFINITY, false, NULL,
                        NULL},
    [CONFINE_JOBS] = {RLIM_INFINITY, RLIM_INFINITY, RLIM_INFINITY, RLIM_INFINITY, false, NULL,
                      "postdrop"},
};

static int
failed(struct err *e, const char *what)
{
    return err_set(e, ERR_ENV, "confine", "cannot confine this process (%s: %s)", what,
                   strerror(errno));
}

static int
limit(int resource, rlim_t value)
{
    struct rlimit l = {value, value};
    return value == RLIM_INFINITY ? 0 : setrlimit(resource, &l);
}

static int
set_limits(const struct role *r, struct err *e)
{
    struct rlimit none = {0, 0};
    if (setrlimit(RLIMIT_CORE, &none) || limit(RLIMIT_NOFILE, r->files) ||
        limit(RLIMIT_FSIZE, r->file_size) || limit(RLIMIT_NPROC, r->processes) ||
        (!ASAN && limit(RLIMIT_AS, r->memory)))
        return failed(e, "limits");
    return 0;
}

static int
change_user(const char *user, const char *group, struct err *e)
{
    const struct group *gr = group ? getgrnam(group) : NULL;
    gid_t gid = gr ? gr->gr_gid : 0;
    if (!user || geteuid() != 0)
        return 0;
    const struct passwd *pw = getpwnam(user);
    if (!pw)
        return err_set(e, ERR_ENV, "confine", "there is no user %s: run `make start` or add it",
                       user);
    if (setgroups(gr ? 1 : 0, &gid) || setresgid(pw->pw_gid, pw->pw_gid, pw->pw_gid) ||
        setresuid(pw->pw_uid, pw->pw_uid, pw->pw_uid))
        return failed(e, "user");
    if (setuid(0) == 0)
        bug("root rights are still there after the change to %s", user);
    return 0;
}

/* All rights of landlock's first version; no rule: no path may be opened in any way. */
static int
close_files(struct err *e)
{
    struct landlock_ruleset_attr all = {.handled_access_fs =
                                            (LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1};
    int fd = (int)syscall(SYS_landlock_create_ruleset, &all, sizeof all, 0);
    if (fd < 0 && (errno == ENOSYS || errno == EOPNOTSUPP)) {
        evlog(EVLOG_WARN, "confine.no-landlock", "reason",
              "the kernel has none; seccomp holds alone", NULL);
        return 0;
    }
    if (fd < 0)
        return failed(e, "landlock");
    int rc = (int)syscall(SYS_landlock_restrict_self, fd, 0);
    close(fd);
    return rc ? failed(e, "landlock") : 0;
}

static int
filter_calls(const int *calls, struct err *e)
{
    scmp_filter_ctx f = seccomp_init(SCMP_ACT_KILL_PROCESS);
    int rc = f ? 0 : -ENOMEM;
    for (int i = 0; rc == 0 && calls[i] != -1; i++)
        rc = seccomp_rule_add(f, SCMP_ACT_ALLOW, calls[i], 0);
    if (rc == 0) /* other ABIs have other numbers for the same calls */
        rc = seccomp_attr_set(f, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);
    struct scmp_arg_cmp no_exec = SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0);
    if (rc == 0)
        rc = seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1, no_exec);
    if (rc == 0)
        rc = seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1, no_exec);
    if (rc == 0) /* abort() */
        rc = seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 1,
                              SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)getpid()));
    if (rc == 0) /* reading its own limits */
        rc = seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(prlimit64), 2, SCMP_A0(SCMP_CMP_EQ, 0),
                              SCMP_A2(SCMP_CMP_EQ, 0));
    /* Opening is answered with an error instead of death: libraries try and go on without. So is
     * newfstatat, which glibc's fstat() uses: AT_EMPTY_PATH allows an empty path, but any path. */
    const int refused[] = {SCMP_SYS(open),      SCMP_SYS(openat),   SCMP_SYS(access),
                           SCMP_SYS(faccessat), SCMP_SYS(readlink), SCMP_SYS(ioctl),
                           SCMP_SYS(newfstatat)};
    for (size_t i = 0; rc == 0 && i < sizeof refused / sizeof *refused; i++)
        rc = seccomp_rule_add(f, SCMP_ACT_ERRNO(EACCES), refused[i], 0);
    if (rc == 0)
        rc = seccomp_load(f);
    if (f)
        seccomp_release(f);
    errno = -rc;
    return rc ? failed(e, "seccomp") : 0;
}

int
confine(enum confine_role which, const char *user, struct err *e)
{
    const struct role *r = &roles[which];
    int parent_signal = 0;
    prctl(PR_GET_PDEATHSIG, &parent_signal);
    if (set_limits(r, e) || change_user(user, r->group, e))
        return -1;
    prctl(PR_SET_PDEATHSIG, parent_signal); /* a change of user clears it */
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || prctl(PR_SET_DUMPABLE, 0, 0, 0, 0))
        return failed(e, "prctl");
    if (r->no_files && !ASAN && close_files(e))
        return -1;
    return r->calls && !ASAN ? filter_calls(r->calls, e) : 0;
}
