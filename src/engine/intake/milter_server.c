#include "milter_server.h"

#include <errno.h>
#include <grp.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "../../common/arena.h"
#include "../../common/buf.h"
#include "../../common/err.h"
#include "../../common/evlog.h"
#include "intake_room.h"
#include "milter.h"

#define MTA_GROUP "postfix"
#define IDLE_S 3600 /* Postfix ends sessions long before */
#define SEND_S 30
#define STACK (1024 * 1024)

static const struct milter_callbacks *callbacks;
static atomic_int sessions;
static struct turned_away full;

int
milter_listen(const char *path, struct err *e)
{
    struct sockaddr_un sa = {.sun_family = AF_UNIX};
    const struct group *gr = getgrnam(MTA_GROUP);
    int fd, saved;

    if (strlen(path) >= sizeof sa.sun_path)
        return err_set(
            e, ERR_ENV, "milter-socket",
            "%s: the path is too long for a socket: set SEKISHO_RUN to a short directory", path);
    memcpy(sa.sun_path, path, strlen(path) + 1);
    (void)unlink(path);
    fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd >= 0 && bind(fd, (struct sockaddr *)&sa, sizeof sa) == 0 && listen(fd, 512) == 0 &&
        chmod(path, 0660) == 0 &&
        (geteuid() != 0 || chown(path, (uid_t)-1, gr ? gr->gr_gid : (gid_t)-1) == 0))
        return fd;
    saved = errno;
    if (fd >= 0)
        close(fd);
    return err_set(e, ERR_ENV, "milter-socket", "%s: %s", path, strerror(saved));
}

static int
send_all(int fd, const struct buf *b)
{
    const char *p = b->data;
    size_t left = b->len;

    while (left > 0) {
        ssize_t k = send(fd, p, left, MSG_NOSIGNAL);
        if (k < 0 && errno == EINTR)
            continue;
        if (k <= 0)
            return -1;
        p += k;
        left -= (size_t)k;
    }
    return 0;
}

static void
talk(int fd)
{
    struct arena *a = arena_new();
    struct buf *out = buf_new(a, 0);
    struct milter_conn *c = milter_conn_new(callbacks);
    bool go = true;

    while (go) {
        size_t room;
        char *space = milter_conn_space(c, &room);
        ssize_t n = recv(fd, space, room, 0);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            break;
        go = milter_conn_take(c, (size_t)n, out);
        if (send_all(fd, out) < 0)
            break;
    }
    milter_conn_free(&c);
    arena_free(&a);
}

static void *
session(void *arg)
{
    int fd = (int)(intptr_t)arg;

    talk(fd);
    close(fd);
    atomic_fetch_sub(&sessions, 1);
    return NULL;
}

static void
set_timeouts(int fd)
{
    struct timeval idle = {.tv_sec = IDLE_S}, sending = {.tv_sec = SEND_S};

    (void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &idle, sizeof idle);
    (void)setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &sending, sizeof sending);
}

static void
start(int fd, const pthread_attr_t *attr, int most)
{
    pthread_t t;

    if (atomic_fetch_add(&sessions, 1) < most) {
        set_timeouts(fd);
        if (pthread_create(&t, attr, session, (void *)(intptr_t)fd) == 0)
            return;
        evlog(EVLOG_ERROR, "milter.no-thread", NULL); /* F-17 */
    } else {
        turned_away(&full, "milter.sessions-full");
    }
    atomic_fetch_sub(&sessions, 1);
    close(fd);
}

/* Takes what waits; false when there is trouble that needs a pause (no descriptors left). */
static bool
accept_all(int listen_fd, const pthread_attr_t *attr, int most)
{
    int fd;

    while ((fd = accept4(listen_fd, NULL, NULL, SOCK_CLOEXEC)) >= 0)
        start(fd, attr, most);
    return errno == EAGAIN || errno == EINTR || errno == ECONNABORTED;
}

void
milter_serve(int listen_fd, const struct milter_callbacks *cb, int most)
{
    struct pollfd p[2] = {{.fd = listen_fd, .events = POLLIN}, {.events = POLLIN}};
    pthread_attr_t attr;
    sigset_t term;

    callbacks = cb;
    sigemptyset(&term);
    sigaddset(&term, SIGTERM);
    p[1].fd = signalfd(-1, &term, SFD_CLOEXEC);
    BUG_IF(p[1].fd < 0);
    pthread_attr_init(&attr);
    pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
    pthread_attr_setstacksize(&attr, STACK);
    for (;;) {
        if (poll(p, 2, -1) < 0 && errno != EINTR)
            bug("poll: %s", strerror(errno));
        if (p[1].revents)
            break;
        if (!accept_all(listen_fd, &attr, most))
            usleep(100000);
    }
    pthread_attr_destroy(&attr);
    close(p[1].fd);
    close(listen_fd);
}
