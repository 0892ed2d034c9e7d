/*
 * Memory of the gate: all messages together have a budget, what does not fit is refused for now and
 * holds nothing, and sessions that do nothing cost little.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <arpa/inet.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "common/arena.h"
#include "common/err.h"
#include "common/settings.h"
#include "common/when.h"
#include "engine/intake/gate.h"
#include "engine/intake/intake_conn.h"
#include "engine/intake/intake_room.h"
#include "engine/intake/intake_rules.h"
#include "engine/intake/milter.h"
#include "engine/intake/milter_server.h"

#define MB (1024 * 1024)
#define SESSIONS 1000

static char zeros[MB];

/* settings: intake_memory = 8M, so 7 MB for large messages */
static struct conn *
with(double mb)
{
    struct conn *c = conn_new();
    struct mail *m = mail_begin(c);

    for (double left = mb * MB; left > 0; left -= sizeof zeros)
        mail_add_body(m, zeros, left < sizeof zeros ? (size_t)left : sizeof zeros);
    return c;
}

static enum mail_trouble
trouble(struct conn *c)
{
    size_t n;
    const unsigned char *raw = mail_bytes(c->mail, &n);

    assert_int_equal(raw != NULL, c->mail->trouble == MAIL_FINE);
    return c->mail->trouble;
}

static void
the_budget_is_kept(void **state)
{
    struct conn *large = with(5), *other = with(4), *small, *again;

    (void)state;
    assert_int_equal(trouble(large), MAIL_FINE);
    assert_int_equal(trouble(other), MAIL_NO_ROOM);
    assert_int_equal(room_used(), 5 * MB); /* nothing is left of the other */
    assert_int_equal(other->mail->fd, -1);
    assert_true(atomic_load(&room_full.total) > 0);
    conn_free(other);
    assert_int_equal(trouble(other = with(2)), MAIL_FINE);
    /* large ones have used up theirs; small ones still go */
    assert_int_equal(trouble(again = with(1.1)), MAIL_NO_ROOM);
    conn_free(again);
    assert_int_equal(trouble(small = with(0.9)), MAIL_FINE);
    assert_int_equal(trouble(again = with(0.9)), MAIL_NO_ROOM);
    conn_free(again);
    conn_free(large);
    assert_int_equal(trouble(again = with(0.9)), MAIL_FINE);
    conn_free(again);
    conn_free(small);
    conn_free(other);
    assert_int_equal(room_used(), 0);
}

/* The largest that settings permit, and then what it takes to seal it: when it is alone, it must be
 * possible. */
static void
alone_anything_fits(void **state)
{
    struct conn *huge = with(7), *small; /* message_size = 7M */

    (void)state;
    assert_int_equal(trouble(huge), MAIL_FINE);
    assert_int_equal(room_used(), 7 * MB);
    assert_true(room_take(6 * MB, huge->mail->kept));
    assert_false(room_for(1));
    room_give(6 * MB);
    assert_int_equal(trouble(small = with(0.5)), MAIL_FINE);
    assert_false(room_take(6 * MB, huge->mail->kept)); /* not alone */
    conn_free(small);
    conn_free(huge);
    assert_true(room_for(20 * MB));
    huge = with(7.5);
    assert_int_equal(trouble(huge), MAIL_TOO_LARGE);
    assert_int_equal(room_used(), 0);
    conn_free(huge);
}

static enum milter_answer
rcpt(struct conn *c, struct milter_out *o)
{
    static struct gate g;

    return intake_recipient(&g, c, "<\x01@bad>", o);
}

/* RCPT is the first step that Postfix waits for; a 4xx there costs no bytes. */
static void
no_room_is_said_at_rcpt(void **state)
{
    struct conn *large = with(6), *next = conn_new();
    struct milter_out o = {0};

    (void)state;
    mail_begin(next)->declared = 3 * MB;
    assert_int_equal(rcpt(next, &o), MILTER_REPLY);
    assert_string_equal(o.reply.code, "452");
    assert_string_equal(o.reply.enhanced, "4.3.1");
    mail_begin(next); /* nothing declared: looked at as usual */
    assert_int_equal(rcpt(next, &o), MILTER_REPLY);
    assert_string_equal(o.reply.code, "553");
    conn_free(large);
    mail_begin(next)->declared = 3 * MB;
    assert_int_equal(rcpt(next, &o), MILTER_REPLY);
    assert_string_equal(o.reply.code, "553");
    conn_free(next);
}

static void *
many_mails(void *arg)
{
    (void)arg;
    for (int i = 0; i < 100; i++) {
        struct conn *c = with(2.5);
        trouble(c);
        conn_free(c);
    }
    return NULL;
}

static void
nothing_is_counted_twice(void **state)
{
    pthread_t t[8];

    (void)state;
    for (int i = 0; i < 8; i++)
        pthread_create(&t[i], NULL, many_mails, NULL);
    for (int i = 0; i < 8; i++) {
        for (int k = 0; k < 20; k++)
            assert_in_range(room_used(), 0, 8 * MB);
        pthread_join(t[i], NULL);
    }
    assert_int_equal(room_used(), 0);
}

/* ------------------------------------------------------------------ sessions */

static void *
on_open(void)
{
    return conn_new();
}

static void
on_connect(void *s, const struct milter_macros *m, const char *host, const char *ip)
{
    struct conn *c = s;

    (void)m, (void)host;
    c->client_ip = arena_strdup(c->arena, ip);
}

static void
on_helo(void *s, const char *name)
{
    struct conn *c = s;

    c->helo = arena_strdup(c->arena, name);
}

static void
on_close(void *s)
{
    conn_free(s);
}

static const struct milter_callbacks callbacks = {
    .open = on_open, .connect = on_connect, .helo = on_helo, .close = on_close};

static pid_t
serve(const char *path, const char *log)
{
    pid_t pid = fork();
    sigset_t term;
    struct err e;
    int fd;

    if (pid)
        return pid;
    sigemptyset(&term);
    sigaddset(&term, SIGTERM);
    sigprocmask(SIG_BLOCK, &term, NULL);
    (void)dup2(open(log, O_WRONLY | O_CREAT | O_TRUNC, 0600), 2);
    fd = milter_listen(path, &e);
    if (fd < 0)
        _exit(1);
    milter_serve(fd, &callbacks, SESSIONS);
    _exit(0);
}

static int
dial(const char *path)
{
    /* what Postfix says and what we answer: negotiation, then nothing to answer */
    static const char hello[] = "\0\0\0\x0dO\0\0\0\x06\0\0\x01\xff\0\x1f\xff\xff"
                                "\0\0\0\x18"
                                "Cx.example\0"
                                "4\0\x19"
                                "192.0.2.1\0\0\0\x0bHx.example\0";
    struct sockaddr_un sa = {.sun_family = AF_UNIX};
    char answer[200];
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);

    memcpy(sa.sun_path, path, strlen(path) + 1);
    for (int i = 0; i < 100 && connect(fd, (struct sockaddr *)&sa, sizeof sa) < 0; i++)
        usleep(20000);
    (void)!send(fd, hello, sizeof hello - 1, MSG_NOSIGNAL);
    return recv(fd, answer, sizeof answer, 0) > 0 ? fd : (close(fd), -1);
}

static long
anonymous_kb(pid_t pid)
{
    char path[40], line[200];
    long kb = -1;
    FILE *f;

    (void)snprintf(path, sizeof path, "/proc/%d/status", (int)pid);
    f = fopen(path, "r");
    while (f && fgets(line, sizeof line, f))
        (void)sscanf(line, "RssAnon: %ld", &kb);
    if (f)
        fclose(f);
    return kb;
}

static int
lines_with(const char *path, const char *what, char *last, size_t size)
{
    char line[500];
    int n = 0;
    FILE *f = fopen(path, "r");

    while (f && fgets(line, sizeof line, f))
        if (strstr(line, what)) {
            n++;
            (void)snprintf(last, size, "%s", line);
        }
    if (f)
        fclose(f);
    return n;
}

static void
idle_sessions_cost_little(void **state)
{
    char dir[] = "/tmp/sekisho-room-XXXXXX", path[64], log[64], line[500] = "";
    static int fds[SESSIONS];
    struct rlimit r;
    long before, after;
    pid_t pid;

    (void)state;
    getrlimit(RLIMIT_NOFILE, &r);
    r.rlim_cur = r.rlim_max;
    setrlimit(RLIMIT_NOFILE, &r);
    assert_non_null(mkdtemp(dir));
    (void)snprintf(path, sizeof path, "%s/s", dir);
    (void)snprintf(log, sizeof log, "%s/log", dir);
    pid = serve(path, log);
    fds[0] = dial(path);
    before = anonymous_kb(pid);
    for (int i = 1; i < SESSIONS; i++)
        assert_true((fds[i] = dial(path)) >= 0);
    after = anonymous_kb(pid);
    printf("# shown: %d idle sessions cost %ld KB, %.1f each\n", SESSIONS, after - before,
           (double)(after - before) / SESSIONS);
#if !defined(__SANITIZE_ADDRESS__)
    assert_in_range(after - before, 0, SESSIONS * 40L);
#endif
    /* one more than allowed: closed, counted, logged once */
    for (int i = 0; i < 5; i++)
        assert_int_equal(dial(path), -1);
    assert_int_equal(lines_with(log, "milter.sessions-full", line, sizeof line), 1);
    close(fds[7]);
    for (int i = 0; i < 100 && (fds[7] = dial(path)) < 0; i++)
        usleep(20000);
    assert_true(fds[7] >= 0); /* and one that ended makes room */
    for (int i = 0; i < SESSIONS; i++)
        close(fds[i]);
    kill(pid, SIGTERM);
    waitpid(pid, NULL, 0);
    unlink(path);
    unlink(log);
    rmdir(dir);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_budget_is_kept),        cmocka_unit_test(alone_anything_fits),
        cmocka_unit_test(no_room_is_said_at_rcpt),   cmocka_unit_test(nothing_is_counted_twice),
        cmocka_unit_test(idle_sessions_cost_little),
    };
    char conf[] = "/tmp/sekisho-conf-XXXXXX";
    static const char text[] = "intake_memory = 8M\nmessage_size = 7M\n";
    int fd = mkstemp(conf), rc;
    struct err e;

    if (fd < 0 || write(fd, text, sizeof text - 1) < 0)
        return 1;
    close(fd);
    rc = settings_load(conf, &e);
    unlink(conf);
    if (rc < 0) {
        fprintf(stderr, "%s\n", e.text);
        return 1;
    }
    return cmocka_run_group_tests_name("intake_room", tests, NULL, NULL);
}
