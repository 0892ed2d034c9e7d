/* The safe preview: what is shown, where links lead, what is never there, and the limits. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <gmime/gmime.h>

#include "common/arena.h"
#include "common/buf.h"
#include "common/jsonx.h"
#include "engine/msg/charset.h"
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

/* Blocks in one line: text as it is, [label|url|host], {name|host}, / for breaks. */
static const char *
flat(json_t *j)
{
    struct buf *b = buf_new(a, 0);
    json_t *o;
    size_t i;
    json_array_foreach(json_object_get(j, "blocks"), i, o)
    {
        const char *t = jsonx_str(o, "t");
        if (strcmp(t, "text") == 0)
            buf_str(b, jsonx_str(o, "s"));
        else if (strcmp(t, "link") == 0)
            buf_printf(b, "[%s|%s|%s]", jsonx_str(o, "s"), jsonx_str(o, "url"),
                       jsonx_str(o, "host"));
        else if (strcmp(t, "image") == 0)
            buf_printf(b, "{%s|%s}", jsonx_str(o, "s"), jsonx_str(o, "host"));
        else if (strcmp(t, "break") == 0)
            buf_char(b, '/');
        else
            fail_msg("block %s", t);
    }
    return buf_cstr(b);
}

static json_t *
preview(const char *raw)
{
    return msg_preview(a, (const unsigned char *)raw, strlen(raw));
}

static const char *
html(const char *body)
{
    return flat(
        preview(arena_printf(a, "From: a@b\nContent-Type: text/html; charset=utf-8\n\n%s", body)));
}

static const char *
plain(const char *body)
{
    return flat(preview(arena_printf(a, "From: a@b\n\n%s", body)));
}

static void
plain_text(void **state)
{
    (void)state;
    assert_string_equal(plain("one\r\ntwo\n\n\n\n\nthree"), "one/two//three");
    assert_string_equal(plain("see http://X.example/a?b, now"),
                        "see [http://X.example/a?b,|http://X.example/a?b,|x.example] now");
    assert_string_equal(plain("xhttp://no <http://y.example>"),
                        "xhttp://no <[http://y.example|http://y.example|y.example]>");
    assert_string_equal(plain("<b>a & b</b>"), "<b>a & b</b>"); /* the page escapes it */
    assert_string_equal(plain(""), "");
}

static void
html_text(void **state)
{
    (void)state;
    assert_string_equal(html("<p>one  two\n three</p><p>four</p>"), "one two three//four/");
    assert_string_equal(html("a<br>b<div>c</div>"), "a/b/c/");
    assert_string_equal(html("&lt;b&gt; &amp;amp; &#65;&#x42; &nope; &#0;"),
                        "<b> &amp; AB &nope; \xef\xbf\xbd");
    assert_string_equal(html("1 < 2 and 3 > 2"), "1 < 2 and 3 > 2");
    assert_string_equal(html("x<noscript>y</noscript><textarea>z</textarea>"), "xyz");
}

static void
nothing_active_or_hidden(void **state)
{
    static const char *const bodies[] = {
        "a<script>alert(1)</script>b",
        "a<script>alert(1)</SCRIPT\n>b",
        "a<style>b{}</style>b",
        "a<title>t</title>b",
        "a<!-- c -->b",
        "a<!-- c --!>b",
        "a<!-->b",
        "a<!--->b",
        "a<?php x ?>b",
        "a<![CDATA[x]]>b",
        "a<div hidden>x</div>b",
        "a<span style='display: none'>x</span>b",
        "a<span style='DISPLAY:NONE'>x<b>y</b>z</span>b",
        "a<span style=\"font-size:0px;color:red\">x</span>b",
        "a<span style='visibility : hidden'>x</span>b",
        "a<template>x</template>b",
        "a<img onerror=x\n>b",
    };
    (void)state;
    for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
        const char *s = html(bodies[i]);
        const char *visible = arena_printf(a, "%c%s%c", 'a', strstr(s, "{|}") ? "{|}" : "", 'b');
        struct buf *b = buf_new(a, 0); /* breaks do not matter here */
        for (const char *p = s; *p; p++)
            if (*p != '/')
                buf_char(b, *p);
        assert_string_equal(buf_cstr(b), visible);
    }
    assert_string_equal(html("a<!-- never closed <b>x</b>"), "a");
    assert_string_equal(html("a<script>never closed"), "a");
    assert_string_equal(html("a<b title='never closed>x"), "a");
}

static void
links(void **state)
{
    (void)state;
    assert_string_equal(html("<a href=\"http://evil.example/x?a=1&amp;b=2\">http://bank.example"
                             "</a> end"),
                        "[http://bank.example|http://evil.example/x?a=1&b=2|evil.example] end");
    assert_string_equal(html("<a href='http://bank.example@evil.example/'>x</a>"),
                        "[x|http://bank.example@evil.example/|evil.example]");
    assert_string_equal(html("<a href=javascript:alert(1)>x</a>"), "[x|javascript:alert(1)|]");
    assert_string_equal(html("<a name=x>y</a>"), "y");
    assert_string_equal(html("<a href=http://one.example>1<a href=http://two.example>2</a>3"),
                        "[1|http://one.example|one.example][2|http://two.example|two.example]3");
    assert_string_equal(html("<img src=http://t.example/p.gif alt='Our logo'>"),
                        "{Our logo|t.example}");
    assert_string_equal(html("<img src=http://t.example/p.gif>"), "{p.gif|t.example}");
    assert_string_equal(html("<img src=cid:abc>"), "{cid:abc|}");
    assert_string_equal(html("<img src='data:image/png;base64,AAAA'>"), "{|}");
    assert_string_equal(html("<a href=http://l.example/><img src=//t.example/b.png alt=Go></a>"),
                        "{Go|t.example}[Go|http://l.example/|l.example]");
}

#define ALT(plain, html)                                                          \
    "From: a@b\nContent-Type: multipart/alternative; boundary=x\n\n--x\n\n" plain \
    "\n--x\nContent-Type: text/html\n\n" html "\n--x--\n"

static void
parts(void **state)
{
    (void)state;
    assert_string_equal(flat(preview(ALT("plain", "<b>rich</b>"))), "rich");
    assert_string_equal(flat(preview(ALT("plain", "<style>x</style>"))), "plain");
    json_t *j = preview(
        "From: a@b\nContent-Type: multipart/mixed; boundary=x\n\n--x\n\nfirst\n--x\nContent-Type: "
        "text/plain; name=notes.txt\n\nnot shown\n--x\nContent-Type: application/pdf; name=a.pdf\n"
        "Content-Transfer-Encoding: base64\n\nTVqQAAM=\n--x\nContent-Type: message/rfc822\n\n"
        "Subject: inner\n\nnot shown\n--x\n\nlast\n--x--\n");
    json_t *files = json_object_get(j, "attachments");
    assert_string_equal(flat(j), "first/last");
    assert_int_equal(json_array_size(files), 3);
    assert_string_equal(jsonx_str(json_array_get(files, 0), "name"), "notes.txt");
    assert_int_equal(jsonx_int(json_array_get(files, 0), "bytes", 0), 9);
    assert_string_equal(jsonx_str(json_array_get(files, 1), "type"),
                        "application/vnd.microsoft.portable-executable");
    assert_string_equal(jsonx_str(json_array_get(files, 2), "name"), "inner");
    assert_int_equal(jsonx_int(json_array_get(files, 2), "bytes", 0), 25);
    assert_string_equal(
        flat(preview("From: a@b\nContent-Type: multipart/mixed; boundary=x\n\nno parts\n")),
        "no parts/");
    assert_string_equal(flat(preview("\nno header\n")), "no header/");
}

static void
header_list(void **state)
{
    json_t *j = preview("From: =?utf-8?Q?=E6=97=A5?= <a@b>\r\nSubject: one\r\n  two\r\n"
                        "X-Long:    blanks\r\nEmpty:\r\nbroken line\r\n\r\nhi\r\n");
    json_t *list = json_object_get(j, "headers");
    (void)state;
    char *text = json_dumps(list, JSON_COMPACT);
    assert_string_equal(text, "[[\"From\",\"日 <a@b>\"],[\"Subject\",\"one  two\"],[\"X-Long\","
                              "\"blanks\"],[\"Empty\",\"\"]]");
    free(text);
}

static void
limits(void **state)
{
    struct buf *b = buf_new(a, 0);
    (void)state;
    buf_str(b, "From: a@b\nContent-Type: text/html\n\n");
    while (b->len < 2 * 1024 * 1024)
        buf_str(b, "<p>some text <a href=http://a.example/>link</a>");
    json_t *j = msg_preview(a, (const unsigned char *)b->data, b->len), *o;
    size_t i, total = 0;
    assert_true(jsonx_bool(j, "truncated", false));
    assert_int_equal(json_array_size(json_object_get(j, "links")), 200);
    json_array_foreach(json_object_get(j, "blocks"), i, o) if (jsonx_str(o, "s")) total +=
        strlen(jsonx_str(o, "s"));
    assert_in_range(total, 1000, 200 * 1024);

    buf_clear(b);
    buf_str(b, "From: a@b\n\n");
    while (b->len < 1024 * 1024)
        buf_str(b, "\xe6\x97\xa5");
    j = msg_preview(a, (const unsigned char *)b->data, b->len);
    assert_true(jsonx_bool(j, "truncated", false));
    o = json_array_get(json_object_get(j, "blocks"), 0);
    total = strlen(jsonx_str(o, "s"));
    assert_int_equal(total, 200 * 1024 / 3 * 3);
    assert_null(strstr(jsonx_str(o, "s"), "\xef\xbf\xbd")); /* not cut inside a character */

    buf_clear(b);
    for (int k = 0; k < 500; k++)
        buf_printf(b, "X-%d: y\n", k);
    buf_str(b, "\nhi\n");
    j = msg_preview(a, (const unsigned char *)b->data, b->len);
    assert_int_equal(json_array_size(json_object_get(j, "headers")), 200);
    assert_false(jsonx_bool(preview("From: a@b\n\nshort\n"), "truncated", true));
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
    const struct CMUnitTest tests[] = {
        T(plain_text),  T(html_text), T(nothing_active_or_hidden), T(links), T(parts),
        T(header_list), T(limits),
    };
    g_mime_init();
    charset_preload();
    return cmocka_run_group_tests_name("preview", tests, NULL, NULL);
}
