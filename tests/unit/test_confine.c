/* T-I3, G-22: a confined worker can open neither file nor socket, nor start anything. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
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
static int try_open(void) { return open("/etc/passwd", O_RDONLY) >= 0 ? 0 : 1; }
static int try_create(void) { return open("/tmp/sekisho-probe", O_CREAT | O_WRONLY, 0600) >= 0 ? 0 : 1; }
static int try_socket(void) { return socket(AF_INET, SOCK_STREAM, 0) >= 0 ? 0 : 1; }
static int try_unix(void) { return socket(AF_UNIX, SOCK_STREAM, 0) >= 0 ? 0 : 1; }
static int try_fork(void) { pid_t p = fork(); if (p == 0) _exit(0); return p > 0 ? 0 : 1; }
static int try_exec(void) { char *argv[] = {"/bin/true", NULL}; execv("/bin/true", argv); return 1; }
static int try_ptrace(void) { return ptrace(PTRACE_TRACEME, 0, NULL, NULL) == 0 ? 0 : 1; }
static int try_kill(void) { return kill(getppid(), 0) == 0 ? 0 : 1; }
static int try_exec_memory(void) { return mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED ? 0 : 1; }
static int try_setuid(void) { return setuid(0) == 0 ? 0 : 1; }
static int try_unlink(void) { return unlink("/tmp/sekisho-probe-x") == 0 ? 0 : 1; }
static int try_chdir(void) { return chdir("/") == 0 ? 0 : 1; }

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
    } tries[] = {{"open a file", try_open},     {"create a file", try_create}, {"TCP socket", try_socket}, {"Unix socket", try_unix},
                 {"fork", try_fork},            {"exec", try_exec},            {"ptrace", try_ptrace},     {"signal others", try_kill},
                 {"executable memory", try_exec_memory}, {"become root", try_setuid}, {"unlink", try_unlink}, {"chdir", try_chdir}};
    if (!SANDBOX)
        skip();
    for (size_t i = 0; i < sizeof tries / sizeof *tries; i++)
        if (confined(tries[i].fn) == 0)
            fail_msg("%s is possible", tries[i].name);
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
    const struct CMUnitTest tests[] = {cmocka_unit_test(everything_is_refused), cmocka_unit_test(work_goes_on)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
