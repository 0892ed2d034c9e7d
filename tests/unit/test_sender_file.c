/* D10: sender lists as files. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "common/arena.h"
#include "common/buf.h"
#include "common/sender_file.h"

static struct arena *a;

static int
begin(void **state)
{
    (void)state;
    a = arena_new();
    return 0;
}

static int
end(void **state)
{
    (void)state;
    arena_free(&a);
    return 0;
}

static void
d10_lines_are_read(void **state)
{
    static const char text[] = "\xef\xbb\xbfSender\r\n"
                               "b@example.com\r\n"
                               "\r\n"
                               "  \"*@Example.org\" , \"Unverified\" \r\n"
                               "*@*\n"
                               "c@example.com,always\n"
                               "b@EXAMPLE.com\n"
                               "last@example.com";
    struct sender_line *l;
    int n;

    (void)state;
    assert_int_equal(sender_file_read(a, text, sizeof text - 1, true, &l, &n), 0);
    assert_int_equal(n, 6);
    assert_string_equal(l[0].pattern, "b@example.com");
    assert_true(l[0].only_verified);
    assert_int_equal(l[0].number, 2);
    assert_string_equal(l[1].pattern, "*@example.org");
    assert_false(l[1].only_verified);
    assert_int_equal(l[1].number, 4);
    assert_int_equal(l[2].state, SENDER_LINE_INVALID);
    assert_int_equal(l[2].problem, SENDER_EVERYBODY);
    assert_int_equal(l[3].problem, SENDER_COLUMN);
    assert_string_equal(l[3].text, "c@example.com,always");
    assert_string_equal(l[5].pattern, "last@example.com");
    sender_file_compare(l, n, NULL, 0, 500, false);
    assert_int_equal(l[0].state, SENDER_LINE_NEW);
    assert_int_equal(l[4].state, SENDER_LINE_DUPLICATE); /* the second one, whatever its case */
    assert_int_equal(sender_file_read(a, "x@example.com", 13, false, &l, &n), 0);
    assert_false(l[0].only_verified); /* blocked senders need no proof */
}

static void
d10_preview_of_all_kinds(void **state)
{
    static const char text[] = "new@a.example\nhas@a.example\nother@a.example\nnew@a.example\nbad\n"
                               "second@a.example\nthird@a.example\n";
    static const char *const merged[] = {"new",     "duplicate", "conflict", "duplicate",
                                         "invalid", "new",       "excess"};
    static const char *const replaced[] = {"new",     "new", "conflict", "duplicate",
                                           "invalid", "new", "new"};
    struct sender_line *l;
    int n;

    (void)state;
    for (int replace = 0; replace < 2; replace++) {
        struct sender_known known[] = {{.pattern = "other@a.example", .other = true},
                                       {.pattern = "has@a.example"},
                                       {.pattern = "more@a.example"}};
        assert_int_equal(sender_file_read(a, text, sizeof text - 1, true, &l, &n), 0);
        sender_file_compare(l, n, known, 3, 4, replace);
        for (int i = 0; i < n; i++)
            assert_string_equal(sender_line_state_name(l[i].state),
                                (replace ? replaced : merged)[i]);
        for (int i = 0; i < 3 && replace; i++) { /* what stays, and with another flag */
            bool has = strcmp(known[i].pattern, "has@a.example") == 0;
            assert_int_equal(known[i].kept, has);
            assert_int_equal(known[i].changed, has);
        }
    }
}

static void
d10_round_trip(void **state)
{
    static const char *const lists[] = {
        "*@*.a.example\nname@*\nx@b.example,unverified\n'=1+1@c.example\n''=2@c.example\n",
        "*@a.example\n'+1@a.example\n"}; /* no formula for a spreadsheet (T-W16) */
    struct sender_line *l;
    int n;

    (void)state;
    for (int approved = 0; approved < 2; approved++) {
        const char *text = lists[!approved];
        struct buf *b = buf_new(a, 0);
        assert_int_equal(sender_file_read(a, text, strlen(text), approved, &l, &n), 0);
        for (int i = 0; i < n; i++)
            buf_str(b, sender_file_line(a, l[i].pattern, approved, l[i].only_verified));
        assert_string_equal(buf_cstr(b), text);
        assert_string_equal(l[n - 1].pattern, approved ? "'=2@c.example" : "+1@a.example");
    }
}

static void
what_is_hostile(void **state)
{
    static const char bytes[] = "a\0b@example.com\n\xff\xfe@x.example\n";
    struct buf *b = buf_new(a, 0);
    struct sender_line *l;
    int n;

    (void)state;
    assert_int_equal(sender_file_read(a, "", 0, true, &l, &n), 0);
    assert_int_equal(n, 0);
    assert_int_equal(sender_file_read(a, bytes, sizeof bytes - 1, true, &l, &n), 0);
    assert_int_equal(n, 2);
    assert_int_equal(l[0].state, SENDER_LINE_INVALID);
    assert_int_equal(l[1].state, SENDER_LINE_INVALID);
    for (int i = 0; i < SENDER_FILE_LINES; i++)
        buf_str(b, "a@b.example\n\n");
    assert_int_equal(sender_file_read(a, b->data, b->len, true, &l, &n), 0);
    assert_int_equal(n, SENDER_FILE_LINES);
    buf_str(b, "a@b.example\n");
    assert_int_equal(sender_file_read(a, b->data, b->len, true, &l, &n), -1);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(d10_lines_are_read, begin, end),
        cmocka_unit_test_setup_teardown(d10_preview_of_all_kinds, begin, end),
        cmocka_unit_test_setup_teardown(d10_round_trip, begin, end),
        cmocka_unit_test_setup_teardown(what_is_hostile, begin, end),
    };

    return cmocka_run_group_tests_name("sender_file", tests, NULL, NULL);
}
