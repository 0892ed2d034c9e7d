/*
 * A role that dies is started again at once; one that keeps dying is started at most once a second,
 * so that a broken environment (or a poisonous message) costs neither the machine nor the log.
 */
#include "authn/dns_shared.h"
#include "scan/scan.h"
#include "supervisor.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../common/err.h"
#include "../common/evlog.h"
#include "../common/settings.h"
#include "../common/when.h"
#include "master_key.h"
#include "role.h"
#include "role_kill.h"
#include "scan_begun.h"
#include "scan_job.h"
#include "supervisor_title.h"

#define ENGINE_USER "sekisho"
#define SCAN_USER "sekisho-scan"
#define RPC_GROUP "sekisho-rpc"
#define STOP_MS 8500     /* for roles that finish their work; 10 s in all (F-36) */
#define UNTOLD_MS 20     /* until the caller of a dead worker has read what fills its socket */
#define OWN_WORKERS 2    /* of rpc, for previews, and of jobs, for what is delivered */
#define SETTLED_MS 10000 /* a role that lived this long has not died "again" */

struct child {
    const char *name;
    int (*main)(struct role_ctx *c);
    int slot; /* of scan workers, else -1 */
    const char *user;
    pid_t pid;
    bool untold; /* of a worker that died: its caller does not know yet */
    bool old;    /* a worker from before the last reload */
    bool asked;  /* it was told to end when it has nothing in hand */
    int deaths;
    int64_t started, start_at; /* monotonic ms */
};

struct supervisor {
    int nscan;                 /* workers of the gate; one more belongs to rpc, another to jobs */
    int *caller, *worker;      /* both ends of each worker's socket */
    struct scan_begun **begun; /* what each worker has in hand */
    int control[2];            /* workers to kill: role_kill.h */
    int lock_fd, signal_fd, listen_fd;
    struct child *children;
    int nchildren;
    bool stopping, reload;
};

void
role_node(char *out, size_t size)
{
    const char *name = settings_text(SET_hostname);

    if (name[0] || gethostname(out, size - 1) < 0)
        (void)snprintf(out, size, "%s", name[0] ? name : "localhost");
    out[size - 1] = '\0';
}

void
role_die_with_parent(void)
{
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
}

/* ---------------------------------------------------------------- setting up */

static int
take_lock(int *out, struct err *e)
{
    const char *path = settings_run("engine.lock");
    char pid[32];
    ssize_t n;
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644);

    if (fd < 0)
        return err_set(e, ERR_ENV, "lock",
                       "%s: %s: check that the directory exists and is writable", path,
                       strerror(errno));
    if (flock(fd, LOCK_EX | LOCK_NB) < 0) {
        n = read(fd, pid, sizeof pid - 1);
        pid[n > 0 ? n : 0] = '\0';
        pid[strcspn(pid, "\n")] = '\0';
        close(fd);
        return err_set(
            e, ERR_ENV, "running",
            "an engine with this state directory runs already (process %s): stop it first",
            pid[0] ? pid : "unknown");
    }
    if (ftruncate(fd, 0) < 0 || dprintf(fd, "%d\n", (int)getpid()) < 0) {
        close(fd);
        return err_set(e, ERR_ENV, "lock", "%s: %s", path, strerror(errno));
    }
    *out = fd;
    return 0;
}

static int
check_users(struct err *e)
{
    const char *users[] = {ENGINE_USER, SCAN_USER};

    if (geteuid() != 0)
        return 0;
    for (size_t i = 0; i < sizeof users / sizeof *users; i++)
        if (!getpwnam(users[i]))
            return err_set(e, ERR_ENV, "user",
                           "there is no user %s: start with make run, or add it", users[i]);
    if (!getgrnam(RPC_GROUP))
        return err_set(e, ERR_ENV, "group", "there is no group %s: start with make run, or add it",
                       RPC_GROUP);
    return 0;
}

/* The socket of rpc is bound here, because only root can give it to the web programs' group. */
static int
bind_rpc(int *out, struct err *e)
{
    const char *path = settings_run("rpc.sock");
    struct sockaddr_un sa = {.sun_family = AF_UNIX};
    const struct group *gr = getgrnam(RPC_GROUP);
    const struct passwd *pw = getpwnam(ENGINE_USER);
    int fd;

    if (strlen(path) >= sizeof sa.sun_path)
        return err_set(
            e, ERR_ENV, "rpc-socket",
            "%s: the path is too long for a socket: set SEKISHO_RUN to a short directory", path);
    memcpy(sa.sun_path, path, strlen(path) + 1);
    (void)unlink(path); /* we hold the lock, so it is stale */
    fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || bind(fd, (struct sockaddr *)&sa, sizeof sa) < 0 || listen(fd, 128) < 0 ||
        chmod(path, 0660) < 0 ||
        (geteuid() == 0 && chown(path, pw ? pw->pw_uid : 0, gr ? gr->gr_gid : 0) < 0)) {
        int saved = errno;
        if (fd >= 0)
            close(fd);
        return err_set(e, ERR_ENV, "rpc-socket", "%s: %s", path, strerror(saved));
    }
    *out = fd;
    return 0;
}

static int
make_sockets(struct supervisor *s, struct err *e)
{
    int total = s->nscan + OWN_WORKERS, pair[2];

    s->caller = calloc((size_t)total, sizeof *s->caller);
    s->worker = calloc((size_t)total, sizeof *s->worker);
    s->begun = calloc((size_t)total, sizeof(struct scan_begun *));
    BUG_IF(!s->caller || !s->worker || !s->begun);
    for (int i = 0; i < total; i++) {
        if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
            return err_set(e, ERR_ENV, "sockets", "socketpair: %s", strerror(errno));
        s->caller[i] = pair[0];
        s->worker[i] = pair[1];
        if (!(s->begun[i] = scan_begun_new()))
            return err_set(e, ERR_ENV, "sockets", "no shared memory: %s", strerror(errno));
    }
    if (pipe2(s->control, O_CLOEXEC | O_NONBLOCK) < 0)
        return err_set(e, ERR_ENV, "sockets", "pipe: %s", strerror(errno));
    return 0;
}

static void
list_children(struct supervisor *s)
{
    bool root = geteuid() == 0;
    const char *engine = root ? ENGINE_USER : NULL, *scan = root ? SCAN_USER : NULL;
    int n = 0;

    s->nchildren = s->nscan + OWN_WORKERS + 3;
    s->children = calloc((size_t)s->nchildren, sizeof *s->children);
    BUG_IF(!s->children);
    for (int i = 0; i < s->nscan + OWN_WORKERS; i++)
        s->children[n++] =
            (struct child){.name = "engine.scan", .main = role_scan, .slot = i, .user = scan};
    s->children[n++] =
        (struct child){.name = "engine.rpc", .main = role_rpc, .slot = -1, .user = engine};
    s->children[n++] =
        (struct child){.name = "engine.gate", .main = role_gate, .slot = -1, .user = engine};
    s->children[n++] =
        (struct child){.name = "engine.jobs", .main = role_jobs, .slot = -1, .user = engine};
}

/* ---------------------------------------------------------------- children */

/* A role keeps only its own descriptors and shared memory: a scan worker must not even hold another one's socket. */
static void
keep_only_own(struct supervisor *s, const struct child *c, struct role_ctx *ctx)
{
    bool gate = c->main == role_gate, rpc = c->main == role_rpc, jobs = c->main == role_jobs;
    int own = rpc ? s->nscan : jobs ? s->nscan + 1 : c->slot;

    for (int i = 0; i < s->nscan + OWN_WORKERS; i++) {
        if (!((gate && i < s->nscan) || ((rpc || jobs) && i == own)))
            close(s->caller[i]);
        if (c->slot != i) {
            close(s->worker[i]);
            scan_begun_leave(s->begun[i]);
        }
    }
    close(s->control[0]);
    if (!gate && !rpc && !jobs)
        close(s->control[1]);
    if (!rpc)
        close(s->listen_fd);
    close(s->lock_fd);
    close(s->signal_fd);
    ctx->begun = c->slot >= 0 ? s->begun[c->slot] : NULL;
    ctx->scan_fds = gate ? s->caller : NULL;
    ctx->nscan = s->nscan;
    ctx->slot = own;
    ctx->scan_fd = rpc || jobs ? s->caller[own] : c->slot >= 0 ? s->worker[c->slot] : -1;
    ctx->control_fd = gate || rpc || jobs ? s->control[1] : -1;
    ctx->listen_fd = rpc ? s->listen_fd : -1;
    ctx->user = c->user;
}

/* When memory runs out the kernel takes a parser first, the database last (F-16). */
static void
offer_to_oom_killer(const struct child *c)
{
    const char *score = c->slot >= 0 ? "500" : "100";
    int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);

    if (fd >= 0) {
        if (write(fd, score, 3) != 3)
            evlog(EVLOG_DEBUG, "role.oom-score", NULL);
        close(fd);
    }
}

static void
child_main(struct supervisor *s, const struct child *c, pid_t parent)
{
    struct role_ctx ctx = {0};
    sigset_t mask;

    role_die_with_parent();
    if (getppid() != parent)
        _exit(1);
    sigemptyset(&mask);
    if (c->slot >= 0)
        sigaddset(&mask, SIGUSR1); /* role_scan() listens to it between jobs only */
    sigprocmask(SIG_SETMASK, &mask, NULL);
    signal(SIGINT, SIG_IGN); /* Ctrl-C reaches the supervisor, which stops us in order */
    signal(SIGPIPE, SIG_IGN);
    signal(SIGHUP, SIG_IGN);
    if (c->main != role_gate)
        dns_shared_read_only();
    title_set(c->name);
    evlog_init(c->name);
    offer_to_oom_killer(c);
    keep_only_own(s, c, &ctx);
    _exit(c->main(&ctx));
}

static void
start_child(struct supervisor *s, struct child *c)
{
    pid_t parent = getpid(), pid;

    c->started = when_mono(); /* before it can be seen (role_kill.h) */
    if (c->slot >= 0)
        atomic_store(&s->begun[c->slot]->id, 0);
    pid = fork();
    if (pid == 0)
        child_main(s, c, parent);
    if (pid < 0) { /* F-17: try again in a second */
        evlog(EVLOG_ERROR, "role.fork", "role", c->name, "reason", strerror(errno), NULL);
        c->start_at = when_mono() + 1000;
        return;
    }
    c->pid = pid;
    c->old = c->asked = false;
}

static void
log_death(const struct child *c, int status, pid_t died)
{
    char how[64], pid[16];

    if (WIFSIGNALED(status))
        (void)snprintf(how, sizeof how, "signal %d", WTERMSIG(status));
    else
        (void)snprintf(how, sizeof how, "exit %d", WEXITSTATUS(status));
    (void)snprintf(pid, sizeof pid, "%d", (int)died);
    evlog(EVLOG_ERROR, "role.died", "role", c->name, "pid", pid, "how", how, NULL);
}

/* The job that a worker has in hand, or had: until its successor is started. */
static uint64_t
begun(const struct supervisor *s, const struct child *c)
{
    return c->slot >= 0 ? atomic_load(&s->begun[c->slot]->id) : 0;
}

/* The caller of a worker must hear of its death before a word of the next one (scan_job.h). */
static bool
told(struct supervisor *s, struct child *c)
{
    if (c->untold)
        c->untold = !scan_job_send_died(s->worker[c->slot], begun(s, c));
    return !c->untold;
}

/* A worker that was asked to end, and did so between two jobs. */
static bool
replaced(const struct child *c, int status)
{
    return c->asked && WIFEXITED(status) && WEXITSTATUS(status) == SCAN_REPLACED;
}

static void
reap(struct supervisor *s)
{
    static const int delay_ms[] = {0, 50, 200, 500, 1000};
    int status;
    pid_t pid;

    while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
        for (int i = 0; i < s->nchildren; i++) {
            struct child *c = &s->children[i];
            int64_t now = when_mono();
            if (c->pid != pid)
                continue;
            c->pid = 0;
            if (replaced(c, status)) {
                c->start_at = now;
                continue; /* it had nothing in hand: nobody has to be told */
            }
            if (!s->stopping)
                log_death(c, status, pid);
            c->deaths = now - c->started > SETTLED_MS ? 0 : c->deaths + 1;
            c->start_at = now + delay_ms[c->deaths > 4 ? 4 : c->deaths];
            c->untold = c->slot >= 0;
            (void)told(s, c);
        }
    }
}

static void
kill_late_workers(struct supervisor *s)
{
    struct role_kill k;

    while (role_kill_next(s->control[0], &k))
        for (int i = 0; i < s->nchildren; i++) {
            const struct child *c = &s->children[i];
            if (role_kill_hits(&k, c->slot, c->pid, c->started, begun(s, c)))
                kill(c->pid, SIGKILL);
        }
}

/* Starts what is due; returns the ms until the next start, -1 when nothing waits. */
static int
start_due(struct supervisor *s)
{
    int64_t now = when_mono(), wait = -1;

    for (int i = 0; i < s->nchildren; i++) {
        struct child *c = &s->children[i];
        if (c->pid == 0 && !told(s, c) && c->start_at < now + UNTOLD_MS)
            c->start_at = now + UNTOLD_MS;
        if (c->pid == 0 && c->start_at <= now)
            start_child(s, c);
        if (c->pid == 0 && (wait < 0 || c->start_at - now < wait))
            wait = c->start_at > now ? c->start_at - now : 0;
    }
    return (int)wait;
}

/* ---------------------------------------------------------------- reading rules again */

/* Scanners read their files here; the workers that run go on with what they were born with until they are
 * replaced, one after the other, each between two jobs. */
static void
reload(struct supervisor *s)
{
    s->reload = false;
    evlog(EVLOG_INFO, "engine.reload", NULL);
    scanners_prepare();
    for (int i = 0; i < s->nchildren; i++)
        s->children[i].old = s->children[i].slot >= 0 && s->children[i].pid > 0;
}

/* One at a time, so that the gate always has workers: the next when the last one's successor runs. */
static void
replace_old(struct supervisor *s)
{
    struct child *next = NULL;
    for (int i = 0; i < s->nchildren; i++) {
        struct child *c = &s->children[i];
        if (c->asked || (c->slot >= 0 && c->pid == 0))
            return;
        if (c->old && !next)
            next = c;
    }
    if (!next)
        return;
    next->asked = true;
    kill(next->pid, SIGUSR1);
}

/* ---------------------------------------------------------------- the loop */

static bool
stop_asked(struct supervisor *s)
{
    struct signalfd_siginfo si;
    bool stop = false;

    while (read(s->signal_fd, &si, sizeof si) == (ssize_t)sizeof si) {
        if (si.ssi_signo == SIGTERM || si.ssi_signo == SIGINT)
            stop = true;
        s->reload |= si.ssi_signo == SIGHUP;
    }
    return stop;
}

static void
wait_for_news(struct supervisor *s, int timeout_ms)
{
    struct pollfd p[2] = {{.fd = s->signal_fd, .events = POLLIN},
                          {.fd = s->control[0], .events = POLLIN}};

    (void)poll(p, 2, timeout_ms);
}

static bool
any_alive(const struct supervisor *s, bool workers)
{
    for (int i = 0; i < s->nchildren; i++)
        if (s->children[i].pid > 0 && (workers || s->children[i].slot < 0))
            return true;
    return false;
}

static void
signal_all(const struct supervisor *s, int sig, bool workers)
{
    for (int i = 0; i < s->nchildren; i++)
        if (s->children[i].pid > 0 && (workers || s->children[i].slot < 0))
            kill(s->children[i].pid, sig);
}

/* Gate, rpc and jobs finish what they have begun; the workers serve them until then. */
static void
stop_all(struct supervisor *s)
{
    int64_t until = when_mono() + STOP_MS;

    s->stopping = true;
    evlog(EVLOG_INFO, "engine.stopping", NULL);
    signal_all(s, SIGTERM, false);
    while (any_alive(s, false) && when_mono() < until) {
        wait_for_news(s, 100);
        (void)stop_asked(s);
        kill_late_workers(s);
        reap(s);
    }
    signal_all(s, SIGKILL, true);
    for (int i = 0; i < 100 && any_alive(s, true); i++) {
        wait_for_news(s, 10);
        (void)stop_asked(s);
        reap(s);
    }
    (void)unlink(settings_run("rpc.sock"));
    (void)unlink(settings_run("gate.sock"));
    evlog(EVLOG_INFO, "engine.stopped", NULL);
}

int
supervisor_run(int argc, char **argv, struct err *e)
{
    struct supervisor s = {.nscan = (int)settings_int(SET_scan_workers)};
    unsigned char key[32];
    sigset_t mask;

    title_init(argc, argv);
    if (take_lock(&s.lock_fd, e) < 0 || check_users(e) < 0 || master_key_read(key, e) < 0 ||
        bind_rpc(&s.listen_fd, e) < 0 || make_sockets(&s, e) < 0)
        return -1;
    explicit_bzero(key, sizeof key); /* only read to refuse early; the roles read it themselves */
    sigemptyset(&mask);
    sigaddset(&mask, SIGCHLD);
    sigaddset(&mask, SIGTERM);
    sigaddset(&mask, SIGINT);
    sigaddset(&mask, SIGHUP);
    sigaddset(&mask, SIGUSR1); /* so that no worker can die of it before it listens */
    sigprocmask(SIG_BLOCK, &mask, NULL);
    s.signal_fd = signalfd(-1, &mask, SFD_NONBLOCK | SFD_CLOEXEC);
    if (s.signal_fd < 0)
        return err_set(e, ERR_ENV, "signalfd", "signalfd: %s", strerror(errno));
    scanners_prepare();
    dns_shared_make();
    list_children(&s);
    evlog(EVLOG_INFO, "engine.started", NULL);
    for (;;) {
        int wait = start_due(&s);
        replace_old(&s);
        wait_for_news(&s, wait);
        if (stop_asked(&s))
            break;
        kill_late_workers(&s);
        reap(&s);
        if (s.reload)
            reload(&s);
    }
    stop_all(&s);
    return 0;
}
