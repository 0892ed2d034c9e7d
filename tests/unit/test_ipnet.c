/* IP networks and patterns of domains, as rules name them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "common/arena.h"
#include "common/domain_pattern.h"
#include "common/err.h"
#include "common/ipnet.h"

static void
networks_are_read(void **state)
{
    static const struct {
        const char *text, *normal, *code; /* code: of the error */
    } cases[] = {
        {"192.0.2.1", "192.0.2.1", NULL},
        {"192.0.2.1/32", "192.0.2.1", NULL},
        {"192.0.2.0/24", "192.0.2.0/24", NULL},
        {"0.0.0.0/0", "0.0.0.0/0", NULL},
        {"2001:DB8::/32", "2001:db8::/32", NULL},
        {"2001:db8::1/128", "2001:db8::1", NULL},
        {"::ffff:192.0.2.1", "192.0.2.1", NULL},
        {"192.0.2.1/24", NULL, "ip-host-bits"},
        {"2001:db8::1/64", NULL, "ip-host-bits"},
        {"192.0.2.0/33", NULL, "ip-bits"},
        {"2001:db8::/129", NULL, "ip-bits"},
        {"192.0.2.0/", NULL, "ip-bits"},
        {"192.0.2.0/-1", NULL, "ip-bits"},
        {"192.0.2.0/8x", NULL, "ip-bits"},
        {"192.0.2.0/0024", NULL, "ip-bits"},
        {"192.0.2", NULL, "ip"},
        {"16", NULL, "ip"},
        {"192.0.2.256", NULL, "ip"},
        {" 192.0.2.1", NULL, "ip"},
        {"192.0.2.1 ", NULL, "ip"},
        {"192.0.02.1", NULL, "ip"},
        {"example.com", NULL, "ip"},
        {"", NULL, "ip"},
        {"/24", NULL, "ip"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[IPNET_TEXT];
        struct ipnet net;
        struct err e = {0};
        int rc = ipnet_parse(cases[i].text, &net, &e);
        if (cases[i].code) {
            assert_int_equal(rc, -1);
            assert_string_equal(e.code, cases[i].code);
            continue;
        }
        assert_int_equal(rc, 0);
        ipnet_text(&net, text);
        assert_string_equal(text, cases[i].normal);
    }
}

static bool
covers(const char *net, const char *inner)
{
    struct ipnet a, b;
    struct err e;

    assert_int_equal(ipnet_parse(net, &a, &e), 0);
    assert_int_equal(ipnet_parse(inner, &b, &e), 0);
    return ipnet_covers(&a, &b);
}

static void
networks_cover(void **state)
{
    (void)state;
    assert_true(covers("192.0.2.0/24", "192.0.2.255"));
    assert_false(covers("192.0.2.0/24", "192.0.3.0"));
    assert_true(covers("192.0.2.0/25", "192.0.2.127"));
    assert_false(covers("192.0.2.0/25", "192.0.2.128"));
    assert_true(covers("192.0.2.0/24", "192.0.2.0/25"));
    assert_false(covers("192.0.2.0/25", "192.0.2.0/24"));
    assert_true(covers("0.0.0.0/0", "203.0.113.9"));
    assert_false(covers("0.0.0.0/0", "2001:db8::1"));
    assert_false(covers("::/0", "203.0.113.9"));
    assert_true(covers("2001:db8::/33", "2001:db8:7fff::1"));
    assert_false(covers("2001:db8::/33", "2001:db8:8000::1"));
    assert_true(covers("192.0.2.1", "::ffff:192.0.2.1"));
}

static void
patterns(void **state)
{
    static const struct {
        const char *text, *normal;
    } cases[] = {
        {"Example.COM", "example.com"},
        {"*.Example.com", "*.example.com"},
        {"b\xc3\xbc"
         "cher.example",
         "xn--bcher-kva.example"},
        {"*.example.com.", "*.example.com"},
        {"*", NULL},
        {"*.com", NULL},
        {"*example.com", NULL},
        {"a.*.example.com", NULL},
        {"*.*.example.com", NULL},
        {"user@example.com", NULL},
        {"", NULL},
    };
    struct arena *a = arena_new();
    const char *out;
    struct err e;

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int rc = domain_pattern(a, cases[i].text, &out, &e);
        assert_int_equal(rc, cases[i].normal ? 0 : -1);
        if (rc == 0)
            assert_string_equal(out, cases[i].normal);
    }
    assert_true(domain_pattern_matches("example.com", "example.com"));
    assert_false(domain_pattern_matches("example.com", "a.example.com"));
    assert_true(domain_pattern_matches("*.example.com", "a.example.com"));
    assert_true(domain_pattern_matches("*.example.com", "a.b.example.com"));
    assert_false(domain_pattern_matches("*.example.com", "example.com"));
    assert_false(domain_pattern_matches("*.example.com", "badexample.com"));
    assert_false(domain_pattern_matches("*.example.com", ".example.com"));
    arena_free(&a);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(networks_are_read),
        cmocka_unit_test(networks_cover),
        cmocka_unit_test(patterns),
    };

    return cmocka_run_group_tests_name("ipnet", tests, NULL, NULL);
}
