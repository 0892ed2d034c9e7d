/* JSON and UTF-8 from peers we do not trust; clocks. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "common/arena.h"
#include "common/err.h"
#include "common/jsonx.h"
#include "common/when.h"

static void
limits(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct err e;
    json_t *j;
    assert_int_equal(jsonx_load(a, "{\"a\":1}", 7, 7, &j, &e), 0);
    assert_int_equal(jsonx_load(a, "{\"a\":1}", 7, 6, &j, &e), -1);
    assert_int_equal(jsonx_load(a, "{\"a\":1,\"a\":2}", 13, 100, &j, &e), -1);
    assert_int_equal(jsonx_load(a, "{} x", 4, 100, &j, &e), -1);
    assert_int_equal(jsonx_load(a, "{\"a\":\"\\u0000\"}", 14, 100, &j, &e), -1);
    char deep[200];
    memset(deep, '[', 100);
    memset(deep + 100, ']', 100);
    assert_int_equal(jsonx_load(a, deep + 100 - JSONX_DEPTH, 2 * JSONX_DEPTH, 1000, &j, &e), 0);
    assert_int_equal(jsonx_load(a, deep + 99 - JSONX_DEPTH, 2 * JSONX_DEPTH + 2, 1000, &j, &e), -1);
    assert_int_equal(jsonx_load(a, "[\"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\"]", 44, 1000, &j, &e), 0);
    arena_free(&a);
}

static void
texts_become_valid(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    assert_string_equal(jsonx_utf8(a, "a\0b", 3), "a\xe2\x90\x80" "b");
    assert_string_equal(jsonx_utf8(a, "\xff", 1), "\xef\xbf\xbd");
    assert_string_equal(jsonx_utf8(a, "\xc0\xaf", 2), "\xef\xbf\xbd\xef\xbf\xbd"); /* overlong */
    assert_string_equal(jsonx_utf8(a, "\xed\xa0\x80", 3), "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"); /* surrogate */
    assert_string_equal(jsonx_utf8(a, "\xe6\x97", 2), "\xef\xbf\xbd\xef\xbf\xbd"); /* cut */
    assert_string_equal(jsonx_utf8(a, "\xf0\x9f\x98\x80", 4), "\xf0\x9f\x98\x80");
    assert_string_equal(jsonx_utf8(a, "", 0), "");
    for (int i = 0; i < 20000; i++) { /* whatever comes: jansson takes it */
        char junk[24];
        for (size_t k = 0; k < sizeof junk; k++)
            junk[k] = (char)(rand() >> 7);
        assert_non_null(jsonx_text(a, junk, sizeof junk));
    }
    arena_free(&a);
}

static void
times_round_trip(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    int64_t ms;
    assert_int_equal(when_parse("2026-11-24T08:50:12.345Z", &ms), 0);
    assert_string_equal(when_rfc3339(a, ms), "2026-11-24T08:50:12.345Z");
    assert_int_equal(when_parse("2026-11-24T17:50:12.345+09:00", &ms), 0);
    assert_string_equal(when_rfc3339(a, ms), "2026-11-24T08:50:12.345Z");
    assert_int_equal(when_parse("1970-01-01T00:00:00Z", &ms), 0);
    assert_int_equal(ms, 0);
    for (int64_t t = -1000000000000; t < 4000000000000; t += 86399999977) {
        assert_int_equal(when_parse(when_rfc3339(a, t), &ms), 0);
        assert_int_equal(ms, t);
    }
    static const char *const bad[] = {"", "2026-13-01T00:00:00Z", "2026-02-29T00:00:00Z", "2026-01-01", "2026-01-01T24:00:00Z",
                                      "2026-01-01T00:00:00", "2026-01-01T00:00:00.Z", "2026-01-01T00:00:00Zx"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_int_equal(when_parse(bad[i], &ms), -1);
    assert_int_equal(when_parse("2024-02-29T00:00:00Z", &ms), 0);
    arena_free(&a);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(limits), cmocka_unit_test(texts_become_valid), cmocka_unit_test(times_round_trip)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
