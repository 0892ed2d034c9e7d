/* C06: lists of addresses as CSV: what is read, what is pointed at, and that writing and reading are one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "common/arena.h"
#include "common/buf.h"
#include "common/ip_csv.h"

static const char table[] = "\xef\xbb\xbfNetwork,Note\r\n"
                            "192.0.2.1,plain\r\n"
                            "\r\n"
                            " 192.0.2.0/24 , \"with, comma and \"\"quotes\"\"\" ,more,cells\n"
                            "2001:DB8::/32,\"two\nlines\"\n"
                            "192.0.2.1/24,slip\n"
                            "mail.example.com,name\n"
                            "192.0.2.1/32,again\n"
                            ",no network\n"
                            "10.0.0.0/8";

static const struct {
    int line;
    const char *network, *note;
    enum ip_csv_state state;
} want[] = {
    {2, "192.0.2.1", "plain", IP_CSV_OK},
    {4, "192.0.2.0/24", "with, comma and \"quotes\"", IP_CSV_OK},
    {5, "2001:db8::/32", "two lines", IP_CSV_OK},
    {7, "", "slip", IP_CSV_HOST_BITS},
    {8, "", "name", IP_CSV_NO_ADDRESS},
    {9, "192.0.2.1", "again", IP_CSV_TWICE},
    {10, "", "no network", IP_CSV_NO_ADDRESS},
    {11, "10.0.0.0/8", "", IP_CSV_OK},
};

static void
lines(void **state)
{
    struct arena *a = arena_new();
    struct ip_csv_entry *all;
    int n = ip_csv_read(a, table, sizeof table - 1, &all);

    (void)state;
    assert_int_equal(n, sizeof want / sizeof *want);
    for (int i = 0; i < n; i++) {
        assert_int_equal(all[i].line, want[i].line);
        assert_string_equal(all[i].network, want[i].network);
        assert_string_equal(all[i].note, want[i].note);
        assert_int_equal(all[i].state, want[i].state);
    }
    arena_free(&a);
}

/* At the limit and one above it. */
static void
limits(void **state)
{
    struct arena *a = arena_new();
    struct buf *b = buf_new(a, 0);
    struct ip_csv_entry *all;

    (void)state;
    for (int i = 0; i < IP_CSV_LINES; i++)
        buf_printf(b, "10.%d.%d.%d\n", i >> 16 & 255, i >> 8 & 255, i & 255);
    assert_int_equal(ip_csv_read(a, b->data, b->len, &all), IP_CSV_LINES);
    assert_int_equal(all[IP_CSV_LINES - 1].state, IP_CSV_OK);
    buf_str(b, "192.0.2.1\n192.0.2.2\n");
    assert_int_equal(ip_csv_read(a, b->data, b->len, &all), IP_CSV_LINES + 1);
    assert_int_equal(all[IP_CSV_LINES].state, IP_CSV_TOO_MANY);
    for (int extra = 0; extra < 2; extra++) { /* characters, not bytes */
        buf_clear(b);
        buf_str(b, "192.0.2.1,");
        for (int i = 0; i < IP_CSV_NOTE + extra; i++)
            buf_str(b, "\xe3\x81\x82");
        assert_int_equal(ip_csv_read(a, b->data, b->len, &all), 1);
        assert_int_equal(all[0].state, extra ? IP_CSV_LONG_NOTE : IP_CSV_OK);
    }
    assert_int_equal(ip_csv_read(a, "", 0, &all), 0);
    arena_free(&a);
}

/* C06 T-W16 */
static void
round_trip(void **state)
{
    static const char *const notes[] = {"",   "plain", "a,b",     "say \"x\"", "=1+1", "+81",
                                        "-1", "@x",    "'quoted", "' ",        "日本", "x'y"};
    struct arena *a = arena_new();
    struct buf *b = buf_new(a, 0);
    struct ip_csv_entry *all;
    int n = sizeof notes / sizeof *notes;

    (void)state;
    ip_csv_head(b);
    for (int i = 0; i < n; i++)
        ip_csv_write(b, arena_printf(a, "192.0.2.%d", i), notes[i]);
    assert_non_null(strstr(b->data, "192.0.2.4,\"'=1+1\"\r\n"));
    assert_int_equal(ip_csv_read(a, b->data, b->len, &all), n);
    for (int i = 0; i < n; i++) {
        assert_string_equal(all[i].network, arena_printf(a, "192.0.2.%d", i));
        assert_string_equal(all[i].note, strcmp(notes[i], "' ") ? notes[i] : "'");
    }
    arena_free(&a);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines),
        cmocka_unit_test(limits),
        cmocka_unit_test(round_trip),
    };

    return cmocka_run_group_tests_name("ip_csv", tests, NULL, NULL);
}
