/* Which passwords are refused, and that nothing else is. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <string.h>

#include "common/password_rule.h"

static const char *const context[] = {"Acme Group", "ken.ota@acme.example", "", NULL};

static void
test_refused(void **state)
{
    static const char *const weak[] = {
        "password1234",     "Password123!",  "P@ssw0rd2026",
        "passwordpassword", "123456789012",  "aaaaaaaaaaaaa",
        "abcabcabcabc",     "qwertyuiop12",  "1qaz2wsx3edc",
        "q1w2e3r4t5y6",     "iloveyou2026",  "Welcome2026!",
        "changeme1234",     "sekishoadmin1", "AcmeGroup2026",
        "ken.ota.acme1",    "Summer2026!!!", "correcthorsebatterystaple",
        "20261124202611",   "administrator", "abcdefghijklm",
        "trustno1trustno1",
    };
    (void)state;
    for (size_t i = 0; i < sizeof weak / sizeof *weak; i++) {
        unsigned f = password_rule(weak[i], context);
        if (!f || f & (PASSWORD_SHORT | PASSWORD_LONG))
            fail_msg("%s: %u", weak[i], f);
    }
}

static void
test_taken(void **state)
{
    static const char *const good[] = {
        "violet-kettle-42-orbit",
        "a tram leaves at nine",
        "Zx7#pL2!qRt9",
        "\xe6\xa1\x9c\xe3\x81\xae\xe6\x9c\xa8\xe3\x81\xae\xe4\xb8\x8b\xe3\x81\xab\xe7\x8c\xab\xe3"
        "\x81\x8c\xe4\xb8\x89\xe5\x8c\xb9\xe3\x81\x84\xe3\x82\x8b",
        "acme lends out umbrellas",
        "mnbq-wpfk-ztrv-cdxs",
    };
    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        unsigned f = password_rule(good[i], context);
        if (f)
            fail_msg("%s was refused: %u", good[i], f);
    }
}

static void
test_length(void **state)
{
    char longest[PASSWORD_MAX + 2];
    (void)state;
    assert_int_equal(password_rule("", NULL), PASSWORD_SHORT);
    assert_int_equal(password_rule("Zx7#pL2!qRt", NULL), PASSWORD_SHORT);
    /* characters count, not bytes: 11 of 3 bytes each */
    assert_int_equal(
        password_rule("\xe6\xa1\x9c\xe3\x81\xae\xe6\x9c\xa8\xe3\x81\xae\xe4\xb8\x8b\xe3\x81"
                      "\xab\xe7\x8c\xab\xe3\x81\x8c\xe4\xb8\x89\xe5\x8c\xb9\xe3\x81\x84",
                      NULL),
        PASSWORD_SHORT);
    for (size_t i = 0; i < sizeof longest - 1; i++)
        longest[i] = (char)('b' + i * i % 23);
    longest[PASSWORD_MAX + 1] = 0;
    assert_int_equal(password_rule(longest, NULL), PASSWORD_LONG);
    longest[PASSWORD_MAX] = 0;
    assert_int_equal(password_rule(longest, NULL), 0);
    for (int i = 0; i < PASSWORD_FAULTS; i++)
        assert_true(*password_fault_text((enum password_fault)(1 << i)));
    assert_string_equal(password_fault_text((enum password_fault)(1 << PASSWORD_FAULTS)), "");
}

static void
test_all_at_once(void **state)
{
    static const struct {
        const char *password;
        unsigned faults;
    } cases[] = {
        {"acme", PASSWORD_SHORT | PASSWORD_WORDS},
        {"qwerty", PASSWORD_SHORT | PASSWORD_PATTERN | PASSWORD_WORDS},
        {"123456", PASSWORD_SHORT | PASSWORD_FIGURES | PASSWORD_PATTERN},
        {"20261124202611", PASSWORD_FIGURES},
        {"xyxyxyxyxyxy", PASSWORD_PATTERN},
        {"Summer2026!!!", PASSWORD_WORDS},
        {"violet", PASSWORD_SHORT},
        {"he", PASSWORD_SHORT},
        {"", PASSWORD_SHORT},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        unsigned f = password_rule(cases[i].password, context);
        if (f != cases[i].faults)
            fail_msg("%s: %u, not %u", cases[i].password, f, cases[i].faults);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_taken),
        cmocka_unit_test(test_length),
        cmocka_unit_test(test_all_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
