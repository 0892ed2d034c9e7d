/* The formatted preview (T-W2, A-7): only what is on the list comes through, for all hostile texts that we know of, too. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <gmime/gmime.h>

#include "../fuzz/html_safe_check.h"
#include "common/arena.h"
#include "common/buf.h"
#include "common/jsonx.h"
#include "engine/msg/charset.h"
#include "engine/msg/html_entity.h"
#include "engine/msg/html_safe.h"
#include "engine/msg/msg.h"

static struct arena *a;

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

static const char *
safe(const char *html)
{
    struct buf *b = buf_new(a, 0);
    assert_true(html_safe(b, html, strlen(html)));
    const char *wrong = safe_html_wrong(b->data);
    if (wrong)
        fail_msg("%s\n  became %s\n  wrong at %s", html, b->data, wrong);
    return b->data;
}

static void
is(const char *html, const char *want)
{
    assert_string_equal(safe(html), want);
}

static void
look_is_kept(void **state)
{
    (void)state;
    is("<p align=CENTER style='color:red;FONT-SIZE:14px'>a <b>b</b>&amp;</p>",
       "<p style=\"color:#ff0000;font-size:14.00px;\" align=\"center\">a <b>b</b>&#38;</p>");
    is("<table width=600 cellpadding=4 border=0><tr><td colspan=2 bgcolor=#abc>x",
       "<table width=\"600\" border=\"0\" cellpadding=\"4\"><tr><td bgcolor=\"#aabbcc\" "
       "colspan=\"2\">x</td></tr></table>");
    is("<div style=\"margin:0 auto;border:1px solid #ccc;font-family:'Courier New',serif\">x</div>",
       "<div style=\"margin:0.00 auto;border:1.00px solid "
       "#cccccc;font-family:monospace;\">x</div>");
    is("<ul><li>a<li>b<ul><li>c</ul></ul>", "<ul><li>a</li><li>b<ul><li>c</li></ul></li></ul>");
    is("<p>a<p>b", "<p>a</p><p>b</p>");
    is("日本語 &copy; <font size=2 color=navy>x</font>",
       "日本語 \u00a9 <font color=\"#000080\" size=\"2\">x</font>");
}

static void
nothing_active_is_kept(void **state)
{
    (void)state;
    is("a<script>b</script>c<style>d</style>e<iframe>f</iframe>g", "aceg");
    is("<b onclick=x id=y class=z title=t>a</b>", "<b>a</b>");
    is("<form action=x><input value=y><button>send</button></form>", "send");
    is("<svg><text>x</text><script>y</script></svg>z<math><mi>u</mi></math>", "z");
    is("<p style='background:url(//x/);position:fixed;color:expression(1);width:calc(1px)'>a",
       "<p>a</p>");
    is("<p style='background:red url(//x/)'>a", "<p style=\"background:#ff0000;\">a</p>");
    is("<p style='width:99999px;margin:-5px;font-size:0x10px;height:1e9px;padding:inf'>a",
       "<p>a</p>");
    is("<textarea><img src=x></textarea>", "<pre>&#60;img src=x&#62;</pre>");
    is("<plaintext><b>", "&#60;b&#62;");
    is("<noscript><b>a</b></noscript><template>b</template>", "<b>a</b>");
    is("a\x01\xe2\x80\xae"
       "b\xff",
       "ab\xef\xbf\xbd");
    is("<!-- <b> --><!doctype html><?x?><![CDATA[y]]>z", "z");
}

static void
links_show_where_they_lead(void **state)
{
    (void)state;
    is("<a href=https://Bank.example/x>Sign in</a>",
       "<span class=\"k\">Sign in</span><small class=\"h\">bank.example</small>");
    is("<a href=//evil.example/><b>https://bank.example/</b></a>",
       "<span class=\"k\"><b>https://bank.example/</b></span>"
       "<strong class=\"h d\">evil.example</strong>");
    is("<a href='javascript:alert(1)'>x</a>", "<span class=\"k\">x</span>");
    is("<table><tr><td><a href=http://a.example>x</td><td>y",
       "<table><tr><td><span class=\"k\">x</span><small class=\"h\">a.example</small></td>"
       "<td>y</td></tr></table>");
    is("<a href=http://a.example>x<table><td><a href=http://b.example>y</table>z</a>",
       "<span class=\"k\">x<table><td><span class=\"k\">y</span><small "
       "class=\"h\">b.example</small>"
       "</td></table>z</span><small class=\"h\">a.example</small>");
    is("<a href=http://a.example>x<a href=http://b.example>y",
       "<span class=\"k\">x</span><small class=\"h\">a.example</small>"
       "<span class=\"k\">y</span><small class=\"h\">b.example</small>");
}

static void
pictures_are_boxes(void **state)
{
    (void)state;
    is("<img src=http://t.example/p/logo.png?u=1 alt=''>",
       "<span class=\"p\">logo.png<small class=\"h\">t.example</small></span>");
    is("<img src=cid:1 alt='<b>'>", "<span class=\"p\">&#60;b&#62;</span>");
    is("<img src=http://t.example/x width=1 height=1>", "");
}

/* A line of the corpus: \n \t \f \xNN \u{N} and \\ are escapes. */
static const char *
payload(const char *line, size_t *n)
{
    struct buf *b = buf_new(a, 0);
    for (const char *p = line; *p; p++) {
        if (*p != '\\' || !p[1]) {
            buf_char(b, *p);
            continue;
        }
        p++;
        if (*p == 'x') {
            buf_char(b, (char)strtoul(arena_strndup(a, p + 1, 2), NULL, 16));
            p += 2;
        } else if (*p == 'u') {
            char *end;
            html_put_code(b, strtoul(p + 2, &end, 16));
            p = end;
        } else {
            buf_char(b, *p == 'n' ? '\n' : *p == 't' ? '\t' : *p == 'f' ? '\f' : *p);
        }
    }
    *n = b->len;
    return b->data;
}

static void
corpus(void **state)
{
    (void)state;
    char line[2000];
    int seen = 0;
    FILE *f = fopen("tests/web/xss_payloads.txt", "re");
    assert_non_null(f);
    while (fgets(line, sizeof line, f)) {
        struct arena *mine = arena_new();
        struct buf *b = buf_new(mine, 0), *around = buf_new(mine, 0);
        size_t n;
        line[strcspn(line, "\n")] = '\0';
        if (*line == '#') {
            arena_free(&mine);
            continue;
        }
        const char *p = payload(line, &n);
        buf_printf(around, "<table><tr><td><p title=\"");
        buf_add(around, p, n);
        buf_add(around, p, n);
        (void)html_safe(b, p, n);
        (void)html_safe(b, around->data, around->len);
        if (safe_html_wrong(b->data))
            fail_msg("%s became %s", line, b->data);
        /* what was markup there is no markup here, and nothing names an address in an attribute */
        assert_null(strstr(b->data, "<script"));
        assert_null(strstr(b->data, "href"));
        seen++;
        arena_free(&mine);
    }
    fclose(f);
    assert_true(seen >= 300);
}

static void
limits(void **state)
{
    (void)state;
    struct buf *deep = buf_new(a, 0), *b = buf_new(a, 0);
    for (int i = 0; i < 200000; i++)
        buf_str(deep, i % 2 ? "<div><i><svg></svg>" : "<section><b>");
    buf_str(deep, "inside</div></section></b>");
    assert_true(html_safe(b, deep->data, deep->len));
    assert_null(safe_html_wrong(b->data));
    assert_non_null(strstr(b->data, "inside"));
    assert_true(b->len < 16 * 1024); /* deeper ones are not written */

    struct buf *large = buf_new(a, 0), *out = buf_new(a, 0);
    for (int i = 0; i < 100000; i++)
        buf_str(large, "<<<<<<<<<<\"\"\"\"\"<p style=color:red>");
    assert_false(html_safe(out, large->data, large->len));
    assert_true(out->len < HTML_SAFE_BYTES + 64 * 1024);
    assert_null(safe_html_wrong(out->data));
    assert_false(html_safe(out, "x", 1)); /* the next part of that message */
}

static const char *
document(const char *raw, bool *html)
{
    json_t *j = msg_formatted(a, (const unsigned char *)raw, strlen(raw));
    *html = jsonx_bool(j, "formatted", false);
    return jsonx_str(j, "html");
}

static void
a_whole_message(void **state)
{
    (void)state;
    bool html;
    const char *d = document(
        "Subject: x\r\nMIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary=b\r\n\r\n"
        "--b\r\nContent-Type: text/plain\r\n\r\nplain\r\n"
        "--b\r\nContent-Type: text/html; "
        "charset=shift_jis\r\n\r\n<p>\x93\xfa\x96\x7b<script>x</script></p>"
        "\r\n--b--\r\n",
        &html);
    assert_true(html);
    assert_non_null(strstr(d, "<p>日本</p>"));
    assert_null(strstr(d, "<script"));
    assert_null(strstr(d, "plain"));
    assert_ptr_equal(strstr(d, "<!doctype html>"), d);
    d = document("Subject: x\r\n\r\na <b> c\r\n", &html);
    assert_false(html);
    assert_non_null(strstr(d, "<div class=\"t\">a &#60;b&#62; c"));
    /* ISO-2022-JP and UTF-7 that hide a tag are text, or that tag, which is not on the list */
    d = document("Content-Type: text/html; "
                 "charset=iso-2022-jp\r\n\r\n\x1b$B\"\x1b(B<script>x</script>\x1b(Jy\r\n",
                 &html);
    assert_null(strstr(d, "<script"));
    d = document(
        "Content-Type: text/html; charset=utf-7\r\n\r\n+ADw-script+AD4-x+ADw-/script+AD4-\r\n",
        &html);
    assert_null(strstr(d, "<script"));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        {"T-W2 the look of a mail is kept", look_is_kept, NULL, NULL, NULL},
        {"T-W2 A-7 nothing active is kept", nothing_active_is_kept, NULL, NULL, NULL},
        {"T-W2 links are text and show where they lead", links_show_where_they_lead, NULL, NULL,
         NULL},
        {"T-W2 pictures are boxes with name and host", pictures_are_boxes, NULL, NULL, NULL},
        {"T-W2 all hostile texts of the corpus", corpus, NULL, NULL, NULL},
        {"T-W2 limits of depth and size", limits, NULL, NULL, NULL},
        {"T-W2 a whole message, in any character set", a_whole_message, NULL, NULL, NULL},
    };
    g_mime_init();
    charset_preload();
    return cmocka_run_group_tests(tests, setup, teardown);
}
