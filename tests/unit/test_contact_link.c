/* A-2, ux.md U15: what an administrator may give people to click on. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "common/contact_link.h"

static void
a2_good(void **state)
{
    static const char *const good[] = {
        "https://help.example.com",          "https://help.example.com/",
        "https://help.example.com:8443/a?b", "https://xn--bcher-kva.example/#top",
        "mailto:help@example.com",           "mailto:help@example.com?subject=Mail",
    };
    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        assert_true(contact_link_ok(good[i]));
}

static void
a2_bad(void **state)
{
    static const char *const bad[] = {
        "",
        "http://help.example.com",
        "javascript:alert(1)",
        "JAVASCRIPT:alert(1)",
        "data:text/html,x",
        " https://help.example.com",
        "https://",
        "https:///x",
        "https://:443/",
        "https:help.example.com",
        "https:\\\\help.example.com",
        "https://user@evil.example",
        "https://help.example.com@evil.example/",
        "https://help.example.com/\"onclick=x",
        "https://help.example.com/<b>",
        "https://help.example.com/a b",
        "https://help.example.com/\n",
        "https://b\xc3\xbc"
        "cher.example",
        "//help.example.com",
        "/own/path",
        "mailto:",
        "mailto:@example.com",
        "mailto:help@",
        "mailto:a@b@c",
        "mailtohelp@example.com",
    };
    char much[600] = "https://help.example.com/";

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (contact_link_ok(bad[i]))
            fail_msg("taken: %s", bad[i]);
    for (size_t i = strlen(much); i < sizeof much - 1; i++)
        much[i] = 'a';
    much[sizeof much - 1] = '\0';
    assert_false(contact_link_ok(much));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a2_good),
        cmocka_unit_test(a2_bad),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
