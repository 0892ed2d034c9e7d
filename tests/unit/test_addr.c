/* T-S10: addresses, domains and servers as people and senders write them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "common/addr.h"
#include "common/arena.h"
#include "common/err.h"

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
typed_addresses_are_normalised(void **state)
{
    (void)state;
    static const char *const good[][2] = {
        {"name@example.com", "name@example.com"},
        {"  Name@Example.COM ", "name@example.com"},
        {"<name@example.com>", "name@example.com"},
        {"Ken Ota <ken@example.com>", "ken@example.com"},
        {"mailto:ken@example.com", "ken@example.com"},
        {"ken@example.com.", "ken@example.com"},
        {"ken@b\xc3\xbc" "cher.example", "ken@xn--bcher-kva.example"},
        {"\xef\xbd\x8b\xef\xbd\x85\xef\xbd\x8e\xef\xbc\xa0\xef\xbd\x85xample.com", "ken@example.com"},
        {"o'brien+tag@example.com", "o'brien+tag@example.com"},
    };
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        struct addr x;
        struct err e;
        assert_int_equal(addr_parse(a, good[i][0], &x, &e), 0);
        assert_string_equal(x.key, good[i][1]);
    }
}

static void
what_is_no_address_is_refused(void **state)
{
    (void)state;
    char longer[400];
    memset(longer, 'a', 399);
    memcpy(longer + 380, "@example.com", 13);
    const char *const bad[] = {"", "name", "@example.com", "name@", "name@example", "na me@example.com", "a@b@example.com",
                               "a..b@example.com", ".a@example.com", "a@-x.example", "a@x..example", "a@[192.0.2.1]",
                               "a@192.0.2.1", "a\r\nBcc: x@example.com", "a\"b@example.com", longer};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct addr x;
        struct err e = {0};
        assert_int_equal(addr_parse(a, bad[i], &x, &e), -1);
        assert_int_equal(e.cls, ERR_INPUT);
        assert_string_equal(e.code, "address");
    }
}

static void
envelope_addresses_never_fail(void **state)
{
    (void)state;
    struct addr x;
    addr_envelope(a, "<>", &x);
    assert_string_equal(x.key, "");
    addr_envelope(a, "<\"a b\"@Example.com>", &x);
    assert_string_equal(x.local, "a b");
    assert_string_equal(x.domain, "example.com");
    addr_envelope(a, "<a@b@example.com>", &x);
    assert_string_equal(x.domain, "example.com");
    addr_envelope(a, "<user>", &x);
    assert_string_equal(x.domain, "");
    addr_envelope(a, "<a\r\nb\x01@example.com>", &x);
    assert_null(strpbrk(x.key, "\r\n\x01"));
    addr_envelope(a, "<\xff\xfe@example.com>", &x);
    assert_non_null(strstr(x.key, "@example.com"));
}

/* Domains that IDNA refuses; spellings of one address, which must not get past a list (D06). */
static void
envelope_spellings(void **state)
{
    static const char *const cases[][2] = {
        {"<x@R3---SN.example>", "x@r3---sn.example"},
        {"<x@xn--a.example>", "x@xn--a.example"},
        {"<X@Evil.example.>", "x@evil.example"},
        {"<x@evil.example >", "x@evil.example"},
        {"< x@evil.example. >", "x@evil.example"},
        {"<x @ evil.example>", "x@evil.example"},
        {"x@evil.example. ", "x@evil.example"},
        {"<x@b\xc3\xbc"
         "cher.example.>",
         "x@xn--bcher-kva.example"},
    };
    static const char *const none[] = {"<x@evil.example..>", "<x@.>", "<x@ >", "<x@a b.example>",
                                       "<x@-a.example>", "<x@[192.0.2.1]>"};
    struct addr x;

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        addr_envelope(a, cases[i][0], &x);
        assert_string_equal(x.key, cases[i][1]);
        assert_string_equal(x.domain, strchr(cases[i][1], '@') + 1);
    }
    for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
        addr_envelope(a, none[i], &x);
        assert_string_equal(x.domain, "");
    }
}

/* As mailbox_of() in the database (tests/db/sql). */
static void
mailboxes(void **state)
{
    static const char *const cases[][2] = {
        {"user@d.example", "user@d.example"}, {"user+tag@d.example", "user@d.example"},
        {"user+a+b@d.example", "user@d.example"}, {"user+@d.example", "user@d.example"},
        {"+tag@d.example", "+tag@d.example"}, {"\"a+b\"@d.example", "\"a+b\"@d.example"},
        {"a+\"b\"@d.example", "a+\"b\"@d.example"}, {"a+b", "a+b"}, {"a+b@c@d", "a+b@c@d"}, {"", ""}};

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_string_equal(addr_mailbox(a, cases[i][0]), cases[i][1]);
}

static void
domains(void **state)
{
    (void)state;
    static const char *const good[][2] = {{"Example.COM", "example.com"}, {"b\xc3\xbc" "cher.example.", "xn--bcher-kva.example"},
                                          {"\xe6\x97\xa5\xe6\x9c\xac.example", "xn--wgv71a.example"}, {" a-b.example ", "a-b.example"}};
    static const char *const bad[] = {"", "com", "exa mple.com", "-a.example", "a-.example", "a..example", "example.com/x",
                                      "192.0.2.1", "user@example.com", "*.example.com", "a.b.c.d.123"};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        char *d;
        assert_int_equal(addr_domain(a, good[i][0], &d, NULL), 0);
        assert_string_equal(d, good[i][1]);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        char *d;
        assert_int_equal(addr_domain(a, bad[i], &d, NULL), -1);
    }
    assert_string_equal(addr_domain_unicode(a, "xn--bcher-kva.example"), "b\xc3\xbc" "cher.example");
    assert_null(addr_domain_unicode(a, "example.com"));
}

static void
servers(void **state)
{
    (void)state;
    struct hostport h;
    struct err e;
    assert_int_equal(addr_hostport(a, "mail.example.com", 25, &h, &e), 0);
    assert_int_equal(h.port, 25);
    assert_int_equal(addr_hostport(a, "[2001:db8::25]:26", 25, &h, &e), 0);
    assert_string_equal(h.host, "2001:db8::25");
    assert_int_equal(h.port, 26);
    assert_true(h.is_ip);
    assert_int_equal(addr_hostport(a, "2001:db8::25", 25, &h, &e), 0);
    assert_int_equal(addr_hostport(a, "127.0.0.1:2525", 25, &h, &e), 0);
    assert_int_equal(h.port, 2525);
    static const char *const bad_port[] = {"a.example:0", "a.example:65536", "a.example:25x", "a.example:", "a.example:-1"};
    for (size_t i = 0; i < sizeof bad_port / sizeof *bad_port; i++) {
        assert_int_equal(addr_hostport(a, bad_port[i], 25, &h, &e), -1);
        assert_string_equal(e.code, "port");
    }
    static const char *const bad_host[] = {"", "a b.example", "[::1", "exa_mple..com", "a/b"};
    for (size_t i = 0; i < sizeof bad_host / sizeof *bad_host; i++) {
        assert_int_equal(addr_hostport(a, bad_host[i], 25, &h, &e), -1);
        assert_string_equal(e.code, "host");
    }
}

/* A06: mailhost.example.com is a server, example.com is not. */
static void
test_bare_domain(void **state)
{
    static const char *const bare[] = {"example.com", "example.co.jp", "example.org"};
    static const char *const server[] = {"mailhost.example.com", "mail.example.co.jp", "mail.lan",
                                         "mail.example", "localhost", "mail", "co.jp", "com"};
    (void)state;
    for (size_t i = 0; i < sizeof bare / sizeof *bare; i++)
        assert_true(addr_bare_domain(bare[i]));
    for (size_t i = 0; i < sizeof server / sizeof *server; i++)
        assert_false(addr_bare_domain(server[i]));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(typed_addresses_are_normalised), cmocka_unit_test(what_is_no_address_is_refused),
        cmocka_unit_test(envelope_addresses_never_fail), cmocka_unit_test(envelope_spellings), cmocka_unit_test(mailboxes), cmocka_unit_test(domains), cmocka_unit_test(servers),
        cmocka_unit_test(test_bare_domain)};
    return cmocka_run_group_tests(tests, begin, end);
}
