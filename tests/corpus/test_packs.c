/*
 * Every file of the packs of real and broken mail in ../shared/data/mime goes through a scan
 * worker, scanned and previewed: none kills it, takes more than 5 s of its time, or makes it grow
 * without end, and every answer passes the strict reader. Skipped where the packs are not there.
 */
#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "unpack.h"
#include "common/arena.h"
#include "common/err.h"
#include "common/settings.h"
#include "common/when.h"
#include "engine/msg/msg.h"
#include "engine/role.h"
#include "engine/scan_job.h"

#define PACKS "../shared/data/mime"
#define CPU_MS 5000
#define WAIT_MS 120000 /* the machine may be busy */
#if defined(__SANITIZE_ADDRESS__)
#define RESIDENT_KB 1000000
#else
#define RESIDENT_KB 200000
#endif

extern char **environ;

static int caller = -1, files, bad;
static pid_t pid;
static uint64_t id;
static long worst_ms;
static char worst_file[512];

/* ------------------------------------------------------------------ the worker */

static void
start(void)
{
    int ends[2];
    if (caller >= 0)
        return;
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends))
        abort();
    fflush(stdout);
    pid = fork();
    if (pid == 0) {
        struct role_ctx c = {.scan_fd = ends[1], .control_fd = -1, .listen_fd = -1};
        close(ends[0]);
        _exit(role_scan(&c));
    }
    close(ends[1]);
    caller = ends[0];
}

static void
stop(void)
{
    if (caller < 0)
        return;
    close(caller);
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
    caller = -1;
}

/* Fields 14 and 15 of /proc/PID/stat. */
static long
cpu_ms(void)
{
    char path[64], line[1024] = "";
    unsigned long user = 0, sys = 0;
    snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
    FILE *f = fopen(path, "re");
    if (f && fgets(line, sizeof line, f)) {
        char *p = strrchr(line, ')');
        if (p)
            sscanf(p + 2, "%*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user, &sys);
    }
    if (f)
        fclose(f);
    return (long)(user + sys) * 1000 / sysconf(_SC_CLK_TCK);
}

static long
resident_kb(void)
{
    char path[64], line[256];
    long kb = 0;
    snprintf(path, sizeof path, "/proc/%d/status", (int)pid);
    FILE *f = fopen(path, "re");
    while (f && fgets(line, sizeof line, f))
        if (sscanf(line, "VmHWM: %ld", &kb) == 1)
            break;
    if (f)
        fclose(f);
    return kb;
}

/* ------------------------------------------------------------------ files */

static const char *
ask(struct arena *a, int mem, enum scan_job_kind kind)
{
    static const struct envelope env = {"", "", "", "", "", NULL, 0, "in", NULL};
    struct scan_job job = {.id = ++id, .kind = kind, .mem_fd = mem, .env = &env};
    struct msg *m;
    static struct err e;
    json_t *j;
    if (scan_job_send(caller, &job, &e) < 0)
        return "not sent";
    switch (scan_job_wait(caller, id, when_mono() + WAIT_MS, a, &j, NULL)) {
    case SCAN_JOB_DONE:
        return kind == SCAN_JOB_SCAN && msg_unpack(a, j, &m, &e) < 0 ? e.text : NULL;
    case SCAN_JOB_LATE:
        return "late";
    default:
        return "the worker died";
    }
}

static int
one_file(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
    struct arena *a = arena_new();
    struct err e;
    (void)ftw;
    int fd = type == FTW_F ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    if (fd >= 0) {
        char *raw = arena_alloc(a, (size_t)st->st_size + 1);
        ssize_t n = read(fd, raw, (size_t)st->st_size);
        start();
        long before = cpu_ms();
        int mem = scan_job_memfd(raw, n > 0 ? (size_t)n : 0, &e);
        const char *why = ask(a, mem, SCAN_JOB_SCAN);
        if (!why)
            why = ask(a, mem, SCAN_JOB_PREVIEW);
        long ms = cpu_ms() - before;
        if (!why && ms > CPU_MS)
            why = "too slow";
        if (ms > worst_ms) {
            worst_ms = ms;
            snprintf(worst_file, sizeof worst_file, "%s", path);
        }
        files++;
        if (why) {
            bad++;
            printf("# %s: %s\n", path, why);
            stop();
        }
        close(mem);
        close(fd);
    }
    arena_free(&a);
    return 0;
}

/* ------------------------------------------------------------------ packs */

static bool
one_pack(const char *name)
{
    char path[512], dir[] = "/tmp/sekisho-packs-XXXXXX";
    bool unpacked;
    files = bad = 0;
    worst_ms = 0;
    snprintf(path, sizeof path, PACKS "/%s", name);
    unpacked = unpack(path, dir);
    if (unpacked)
        nftw(dir, one_file, 16, FTW_PHYS);
    unpack_remove(dir);
    printf("# %s: %d files, the slowest took %ld ms (%s), at most %ld MiB\n", name, files, worst_ms,
           worst_ms ? worst_file + strlen(dir) + 1 : "-", resident_kb() / 1024);
    return unpacked && files > 0 && bad == 0;
}

static int
is_pack(const struct dirent *d)
{
    const char *dot = strstr(d->d_name, ".tar.zst");
    return dot && strcmp(dot, ".tar.zst") == 0;
}

int
main(void)
{
    struct dirent **names;
    int n = scandir(PACKS, &names, is_pack, alphasort), failed = 0;
    if (n <= 0) {
        printf("ok 1 - packs # SKIP there is no " PACKS "\n1..1\n");
        return 0;
    }
    signal(SIGPIPE, SIG_IGN);
    for (int i = 0; i < n; i++) {
        bool ok = one_pack(names[i]->d_name);
        failed += !ok;
        printf("%sok %d - %s\n", ok ? "" : "not ", i + 1, names[i]->d_name);
        free(names[i]);
    }
    bool small = resident_kb() < RESIDENT_KB;
    printf("%sok %d - the worker did not grow\n1..%d\n", small ? "" : "not ", n + 1, n + 1);
    free(names);
    stop();
    return failed || !small;
}
