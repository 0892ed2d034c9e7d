/* Answers of DNS in memory that gate and workers share: what is kept, for how long, and that readers cannot write. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/arena.h"
#include "common/when.h"
#include "engine/authn/dns_known.h"
#include "engine/authn/dns_shared.h"

static void
put(const char *name, enum dns_type type, uint32_t ttl, enum dns_status status, const char *text)
{
    struct dns_record r = {
        .preference = 10, .data = (const unsigned char *)text, .len = strlen(text)};
    struct dns_answer answer = {
        .status = status, .secure = true, .ttl = ttl, .n = status == DNS_OK, .records = &r};

    dns_shared_put(name, type, &answer);
}

static void
nothing_before_it_is_made(void **state)
{
    struct arena *a = arena_new();
    struct dns_answer r;

    (void)state;
    put("a.example", DNS_TXT, 60, DNS_OK, "x");
    assert_false(dns_shared_get(a, "a.example", DNS_TXT, &r));
    dns_shared_read_only();
    dns_shared_make();
    dns_shared_make();
    assert_false(dns_shared_get(a, "a.example", DNS_TXT, &r));
    arena_free(&a);
}

static void
there_and_back(void **state)
{
    struct arena *a = arena_new();
    struct dns_answer r;

    (void)state;
    put("Mail.Example.", DNS_MX, 60, DNS_OK, "mx.example");
    assert_true(dns_shared_get(a, "mail.example", DNS_MX, &r));
    assert_int_equal(r.status, DNS_OK);
    assert_true(r.secure && r.ttl <= 60 && r.ttl > 0);
    assert_int_equal(r.n, 1);
    assert_int_equal(r.records[0].preference, 10);
    assert_int_equal(r.records[0].len, 10);
    assert_string_equal((const char *)r.records[0].data, "mx.example");
    assert_false(dns_shared_get(a, "mail.example", DNS_TXT, &r));
    assert_false(dns_shared_get(a, "mail.exampl", DNS_MX, &r));
    put("mail.example", DNS_MX, 60, DNS_NXDOMAIN, "");
    assert_true(dns_shared_get(a, "MAIL.example.", DNS_MX, &r));
    assert_int_equal(r.status, DNS_NXDOMAIN);
    assert_int_equal(r.n, 0);
    arena_free(&a);
}

/* Failures, what may not be kept, what has no room. */
static void
not_kept(void **state)
{
    struct arena *a = arena_new();
    char *big = arena_alloc(a, 5000);
    struct dns_answer r;

    (void)state;
    memset(big, 'x', 4999);
    put("f.example", DNS_TXT, 60, DNS_TEMPERROR, "");
    put("z.example", DNS_TXT, 0, DNS_OK, "x");
    put("b.example", DNS_TXT, 60, DNS_OK, big);
    put("", DNS_TXT, 60, DNS_OK, "x");
    put(big, DNS_TXT, 60, DNS_OK, "x");
    assert_false(dns_shared_get(a, "f.example", DNS_TXT, &r));
    assert_false(dns_shared_get(a, "z.example", DNS_TXT, &r));
    assert_false(dns_shared_get(a, "b.example", DNS_TXT, &r));
    assert_false(dns_shared_get(a, "", DNS_TXT, &r));
    assert_false(dns_shared_get(a, big, DNS_TXT, &r));
    arena_free(&a);
}

static void
until_it_ends(void **state)
{
    struct arena *a = arena_new();
    int64_t begin = when_mono();
    struct dns_answer r;

    (void)state;
    put("short.example", DNS_A, 1, DNS_OK, "abcd");
    while (dns_shared_get(a, "short.example", DNS_A, &r))
        usleep(20000);
    assert_true(when_mono() - begin >= 1000);
    arena_free(&a);
}

/* Many more than there is room for: the newest are there, and each is its own. */
static void
no_more_than_its_room(void **state)
{
    struct arena *a = arena_new();
    struct dns_answer r;
    int known = 0;

    (void)state;
    for (int i = 0; i < 20000; i++) {
        const char *name = arena_printf(a, "n%d.example", i);
        put(name, DNS_TXT, 100 + (uint32_t)i, DNS_OK, name);
        assert_true(dns_shared_get(a, name, DNS_TXT, &r));
        assert_string_equal((const char *)r.records[0].data, name);
    }
    for (int i = 0; i < 20000; i++)
        known += dns_shared_get(a, arena_printf(a, "n%d.example", i), DNS_TXT, &r);
    assert_in_range(known, 1000, 2048);
    arena_free(&a);
}

/* A question that somebody else has asked is not missing. */
static void
a_worker_knows_it(void **state)
{
    struct arena *a = arena_new();
    struct dns_known k;
    struct dns_answer r;

    (void)state;
    put("known.example", DNS_TXT, 60, DNS_OK, "v=spf1 -all");
    dns_known_begin(&k, a, NULL);
    dns_ask(&k.dns, a, "Known.example", DNS_TXT, &r);
    assert_int_equal(r.status, DNS_OK);
    assert_int_equal(json_array_size(k.missing), 0);
    dns_ask(&k.dns, a, "unknown.example", DNS_TXT, &r);
    assert_int_equal(r.status, DNS_TEMPERROR);
    assert_int_equal(json_array_size(k.missing), 1);
    arena_free(&a);
}

static int
child(int (*what)(void))
{
    pid_t pid = fork();
    int status;

    if (pid == 0) {
        (void)signal(SIGSEGV, SIG_DFL); /* cmocka's would report it as a failed test */
        dns_shared_read_only();
        dns_shared_read_only();
        _exit(what());
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    return status;
}

static int
writes(void)
{
    put("mine.example", DNS_TXT, 60, DNS_OK, "forged");
    return 0;
}

/* By the file of mappings: where it is, and that it cannot be made writable. */
static int
unlocks(void)
{
    FILE *f = fopen("/proc/self/maps", "r");
    char line[500];
    int found = 0, writable = 0;

    while (f && fgets(line, sizeof line, f)) {
        unsigned long from, to;
        if (!strstr(line, "memfd:dns") || sscanf(line, "%lx-%lx", &from, &to) != 2)
            continue;
        found++;
        writable += strstr(line, "rw-s") != NULL;
        writable += mprotect((char *)NULL + from, to - from, PROT_READ | PROT_WRITE) == 0;
    }
    if (f)
        fclose(f);
    return found == 1 && writable == 0 ? 42 : 1;
}

static void
a_worker_cannot_write(void **state)
{
    struct arena *a = arena_new();
    struct dns_answer r;
    int status = child(writes);

    (void)state;
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV);
    assert_false(dns_shared_get(a, "mine.example", DNS_TXT, &r));
    status = child(unlocks);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 42);
    arena_free(&a);
}

/* What one process writes, another one sees whole or not at all. */
static int
reads(void)
{
    struct arena *a = arena_new();
    int64_t end = when_mono() + 20000;
    struct dns_answer r;
    int seen = 0;

    while (seen < 2000 && when_mono() < end) {
        if (!dns_shared_get(a, "busy.example", DNS_TXT, &r))
            continue;
        for (size_t i = 1; i < r.records[0].len; i++)
            if (r.records[0].data[i] != r.records[0].data[0])
                return 1;
        seen++;
        if (seen % 100 == 0) {
            arena_free(&a);
            a = arena_new();
        }
    }
    arena_free(&a);
    return seen == 2000 ? 42 : 2;
}

static void
whole_or_not_at_all(void **state)
{
    char text[1001] = "";
    pid_t pid = fork();
    int status = 0;

    (void)state;
    if (pid == 0) {
        dns_shared_read_only();
        _exit(reads());
    }
    for (int i = 0; waitpid(pid, &status, WNOHANG) == 0; i++) {
        memset(text, 'a' + i % 26, (size_t)(500 + i % 500));
        text[500 + i % 500] = '\0';
        put("busy.example", DNS_TXT, 60, DNS_OK, text);
    }
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 42);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        {"P1 no memory, no answers", nothing_before_it_is_made, NULL, NULL, NULL},
        {"P1 there and back, in any case", there_and_back, NULL, NULL, NULL},
        {"P1 what is not kept", not_kept, NULL, NULL, NULL},
        {"P1 as long as DNS says", until_it_ends, NULL, NULL, NULL},
        {"P1 its room", no_more_than_its_room, NULL, NULL, NULL},
        {"P1 no second round for what is known", a_worker_knows_it, NULL, NULL, NULL},
        {"P1 T-M3 a worker cannot write", a_worker_cannot_write, NULL, NULL, NULL},
        {"P1 whole or not at all", whole_or_not_at_all, NULL, NULL, NULL},
    };

    return cmocka_run_group_tests_name("dns_shared", tests, NULL, NULL);
}
