/* T-I3, G-22: a confined worker can open neither file nor socket, nor start anything. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/confine.h"
#include "common/err.h"

#if defined(__SANITIZE_ADDRESS__)
#define SANDBOX 0 /* the sanitizer needs what the sandbox forbids */
#else
#define SANDBOX 1
#endif

/* Exit code 0: the try succeeded. Anything else, or death by SIGSYS: it was refused. */
static int
try_open(void)
{
    return open("/etc/passwd", O_RDONLY) >= 0 ? 0 : 1;
}
static int
try_create(void)
{
    return open("/tmp/sekisho-probe", O_CREAT | O_WRONLY, 0600) >= 0 ? 0 : 1;
}
static int
try_socket(void)
{
    return socket(AF_INET, SOCK_STREAM, 0) >= 0 ? 0 : 1;
}
static int
try_unix(void)
{
    return socket(AF_UNIX, SOCK_STREAM, 0) >= 0 ? 0 : 1;
}
static int
try_fork(void)
{
    pid_t p = fork();
    if (p == 0)
        _exit(0);
    return p > 0 ? 0 : 1;
}
static int
try_exec(void)
{
    char *argv[] = {"/bin/true", NULL};
    execv("/bin/true", argv);
    return 1;
}
static int
try_ptrace(void)
{
    return ptrace(PTRACE_TRACEME, 0, NULL, NULL) == 0 ? 0 : 1;
}
static int
try_kill(void)
{
    return kill(getppid(), 0) == 0 ? 0 : 1;
}
static int
try_exec_memory(void)
{
    return mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1,
                0) != MAP_FAILED
               ? 0
               : 1;
}
static int
try_setuid(void)
{
    return setuid(0) == 0 ? 0 : 1;
}
static int
try_unlink(void)
{
    return unlink("/tmp/sekisho-probe-x") == 0 ? 0 : 1;
}
static int
try_chdir(void)
{
    return chdir("/") == 0 ? 0 : 1;
}

/* Things that must still work. */
static int
can_work(void)
{
    int fd = memfd_create("x", MFD_CLOEXEC);
    char *p = malloc(10 * 1024 * 1024);
    if (fd < 0 || !p || write(fd, "abc", 3) != 3)
        return 1;
    memset(p, 1, 10 * 1024 * 1024);
    return mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd, 0) == MAP_FAILED;
}

static int
confined(int (*fn)(void))
{
    int status;
    pid_t p = fork();
    if (p == 0) {
        struct err e;
        if (confine(CONFINE_SCAN, geteuid() == 0 ? "nobody" : NULL, &e)) {
            fprintf(stderr, "# %s\n", e.text);
            _exit(99);
        }
        _exit(fn());
    }
    assert_true(p > 0 && waitpid(p, &status, 0) == p);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 99)
        fail_msg("confine() failed");
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
}

static void
everything_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        int (*fn)(void);
    } tries[] = {{"open a file", try_open},
                 {"create a file", try_create},
                 {"TCP socket", try_socket},
                 {"Unix socket", try_unix},
                 {"fork", try_fork},
                 {"exec", try_exec},
                 {"ptrace", try_ptrace},
                 {"signal others", try_kill},
                 {"executable memory", try_exec_memory},
                 {"become root", try_setuid},
                 {"unlink", try_unlink},
                 {"chdir", try_chdir}};
    if (!SANDBOX)
        skip();
    for (size_t i = 0; i < sizeof tries / sizeof *tries; i++)
        if (confined(tries[i].fn) == 0)
            fail_msg("%s is possible", tries[i].name);
}

/* T-I3: calls by number, arguments 0. Killed, or EACCES for those that libraries try. */
#define CALL(name)        \
    {                     \
#name, SYS_##name \
    }
static const struct {
    const char *name;
    long number;
} calls[] = {
    CALL(open),
    CALL(openat),
    CALL(openat2),
    CALL(creat),
    CALL(access),
    CALL(faccessat),
    CALL(stat),
    CALL(lstat),
    CALL(statx),
    CALL(newfstatat),
    CALL(readlink),
    CALL(readlinkat),
    CALL(getdents64),
    CALL(getcwd),
    CALL(mkdir),
    CALL(mkdirat),
    CALL(rmdir),
    CALL(unlink),
    CALL(unlinkat),
    CALL(rename),
    CALL(renameat2),
    CALL(link),
    CALL(linkat),
    CALL(symlink),
    CALL(symlinkat),
    CALL(chmod),
    CALL(fchmodat),
    CALL(chown),
    CALL(fchownat),
    CALL(truncate),
    CALL(utimensat),
    CALL(mknodat),
    CALL(mount),
    CALL(umount2),
    CALL(pivot_root),
    CALL(chroot),
    CALL(chdir),
    CALL(fchdir),
    CALL(open_by_handle_at),
    CALL(name_to_handle_at),
    CALL(inotify_init1),
    CALL(fanotify_init),
    CALL(socket),
    CALL(socketpair),
    CALL(connect),
    CALL(bind),
    CALL(listen),
    CALL(accept4),
    CALL(setsockopt),
    CALL(fork),
    CALL(vfork),
    CALL(clone),
    CALL(clone3),
    CALL(execve),
    CALL(execveat),
    CALL(kill),
    CALL(tkill),
    CALL(rt_sigqueueinfo),
    CALL(ptrace),
    CALL(process_vm_readv),
    CALL(process_vm_writev),
    CALL(pidfd_open),
    CALL(pidfd_getfd),
    CALL(pidfd_send_signal),
    CALL(kcmp),
    CALL(setuid),
    CALL(setresuid),
    CALL(setgroups),
    CALL(capset),
    CALL(unshare),
    CALL(setns),
    CALL(keyctl),
    CALL(add_key),
    CALL(bpf),
    CALL(perf_event_open),
    CALL(userfaultfd),
    CALL(io_uring_setup),
    CALL(io_setup),
    CALL(init_module),
    CALL(kexec_load),
    CALL(reboot),
    CALL(swapon),
    CALL(sethostname),
    CALL(settimeofday),
    CALL(clock_settime),
    CALL(iopl),
    CALL(ioperm),
    CALL(syslog),
    CALL(shmget),
    CALL(msgget),
    CALL(semget),
    CALL(mq_open),
    CALL(prctl),
    CALL(personality),
    CALL(seccomp),
    CALL(setpriority),
    CALL(sched_setaffinity),
    CALL(ioctl),
    CALL(sendfile),
    CALL(splice),
    CALL(setrlimit),
    CALL(memfd_secret),
    CALL(pkey_mprotect),
    CALL(shmat),
    CALL(quotactl),
    CALL(acct),
    CALL(process_madvise),
};
static size_t probe;

static int
try_call(void)
{
    long rc = syscall(calls[probe].number, 0, 0, 0, 0, 0, 0);
    return rc == -1 && errno == EACCES ? 1 : 0;
}

static int
try_allowed(void)
{
    return syscall(SYS_getpid) > 0 ? 0 : 1;
}

/* Allowed calls with arguments that are not. */
static int
try_limit_of_others(void)
{
    return prlimit(getppid(), RLIMIT_CPU, NULL, NULL) == 0 ? 0 : 1;
}
static int
try_raise_limit(void)
{
    struct rlimit l = {1, 1};
    return prlimit(0, RLIMIT_CPU, &l, NULL) == 0 ? 0 : 1;
}
static int
try_signal_thread(void)
{
    return syscall(SYS_tgkill, getppid(), getppid(), 0) == 0 ? 0 : 1;
}
static int
try_make_executable(void)
{
    void *p = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return mprotect(p, 4096, PROT_READ | PROT_EXEC) == 0 ? 0 : 1;
}
static int
try_stat(void)
{
    struct stat st;
    return fstatat(AT_FDCWD, "/etc/passwd", &st, AT_EMPTY_PATH) == 0 ? 0 : 1;
}
#ifdef __x86_64__
static int
try_x32(void)
{
    return syscall(0x40000000 + SYS_getpid) > 0 ? 0 : 1;
}
#endif

static void
every_other_call_is_refused(void **state)
{
    (void)state;
    if (!SANDBOX)
        skip();
    assert_int_equal(confined(try_allowed), 0); /* this test sees when a call is possible */
    for (probe = 0; probe < sizeof calls / sizeof *calls; probe++) {
        int how = confined(try_call);
        if (how != 1000 + SIGSYS && how != 1)
            fail_msg("%s: %d", calls[probe].name, how);
    }
}

static void
arguments_count_too(void **state)
{
    (void)state;
    static int (*const tries[])(void) = {
        try_limit_of_others,
        try_raise_limit,
        try_signal_thread,
        try_make_executable,
        try_stat,
#ifdef __x86_64__
        try_x32,
#endif
    };
    if (!SANDBOX)
        skip();
    for (size_t i = 0; i < sizeof tries / sizeof *tries; i++)
        if (confined(tries[i]) == 0)
            fail_msg("try %zu is possible", i);
}

static void
work_goes_on(void **state)
{
    (void)state;
    assert_int_equal(confined(can_work), 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everything_is_refused), cmocka_unit_test(every_other_call_is_refused),
        cmocka_unit_test(arguments_count_too), cmocka_unit_test(work_goes_on)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
