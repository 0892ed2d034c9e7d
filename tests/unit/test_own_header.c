/* T-S7: forged fields of ours go, from the last to the first, and nothing else changes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <cmocka.h>

#include "common/arena.h"
#include "engine/intake/own_header.h"

/* What a mail server does with "change header": the ordinal-th field of that name goes. */
struct server {
    const char *names[64];
    int n;
    int calls;
};

static int
remove_field(void *ctx, char *name, int ordinal)
{
    struct server *s = ctx;

    s->calls++;
    for (int i = 0; i < s->n; i++)
        if (strcasecmp(s->names[i], name) == 0 && --ordinal == 0) {
            memmove(&s->names[i], &s->names[i + 1], (size_t)(s->n - i - 1) * sizeof *s->names);
            s->n--;
            return 0;
        }
    return -1; /* no such field */
}

static void
removed_from_last_to_first(void **state)
{
    static const char *const in[] = {
        "From",       "X-Sekisho-Id",      "x-sekisho-verdict", "X-SEKISHO-ID",
        "Subject",    "X-Sekisho-Id ",     "X-Sekisho-",        "X-Sekisho-Id\t ",
        "X-SekishoX", "X-Sekisho-Verdict", "X-Sekisho-Score",   "To"};
    struct arena *a = arena_new();
    struct own_headers h = {0};
    struct server s = {0};

    (void)state;
    for (size_t i = 0; i < sizeof in / sizeof *in; i++) {
        size_t n = strcspn(in[i], " \t");
        s.names[s.n++] = arena_strndup(a, in[i], n); /* compared without the spaces */
        own_headers_see(a, &h, in[i], "");
    }
    assert_int_equal(h.n, 8);
    assert_int_equal(h.list[3].ordinal, 3); /* X-Sekisho-Id in its third spelling */
    assert_int_equal(own_headers_remove(&h, remove_field, &s), 0);
    assert_int_equal(s.calls, 8);
    assert_int_equal(s.n, 4);
    assert_string_equal(s.names[0], "From");
    assert_string_equal(s.names[1], "Subject");
    assert_string_equal(s.names[2], "X-SekishoX");
    assert_string_equal(s.names[3], "To");
    arena_free(&a);
}

static void
fifty_copies(void **state)
{
    struct arena *a = arena_new();
    struct own_headers h = {0};
    struct server s = {0};

    (void)state;
    for (int i = 0; i < 50; i++) {
        s.names[s.n++] = "X-Sekisho-Verdict";
        own_headers_see(a, &h, "X-Sekisho-Verdict", "");
    }
    s.names[s.n++] = "Date";
    assert_int_equal(own_headers_remove(&h, remove_field, &s), 0);
    assert_int_equal(s.n, 1);
    arena_free(&a);
}

static void
more_than_the_limit_is_seen(void **state)
{
    struct arena *a = arena_new();
    struct own_headers h = {0};
    char name[40];

    (void)state;
    for (int i = 0; i < OWN_HEADERS_MAX; i++) {
        (void)snprintf(name, sizeof name, "X-Sekisho-%d", i);
        own_headers_see(a, &h, name, "");
    }
    assert_false(h.too_many);
    own_headers_see(a, &h, "X-Sekisho-Id", "");
    assert_true(h.too_many);
    arena_free(&a);
}

struct cut_case {
    const char *in, *out;
};

static void
cut_keeps_every_other_byte(void **state)
{
    static const struct cut_case cases[] = {
        {"From: a\r\n\r\nbody\r\n", NULL},
        {"", NULL},
        {"\r\nX-Sekisho-Id: in the body\r\n", NULL},
        {"X-Sekisho-Id: 1\r\n\r\nb", "\r\nb"},
        {"A: 1\r\nX-Sekisho-Id: 1\r\n folded\r\n\tagain\r\nB: 2\r\n\r\nb\r\n",
         "A: 1\r\nB: 2\r\n\r\nb\r\n"},
        {"x-SEKISHO-verdict : clean\r\nA: 1\r\n f\r\n\r\nX-Sekisho-Id: body\r\n",
         "A: 1\r\n f\r\n\r\nX-Sekisho-Id: body\r\n"},
        {"A: 1\r\nX-Sekisho-Id: last", "A: 1\r\n"},
        {"A: 1\r\nno header\r\nX-Sekisho-Id: body\r\n", NULL},
        {"A: 1\nX-Sekisho-Id: 1\nB: 2\n\nb", "A: 1\nB: 2\n\nb"},
        {"Subject: X-Sekisho-Id: 1\r\n\r\n", NULL},
    };
    struct arena *a = arena_new();

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *want = cases[i].out ? cases[i].out : cases[i].in;
        size_t n = 0;
        const unsigned char *got = own_headers_cut(a, (const unsigned char *)cases[i].in,
                                                   strlen(cases[i].in), "gw.example", &n);
        assert_int_equal(n, strlen(want));
        assert_memory_equal(got, want, n);
        if (!cases[i].out)
            assert_ptr_equal(got, cases[i].in);
    }
    arena_free(&a);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(removed_from_last_to_first),
        cmocka_unit_test(fifty_copies),
        cmocka_unit_test(more_than_the_limit_is_seen),
        cmocka_unit_test(cut_keeps_every_other_byte),
    };

    return cmocka_run_group_tests_name("own_header", tests, NULL, NULL);
}
