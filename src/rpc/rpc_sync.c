/* The blocking client: CLI, tests and the engine itself. One connection per call. */
#include "rpc_codec.h"
#include "../common/arena.h"
#include "../common/err.h"
#include "../common/settings.h"
#include "../common/when.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

static int
engine_down(struct err *e)
{
    return err_set(e, ERR_ENV, "engine-down",
                   "the engine does not answer at %.150s: is it started?",
                   settings_run("rpc.sock"));
}

static int
engine_late(struct err *e)
{
    return err_set(e, ERR_ENV, "engine-late", "the engine did not answer in time");
}

static bool
ready(int fd, short events, int64_t until)
{
    struct pollfd p = {.fd = fd, .events = events};
    int n;
    do {
        int64_t left = until - when_mono();
        n = left > 0 ? poll(&p, 1, (int)left) : 0;
    } while (n < 0 && errno == EINTR);
    return n > 0;
}

static int
write_all(int fd, const unsigned char *p, size_t n, int64_t until, struct err *e)
{
    while (n) {
        if (!ready(fd, POLLOUT, until))
            return engine_late(e);
        ssize_t w = send(fd, p, n, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (w < 0 && (errno == EAGAIN || errno == EINTR))
            continue;
        if (w <= 0)
            return engine_down(e);
        p += w;
        n -= (size_t)w;
    }
    return 0;
}

static int
read_all(int fd, unsigned char *p, size_t n, int64_t until, struct err *e)
{
    while (n) {
        if (!ready(fd, POLLIN, until))
            return engine_late(e);
        ssize_t got = recv(fd, p, n, MSG_DONTWAIT);
        if (got < 0 && (errno == EAGAIN || errno == EINTR))
            continue;
        if (got <= 0)
            return engine_down(e);
        p += got;
        n -= (size_t)got;
    }
    return 0;
}

/* Payload of the next frame. */
static int
read_frame(struct arena *a, int fd, int64_t until, unsigned char **p, size_t *n, struct err *e)
{
    unsigned char head[4];
    if (read_all(fd, head, 4, until, e))
        return -1;
    *n = rpc_frame_size(head);
    if (!*n)
        return err_set(e, ERR_ENV, "engine-garbled", "the engine's answer is too long");
    *p = arena_alloc(a, *n + 1);
    return read_all(fd, *p, *n, until, e);
}

static int
exchange(struct arena *a, int fd, enum rpc_method m, json_t *params, int64_t until, json_t **reply,
         struct err *e)
{
    unsigned char *p;
    size_t n, hn;
    unsigned char *hello = rpc_hello(a, &hn), *request = rpc_request(a, m, 1, params, &n, e);
    if (!request || write_all(fd, hello, hn, until, e) || write_all(fd, request, n, until, e))
        return -1;
    if (read_frame(a, fd, until, &p, &n, e) || rpc_read_hello(a, p, n, e))
        return -1;
    if (read_frame(a, fd, until, &p, &n, e))
        return -1;
    return rpc_read_reply(a, p, n, m, 1, reply, e);
}

int
rpc_call(struct arena *a, enum rpc_method m, json_t *params, json_t **reply, struct err *e)
{
    int64_t until = when_mono() + rpc_methods[m].deadline_ms;
    struct sockaddr_un at = {.sun_family = AF_UNIX};
    const char *path = settings_run("rpc.sock");
    if (strlen(path) >= sizeof at.sun_path)
        return err_set(e, ERR_INPUT, "path", "%.150s is too long for a socket", path);
    memcpy(at.sun_path, path, strlen(path) + 1);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct timeval most = {.tv_sec = rpc_methods[m].deadline_ms / 1000 + 1};
    if (fd >= 0) /* for connect(), when the engine's backlog is full */
        setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &most, sizeof most);
    if (fd < 0 || connect(fd, (struct sockaddr *)&at, sizeof at)) {
        if (fd >= 0)
            close(fd);
        return engine_down(e);
    }
    int rc = exchange(a, fd, m, params, until, reply, e);
    close(fd);
    return rc;
}
