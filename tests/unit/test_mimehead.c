/* P1, T-M1: GMime is spared the fields that say nothing of parts, but only where nobody could read the header otherwise. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "common/arena.h"
#include "engine/msg/mimehead.h"

#define BODY "\r\nA: b\r\n\r\nContent-Type: x/y\r\n"

static void
what_is_kept(void **state)
{
    static const struct {
        const char *raw, *kept; /* NULL: all of it */
    } cases[] = {
        {"Received: a\r\n b\r\nFrom: a@b\r\ncontent-type: text/html;\r\n charset=x\r\nTo: c@d\r\n "
         "e@f\r\nMIME-Version: 1.0\r\nSubject: s\r\n" BODY,
         "Received: a\r\n b\r\ncontent-type: text/html;\r\n charset=x\r\nMIME-Version: "
         "1.0\r\n" BODY},
        {"A: b\nTo: c\nContent-Type: a/b\nTo: d\nContent-Type: c/d\n\n",
         "A: b\nContent-Type: a/b\nContent-Type: c/d\n\n"}, /* who has two, has them in this order */
        {"A:\nB: c\n\n", "A:\n\n"},
        {"\r\nA: b\r\n\r\n", NULL},              /* no field */
        {"", NULL},                              /* nothing */
        {"A: b\r\nTo: c\r\n", NULL},             /* no end */
        {" A: b\r\nTo: c\r\n" BODY, NULL},       /* folded what? */
        {"A: b\r\n \t\r\nTo: c\r\n" BODY, NULL}, /* an end for some */
        {"A: b\r\nTo : c\r\n" BODY, NULL},
        {"A: b\r\nTo\r\n" BODY, NULL},
        {"A: b\r\n: c\r\n" BODY, NULL},
        {"A: b\r\nT\xc3\xb6: c\r\n" BODY, NULL},
        {"A: b\r\nTo: c\rContent-Type: a/b\r\n" BODY, NULL},
        {"From a@b Mon\r\nTo: c\r\n" BODY, NULL},
        {"A: b\r\n>From a@b Mon\r\nTo: c\r\n" BODY, NULL},
    };
    struct arena *a = arena_new();

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const unsigned char *raw = (const unsigned char *)cases[i].raw;
        const char *want = cases[i].kept ? cases[i].kept : cases[i].raw;
        size_t n;
        const unsigned char *got = mimehead(a, raw, strlen(cases[i].raw), &n);
        if (n != strlen(want) || memcmp(got, want, n) != 0 || (got == raw) != !cases[i].kept)
            fail_msg("case %zu: %.*s", i, (int)n, (const char *)got);
    }
    arena_free(&a);
}

static void
bytes_and_lines_have_limits(void **state)
{
    static const char begin[] = "A: b\nTo: c\nContent-Type: a/b\n";
    struct arena *a = arena_new();
    size_t most = MIMEHEAD_BYTES + 1, n;
    unsigned char *raw = arena_alloc(a, most);

    (void)state;
    memset(raw, 'x', most);
    memcpy(raw, begin, sizeof begin - 1);
    raw[sizeof begin - 1] = '\n';
    assert_ptr_equal(mimehead(a, raw, most, &n), raw);
    assert_int_equal(n, most);
    assert_ptr_not_equal(mimehead(a, raw, most - 1, &n), raw);
    assert_int_equal(n, most - 1 - strlen("To: c\n"));
    memcpy(raw + sizeof begin - 1, "B: ", 3);
    raw[3000] = raw[3001] = '\n'; /* a line that is too long */
    assert_ptr_equal(mimehead(a, raw, 4000, &n), raw);
    memcpy(raw, "A: b\nB: \0c\n\n", 12);
    assert_ptr_equal(mimehead(a, raw, 4000, &n), raw);
    for (int i = 0; i < 201; i++)
        memcpy(raw + i * 11, "Content-A:\n", 11);
    raw[201 * 11] = '\n';
    assert_ptr_equal(mimehead(a, raw, 4000, &n), raw);
    assert_ptr_not_equal(mimehead(a, raw + 11, 4000, &n), raw + 11);
    arena_free(&a);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_kept),
        cmocka_unit_test(bytes_and_lines_have_limits),
    };

    return cmocka_run_group_tests_name("mimehead", tests, NULL, NULL);
}
