/*
 * T-I1: the server as peers meet it. A bad frame closes that connection only and the process lives;
 * other users are refused by their credentials; two programs of another version do not talk.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <poll.h>
#include <pthread.h>
#include <pwd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/arena.h"
#include "common/err.h"
#include "common/jsonx.h"
#include "rpc/rpc_codec.h"
#include "rpc/rpc_server.h"

static char path[100];
static volatile int stopping;
static pthread_t server;
static struct arena *a;

static int
stop(void)
{
    return stopping;
}

static int
answer(struct arena *mem, const struct rpc_caller *c, json_t *params, json_t **reply, struct err *e)
{
    (void)mem, (void)c, (void)params, (void)e;
    *reply = json_pack("{ss s{}}", "version", "test", "detail");
    return 0;
}

static int
refuse(struct arena *mem, const struct rpc_caller *c, json_t *params, json_t **reply, struct err *e)
{
    (void)mem, (void)c, (void)params, (void)reply;
    return err_set(e, ERR_CONFLICT, "test", "as asked");
}

static void *
serve(void *arg)
{
    rpc_handler *handlers[RPC__COUNT];
    for (int i = 0; i < RPC__COUNT; i++)
        handlers[i] = i == RPC_engine_status ? answer : refuse;
    rpc_serve(*(int *)arg, NULL, stop, handlers);
    return NULL;
}

static int
begin(void **state)
{
    static int fd;
    struct sockaddr_un at = {.sun_family = AF_UNIX};
    (void)state;
    a = arena_new();
    snprintf(path, sizeof path, "/tmp/sekisho-rpc-%d.sock", (int)getpid());
    memcpy(at.sun_path, path, strlen(path) + 1);
    unlink(path);
    fd = socket(AF_UNIX, SOCK_STREAM, 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&at, sizeof at), 0);
    assert_int_equal(chmod(path, 0666), 0);
    assert_int_equal(listen(fd, 64), 0);
    return pthread_create(&server, NULL, serve, &fd);
}

static int
end(void **state)
{
    (void)state;
    stopping = 1;
    pthread_join(server, NULL);
    unlink(path);
    arena_free(&a);
    return 0;
}

static int
dial(void)
{
    struct sockaddr_un at = {.sun_family = AF_UNIX};
    struct timeval t = {20, 0};
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    memcpy(at.sun_path, path, strlen(path) + 1);
    assert_int_equal(connect(fd, (struct sockaddr *)&at, sizeof at), 0);
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &t, sizeof t);
    return fd;
}

static void
put(int fd, const void *p, size_t n)
{
    assert_int_equal(send(fd, p, n, MSG_NOSIGNAL), (ssize_t)n);
}

/* Payload of the next frame, NULL when the connection was closed. */
static unsigned char *
get(int fd, size_t *n)
{
    unsigned char head[4];
    if (recv(fd, head, 4, MSG_WAITALL) != 4)
        return NULL;
    *n = (size_t)head[0] << 24 | (size_t)head[1] << 16 | (size_t)head[2] << 8 | head[3];
    unsigned char *p = arena_alloc(a, *n);
    return recv(fd, p, *n, MSG_WAITALL) == (ssize_t)*n ? p : NULL;
}

static int
greeted(void)
{
    size_t n;
    int fd = dial();
    unsigned char *hello = rpc_hello(a, &n);
    put(fd, hello, n);
    assert_non_null(get(fd, &n));
    return fd;
}

static void
call_works(int fd, int64_t id)
{
    struct err e;
    size_t n;
    json_t *ok;
    unsigned char *p = rpc_request(a, RPC_engine_status, id, jsonx_own(a, json_object()), &n, NULL);
    put(fd, p, n);
    p = get(fd, &n);
    assert_non_null(p);
    assert_int_equal(rpc_read_reply(a, p, n, RPC_engine_status, id, &ok, &e), 0);
}

static void
a_bad_frame_closes_that_connection_only(void **state)
{
    (void)state;
    static const struct {
        const char *p;
        size_t n;
    } bad[] = {{"\0\0\0\2{}", 6},
               {"\0\0\0\0", 4},
               {"\377\377\377\377", 4},
               {"\0\20\0\1", 4},
               {"\0\0\0\4null", 8},
               {"\0\0\0\3\xff\xfe\xfd", 7},
               {"GET / HTTP/1.1\r\n\r\n", 18},
               {"\0\0\0\60{\"id\":1,\"method\":\"engine.status\",\"params\":{\"x\":1}}", 52}};
    int other = greeted();
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        int fd = greeted();
        char c;
        put(fd, bad[i].p, bad[i].n);
        shutdown(fd, SHUT_WR);
        assert_true(recv(fd, &c, 1, 0) <= 0);
        close(fd);
        call_works(other, (int64_t)i + 1);
    }
    close(other);
}

static void
another_version_is_refused(void **state)
{
    (void)state;
    static const char *const hellos[] = {"{\"sekisho\":2,\"version\":\"9\"}", "{\"hello\":1}", "x"};
    for (size_t i = 0; i < sizeof hellos / sizeof *hellos; i++) {
        int fd = dial();
        unsigned char head[4] = {0, 0, 0, (unsigned char)strlen(hellos[i])};
        char c;
        put(fd, head, 4);
        put(fd, hellos[i], strlen(hellos[i]));
        assert_true(recv(fd, &c, 1, 0) <= 0);
        close(fd);
    }
}

static void
errors_and_replays_keep_the_connection(void **state)
{
    (void)state;
    struct err e;
    size_t n;
    json_t *ok, *params = json_pack("{ss}", "password", "x");
    int fd = greeted();
    unsigned char *p = rpc_request(a, RPC_auth_hash, 5, params, &n, NULL);
    for (int i = 0; i < 2; i++) {
        size_t got;
        put(fd, p, n);
        unsigned char *answered = get(fd, &got);
        assert_non_null(answered);
        assert_int_equal(rpc_read_reply(a, answered, got, RPC_auth_hash, 5, &ok, &e), -1);
        assert_int_equal(e.cls, ERR_CONFLICT);
    }
    call_works(fd, 6);
    json_decref(params);
    close(fd);
}

static void
frames_may_come_in_pieces(void **state)
{
    (void)state;
    size_t n;
    int fd = greeted();
    unsigned char *p = rpc_request(a, RPC_engine_status, 9, jsonx_own(a, json_object()), &n, NULL);
    for (size_t i = 0; i < n; i++)
        put(fd, p + i, 1);
    assert_non_null(get(fd, &n));
    close(fd);
}

static void
other_users_are_refused(void **state)
{
    (void)state;
    const struct passwd *nobody = getpwnam("nobody");
    if (geteuid() != 0 || !nobody)
        skip();
    pid_t child = fork();
    if (child == 0) {
        struct sockaddr_un at = {.sun_family = AF_UNIX};
        char c;
        memcpy(at.sun_path, path, strlen(path) + 1);
        if (setgid(nobody->pw_gid) || setuid(nobody->pw_uid))
            _exit(2);
        int fd = socket(AF_UNIX, SOCK_STREAM, 0);
        if (connect(fd, (struct sockaddr *)&at, sizeof at))
            _exit(0);
        _exit(recv(fd, &c, 1, 0) <= 0 ? 0 : 1);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_bad_frame_closes_that_connection_only),
                                       cmocka_unit_test(another_version_is_refused),
                                       cmocka_unit_test(errors_and_replays_keep_the_connection),
                                       cmocka_unit_test(frames_may_come_in_pieces),
                                       cmocka_unit_test(other_users_are_refused)};
    return cmocka_run_group_tests(tests, begin, end);
}
