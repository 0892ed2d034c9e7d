/*
 * The awaiting client, for console and portal. One connection per call: connecting to a Unix socket
 * costs little, and giving up is closing it. A full backlog of the engine is an error at once, not
 * a queue of ours.
 */
#include "rpc_codec.h"
#include "../common/arena.h"
#include "../common/err.h"
#include "../common/settings.h"
#include "../common/when.h"
#include "../console/coro.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

struct call {
    int fd;
    int64_t deadline;
    struct err *e;
};

static int
engine_down(struct err *e)
{
    return err_set(e, ERR_ENV, "engine-down",
                   "the engine does not answer at %.150s: is it started?",
                   settings_run("rpc.sock"));
}

static int
wait_for(struct call *c, short events)
{
    if (coro_wait_fd(c->fd, events, c->deadline) == 0)
        return 0;
    return err_set(c->e, ERR_ENV, "engine-late", "the engine did not answer in time");
}

static int
write_all(struct call *c, const unsigned char *p, size_t n)
{
    while (n) {
        ssize_t w = send(c->fd, p, n, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (w > 0) {
            p += w;
            n -= (size_t)w;
        } else if (w < 0 && errno == EAGAIN) {
            if (wait_for(c, POLLOUT))
                return -1;
        } else if (w == 0 || errno != EINTR) {
            return engine_down(c->e);
        }
    }
    return 0;
}

static int
read_all(struct call *c, unsigned char *p, size_t n)
{
    while (n) {
        ssize_t got = recv(c->fd, p, n, MSG_DONTWAIT);
        if (got > 0) {
            p += got;
            n -= (size_t)got;
        } else if (got < 0 && errno == EAGAIN) {
            if (wait_for(c, POLLIN))
                return -1;
        } else if (got == 0 || errno != EINTR) {
            return engine_down(c->e);
        }
    }
    return 0;
}

/* Payload of the next frame. */
static int
read_frame(struct arena *a, struct call *c, unsigned char **p, size_t *n)
{
    unsigned char head[4];
    if (read_all(c, head, 4))
        return -1;
    *n = rpc_frame_size(head);
    if (!*n)
        return err_set(c->e, ERR_ENV, "engine-garbled", "the engine's answer is too long");
    *p = arena_alloc(a, *n + 1);
    return read_all(c, *p, *n);
}

static int
exchange(struct arena *a, struct call *c, enum rpc_method m, json_t *params, json_t **reply)
{
    unsigned char *p;
    size_t n, hello_n;
    unsigned char *hello = rpc_hello(a, &hello_n),
                  *request = rpc_request(a, m, 1, params, &n, c->e);
    if (!request || write_all(c, hello, hello_n) || write_all(c, request, n))
        return -1;
    if (read_frame(a, c, &p, &n) || rpc_read_hello(a, p, n, c->e))
        return -1;
    if (read_frame(a, c, &p, &n))
        return -1;
    return rpc_read_reply(a, p, n, m, 1, reply, c->e);
}

int
rpc_call(struct arena *a, enum rpc_method m, json_t *params, json_t **reply, struct err *e)
{
    struct call c = {.deadline = when_mono() + rpc_methods[m].deadline_ms, .e = e};
    struct sockaddr_un at = {.sun_family = AF_UNIX};
    const char *path = settings_run("rpc.sock");
    if (strlen(path) >= sizeof at.sun_path)
        return err_set(e, ERR_ENV, "path", "%.150s is too long for a socket", path);
    memcpy(at.sun_path, path, strlen(path) + 1);
    c.fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (c.fd < 0)
        return engine_down(e);
    if (connect(c.fd, (struct sockaddr *)&at, sizeof at)) {
        close(c.fd);
        return engine_down(e);
    }
    int rc = exchange(a, &c, m, params, reply);
    close(c.fd);
    return rc;
}
