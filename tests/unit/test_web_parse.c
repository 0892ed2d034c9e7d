/* Query, form, multipart, JSON and cookies (T-W12, K6). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "console/web_input.h"

static struct arena *a;
static struct web_pairs p;

static int
form(const char *text)
{
    p = (struct web_pairs){0};
    return web_form_parse(a, text, strlen(text), &p);
}

static void
forms(void **state)
{
    (void)state;
    assert_int_equal(form("q=a=b&t=line1%0D%0Aline2&e=&x&u=%E5%8F%97+1&&n=1"), 0);
    assert_int_equal(p.n, 6);
    assert_string_equal(web_pairs_get(&p, "q"), "a=b");
    assert_string_equal(web_pairs_get(&p, "t"), "line1\r\nline2");
    assert_string_equal(web_pairs_get(&p, "e"), "");
    assert_string_equal(web_pairs_get(&p, "x"), "");
    assert_string_equal(web_pairs_get(&p, "u"), "\xe5\x8f\x97 1");
    assert_null(web_pairs_get(&p, "none"));
    assert_int_equal(form(""), 0);
    static const char *const bad[] = {"a=%", "a=%4", "a=%zz", "a=%00", "a=%ff", "a=%C0%80", "a=%ED%A0%80",
                                      "a=%F5%80%80%80", "=x", "%00=1", "a=\xff"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (form(bad[i]) != 400)
            fail_msg("accepted: %s", bad[i]);
}

static void
limits(void **state)
{
    char text[WEB_PAIRS_MAX * 2 + 10], name[200];
    (void)state;
    for (int i = 0; i <= WEB_PAIRS_MAX; i++)
        memcpy(text + 2 * i, "a&", 3);
    assert_int_equal(form(text), 413);
    text[2 * WEB_PAIRS_MAX] = '\0';
    assert_int_equal(form(text), 0);
    assert_int_equal(p.n, WEB_PAIRS_MAX);
    snprintf(name, sizeof name, "%0*d=1", WEB_NAME_MAX, 0);
    assert_int_equal(form(name), 0);
    snprintf(name, sizeof name, "%0*d=1", WEB_NAME_MAX + 1, 0);
    assert_int_equal(form(name), 400);
}

static int
multipart(const char *type, const char *body)
{
    p = (struct web_pairs){0};
    return web_multipart_parse(a, type, body, strlen(body), &p);
}

#define TYPE "multipart/form-data; boundary=\"b1\""
#define PART(disposition, text) "--b1\r\nContent-Disposition: " disposition "\r\n\r\n" text "\r\n"

static void
multiparts(void **state)
{
    (void)state;
    assert_int_equal(multipart(TYPE, PART("form-data; name=\"a\"", "1\r\n--b\r\n2")
                               PART("form-data; name=f; filename=\"x;y \\\"q\\\".csv\"", "\xff\xfe")
                               PART("form-data; name=\"empty\"; filename=\"\"", "") "--b1--\r\n"), 0);
    assert_int_equal(p.n, 3);
    assert_string_equal(p.v[0].value, "1\r\n--b\r\n2");
    assert_null(p.v[0].filename);
    assert_string_equal(p.v[1].filename, "x;y \"q\".csv");
    assert_int_equal(p.v[1].n, 2);
    assert_string_equal(p.v[2].filename, "");
    assert_int_equal(p.v[2].n, 0);
    static const char *const bad[] = {
        "", "--b1", "--b2\r\n", "--b1\r\n\r\n", PART("form-data; name=\"a\"", "1"),
        PART("form-data", "1") "--b1--", PART("attachment; name=a", "1") "--b1--",
        PART("form-data; name=\"a", "1") "--b1--", PART("form-data; name=\"a\"", "\xff") "--b1--",
        "--b1\r\nContent-Disposition: form-data; name=a\r\n--b1--", "x" PART("form-data; name=a", "1") "--b1--"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (multipart(TYPE, bad[i]) != 400)
            fail_msg("accepted: %s", bad[i]);
    assert_int_equal(multipart("multipart/form-data", "--\r\n"), 400);
    assert_int_equal(multipart("multipart/form-data; boundary=", "--\r\n"), 400);
    assert_int_equal(multipart("multipart/form-data; xboundary=b1; boundary=b1", "--b1--"), 0);
}

static int
body(const char *type, const char *text)
{
    p = (struct web_pairs){0};
    return web_body_parse(a, type, text, strlen(text), &p);
}

static void
bodies(void **state)
{
    (void)state;
    assert_int_equal(body("application/x-www-form-urlencoded; charset=utf-8", "a=1"), 0);
    assert_int_equal(p.n, 1);
    assert_int_equal(body("application/x-www-form-urlencoded-x", "a=1"), 415);
    assert_int_equal(body("text/plain", "a=1"), 415);
    assert_int_equal(body("", "a=1"), 415);
    assert_int_equal(body("text/plain", ""), 0);
    assert_int_equal(body("application/json", "{\"id\":[\"x\",\"y\"],\"n\":3,\"b\":true,\"c\":false,\"d\":null}"), 0);
    assert_int_equal(p.n, 4);
    assert_string_equal(p.v[1].value, "y");
    assert_string_equal(web_pairs_get(&p, "n"), "3");
    assert_string_equal(web_pairs_get(&p, "b"), "1");
    static const char *const bad[] = {"[]", "{", "{\"a\":1,\"a\":2}", "{\"a\":{}}", "{\"a\":[[1]]}", "{\"a\":1.5}",
                                      "{\"a\":\"\\u0000\"}", "1", "{\"\":1}"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (body("application/json", bad[i]) != 400)
            fail_msg("accepted: %s", bad[i]);
}

static void
cookies(void **state)
{
    (void)state;
    const char *h = "a=1; __Host-s=abc=d==; session_idX=evil; bad; b=2 ;c=";
    assert_string_equal(web_cookie(a, h, "a"), "1");
    assert_string_equal(web_cookie(a, h, "__Host-s"), "abc=d==");
    assert_string_equal(web_cookie(a, h, "b"), "2");
    assert_string_equal(web_cookie(a, h, "c"), "");
    assert_null(web_cookie(a, h, "session_id"));
    assert_null(web_cookie(a, h, "A"));
    assert_null(web_cookie(a, h, "bad"));
    assert_null(web_cookie(a, "s=1; s=2", "s"));
    assert_null(web_cookie(a, "", "s"));
    assert_null(web_cookie(a, ";;;= =;", "s"));
}

static void
utf8(void **state)
{
    (void)state;
    assert_true(web_utf8("a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80", 10));
    static const char *const bad[] = {"\x80", "\xc3", "\xc0\x80", "\xc1\xbf", "\xe0\x80\x80", "\xed\xa0\x80", "\xe2\x82",
                                      "\xf0\x80\x80\x80", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xff", "\xc3(", "\xe2(\x82"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(web_utf8(bad[i], strlen(bad[i])));
    assert_false(web_utf8("a\0b", 3));
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
        {"T-W12 forms", forms, NULL, NULL, NULL},  {"T-W12 limits of forms", limits, NULL, NULL, NULL},  {"T-W12 multiparts", multiparts, NULL, NULL, NULL},
        {"T-W12 bodies", bodies, NULL, NULL, NULL}, {"T-W12 cookies", cookies, NULL, NULL, NULL}, {"T-W12 nothing but UTF-8", utf8, NULL, NULL, NULL},
    };
    return cmocka_run_group_tests_name("web_parse", tests, setup, teardown);
}
