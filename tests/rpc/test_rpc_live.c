/*
 * The running engine, called as each user of the system: who may call what (T-I1, T-I2), and that
 * garbage leaves it alive. tests/run.sh starts an installation first.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <grp.h>
#include <pwd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/arena.h"
#include "common/err.h"
#include "common/jsonx.h"
#include "common/settings.h"
#include "common/token.h"
#include "rpc/rpc_codec.h"

/* A value that each method takes. */
static const char *
text_for(const char *field)
{
    static const struct {
        const char *name, *text;
    } known[] = {
        {"surface", "portal"},         {"session", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"},
        {"domain", "nowhere.example"}, {"selector", "sk1"},
        {"algorithm", "rsa-sha256"},   {"browser", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strcmp(known[i].name, field) == 0)
            return known[i].text;
    return strstr(field, "_id") ? "01a20d0c-b30c-77f6-8793-4a8dfadc7900" : "nobody@nowhere.example";
}

static json_t *
params_of(struct arena *a, enum rpc_method m)
{
    json_t *j = jsonx_own(a, json_object());
    for (const struct rpc_field *f = rpc_methods[m].request; f->name; f++)
        json_object_set_new(j, f->name,
                            f->type == RPC_INT    ? json_integer(2048)
                            : f->type == RPC_BOOL ? json_false()
                            : f->type == RPC_JSON
                                ? json_array()
                                : json_string(arena_strndup(a, text_for(f->name), (size_t)f->max)));
    return j;
}

/* 'y' it was answered, 'd' denied, 'c' no connection or closed, 'e' another error. */
static char
call(enum rpc_method m)
{
    struct arena *a = arena_new();
    struct err e = {0};
    json_t *reply;
    char result = 'y';
    if (rpc_call(a, m, params_of(a, m), &reply, &e))
        result = e.cls == ERR_DENIED                  ? 'd'
                 : strcmp(e.code, "engine-down") == 0 ? 'c'
                 : e.cls == ERR_NOTFOUND              ? 'y' /* it was looked for */
                                                      : 'e';
    if (result == 'e')
        fprintf(stderr, "%s: %s: %s\n", rpc_methods[m].name, e.code, e.text);
    arena_free(&a);
    return result;
}

/* The same as another user, with the group of those who may reach the socket or without. */
static char
call_as(const char *user, const char *group, enum rpc_method m)
{
    int status;
    pid_t child = fork();
    if (child == 0) {
        const struct passwd *pw = getpwnam(user);
        const struct group *gr = getgrnam(group);
        if (!pw || !gr || setgroups(0, NULL) || setgid(gr->gr_gid) || setuid(pw->pw_uid))
            _exit('?');
        _exit(call(m));
    }
    assert_true(child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status));
    return (char)WEXITSTATUS(status);
}

static bool
wants_session(enum rpc_method m)
{
    for (const struct rpc_field *f = rpc_methods[m].request; f->name; f++)
        if (strcmp(f->name, "session") == 0)
            return true;
    return false;
}

static void
who_may_call_what(void **state)
{
    (void)state;
    static const struct {
        const char *user, *group;
        char class;
    } users[] = {{"sekisho-web", "sekisho-rpc", 'C'},
                 {"sekisho-portal", "sekisho-rpc", 'P'},
                 {"nobody", "sekisho-rpc", 0},
                 {"sekisho-scan", "sekisho-rpc", 0},
                 {"nobody", "nogroup", 0},
                 {"sekisho-web", "nogroup", 0}};
    if (geteuid() != 0)
        skip();
    for (size_t u = 0; u < sizeof users / sizeof *users; u++) {
        for (int m = 0; m < RPC__COUNT; m++) {
            bool may = users[u].class && strchr(rpc_methods[m].callers, users[u].class);
            char want = !users[u].class ? 'c' : may ? 'y' : 'd';
            char got = call_as(users[u].user, users[u].group, (enum rpc_method)m);
            /* nobody is signed in: nobody's mail, nobody's account */
            if (got != want && !(may && got == 'd' && wants_session((enum rpc_method)m)))
                fail_msg("%s (%s), %s: %c, not %c", users[u].user, users[u].group,
                         rpc_methods[m].name, got, want);
        }
    }
}

static void
root_may_call_what_commands_need(void **state)
{
    (void)state;
    for (int m = 0; m < RPC__COUNT; m++)
        assert_int_equal(call((enum rpc_method)m), strchr(rpc_methods[m].callers, 'L') ? 'y' : 'd');
}

static void
garbage_leaves_it_alive(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct sockaddr_un at = {.sun_family = AF_UNIX};
    const char *path = settings_run("rpc.sock");
    size_t hello_len;
    unsigned char *hello = rpc_hello(a, &hello_len), junk[4096];
    json_t *before, *after;
    struct err e;
    assert_int_equal(rpc_call(a, RPC_engine_status, jsonx_own(a, json_object()), &before, &e), 0);
    memcpy(at.sun_path, path, strlen(path) + 1);
    for (int i = 0; i < 200; i++) {
        int fd = socket(AF_UNIX, SOCK_STREAM, 0);
        assert_int_equal(connect(fd, (struct sockaddr *)&at, sizeof at), 0);
        token_random(junk, sizeof junk);
        memset(junk, 0, i % 3 ? 2 : 0); /* lengths within the limit, too */
        if (i % 2)
            (void)!send(fd, hello, hello_len, MSG_NOSIGNAL);
        (void)!send(fd, junk, (size_t)i * 20, MSG_NOSIGNAL);
        close(fd);
    }
    /* On a busy machine it still has to read the ends of them all. */
    for (int i = 0; rpc_call(a, RPC_engine_status, jsonx_own(a, json_object()), &after, &e); i++) {
        assert_true(i < 300);
        usleep(100000);
    }
    /* The same process: its uptime went on. */
    assert_true(jsonx_int(json_object_get(after, "detail"), "uptime_ms", 0) >=
                jsonx_int(json_object_get(before, "detail"), "uptime_ms", 0));
    arena_free(&a);
}

int
main(void)
{
    struct err e;
    if (settings_load(NULL, &e)) {
        fprintf(stderr, "%s\n", e.text);
        return 1;
    }
    const struct CMUnitTest tests[] = {cmocka_unit_test(root_may_call_what_commands_need),
                                       cmocka_unit_test(who_may_call_what),
                                       cmocka_unit_test(garbage_leaves_it_alive)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
