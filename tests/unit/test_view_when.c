/* Dates, times, numbers and sizes in the reader's language and zone (ux.md 4.11). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "common/when.h"
#include "console/view.h"

static struct web_req r;

static int64_t
at(const char *text)
{
    int64_t ms;
    assert_int_equal(when_parse(text, &ms), 0);
    return ms;
}

static void
reader(const char *lang, const char *tz)
{
    r.lang = lang;
    r.cat = i18n_find("en");
    r.tz = tz;
}

static void
list_times(void **state)
{
    (void)state;
    when_freeze(at("2026-11-24T08:50:00Z"));
    reader("en", "UTC");
    assert_string_equal(view_when(&r, at("2026-11-24T06:42:00Z")), "06:42");
    assert_string_equal(view_when(&r, at("2026-11-23T18:20:00Z")), "Yesterday 18:20");
    assert_string_equal(view_when(&r, at("2026-10-26T18:20:00Z")), "26 Oct");
    assert_string_equal(view_when(&r, at("2025-10-26T18:20:00Z")), "26 Oct 2025");
    assert_string_equal(view_day(&r, at("2026-12-24T18:20:00Z")), "24 Dec");
    /* The day is the reader's: 18:20 UTC yesterday is today in Tokyo. */
    reader("ja", "Asia/Tokyo");
    assert_string_equal(view_when(&r, at("2026-11-23T18:20:00Z")), "3:20");
    assert_string_equal(view_when(&r, at("2026-10-26T18:20:00Z")), "10\xe6\x9c\x88" "27\xe6\x97\xa5");
    reader("en", "America/New_York");
    assert_string_equal(view_when(&r, at("2026-11-24T03:00:00Z")), "Yesterday 22:00");
    when_freeze(-1);
}

static void
full_times(void **state)
{
    (void)state;
    reader("en", "Asia/Tokyo");
    assert_string_equal(view_when_full(&r, at("2026-11-24T00:15:07Z")), "Tue, 24 Nov 2026, 09:15");
    assert_string_equal(view_when_exact(&r, at("2026-11-24T00:15:07Z")), "24 Nov 2026, 09:15:07");
    assert_string_equal(view_iso(&r, at("2026-11-24T00:15:07.5Z")), "2026-11-24T00:15:07.500Z");
    assert_string_equal(view_zone(&r), "Asia/Tokyo (UTC+09:00)");
    reader("ja", "Asia/Tokyo");
    assert_non_null(strstr(view_when_full(&r, at("2026-11-24T00:15:07Z")), "2026\xe5\xb9\xb4" "11\xe6\x9c\x88" "24"));
    assert_non_null(strstr(view_when_exact(&r, at("2026-11-24T00:15:07Z")), "9:15:07"));
    reader("en", "Asia/Kolkata");
    assert_string_equal(view_zone(&r), "Asia/Kolkata (UTC+05:30)");
    reader("en", "No/Such_Zone"); /* a row edited by hand must not break every page */
    assert_non_null(strstr(view_when_full(&r, at("2026-11-24T00:15:07Z")), "2026"));
}

static void
numbers(void **state)
{
    (void)state;
    reader("en", "UTC");
    assert_string_equal(view_int(&r, 1234567), "1,234,567");
    assert_string_equal(view_int(&r, -5), "-5");
    assert_string_equal(view_decimal(&r, 12.345, 1), "12.3");
    assert_string_equal(view_decimal(&r, 5, 1), "5.0");
    assert_string_equal(view_bytes(&r, 1), "1 byte");
    assert_string_equal(view_bytes(&r, 999), "999 bytes");
    assert_string_equal(view_bytes(&r, 182400), "182\xc2\xa0kB");
    assert_string_equal(view_bytes(&r, 84000000), "84.0\xc2\xa0MB");
    assert_string_equal(view_bytes(&r, 999999), "1.0\xc2\xa0MB");
    assert_string_equal(view_bytes(&r, 1500000000000), "1.5\xc2\xa0TB");
    reader("de", "UTC");
    assert_string_equal(view_int(&r, 1234567), "1.234.567");
    assert_string_equal(view_decimal(&r, 12.34, 1), "12,3");
    assert_string_equal(view_language_name(&r, "ja"), "\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e");
    assert_string_equal(view_language_name(&r, "en"), "English");
    assert_string_equal(view_language_name(&r, "fr"), "Fran\xc3\xa7" "ais");
}

/* More languages and zones than the caches hold. */
static void
caches_turn_over(void **state)
{
    static const char *const langs[] = {"en", "ja", "de", "fr", "it", "es", "pt-BR", "zh", "ko", "ar"};
    static const char *const zones[] = {"UTC", "Asia/Tokyo", "Europe/Berlin", "America/New_York", "Asia/Kolkata",
                                        "Australia/Sydney", "Africa/Cairo"};
    (void)state;
    for (int round = 0; round < 2; round++)
        for (size_t l = 0; l < sizeof langs / sizeof *langs; l++)
            for (size_t z = 0; z < sizeof zones / sizeof *zones; z++) {
                reader(langs[l], zones[z]);
                assert_true(*view_when(&r, 0) && *view_when_full(&r, 0) && *view_when_exact(&r, 0));
                assert_true(*view_int(&r, 1000));
            }
    reader("en", "Asia/Tokyo");
    assert_string_equal(view_when_exact(&r, 0), "1 Jan 1970, 09:00:00");
}

static int
setup(void **state)
{
    (void)state;
    r.a = arena_new();
    return 0;
}
static int
teardown(void **state)
{
    (void)state;
    arena_free(&r.a);
    return 0;
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(list_times),
        cmocka_unit_test(full_times),
        cmocka_unit_test(numbers),
        cmocka_unit_test(caches_turn_over),
    };
    return cmocka_run_group_tests_name("view_when", tests, setup, teardown);
}
