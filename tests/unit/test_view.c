/* Writers of templates: escaping, own paths, safe mail text, link building. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "console/view.h"

static struct web_req r;

static const char *
html(const char *s)
{
    struct buf *b = buf_new(r.a, 0);
    view_html(b, s);
    return buf_cstr(b);
}

static const char *
url(const char *s)
{
    struct buf *b = buf_new(r.a, 0);
    view_url(b, s);
    return buf_cstr(b);
}

static void
html_is_escaped(void **state)
{
    (void)state;
    assert_string_equal(html("<script>alert(\"1\" & '2')</script>"),
                        "&lt;script&gt;alert(&quot;1&quot; &amp; &#39;2&#39;)&lt;/script&gt;");
    assert_string_equal(html("&amp;"), "&amp;amp;");
    assert_string_equal(html(""), "");
    assert_string_equal(html(NULL), "");
    assert_string_equal(html("\xe5\x8f\x97"), "\xe5\x8f\x97");
    /* Every byte: no character that HTML gives a meaning comes through as it is. */
    for (int c = 1; c < 256; c++) {
        char in[2] = {(char)c, 0};
        const char *out = html(in);
        if (strchr("<>&\"'", c))
            assert_true(out[0] == '&' && strlen(out) > 3);
        else
            assert_string_equal(out, in);
    }
}

static void
urls_are_our_own(void **state)
{
    (void)state;
    assert_string_equal(url("/m/1?a=b&c=d"), "/m/1?a=b&amp;c=d");
    assert_string_equal(url("#main"), "#main");
    assert_string_equal(url("?q=1"), "?q=1");
    assert_string_equal(url("/"), "/");
    static const char *const bad[] = {"javascript:alert(1)", "//evil.example", "/\\evil.example", "http://evil", "data:x",
                                      "JaVaScRiPt:x", " /a", "\t/a", "/a b", "/a\nb", "", "x", "\x01/a", "/\x7f",
                                      "vbscript:x", "mailto:a@b"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_string_equal(url(bad[i]), "#");
    assert_string_equal(url(NULL), "#");
    assert_string_equal(url("/\"><script>"), "/&quot;&gt;&lt;script&gt;");
}

static void
mail_text_is_safe(void **state)
{
    (void)state;
#define BOX "\xef\xbf\xbd"
    static const struct {
        const char *in, *out;
    } cases[] = {
        {"plain", "plain"},
        {"a\tb\r\nc", "a b  c"},
        {"a\x01\x1b[31mb\x7f", "a[31mb"},
        {"abc\xe2\x80\xaetxt.exe", "abc" BOX "txt.exe"},   /* U+202E */
        {"a\xe2\x80\x8b" "b", "a" BOX "b"},                /* zero width space */
        {"a\xe2\x81\xa6" "b\xe2\x81\xa9", "a" BOX "b" BOX},
        {"a\xc2\xad" "b", "a" BOX "b"},                    /* soft hyphen */
        {"a\xc2\x85" "b", "ab"},                           /* C1 */
        {"a\xe2\x80\x8d" "b", "a" BOX "b"},                /* joiner in Latin text */
        {"\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x92\xbb", "\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x92\xbb"},
        {"\xf3\xa0\x81\x81", BOX},                         /* tag letter A */
        {"\xff\xc0\x80\xed\xa0\x80", BOX BOX BOX BOX BOX BOX},
        {"\xe5\x8f", BOX BOX},
        {"\xe5\x8f\x97\xe4\xbf\xa1", "\xe5\x8f\x97\xe4\xbf\xa1"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_string_equal(view_safe(&r, cases[i].in), cases[i].out);
    assert_string_equal(view_safe(&r, NULL), "");
}

static void
paths(void **state)
{
    (void)state;
    assert_string_equal(view_path(&r, "/tracking", "q", "a b&c=d/%", "after", "", "x", NULL, "n", "1", NULL),
                        "/tracking?q=a%20b%26c%3Dd%2F%25&n=1");
    assert_string_equal(view_path(&r, "/a", NULL), "/a");
    assert_string_equal(view_path(&r, "/a?b=1", "c", "\xe5\x8f\x97", NULL), "/a?b=1&c=%E5%8F%97");
}

static void
pieces(void **state)
{
    struct buf *b = buf_new(r.a, 0);
    (void)state;
    r.session.csrf = "\"><x>";
    view_csrf(&r, b);
    assert_string_equal(buf_cstr(b), "<input type=\"hidden\" name=\"csrf\" value=\"&quot;&gt;&lt;x&gt;\">");
    buf_clear(b);
    view_icon(b, "in<box", 18);
    assert_non_null(strstr(buf_cstr(b), "href=\"/a/icons."));
    assert_non_null(strstr(buf_cstr(b), "#in&lt;box\""));
    assert_true(!strncmp(view_asset("style.css"), "/a/style.", 9));
}

static int
setup(void **state)
{
    (void)state;
    r.a = arena_new();
    return 0;
}
static int
teardown(void **state)
{
    (void)state;
    arena_free(&r.a);
    return 0;
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        {"T-W1 html is escaped", html_is_escaped, NULL, NULL, NULL},   {"T-W1 urls are our own", urls_are_our_own, NULL, NULL, NULL},
        cmocka_unit_test(mail_text_is_safe), cmocka_unit_test(paths),
        {"T-W1 pieces are escaped", pieces, NULL, NULL, NULL},
    };
    return cmocka_run_group_tests_name("view", tests, setup, teardown);
}
