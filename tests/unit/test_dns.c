/* DNS as authentication asks it: against a real server (unbound with local zones) on loopback, against
 * one that never answers (F: temperror, never pass or fail), and on bytes no server should send. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <arpa/inet.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "common/arena.h"
#include "common/err.h"
#include "common/jsonx.h"
#include "common/token.h"
#include "common/when.h"
#include "engine/authn/dns_known.h"
#include "engine/authn/dns_unbound.h"
#include "engine/authn/dns_wire.h"

extern char **environ;

static char dir[] = "/tmp/sekisho-dns-XXXXXX";
static char server[40];
static pid_t unbound;

static const char zone[] = "  local-zone: \".\" always_nxdomain\n"
                           "  local-zone: \"gate.example.\" static\n"
                           "  local-data: \"gate.example. 120 IN A 192.0.2.1\"\n"
                           "  local-data: \"gate.example. 120 IN A 192.0.2.2\"\n"
                           "  local-data: \"gate.example. IN AAAA 2001:db8::1\"\n"
                           "  local-data: \"gate.example. IN MX 20 mx2.gate.example.\"\n"
                           "  local-data: \"gate.example. IN MX 10 .\"\n"
                           "  local-data: '_x.gate.example. IN TXT \"one \" \"two\"'\n"
                           "  local-data: 'odd\\032name.gate.example. IN TXT odd'\n"
                           "  local-zone: \"broken.example.\" always_refuse\n"
                           "  local-zone: \"2.0.192.in-addr.arpa.\" static\n"
                           "  local-data: \"1.2.0.192.in-addr.arpa. IN PTR gate.example.\"\n";

/* A free UDP port; the socket stays open and answers nothing, or is closed. */
static int
silent_socket(int *port)
{
    struct sockaddr_in sa = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t n = sizeof sa;
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

    assert_true(fd >= 0 && bind(fd, (struct sockaddr *)&sa, n) == 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&sa, &n), 0);
    *port = ntohs(sa.sin_port);
    return fd;
}

static int
start_server(void **state)
{
    char path[100], *argv[] = {(char[]){"unbound"}, (char[]){"-c"}, path, NULL};
    int port;
    FILE *f;

    (void)state;
    assert_non_null(mkdtemp(dir));
    close(silent_socket(&port));
    (void)snprintf(server, sizeof server, "127.0.0.1:%d", port);
    (void)snprintf(path, sizeof path, "%s/unbound.conf", dir);
    f = fopen(path, "w");
    assert_non_null(f);
    (void)fprintf(f,
                  "server:\n  interface: 127.0.0.1@%d\n  do-daemonize: no\n  username: \"\"\n"
                  "  chroot: \"\"\n  pidfile: \"\"\n  use-syslog: no\n  logfile: \"%s/log\"\n"
                  "  module-config: \"iterator\"\n%sremote-control:\n  control-enable: no\n",
                  port, dir, zone);
    assert_int_equal(fclose(f), 0);
    setenv("PATH", "/usr/sbin:/usr/bin:/bin", 1);
    assert_int_equal(posix_spawnp(&unbound, "unbound", NULL, NULL, argv, environ), 0);
    return 0;
}

static int
stop_server(void **state)
{
    char path[100];

    (void)state;
    kill(unbound, SIGTERM);
    waitpid(unbound, NULL, 0);
    (void)snprintf(path, sizeof path, "%s/unbound.conf", dir);
    unlink(path);
    (void)snprintf(path, sizeof path, "%s/log", dir);
    unlink(path);
    return rmdir(dir);
}

struct asking {
    struct arena *a;
    struct dns_unbound *u;
    struct dns_message m;
};

static void
begin(struct asking *q, const char *servers, int ms)
{
    struct err e = {0};

    q->a = arena_new();
    q->u = dns_unbound_new(servers, false, &e);
    assert_string_equal(e.text, "");
    dns_message_begin(&q->m, q->u, when_mono() + ms);
}

static void
end(struct asking *q)
{
    dns_unbound_free(&q->u);
    arena_free(&q->a);
}

/* The server may still be starting. */
static struct dns_answer
ask(struct asking *q, const char *name, enum dns_type type)
{
    struct dns_answer r = {0};

    for (int i = 0; i < 100; i++) {
        dns_ask(&q->m.dns, q->a, name, type, &r);
        if (r.status != DNS_TEMPERROR)
            break;
        usleep(50000);
        q->m.dns.left = DNS_QUESTIONS;
    }
    return r;
}

static void
answers_of_a_real_server(void **state)
{
    struct asking q;
    struct dns_answer r;

    (void)state;
    begin(&q, server, 60000);
    r = ask(&q, "gate.example", DNS_A);
    assert_int_equal(r.status, DNS_OK);
    assert_int_equal(r.n, 2);
    assert_int_equal(r.records[0].len, 4);
    assert_int_equal(r.records[0].data[0], 192);
    assert_true(r.ttl > 0 && r.ttl <= 120);
    assert_false(r.secure);
    r = ask(&q, "GATE.example.", DNS_AAAA);
    assert_int_equal(r.records[0].len, 16);
    r = ask(&q, "gate.example", DNS_MX);
    assert_int_equal(r.n, 2);
    for (int i = 0; i < 2; i++)
        assert_string_equal((const char *)r.records[i].data,
                            r.records[i].preference == 10 ? "" : "mx2.gate.example");
    r = ask(&q, "_x.gate.example", DNS_TXT);
    assert_int_equal(r.n, 1);
    assert_string_equal((const char *)r.records[0].data, "one two");
    r = ask(&q, "odd name.gate.example", DNS_TXT);
    assert_int_equal(r.n, 1);
    r = ask(&q, "1.2.0.192.in-addr.arpa", DNS_PTR);
    assert_int_equal(r.n, 1);
    assert_string_equal((const char *)r.records[0].data, "gate.example");
    assert_int_equal(ask(&q, "_x.gate.example", DNS_A).status, DNS_NODATA);
    assert_int_equal(ask(&q, "nothing.gate.example", DNS_A).status, DNS_NXDOMAIN);
    assert_int_equal(ask(&q, "elsewhere.test", DNS_TXT).status, DNS_NXDOMAIN);
    dns_ask(&q.m.dns, q.a, "broken.example", DNS_TXT, &r);
    assert_int_equal(r.status, DNS_TEMPERROR);
    end(&q);
}

/* T-D: a mail cannot make us ask more than that. */
static void
a_message_has_thirty_questions(void **state)
{
    struct asking q;
    struct dns_answer r;
    char name[40];

    (void)state;
    begin(&q, server, 60000);
    (void)ask(&q, "gate.example", DNS_A);
    q.m.dns.left = DNS_QUESTIONS;
    for (int i = 0; i < DNS_QUESTIONS; i++) {
        (void)snprintf(name, sizeof name, "n%d.gate.example", i);
        dns_ask(&q.m.dns, q.a, name, DNS_A, &r);
        assert_int_equal(r.status, DNS_NXDOMAIN);
    }
    dns_ask(&q.m.dns, q.a, "gate.example", DNS_A, &r);
    assert_int_equal(r.status, DNS_TEMPERROR);
    dns_message_begin(&q.m, q.u, when_mono() + 60000);
    dns_ask(&q.m.dns, q.a, "gate.example", DNS_A, &r);
    assert_int_equal(r.status, DNS_OK); /* the next message */
    end(&q);
}

static void
names_that_are_none_cost_nothing(void **state)
{
    struct asking q;
    struct dns_answer r;
    char label[70], whole[300];

    (void)state;
    begin(&q, server, 60000);
    memset(label, 'a', sizeof label);
    label[64] = '\0';
    memset(whole, 'a', sizeof whole);
    for (int i = 50; i < 300; i += 50)
        whole[i] = '.';
    whole[254] = '\0';
    const char *const bad[] = {"", ".", "a..b", ".a", "a..", label, whole};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        dns_ask(&q.m.dns, q.a, bad[i], DNS_TXT, &r);
        assert_int_equal(r.status, DNS_NXDOMAIN);
    }
    assert_int_equal(q.m.dns.left, DNS_QUESTIONS);
    end(&q);
}

static void
a_server_that_never_answers_is_a_temperror(void **state)
{
    struct asking q;
    struct dns_answer r;
    char name[40];
    int port, fd = silent_socket(&port);

    (void)state;
    (void)snprintf(name, sizeof name, "127.0.0.1:%d", port);
    begin(&q, name, 200);
    for (int i = 0; i < 3; i++) { /* the second and third: the time is over, nobody is asked */
        dns_ask(&q.m.dns, q.a, "gate.example", DNS_TXT, &r);
        assert_int_equal(r.status, DNS_TEMPERROR);
        assert_int_equal(r.n, 0);
    }
    end(&q);
    close(fd);
}

/* Issue 3, line 4: with dead servers, mail does not wait the whole time for each of its questions. Forty
 * times that would be more than five minutes. Late answers show that the servers are back. */
static void
dead_servers_hold_nobody_up(void **state)
{
    struct dns_query q[4] = {{.name = "a.example", .type = DNS_TXT},
                             {.name = "b.example", .type = DNS_TXT},
                             {.name = "c.example", .type = DNS_TXT},
                             {.name = "d.example", .type = DNS_TXT}};
    struct err e = {0};
    struct arena *a = arena_new();
    struct dns_unbound *u;
    int port, fd = silent_socket(&port);
    int64_t began = when_mono();
    char name[40];

    (void)state;
    (void)snprintf(name, sizeof name, "127.0.0.1:%d", port);
    u = dns_unbound_new(name, false, &e);
    for (int i = 0; i < 40; i++) {
        dns_unbound_ask(u, a, q, 4, when_mono() + 8000);
        for (int k = 0; k < 4; k++)
            assert_int_equal(q[k].answer.status, DNS_TEMPERROR);
    }
    assert_true(when_mono() - began < 40 * 8000 / 2);
    assert_false(dns_unbound_works(u));
    dns_unbound_free(&u);
    arena_free(&a);
    close(fd);
}

static void
several_questions_are_answered_together(void **state)
{
    struct dns_query q[] = {{.name = "gate.example", .type = DNS_A},
                            {.name = "broken.example", .type = DNS_TXT},
                            {.name = "elsewhere.test", .type = DNS_TXT},
                            {.name = "_x.gate.example", .type = DNS_TXT}};
    struct asking w;

    (void)state;
    begin(&w, server, 60000);
    (void)ask(&w, "gate.example", DNS_A);
    dns_unbound_ask(w.u, w.a, q, 4, when_mono() + 60000);
    assert_int_equal(q[0].answer.n, 2);
    assert_int_equal(q[1].answer.status, DNS_TEMPERROR);
    assert_int_equal(q[2].answer.status, DNS_NXDOMAIN);
    assert_string_equal((const char *)q[3].answer.records[0].data, "one two");
    assert_true(dns_unbound_works(w.u));
    end(&w);
}

struct crowd {
    struct dns_unbound *u;
    int first, wrong;
};

/* Other names than the others, so that nothing comes from the cache. */
static void *
ask_in_a_crowd(void *arg)
{
    struct crowd *c = arg;
    struct arena *a = arena_new();

    for (int i = 0; i < 40; i++) {
        struct dns_query q[3] = {0};
        for (int k = 0; k < 3; k++) {
            q[k].name = arena_printf(a, "n%d-%d-%d.test", c->first, i, k);
            q[k].type = DNS_TXT;
        }
        /* Some give up at once: their answers come to nobody. */
        dns_unbound_ask(c->u, a, q, 3, when_mono() + (i % 4 == 3 ? 1 : 60000));
        for (int k = 0; k < 3; k++)
            c->wrong += i % 4 != 3 && q[k].answer.status != DNS_NXDOMAIN;
    }
    arena_free(&a);
    return NULL;
}

/* One of those that wait takes the answers for all; when it has its own, another one goes on. */
static void
many_threads_are_answered_by_one_of_them(void **state)
{
    struct asking w;
    struct crowd c[16];
    pthread_t threads[16];
    int64_t began;

    (void)state;
    begin(&w, server, 60000);
    (void)ask(&w, "gate.example", DNS_A);
    began = when_mono();
    for (int i = 0; i < 16; i++) {
        c[i] = (struct crowd){.u = w.u, .first = i};
        assert_int_equal(pthread_create(&threads[i], NULL, ask_in_a_crowd, &c[i]), 0);
    }
    for (int i = 0; i < 16; i++) {
        pthread_join(threads[i], NULL);
        assert_int_equal(c[i].wrong, 0);
    }
    assert_true(when_mono() - began < 60000);
    end(&w);
}

/* What the worker lacks, the gate asks for; then the worker knows. */
static void
rounds_end_when_nothing_is_missing(void **state)
{
    struct asking w;
    struct dns_fetch f;
    struct dns_known k;
    struct dns_answer mx, txt, no;
    int rounds = 0;

    (void)state;
    begin(&w, server, 60000);
    (void)ask(&w, "gate.example", DNS_A);
    dns_fetch_begin(&f, w.a, w.u, when_mono() + 60000);
    do {
        dns_known_begin(&k, w.a, f.answers);
        dns_ask(&k.dns, w.a, "Gate.example.", DNS_MX, &mx);
        dns_ask(&k.dns, w.a, "gate.example", DNS_MX, &mx);
        dns_ask(&k.dns, w.a, "_x.gate.example", DNS_TXT, &txt);
        if (txt.status == DNS_OK)
            dns_ask(&k.dns, w.a, "nothing.gate.example", DNS_A, &no);
        rounds++;
    } while (dns_fetch_more(&f, k.missing));
    assert_int_equal(rounds, 3);
    assert_int_equal(json_array_size(k.missing), 0);
    assert_int_equal(f.left, DNS_QUESTIONS - 3); /* the same name in another case was asked once */
    assert_int_equal(mx.n, 2);
    assert_string_equal((const char *)txt.records[0].data, "one two");
    assert_int_equal(no.status, DNS_NXDOMAIN);
    end(&w);
}

/* The checks of the envelope have asked already: what is left may be less than what the worker believes. */
static void
what_may_not_be_asked_is_unknown(void **state)
{
    struct asking w;
    struct dns_fetch f;
    struct dns_known k;
    struct dns_answer one, two;
    int rounds = 0;

    (void)state;
    begin(&w, server, 60000);
    (void)ask(&w, "gate.example", DNS_A);
    dns_fetch_begin(&f, w.a, w.u, when_mono() + 60000);
    f.left = 1;
    do {
        dns_known_begin(&k, w.a, f.answers);
        dns_ask(&k.dns, w.a, "gate.example", DNS_MX, &one);
        dns_ask(&k.dns, w.a, "_x.gate.example", DNS_TXT, &two);
        rounds++;
    } while (dns_fetch_more(&f, k.missing));
    assert_int_equal(rounds, 2);
    assert_int_equal(json_array_size(k.missing), 0);
    assert_int_equal(one.status, DNS_OK);
    assert_int_equal(two.status, DNS_TEMPERROR);
    assert_int_equal(f.left, 0);
    end(&w);
}

/* T-D: a worker in an attacker's hands cannot make the gate ask more, or for what is no name. */
static void
a_worker_is_not_trusted(void **state)
{
    static const char *const bad[] = {
        "[1, null, {}, []]",
        "[{\"name\": 5, \"type\": 16}]",
        "[{\"name\": \"YQ\"}]",
        "[{\"name\": \"YQ\", \"type\": 255}]",
        "[{\"name\": \"YS4uYg\", \"type\": 16}]", /* a..b */
        "[{\"name\": \"YQBi\", \"type\": 16}]",   /* a NUL b */
        "[{\"name\": \"?\", \"type\": 16}]",
        "{\"name\": \"YQ\", \"type\": 16}",
        "7",
    };
    struct arena *a = arena_new();
    struct dns_fetch f;
    json_t *many = jsonx_own(a, json_array());

    (void)state;
    dns_fetch_begin(&f, a, NULL, 0);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        json_t *j = jsonx_own(a, json_loads(bad[i], JSON_DECODE_ANY, NULL));
        assert_non_null(j);
        if (dns_fetch_more(&f, j))
            fail_msg("taken: %s", bad[i]);
    }
    assert_false(dns_fetch_more(&f, NULL));
    assert_int_equal(f.left, DNS_QUESTIONS);
    for (int i = 0; i < 1000; i++) {
        char *name = arena_printf(a, "n%d.example", i);
        json_array_append_new(
            many, json_pack("{ss si}", "name", token_base64url(a, name, strlen(name)), "type", 16));
    }
    assert_true(dns_fetch_more(&f, many));
    assert_int_equal(json_array_size(f.answers),
                     4 * DNS_QUESTIONS); /* 30 asked, the others unknown */
    assert_int_equal(f.left, 0);
    assert_false(dns_fetch_more(&f, many));
    arena_free(&a);
}

static void
servers_are_checked(void **state)
{
    static const struct {
        const char *text;
        bool good;
    } cases[] = {
        {"127.0.0.1", true},
        {"127.0.0.1:53", true},
        {"::1", true},
        {"[::1]:5353 192.0.2.1", true},
        {"127.0.0.1, 127.0.0.2", true},
        {"localhost", false},
        {"127.0.0.1:", false},
        {"127.0.0.1:x", false},
        {"127.0.0.1:123456", false},
        {"[::1", false},
        {"[::1]53", false},
        {"1.1.1.1 1.1.1.1 1.1.1.1 1.1.1.1 1.1.1.1 1.1.1.1 1.1.1.1 1.1.1.1 1.1.1.1", false}};

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct err e = {0};
        struct dns_unbound *u = dns_unbound_new(cases[i].text, false, &e);
        if ((u != NULL) != cases[i].good)
            fail_msg("%s: %s", cases[i].text, u ? "taken" : e.text);
        if (!u)
            assert_int_equal(e.cls, ERR_INPUT);
        dns_unbound_free(&u);
    }
}

#define BYTES(s) (const unsigned char *)(s), sizeof(s) - 1

static void
hostile_records_are_left_out(void **state)
{
    static const struct {
        const char *what;
        enum dns_type type;
        const unsigned char *p;
        size_t n;
        const char *want; /* NULL: refused */
    } cases[] = {
        {"a text", DNS_TXT, BYTES("\3abc\2de"), "abcde"},
        {"an empty text", DNS_TXT, BYTES("\0"), ""},
        {"a text longer than its record", DNS_TXT, BYTES("\5abc"), NULL},
        {"a name", DNS_PTR, BYTES("\1a\2bc\0"), "a.bc"},
        {"the root", DNS_PTR, BYTES("\0"), ""},
        {"a name without its end", DNS_PTR, BYTES("\1a\2bc"), NULL},
        {"something behind the name", DNS_PTR, BYTES("\1a\0x"), NULL},
        {"a compressed name", DNS_PTR, BYTES("\300\14"), NULL},
        {"a label longer than the record", DNS_PTR, BYTES("\77a\0"), NULL},
        {"a dot in a label", DNS_PTR, BYTES("\3a.b\0"), NULL},
        {"a NUL in a label", DNS_PTR, BYTES("\3a\0b\0"), NULL},
        {"nothing", DNS_PTR, BYTES(""), NULL},
        {"a short address", DNS_A, BYTES("\1\2\3"), NULL},
        {"a long address", DNS_AAAA, BYTES("12345678901234567"), NULL},
        {"an exchange", DNS_MX, BYTES("\0\12\1a\0"), "a"},
        {"half an exchange", DNS_MX, BYTES("\0\12"), NULL},
    };
    struct arena *a = arena_new();

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        unsigned char *copy = arena_memdup(a, cases[i].p, cases[i].n);
        struct dns_record r;
        bool ok = dns_wire_record(a, cases[i].type, copy, cases[i].n, &r);
        if (ok != (cases[i].want != NULL))
            fail_msg("%s: %s", cases[i].what, ok ? "taken" : "refused");
        if (ok)
            assert_string_equal((const char *)r.data, cases[i].want);
    }
    arena_free(&a);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(answers_of_a_real_server),
        cmocka_unit_test(a_message_has_thirty_questions),
        cmocka_unit_test(names_that_are_none_cost_nothing),
        cmocka_unit_test(a_server_that_never_answers_is_a_temperror),
        cmocka_unit_test(dead_servers_hold_nobody_up),
        cmocka_unit_test(several_questions_are_answered_together),
        cmocka_unit_test(many_threads_are_answered_by_one_of_them),
        cmocka_unit_test(rounds_end_when_nothing_is_missing),
        cmocka_unit_test(what_may_not_be_asked_is_unknown),
        cmocka_unit_test(a_worker_is_not_trusted),
        cmocka_unit_test(servers_are_checked),
        cmocka_unit_test(hostile_records_are_left_out),
    };
    return cmocka_run_group_tests(tests, start_server, stop_server);
}
