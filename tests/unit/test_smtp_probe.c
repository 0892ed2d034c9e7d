/* A08: what a mail server answers to "Test connection". */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "common/arena.h"
#include "common/when.h"
#include "engine/deliver/smtp_probe.h"

static void
test_replies(void **state)
{
    static const struct {
        const char *text;
        int code;
        const char *reply;
        bool tls;
    } cases[] = {
        {"220 mx.example ESMTP\r\n", 220, "220 mx.example ESMTP", false},
        {"220 mx.example ESMTP", 0, "", false},
        {"250-mx\r\n250-STARTTLS\r\n250 SIZE\r\n", 250, "250-mx", true},
        {"250-mx\r\n250 starttls\r\n", 250, "250-mx", true},
        {"250-mx\r\n250 STARTTLSX\r\n", 250, "250-mx", false},
        {"250-mx\r\n250-STARTTLS\r\n", 0, "250-mx", true},
        {"554\n", 554, "554", false},
        {"220-a\r\n250 b\r\n", -1, "220-a", false},
        {"SSH-2.0-OpenSSH\r\n", -1, "SSH-2.0-OpenSSH", false},
        {"HTTP/1.1 400 Bad\r\n", -1, "HTTP/1.1 400 Bad", false},
        {"2200 x\r\n", -1, "2200 x", false},
        {"220 \x1b[31m\xff\r\n", 220, "220 ?[31m?", false},
        {"\r\n", -1, "", false},
        {"", 0, "", false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char reply[SMTP_PROBE_TEXT + 1] = "";
        bool tls = false;
        size_t used = 0;
        assert_int_equal(smtp_probe_reply(cases[i].text, strlen(cases[i].text), reply, &tls, &used),
                         cases[i].code);
        assert_string_equal(reply, cases[i].reply);
        assert_int_equal(tls, cases[i].tls);
    }
}

/* ---------------------------------------------------------------- a server */

struct server {
    int fd, port;
    const char *greeting, *ehlo; /* NULL: nothing is said */
    pthread_t thread;
};

static void *
serve(void *arg)
{
    struct server *s = arg;
    char buffer[256];
    int fd = accept(s->fd, NULL, NULL);

    if (fd < 0)
        return NULL;
    if (s->greeting)
        (void)!write(fd, s->greeting, strlen(s->greeting));
    if (s->ehlo && read(fd, buffer, sizeof buffer) > 0)
        (void)!write(fd, s->ehlo, strlen(s->ehlo));
    while (read(fd, buffer, sizeof buffer) > 0)
        ;
    close(fd);
    return NULL;
}

static struct smtp_probe
ask(const char *greeting, const char *ehlo, int ms)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct server s = {.fd = socket(AF_INET, SOCK_STREAM, 0), .greeting = greeting, .ehlo = ehlo};
    struct arena *a = arena_new();
    socklen_t n = sizeof to;
    struct smtp_probe p;

    assert_int_equal(bind(s.fd, (struct sockaddr *)&to, sizeof to), 0);
    assert_int_equal(listen(s.fd, 1), 0);
    assert_int_equal(getsockname(s.fd, (struct sockaddr *)&to, &n), 0);
    assert_int_equal(pthread_create(&s.thread, NULL, serve, &s), 0);
    smtp_probe(a, "127.0.0.1", ntohs(to.sin_port), "gw.example", "127.0.0.1:1", false,
               when_mono() + ms, &p);
    pthread_join(s.thread, NULL);
    close(s.fd);
    arena_free(&a);
    return p;
}

static void
test_servers(void **state)
{
    struct smtp_probe p;
    (void)state;
    p = ask("220 mx ESMTP\r\n", "250-mx\r\n250 STARTTLS\r\n", 20000);
    assert_string_equal(p.result, "ok");
    assert_true(p.tls);
    p = ask("220-mx\r\n220 ESMTP\r\n", "250 mx\r\n", 20000);
    assert_string_equal(p.result, "ok");
    assert_false(p.tls);
    p = ask("554 5.7.1 go away\r\n", NULL, 20000);
    assert_string_equal(p.result, "turned-away");
    assert_string_equal(p.reply, "554 5.7.1 go away");
    p = ask("SSH-2.0-OpenSSH_9.2\r\n", NULL, 20000);
    assert_string_equal(p.result, "not-smtp");
    p = ask(NULL, NULL, 300);
    assert_string_equal(p.result, "late");
}

static void
test_no_server(void **state)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM, 0); /* bound, and nobody listens */
    struct arena *a = arena_new();
    socklen_t n = sizeof to;
    struct smtp_probe p;

    (void)state;
    assert_int_equal(bind(fd, (struct sockaddr *)&to, sizeof to), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&to, &n), 0);
    smtp_probe(a, "127.0.0.1", ntohs(to.sin_port), "gw.example", "127.0.0.1:1", false,
               when_mono() + 20000, &p);
    assert_string_equal(p.result, "refused");
    smtp_probe(a, "no_name!", 25, "gw.example", "127.0.0.1:1", false, when_mono() + 500, &p);
    assert_string_equal(p.result, "name");
    close(fd);
    arena_free(&a);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_replies),
        cmocka_unit_test(test_servers),
        cmocka_unit_test(test_no_server),
    };
    return cmocka_run_group_tests_name("smtp_probe", tests, NULL, NULL);
}
