/* D02: every valid form of a sender pattern, every invalid one, and whom each stands for. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "common/addr.h"
#include "common/arena.h"
#include "common/sender_pattern.h"

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
d02_valid_forms(void **state)
{
    static const char *const good[][2] = {
        {"name@example.com", "name@example.com"},
        {"name@info.example.com", "name@info.example.com"},
        {"name@*.example.com", "name@*.example.com"},
        {"name@*", "name@*"},
        {"*@example.com", "*@example.com"},
        {"*@server.example.com", "*@server.example.com"},
        {"*@*.example.com", "*@*.example.com"},
        /* normal form */
        {"  Name@Example.COM ", "name@example.com"},
        {"Shop <Name@Example.com>", "name@example.com"},
        {"NAME@*.Example.com.", "name@*.example.com"},
        {"*@b\xc3\xbc"
         "cher.example",
         "*@xn--bcher-kva.example"},
        {"*@*.\xe4\xbe\x8b\xe3\x81\x88.jp", "*@*.xn--r8jz45g.jp"},
        {"o'brien+x@*", "o'brien+x@*"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        const char *out = "", *again = "";
        assert_string_equal(sender_problem_code(sender_pattern_parse(a, good[i][0], &out)), "");
        assert_string_equal(out, good[i][1]);
        assert_int_equal(sender_pattern_parse(a, out, &again), SENDER_FINE);
        assert_string_equal(again, out);
    }
}

static void
d02_invalid_forms(void **state)
{
    static const struct {
        const char *text;
        enum sender_problem problem;
    } bad[] = {
        {"name@info.*.example.com", SENDER_DOMAIN_STAR},
        {"name@example.com.*", SENDER_DOMAIN_STAR},
        {"*name@info.example.com", SENDER_NAME_STAR},
        {"*@*", SENDER_EVERYBODY},
        /* near them */
        {"*@*example.com", SENDER_DOMAIN_STAR},
        {"*@*.*.example.com", SENDER_DOMAIN_STAR},
        {"*@**", SENDER_DOMAIN_STAR},
        {"**@example.com", SENDER_NAME_STAR},
        {"na*me@example.com", SENDER_NAME_STAR},
        {"name*@*", SENDER_NAME_STAR},
        {"*@*.com", SENDER_TOP_LEVEL},
        {"name@*.com", SENDER_TOP_LEVEL},
        {"*@com", SENDER_DOMAIN},
        {"*@", SENDER_DOMAIN},
        {"*@*.", SENDER_DOMAIN},
        {"@example.com", SENDER_NAME},
        {"a b@*.example.com", SENDER_NAME},
        {"name@exa mple.com", SENDER_DOMAIN},
        {"name@[192.0.2.1]", SENDER_DOMAIN},
        {"*@192.0.2.1", SENDER_DOMAIN},
        {"example.com", SENDER_NO_AT},
        {"*", SENDER_NO_AT},
        {"*.example.com", SENDER_NO_AT},
        {"", SENDER_EMPTY},
        {NULL, SENDER_EMPTY},
        {"name@example.com,other@example.com", SENDER_NAME},
        {"na\x01me@example.com", SENDER_NAME},
    };
    char longer[2000];

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        const char *out = "untouched";
        assert_string_equal(sender_problem_code(sender_pattern_parse(a, bad[i].text, &out)),
                            sender_problem_code(bad[i].problem));
        assert_string_equal(out, "untouched");
        assert_true(*sender_problem_text(bad[i].problem));
    }
    memset(longer, 'a', sizeof longer - 1);
    longer[sizeof longer - 1] = '\0';
    memcpy(longer + 1000, "@example.com", 13);
    assert_int_equal(sender_pattern_parse(a, longer, &(const char *){""}), SENDER_NAME);
}

static void
d02_whom_a_pattern_stands_for(void **state)
{
    static const struct {
        const char *pattern, *yes, *no;
    } t[] = {
        {"name@example.com", "name@example.com NAME@EXAMPLE.com",
         "other@example.com name@a.example.com xname@example.com name@example.org"},
        {"name@info.example.com", "name@info.example.com",
         "name@example.com name@x.info.example.com"},
        {"name@*.example.com", "name@a.example.com name@b.a.example.com",
         "name@example.com other@a.example.com name@a.example.org name@badexample.com"},
        {"name@*", "name@example.com name@b.a.example.org name@localhost",
         "other@example.com xname@example.com"},
        {"*@example.com", "a@example.com *@example.com",
         "a@a.example.com a@example.com.evil.test a@notexample.com"},
        {"*@server.example.com", "a@server.example.com", "a@example.com a@x.server.example.com"},
        /* sub-domains only */
        {"*@*.example.com", "a@a.example.com a@c.b.a.example.com",
         "a@example.com a@badexample.com a@example.com.evil.test"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
        for (int yes = 0; yes < 2; yes++) {
            char *all = arena_strdup(a, yes ? t[i].yes : t[i].no), *rest = NULL;
            for (char *w = strtok_r(all, " ", &rest); w; w = strtok_r(NULL, " ", &rest)) {
                struct addr x;
                addr_envelope(a, w, &x);
                if (sender_pattern_matches(a, t[i].pattern, &x) != yes)
                    fail_msg("%s and %s", t[i].pattern, w);
            }
        }
    }
}

static void
nobody_has_no_candidates(void **state)
{
    static const char *const none[] = {"", "<>", "name", "a@b@", "@", "x@*", "x@[192.0.2.1]"};
    const char *const *list;

    (void)state;
    for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
        struct addr x;
        addr_envelope(a, none[i], &x);
        assert_int_equal(sender_candidates(a, &x, &list), 0);
    }
}

static void
candidates_are_a_short_list(void **state)
{
    const char *const *list;
    struct addr x;
    char domain[300] = "";
    int n;

    (void)state;
    addr_envelope(a, "n@c.b.example.com", &x);
    n = sender_candidates(a, &x, &list);
    assert_int_equal(n, 7); /* no *.com */
    for (int i = 0; i < 126; i++)
        strcat(domain, "a.");
    strcat(domain, "a"); /* the longest name with the most parts */
    addr_envelope(a, arena_printf(a, "n@%s", domain), &x);
    n = sender_candidates(a, &x, &list);
    assert_int_equal(n, 3 + 2 * 125);
}

/* What stands in a mail is not what somebody typed: a * in it is no wildcard. */
static void
d02_senders_of_mails(void **state)
{
    (void)state;
    assert_string_equal(sender_pattern_of(a, "Anna@Shop.Example", false), "anna@shop.example");
    assert_string_equal(sender_pattern_of(a, "Anna@Shop.Example", true), "*@shop.example");
    assert_string_equal(sender_pattern_of(a, "", false), "");
    assert_string_equal(sender_pattern_of(a, "anna", false), "");
    assert_string_equal(sender_pattern_of(a, "*@shop.example", false), "");
    assert_string_equal(sender_pattern_of(a, "anna@*", true), "");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(d02_valid_forms, begin, end),
        cmocka_unit_test_setup_teardown(d02_invalid_forms, begin, end),
        cmocka_unit_test_setup_teardown(d02_senders_of_mails, begin, end),
        cmocka_unit_test_setup_teardown(d02_whom_a_pattern_stands_for, begin, end),
        cmocka_unit_test_setup_teardown(nobody_has_no_candidates, begin, end),
        cmocka_unit_test_setup_teardown(candidates_are_a_short_list, begin, end),
    };

    return cmocka_run_group_tests_name("sender_pattern", tests, NULL, NULL);
}
