/* Heads of requests: the smuggling matrix of security.md K1-K4 and 1.7, and what must stay possible. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "console/web_head.h"

static struct web_head h;
static char keep[40000];

static int
parse(const char *head)
{
    size_t n = strlen(head);
    assert_true(n < sizeof keep);
    memcpy(keep, head, n);
    assert_int_equal(web_head_end(keep, n), n);
    return web_head_parse(keep, n, &h);
}

#define HOST "Host: console.example\r\n"
static const struct {
    const char *head;
    int status;
} table[] = {
    {"GET / HTTP/1.1\r\n" HOST "\r\n", 0},
    {"HEAD /a?b=c HTTP/1.1\r\n" HOST "\r\n", 0},
    {"GET / HTTP/1.0\r\n" HOST "\r\n", 0},
    {"POST /x HTTP/1.1\r\n" HOST "Content-Length: 5\r\n\r\n", 0},
    {"POST /x HTTP/1.1\r\n" HOST "content-length: 0\r\nExpect: 100-continue\r\n\r\n", 0},
    {"GET / HTTP/1.1\r\n" HOST "X-Any: \xc3\xa9\tb\r\nX-Empty:\r\n\r\n", 0},
    /* No way to say where a request ends but one Content-Length. */
    {"POST /x HTTP/1.1\r\n" HOST "\r\n", 411},
    {"POST /x HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n", 400},
    {"POST /x HTTP/1.1\r\n" HOST "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
    {"POST /x HTTP/1.1\r\n" HOST "Transfer-Encoding: identity\r\nContent-Length: 5\r\n\r\n", 400},
    {"POST /x HTTP/1.1\r\n" HOST "transfer-encoding:\tchunked\r\nContent-Length: 5\r\n\r\n", 400},
    {"POST /x HTTP/1.1\r\n" HOST "Transfer-Encoding : chunked\r\nContent-Length: 5\r\n\r\n", 400},
    {"POST /x HTTP/1.1\r\n" HOST " Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n", 400},
    {"POST /x HTTP/1.1\r\n" HOST "X: y\r\n Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n", 400},
    {"POST /x HTTP/1.1\r\n" HOST "X: y\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n", 400},
    {"POST /x HTTP/1.1\r\n" HOST "X: y\rTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n", 400},
    {"POST /x HTTP/1.1\r\n" HOST "Transfer_Encoding\x0b: chunked\r\nContent-Length: 5\r\n\r\n", 400},
    {"POST /x HTTP/1.1\r\n" HOST "Content-Length: 5\r\nContent-Length: 5\r\n\r\n", 400},
    {"POST /x HTTP/1.1\r\n" HOST "Content-Length: 5\r\nContent-Length: 6\r\n\r\n", 400},
    {"POST /x HTTP/1.1\r\n" HOST "Content-Length: 5, 5\r\n\r\n", 400},
    {"POST /x HTTP/1.1\r\n" HOST "Content-Length: +5\r\n\r\n", 400},
    {"POST /x HTTP/1.1\r\n" HOST "Content-Length: -1\r\n\r\n", 400},
    {"POST /x HTTP/1.1\r\n" HOST "Content-Length: 0x5\r\n\r\n", 400},
    {"POST /x HTTP/1.1\r\n" HOST "Content-Length: 5 6\r\n\r\n", 400},
    {"POST /x HTTP/1.1\r\n" HOST "Content-Length:\r\n\r\n", 400},
    {"POST /x HTTP/1.1\r\n" HOST "Content-Length: 99999999999999999999\r\n\r\n", 400},
    {"GET /x HTTP/1.1\r\n" HOST "Content-Length: 5\r\n\r\n", 400},
    {"HEAD /x HTTP/1.1\r\n" HOST "Content-Length: 5\r\n\r\n", 400},
    {"GET / HTTP/1.1\r\n" HOST "Expect: something\r\n\r\n", 400},
    /* Host. */
    {"GET / HTTP/1.1\r\n\r\n", 400},
    {"GET / HTTP/1.1\r\nHostile: a\r\n\r\n", 400},
    {"GET / HTTP/1.1\r\n" HOST HOST "\r\n", 400},
    {"GET / HTTP/1.1\r\n" HOST "host: other\r\n\r\n", 400},
    {"GET / HTTP/1.1\r\nHost:\r\n\r\n", 400},
    {"GET / HTTP/1.1\r\n" HOST "Cookie: a=1\r\nCookie: b=2\r\n\r\n", 400},
    {"GET / HTTP/1.1\r\n" HOST "Origin: http://a\r\nOrigin: http://b\r\n\r\n", 400},
    /* The first line. */
    {"GET  / HTTP/1.1\r\n" HOST "\r\n", 400},
    {"GET / HTTP/1.1 \r\n" HOST "\r\n", 400},
    {"GET /a b HTTP/1.1\r\n" HOST "\r\n", 400},
    {"GET / HTTP/2.0\r\n" HOST "\r\n", 505},
    {"GET / FTP/1.1\r\n" HOST "\r\n", 400},
    {"GET /\r\n" HOST "\r\n", 400},
    {" GET / HTTP/1.1\r\n" HOST "\r\n", 400},
    {"GET http://console.example/ HTTP/1.1\r\n" HOST "\r\n", 400},
    {"GET //a/\xff HTTP/1.1\r\n" HOST "\r\n", 400},
    {"GET /#x HTTP/1.1\r\n" HOST "\r\n", 400},
    {"OPTIONS * HTTP/1.1\r\n" HOST "\r\n", 400},
    {"TRACE / HTTP/1.1\r\n" HOST "\r\n", 405},
    {"DELETE /x HTTP/1.1\r\n" HOST "\r\n", 405},
    {"get / HTTP/1.1\r\n" HOST "\r\n", 405},
    {"G(T / HTTP/1.1\r\n" HOST "\r\n", 400},
    {"GET / HTTP/1.1\r\n" HOST "X: a\x01\r\n\r\n", 400},
    {"GET / HTTP/1.1\r\n" HOST ": a\r\n\r\n", 400},
    {"GET / HTTP/1.1\r\n" HOST "NoColon\r\n\r\n", 400},
};

static void
matrix(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        int got = parse(table[i].head);
        if (got != table[i].status)
            fail_msg("%d instead of %d for:\n%s", got, table[i].status, table[i].head);
    }
}

static void
values(void **state)
{
    (void)state;
    assert_int_equal(parse("POST /m/1?a=b&c HTTP/1.1\r\nHostile: evil\r\nHost: a.example:8080\r\n"
                           "CONTENT-LENGTH: 12\r\nCookie:  x=1; y=2 \r\nX-Forwarded-For: 1.1.1.1\r\n"
                           "X-Forwarded-For: 2.2.2.2\r\nConnection: Upgrade, close\r\n\r\n"), 0);
    assert_string_equal(h.method, "POST");
    assert_string_equal(h.path, "/m/1");
    assert_string_equal(h.query, "a=b&c");
    assert_string_equal(h.host, "a.example:8080");
    assert_string_equal(h.cookie, "x=1; y=2");
    assert_string_equal(h.forwarded_for, "2.2.2.2");
    assert_string_equal(h.origin, "");
    assert_int_equal(h.length, 12);
    assert_true(h.close);
}

/* K4: a header behind many others is still seen, and too many of them are refused, not forgotten. */
static void
many_headers(void **state)
{
    char head[8192];
    (void)state;
    for (int n = 62; n <= 65; n++) {
        size_t len = (size_t)snprintf(head, sizeof head, "POST / HTTP/1.1\r\n" HOST);
        for (int i = 0; i < n - 2; i++)
            len += (size_t)snprintf(head + len, sizeof head - len, "X-Junk-%d: y\r\n", i);
        snprintf(head + len, sizeof head - len, "Content-Length: 7\r\n\r\n");
        assert_int_equal(parse(head), n <= WEB_HEADERS_MAX ? 0 : 431);
        if (n <= WEB_HEADERS_MAX)
            assert_int_equal(h.length, 7);
    }
}

static void
limits(void **state)
{
    static char head[WEB_HEAD_MAX + 100];
    (void)state;
    memset(head, 'a', sizeof head);
    assert_int_equal(web_head_end(head, 100), 0);
    assert_int_equal(web_head_end(head, WEB_HEAD_MAX), -1);
    memcpy(head + WEB_HEAD_MAX, "\r\n\r\n", 4);
    assert_int_equal(web_head_end(head, WEB_HEAD_MAX + 4), -1);
    size_t n = (size_t)snprintf(head, sizeof head, "GET /%0*d HTTP/1.1\r\n" HOST "\r\n",
                                WEB_TARGET_MAX, 0);
    assert_int_equal(web_head_parse(head, n, &h), 414);
    memcpy(head, "GET /\0 HTTP/1.1\r\n\r\n", 20);
    assert_int_equal(web_head_parse(head, 19, &h), 400);
    memcpy(head, "\r\n\r\n", 4);
    assert_int_equal(web_head_parse(head, 4, &h), 400);
}

static void
hosts(void **state)
{
    char out[64];
    (void)state;
    static const struct {
        const char *in, *out;
    } good[] = {{"a.Example", "a.example"}, {"a.example:80", "a.example"}, {"a.example.", "a.example"},
                {"127.0.0.1:8080", "127.0.0.1"}, {"[::1]:8080", "[::1]"}, {"[::1]", "[::1]"}};
    static const char *const bad[] = {"", ":80", "a:", "a:b", "a:123456", "a b", "a/b", "a@b", "[::1",
                                      "[x]", "[::1]x", "a,b", "\xc3\xa9", "a%00b"};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        assert_true(web_head_host(good[i].in, out, sizeof out));
        assert_string_equal(out, good[i].out);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (web_head_host(bad[i], out, sizeof out))
            fail_msg("\"%s\" passes as a host", bad[i]);
    assert_false(web_head_host("abcdefgh.example", out, 8));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(matrix),       {"T-W4 T-W12 values", values, NULL, NULL, NULL}, cmocka_unit_test(many_headers),
        {"T-W12 limits of heads", limits, NULL, NULL, NULL},       {"T-W4 names of hosts", hosts, NULL, NULL, NULL},
    };
    return cmocka_run_group_tests_name("web_head", tests, NULL, NULL);
}
