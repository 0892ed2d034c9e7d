#include "rpc_server.h"
#include "rpc_codec.h"
#include "../common/arena.h"
#include "../common/err.h"
#include "../common/evlog.h"
#include "../common/when.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <pwd.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct session {
    int fd;
    struct rpc_caller caller;
    rpc_handler *const *handlers;
};

static atomic_int sessions, sessions_of[128]; /* all, and by class of caller */
static int (*stopping)(void);

static int
user_id(const char *name)
{
    struct passwd pw, *found = NULL;
    char text[4096];
    return getpwnam_r(name, &pw, text, sizeof text, &found) == 0 && found ? (int)found->pw_uid : -1;
}

/* 0 when this user may not call at all. */
static char
caller_class(int uid)
{
    static int console = -2, portal = -2; /* only the accepting thread comes here */
    if (console == -2) {
        console = user_id("sekisho-web");
        portal = user_id("sekisho-portal");
    }
    if (uid == console)
        return 'C';
    if (uid == portal)
        return 'P';
    return uid == 0 || uid == (int)getuid() ? 'L' : 0;
}

static bool
ready(int fd, short events, int64_t until)
{
    struct pollfd p = {.fd = fd, .events = events};
    while (!stopping()) {
        int64_t left = until - when_mono();
        if (left <= 0)
            return false;
        int n = poll(&p, 1, left > 200 ? 200 : (int)left);
        if (n > 0)
            return true;
        if (n < 0 && errno != EINTR)
            return false;
    }
    return false;
}

static bool
read_exactly(int fd, unsigned char *p, size_t n, int64_t until)
{
    while (n) {
        if (!ready(fd, POLLIN, until))
            return false;
        ssize_t got = recv(fd, p, n, MSG_DONTWAIT);
        if (got < 0 && (errno == EAGAIN || errno == EINTR))
            continue;
        if (got <= 0)
            return false;
        p += got;
        n -= (size_t)got;
    }
    return true;
}

static bool
write_exactly(int fd, const unsigned char *p, size_t n)
{
    int64_t until = when_mono() + 10000;
    while (n) {
        if (!ready(fd, POLLOUT, until))
            return false;
        ssize_t put = send(fd, p, n, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (put < 0 && (errno == EAGAIN || errno == EINTR))
            continue;
        if (put <= 0)
            return false;
        p += put;
        n -= (size_t)put;
    }
    return true;
}

/* The frame itself has 10 s once it has begun. */
static unsigned char *
read_frame(struct arena *a, int fd, size_t *n)
{
    unsigned char head[4];
    if (!read_exactly(fd, head, 1, when_mono() + RPC_IDLE_MS) ||
        !read_exactly(fd, head + 1, 3, when_mono() + 10000))
        return NULL;
    *n = rpc_frame_size(head);
    if (!*n)
        return NULL;
    unsigned char *p = arena_alloc(a, *n + 1);
    return read_exactly(fd, p, *n, when_mono() + 10000) ? p : NULL;
}

static bool
one_call(struct session *s, struct arena *a)
{
    enum rpc_method m;
    struct err e = {0};
    json_t *params, *reply = NULL;
    int64_t id;
    size_t n;
    unsigned char *p = read_frame(a, s->fd, &n);
    if (!p)
        return false;
    if (rpc_read_request(a, p, n, &m, &id, &params, &e)) {
        char uid[16];
        snprintf(uid, sizeof uid, "%d", s->caller.uid);
        evlog(EVLOG_WARN, "rpc.bad-frame", "uid", uid, "reason", e.text, NULL);
        return false;
    }
    int rc = strchr(rpc_methods[m].callers, s->caller.class)
                 ? s->handlers[m](a, &s->caller, params, &reply, &e)
                 : err_set(&e, ERR_DENIED, "rpc-caller", "this program may not call %s",
                           rpc_methods[m].name);
    p = rpc_reply(a, m, id, reply, rc ? &e : NULL, &n);
    json_decref(reply);
    return write_exactly(s->fd, p, n);
}

static bool
handshake(struct session *s, struct arena *a)
{
    struct err e;
    size_t n;
    unsigned char *p = read_frame(a, s->fd, &n);
    if (!p || rpc_read_hello(a, p, n, &e))
        return false;
    p = rpc_hello(a, &n);
    return write_exactly(s->fd, p, n);
}

static bool
enter(char class)
{
    if (atomic_fetch_add(&sessions_of[(int)class], 1) < RPC_CONNECTIONS_EACH) {
        if (atomic_fetch_add(&sessions, 1) < RPC_CONNECTIONS)
            return true;
        atomic_fetch_sub(&sessions, 1);
    }
    atomic_fetch_sub(&sessions_of[(int)class], 1);
    return false;
}

static void
leave(char class)
{
    atomic_fetch_sub(&sessions_of[(int)class], 1);
    atomic_fetch_sub(&sessions, 1);
}

static void *
session_run(void *arg)
{
    struct session *s = arg;
    struct arena *a = arena_new();
    bool go_on = handshake(s, a);
    while (go_on && !stopping()) {
        arena_free(&a);
        a = arena_new();
        go_on = one_call(s, a);
    }
    arena_free(&a);
    close(s->fd);
    leave(s->caller.class);
    free(s);
    return NULL;
}

static void
start_session(int fd, void *ctx, rpc_handler *const *handlers)
{
    struct ucred who = {.uid = (uid_t)-1};
    socklen_t len = sizeof who;
    char class =
        getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &who, &len) == 0 ? caller_class((int)who.uid) : 0;
    struct session *s = calloc(1, sizeof *s);
    pthread_t t;
    char uid[16];
    if (!s)
        bug("out of memory");
    *s = (struct session){fd, {class, (int)who.uid, ctx}, handlers};
    bool entered = class && enter(class);
    if (entered && pthread_create(&t, NULL, session_run, s) == 0) {
        pthread_detach(t);
        return;
    }
    if (entered)
        leave(class);
    snprintf(uid, sizeof uid, "%d", s->caller.uid);
    evlog(EVLOG_WARN, "rpc.refused", "uid", uid, "reason",
          class ? "too many connections" : "user may not call", NULL);
    close(fd);
    free(s);
}

int
rpc_serve(int listener, void *ctx, int (*stop)(void), rpc_handler *const *handlers)
{
    stopping = stop;
    while (!stop()) {
        struct pollfd p = {.fd = listener, .events = POLLIN};
        if (poll(&p, 1, 200) <= 0)
            continue;
        int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
        if (fd >= 0)
            start_session(fd, ctx, handlers);
        else if (errno == EMFILE || errno == ENFILE)
            usleep(100000);
    }
    for (int i = 0; i < 50 && atomic_load(&sessions); i++)
        usleep(100000);
    return atomic_load(&sessions);
}
