/* Names we answer under, origins, form tokens, client addresses, own paths (T-W3, T-W4, T-W5). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "common/settings.h"
#include "common/token.h"
#include "console/web_core.h"
#include "console/web_reply.h"

static struct arena *a;
static struct err e;

static void
set(const char *name, const char *value)
{
    if (value)
        setenv(name, value, 1);
    else
        unsetenv(name);
}

static int
site(const char *bind, const char *url, const char *cert)
{
    set("BIND", bind);
    set("ADMIN_URL", url);
    set("TLS_CERTIFICATE", cert);
    assert_int_equal(settings_load("/dev/null", &e), 0);
    e = (struct err){0};
    return web_site_load(SURFACE_ADMIN, &e);
}

static void
sites(void **state)
{
    (void)state;
    assert_int_equal(site("127.0.0.1", NULL, NULL), 0);
    assert_false(web_site.secure);
    assert_string_equal(web_site.cookie_session, "sekisho-admin");
    assert_int_equal(site("127.0.0.1", "https://Console.example", NULL), 0);
    assert_true(web_site.secure);
    assert_string_equal(web_site.origin, "https://console.example");
    assert_string_equal(web_site.cookie_session, "__Host-sekisho-admin");
    assert_int_equal(site("0.0.0.0", "https://console.example", "/x.pem"), 0);
    assert_true(web_site.secure);
    /* Refused, with a sentence that says what to do. */
    static const char *const bad[][3] = {{"0.0.0.0", "https://c.example", NULL}, {"192.0.2.1", NULL, NULL},
                                         {"0.0.0.0", NULL, "/x.pem"}, {"127.0.0.1", "ftp://c.example", NULL},
                                         {"127.0.0.1", "https://c.example/path", NULL},
                                         {"127.0.0.1", "https://", NULL}, {"127.0.0.1", "https://a b", NULL}};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_int_equal(site(bad[i][0], bad[i][1], bad[i][2]), -1);
        assert_int_equal(e.cls, ERR_INPUT);
        assert_true(strlen(e.text) > 20);
    }
}

static void
hosts(void **state)
{
    (void)state;
    assert_int_equal(site("127.0.0.1", "https://console.example:8443", NULL), 0);
    static const char *const good[] = {"console.example", "console.example:8443", "CONSOLE.example.",
                                       "localhost:8080", "127.0.0.1:1", "[::1]:8080"};
    static const char *const bad[] = {"evil.example", "console.example.evil.example", "evil-console.example", "",
                                      "console.example@evil", "127.0.0.2", "localhost.evil.example", "[::2]"};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        assert_true(web_site_host(good[i]));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(web_site_host(bad[i]));
    assert_int_equal(site("192.0.2.1", "https://console.example", "/x.pem"), 0);
    assert_false(web_site_host("localhost"));
}

static bool
from_us(const char *host, const char *origin, const char *fetch)
{
    struct web_head h = {.host = host, .origin = origin, .sec_fetch_site = fetch};
    return web_from_us(&h);
}

static void
origins(void **state)
{
    (void)state;
    assert_int_equal(site("127.0.0.1", NULL, NULL), 0);
    const char *host = "localhost:8080";
    assert_true(from_us(host, "http://localhost:8080", ""));
    assert_true(from_us(host, "http://localhost:8080", "same-origin"));
    assert_true(from_us(host, "", "same-origin"));
    assert_true(from_us(host, "null", "same-origin"));
    /* Fails closed: nothing said, or anything else said. */
    assert_false(from_us(host, "", ""));
    assert_false(from_us(host, "null", ""));
    assert_false(from_us(host, "http://localhost:8080", "same-site"));
    assert_false(from_us(host, "http://localhost:8080", "cross-site"));
    assert_false(from_us(host, "http://localhost:8080", "none"));
    assert_false(from_us(host, "http://localhost:8080", "SAME-ORIGIN"));
    assert_false(from_us(host, "http://localhost:8081", ""));
    assert_false(from_us(host, "http://localhost", ""));
    assert_false(from_us(host, "https://localhost:8080", ""));
    assert_false(from_us(host, "http://evil.example", "same-origin"));
    assert_false(from_us("evil.example", "http://evil.example", ""));
    /* Behind a proxy the configured address counts, whatever name the proxy uses inside. */
    assert_int_equal(site("127.0.0.1", "https://console.example", NULL), 0);
    assert_true(from_us("127.0.0.1:8080", "https://console.example", ""));
    assert_false(from_us("127.0.0.1:8080", "http://console.example", ""));
}

static void
tokens(void **state)
{
    unsigned char secret[32], other[32];
    (void)state;
    token_random(secret, 32);
    token_random(other, 32);
    char *one = web_token_make(a, secret), *two = web_token_make(a, secret);
    assert_string_not_equal(one, two); /* masked: nothing repeats that compression could find */
    assert_true(web_token_check(a, secret, one));
    assert_true(web_token_check(a, secret, two));
    assert_false(web_token_check(a, other, one));
    assert_false(web_token_check(a, secret, NULL));
    assert_false(web_token_check(a, secret, ""));
    for (size_t i = 0; i < strlen(one); i++) {
        char *bad = arena_strdup(a, one);
        bad[i] = bad[i] == 'A' ? 'B' : 'A';
        /* The last character carries 4 bits: others of its spellings are refused, too. */
        assert_false(web_token_check(a, secret, bad));
    }
    assert_false(web_token_check(a, secret, arena_printf(a, "%sA", one)));
    assert_false(web_token_check(a, secret, arena_strndup(a, one, 85)));
}

static void
clients(void **state)
{
    (void)state;
    assert_int_equal(site("127.0.0.1", NULL, NULL), 0);
    assert_string_equal(web_site_client(a, "127.0.0.1", "1.2.3.4"), "127.0.0.1"); /* */
    web_site.proxies[0] = "127.0.0.1";
    web_site.proxies[1] = "10.0.0.1";
    assert_string_equal(web_site_client(a, "127.0.0.1", ""), "127.0.0.1");
    assert_string_equal(web_site_client(a, "127.0.0.1", "1.2.3.4"), "1.2.3.4");
    assert_string_equal(web_site_client(a, "127.0.0.1", "6.6.6.6, 1.2.3.4, 10.0.0.1"), "1.2.3.4");
    assert_string_equal(web_site_client(a, "127.0.0.1", "x, 10.0.0.1"), "10.0.0.1");
    assert_string_equal(web_site_client(a, "127.0.0.1", "2001:db8::1"), "2001:db8::1");
    assert_string_equal(web_site_client(a, "9.9.9.9", "1.2.3.4"), "9.9.9.9");
}

static void
own_paths(void **state)
{
    struct web_req r = {.a = a};
    (void)state;
    static const char *const good[] = {"/", "/m/1", "/tracking?q=a%20b&after=", "/a#b"};
    static const char *const bad[] = {
        "", "evil", "//evil.example", "/\\evil.example", "\\\\evil", "http://evil", "https:/evil", "javascript:x",
        "/a\r\nSet-Cookie: x", "/a b", "/a\tb", "/\x7f", "/a\\b", "///evil", "data:x", " /a", "/\xe5\x8f\x97",
        "mailto:a@b", ".", "..//evil", "?next=//evil", "#x"};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        assert_string_equal(reply_back(&r, good[i], "/else"), good[i]);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_string_equal(reply_back(&r, bad[i], "/else"), "/else");
    assert_string_equal(reply_back(&r, NULL, "/else"), "/else");
}

static void
roles(void **state)
{
    struct route only_owner = {.roles = ROLE_OWNER}, anyone = {.roles = ROLE_ANYONE};
    struct web_req r = {.route = &only_owner};
    (void)state;
    assert_int_equal(web_role("owner"), ROLE_OWNER);
    assert_int_equal(web_role("root"), ROLE_NONE);
    assert_int_equal(web_access(&r), 401);
    r.session.present = true;
    assert_int_equal(web_access(&r), 403); /* no role is no right */
    r.session.role = ROLE_USER;
    assert_int_equal(web_access(&r), 403);
    r.session.role = ROLE_OWNER;
    assert_int_equal(web_access(&r), 0);
    r = (struct web_req){.route = &anyone};
    assert_int_equal(web_access(&r), 0);
}

static int
setup(void **state)
{
    (void)state;
    a = arena_new();
    return 0;
}
static int
teardown(void **state)
{
    (void)state;
    arena_free(&a);
    return 0;
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sites),   {"T-W4 names that we answer to", hosts, NULL, NULL, NULL},     {"T-W3 origins", origins, NULL, NULL, NULL}, {"T-W3 form tokens", tokens, NULL, NULL, NULL},
        cmocka_unit_test(clients), {"T-W5 own paths", own_paths, NULL, NULL, NULL}, {"T-W7 roles", roles, NULL, NULL, NULL},
    };
    return cmocka_run_group_tests_name("web_access", tests, setup, teardown);
}
