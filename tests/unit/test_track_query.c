/* The search language of message tracking: what is understood, and how mistakes are pointed at. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <string.h>

#include "common/arena.h"
#include "common/buf.h"
#include "common/track_query.h"

#define HOUR 3600000LL
#define DAY (24 * HOUR)
#define NOW 1795510505000LL          /* 2026-11-24T08:55:05Z */
#define MIDNIGHT_UTC 1795478400000LL /* 2026-11-24T00:00Z */

static int
tokyo(void *ctx, int64_t ms)
{
    (void)ctx;
    (void)ms;
    return 540;
}

/* Clocks go back in Berlin on 2026-10-25 at 01:00 UTC. */
static int
berlin(void *ctx, int64_t ms)
{
    (void)ctx;
    return ms < 1792890000000LL ? 120 : 60;
}

static const struct track_clock utc = {.now = NOW};
static const struct track_clock jst = {.now = NOW, .offset = tokyo};

/* "from=a to=b !subject=c | code@start+len:suggest" */
static const char *
show(struct arena *a, const char *text)
{
    static const char *const codes[] = {"unknown-key", "empty",      "bad-time", "bad-status",
                                        "no-exclude",  "open-quote", "too-long", "too-many"};
    const struct track_query *q = track_query_parse(a, text, &utc);
    struct buf *b = buf_new(a, 0);
    for (int i = 0; i < q->nterms; i++) {
        const struct track_term *t = &q->terms[i];
        buf_printf(b, "%s%s%s=%s", i ? " " : "", t->exclude ? "!" : "", track_key_name(t->key),
                   t->value);
    }
    for (int i = 0; i < q->nproblems; i++) {
        const struct track_problem *p = &q->problems[i];
        buf_printf(b, " | %s@%zu+%zu:%s", codes[p->code], p->start, p->len, p->suggest);
    }
    return buf_cstr(b);
}

static void
test_terms(void **state)
{
    static const struct {
        const char *in, *out;
    } cases[] = {
        {"", ""},
        {"   \t ", ""},
        {"invoice", "=invoice"},
        {"from:a@b.example to:c", "from=a@b.example to=c"},
        {"FROM:a", "from=a"},
        {"from:*@partner.example -subject:test", "from=*@partner.example !subject=test"},
        {"\"two words\" -\"not these\"", "=two words !=not these"},
        {"subject:\"October invoice\" from:x", "subject=October invoice from=x"},
        {"from:a from:b", "from=a from=b"},
        {"status:HELD -status:delivered", "status=held !status=delivered"},
        {"ip:2001:db8::1", "ip=2001:db8::1"},
        {"https://evil.example/x", "=https://evil.example/x"},
        {"id:<a@b>", "id=<a@b>"},
        {"\xe8\xa6\x8b\xe7\xa9\x8d\xe3\x80\x80to:x", "=\xe8\xa6\x8b\xe7\xa9\x8d to=x"},
        {"-", "=-"},
        {"a - b", "=a =- =b"},
        {"*", ""},
    };
    struct arena *a = arena_new();
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_string_equal(show(a, cases[i].in), cases[i].out);
    arena_free(&a);
}

static void
test_problems(void **state)
{
    static const struct {
        const char *in, *out;
    } cases[] = {
        {"statsu:held from:a", "from=a | unknown-key@0+6:status"},
        {"sender:a", " | unknown-key@0+6:from"},
        {"a xyzzyplugh:1 b", "=a =b | unknown-key@2+10:"},
        {"status:quarantined", " | bad-status@0+18:held"},
        {"status:delivred", " | bad-status@0+15:delivered"},
        {"status:zzzz", " | bad-status@0+11:"},
        {"from:", " | empty@0+5:"},
        {"from: a", "=a | empty@0+5:"},
        {"after:someday", " | bad-time@0+13:"},
        {"after:2026-02-29", " | bad-time@0+16:"},
        {"-before:2026-01-01", " | no-exclude@0+18:"},
        {"x subject:\"open", "=x subject=open | open-quote@10+5:"},
    };
    struct arena *a = arena_new();
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_string_equal(show(a, cases[i].in), cases[i].out);
    arena_free(&a);
}

static void
test_limits(void **state)
{
    struct arena *a = arena_new();
    struct buf *b = buf_new(a, 0);
    (void)state;
    for (int i = 0; i < TRACK_TERMS + 5; i++)
        buf_str(b, "a ");
    const struct track_query *q = track_query_parse(a, buf_cstr(b), &utc);
    assert_int_equal(q->nterms, TRACK_TERMS);
    assert_int_equal(q->nproblems, 5);
    assert_int_equal(q->problems[0].code, TRACK_TOO_MANY);

    buf_clear(b);
    for (int i = 0; i < 400; i++)
        buf_str(b, "\xe4\xbb\xb6"); /* 1200 bytes of 3-byte characters */
    q = track_query_parse(a, buf_cstr(b), &utc);
    assert_int_equal(q->problems[0].code, TRACK_TOO_LONG);
    assert_int_equal(q->nterms, 1);
    assert_int_equal(strlen(q->terms[0].value), 999); /* whole characters only */

    buf_clear(b);
    for (int i = 0; i < 20; i++)
        buf_str(b, "nope:1 ");
    q = track_query_parse(a, buf_cstr(b), &utc);
    assert_int_equal(q->nproblems, TRACK_PROBLEMS);
    arena_free(&a);
}

static int64_t
at(const char *text, const struct track_clock *c)
{
    int64_t ms = -1;
    return track_time(text, c, &ms) ? ms : -1;
}

static void
test_times(void **state)
{
    (void)state;
    assert_int_equal(at("now", &utc), NOW);
    assert_int_equal(at("today", &utc), MIDNIGHT_UTC);
    assert_int_equal(at("yesterday", &utc), MIDNIGHT_UTC - DAY);
    assert_int_equal(at("-3h", &utc), NOW - 3 * HOUR);
    assert_int_equal(at("-2w", &utc), NOW - 14 * DAY);
    assert_int_equal(at("2026-11-24", &utc), MIDNIGHT_UTC);
    assert_int_equal(at("2026/11/24", &utc), MIDNIGHT_UTC);
    assert_int_equal(at("2026-11-24T09:30", &utc), MIDNIGHT_UTC + 9 * HOUR + HOUR / 2);
    assert_int_equal(at("2026-11-24 09:30", &jst), MIDNIGHT_UTC + HOUR / 2);
    assert_int_equal(at("today", &jst), MIDNIGHT_UTC - 9 * HOUR);
    static const char *const bad[] = {"",
                                      "3h",
                                      "-3",
                                      "-3x",
                                      "-3hh",
                                      "2026-13-01",
                                      "2026-00-01",
                                      "2026-11-31",
                                      "2026-11-24x",
                                      "2026-11/24",
                                      "26-11-24",
                                      "2026-11-24 9",
                                      "2026-11-24 24:00",
                                      "99999-01-01",
                                      "-99999d"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_int_equal(at(bad[i], &utc), -1);
}

static void
test_clock_change(void **state)
{
    const struct track_clock c = {.now = NOW, .offset = berlin};
    (void)state;
    /* midnight before the change is UTC+2, midnight after it UTC+1 */
    assert_int_equal(at("2026-10-26", &c) - at("2026-10-25", &c), 25 * HOUR);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_terms),        cmocka_unit_test(test_problems),
        cmocka_unit_test(test_limits),       cmocka_unit_test(test_times),
        cmocka_unit_test(test_clock_change),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
