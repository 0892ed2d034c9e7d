/* T-S4: whatever goes in, what Postfix gets has three digits, an enhanced code and text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "engine/intake/intake_reply.h"

static uint64_t seed = 88172645463325252ull;

static uint32_t
any(uint32_t below)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return (uint32_t)(seed >> 32) % below;
}

static void
check(const struct reply *r)
{
    size_t n = strlen(r->text);
    int a, b, used = 0;
    char class;

    assert_int_equal(strlen(r->code), 3);
    assert_true(r->code[0] == '4' || r->code[0] == '5');
    assert_int_equal(strspn(r->code, "0123456789"), 3);
    assert_int_equal(sscanf(r->enhanced, "%c.%3d.%3d%n", &class, &a, &b, &used), 3);
    assert_int_equal(used, strlen(r->enhanced));
    assert_int_equal(class, r->code[0]);
    assert_in_range(n, 1, 200);
    for (size_t i = 0; i < n; i++) {
        assert_in_range((unsigned char)r->text[i], 0x20, 0x7e);
        assert_int_not_equal(r->text[i], '%');
    }
    assert_int_not_equal(r->text[0], ' ');
    assert_int_not_equal(r->text[n - 1], ' ');
}

static void
any_input_gives_a_safe_reply(void **state)
{
    static const char letters[] = "0123456789....  \r\n%%\t\x01\x7f\xc3\xa9"
                                  "ab4.7.15.1.1";
    struct reply r;
    char enhanced[24], text[600];

    (void)state;
    for (int i = 0; i < 100000; i++) {
        uint32_t n = any(sizeof enhanced), m = any(sizeof text);
        for (uint32_t k = 0; k < n; k++)
            enhanced[k] = letters[any(sizeof letters - 1)];
        enhanced[n ? n - 1 : 0] = '\0';
        for (uint32_t k = 0; k < m; k++)
            text[k] = any(4) ? letters[any(sizeof letters - 1)] : (char)any(256);
        text[m ? m - 1 : 0] = '\0';
        memset(&r, 0x55, sizeof r);
        reply_make(&r, (int)any(3) ? 300 + (int)any(400) : (int)any(100000) - 50000,
                   any(20) ? enhanced : NULL, any(20) ? text : NULL);
        check(&r);
    }
}

static void
good_input_stays(void **state)
{
    struct reply r;

    (void)state;
    reply_make(&r, 550, "5.7.1", "Message refused by policy (id 0199)");
    assert_string_equal(r.code, "550");
    assert_string_equal(r.enhanced, "5.7.1");
    assert_string_equal(r.text, "Message refused by policy (id 0199)");
    reply_make(&r, 451, "4.3.222", "x");
    assert_string_equal(r.enhanced, "4.3.222");
}

static void
wrong_parts_are_replaced(void **state)
{
    struct reply r;

    (void)state;
    reply_make(&r, 451, "5.7.1", "Wait\r\n250 2.0.0 Ok");
    assert_string_equal(r.enhanced, "4.0.0");
    assert_string_equal(r.text, "Wait 250 2.0.0 Ok");
    reply_make(&r, 250, "2.0.0", "");
    assert_string_equal(r.code, "451");
    assert_string_equal(r.text, "Try again later");
    reply_make(&r, 554, "5.1", " 100%\r\n");
    assert_string_equal(r.enhanced, "5.0.0");
    assert_string_equal(r.text, "100?");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_input_gives_a_safe_reply),
        cmocka_unit_test(good_input_stays),
        cmocka_unit_test(wrong_parts_are_replaced),
    };

    return cmocka_run_group_tests_name("intake_reply", tests, NULL, NULL);
}
