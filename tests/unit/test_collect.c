/*
 * What the milter protocol brings becomes the message again, byte for byte; what is re-injected has
 * no bare CR or LF (T-S2).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "common/arena.h"
#include "common/err.h"
#include "common/settings.h"
#include "engine/deliver/reinject.h"
#include "engine/intake/intake_conn.h"

static void
the_message_comes_back(void **state)
{
    static const char want[] = "Received: from a\r\n\tby b;\r\n  later\r\nSubject:no space\r\n"
                               "X-Empty:\r\nX-Space: \r\nName : value  \r\nX-Sekisho-Id: 1\r\n"
                               "\r\n.body\r\n\xff\x00z\r\n";
    struct conn *c = conn_new();
    struct mail *m = mail_begin(c);
    const unsigned char *raw;
    size_t n = 0;

    (void)state;
    mail_add_header(m, "Received", " from a\n\tby b;\n  later");
    mail_add_header(m, "Subject", "no space");
    mail_add_header(m, "X-Empty", "");
    mail_add_header(m, "X-Space", " ");
    mail_add_header(m, "Name ", " value  ");
    mail_add_header(m, "X-Sekisho-Id", " 1");
    mail_end_of_header(m);
    mail_add_body(m, ".bo", 3);
    mail_add_body(m, "dy\r\n\xff\x00z\r\n", 9);
    raw = mail_bytes(m, &n);
    assert_non_null(raw);
    assert_int_equal(n, sizeof want - 1);
    assert_memory_equal(raw, want, n);
    assert_int_equal(m->forged.n, 1);
    assert_string_equal(m->subject, "no space");
    /* nobody can change it now */
    assert_int_equal(write(m->fd, "x", 1), -1);
    assert_int_equal(ftruncate(m->fd, 0), -1);
    conn_free(c);
}

static void
large_mail(void **state)
{
    size_t piece = 65535, total = 0, n = 0;
    char *p = malloc(piece);
    struct conn *c = conn_new();
    struct mail *m = mail_begin(c);
    const unsigned char *raw;

    (void)state;
    for (size_t i = 0; i < piece; i++)
        p[i] = (char)(i * 7 + i / 251);
    for (int i = 0; i < 300; i++) {
        mail_add_body(m, p, piece - (size_t)(i % 3));
        total += piece - (size_t)(i % 3);
    }
    raw = mail_bytes(m, &n);
    assert_int_equal(n, total);
    for (size_t at = 0, i = 0; i < 300; at += piece - i % 3, i++)
        assert_memory_equal(raw + at, p, piece - i % 3);
    free(p);
    conn_free(c);
}

static void
too_large_mail(void **state)
{
    static char p[1024 * 1024];
    struct conn *c = conn_new();
    struct mail *m = mail_begin(c);
    size_t n;

    (void)state;
    for (int64_t i = 0; i <= settings_int(SET_message_size) / (int64_t)sizeof p; i++)
        mail_add_body(m, p, sizeof p);
    assert_int_equal(m->trouble, MAIL_TOO_LARGE);
    assert_null(mail_bytes(m, &n));
    conn_free(c);
}

/* abort, end and close come in any order and any number (T-S3). */
static void
mail_ends_any_time(void **state)
{
    struct conn *c = conn_new();

    (void)state;
    mail_end(c);
    mail_add_header(mail_begin(c), "A", " 1");
    mail_begin(c); /* a second MAIL without an end of the first */
    mail_end(c);
    mail_end(c);
    mail_add_body(mail_begin(c), "x", 1);
    conn_free(c);
    conn_free(NULL);
}

static void
recipients_are_counted_once(void **state)
{
    struct conn *c = conn_new();
    struct mail *m = mail_begin(c);

    (void)state;
    mail_add_recipient(m, "<A@B.example>");
    mail_add_recipient(m, "<c@b.example>");
    mail_add_recipient(m, "a@b.EXAMPLE");
    assert_string_equal(m->recipients[0].original, "A@B.example");
    assert_string_equal(m->recipients[0].domain, "b.example");
    assert_int_equal(m->recipients[0].same_as, -1);
    assert_int_equal(m->recipients[1].same_as, -1);
    assert_int_equal(m->recipients[2].same_as, 0);
    conn_free(c);
}

struct lines_case {
    const char *in, *out;
};

static void
no_bare_line_ends_leave(void **state)
{
    static const struct lines_case cases[] = {
        {"a\r\nb\r\n", NULL},        {"", NULL},
        {"a\nb\r\n", "a b\r\n"},     {"a\rb\r\n", "a b\r\n"},
        {"a\r\r\n", "a \r\n"},       {"\n", " \r\n"},
        {"a\r\n.\r", "a\r\n. \r\n"}, {"a\n.\nb\r\n", "a . b\r\n"},
        {"no end", "no end\r\n"},    {"\r\n.\r\n", NULL},
    };
    struct arena *a = arena_new();

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const unsigned char *in = (const unsigned char *)cases[i].in;
        const char *want = cases[i].out ? cases[i].out : cases[i].in;
        size_t n = 0;
        const unsigned char *got = reinject_lines(a, in, strlen(cases[i].in), &n);
        assert_int_equal(n, strlen(want));
        assert_memory_equal(got, want, n);
        if (!cases[i].out)
            assert_ptr_equal(got, in);
    }
    arena_free(&a);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_message_comes_back),
        cmocka_unit_test(large_mail),
        cmocka_unit_test(too_large_mail),
        cmocka_unit_test(mail_ends_any_time),
        cmocka_unit_test(recipients_are_counted_once),
        cmocka_unit_test(no_bare_line_ends_leave),
    };
    struct err e;

    if (settings_load("/dev/null", &e) < 0)
        return 1;
    return cmocka_run_group_tests_name("collect", tests, NULL, NULL);
}
