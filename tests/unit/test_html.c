/*
 * HTML as people see it (T-E2): references, tags and texts as the HTML standard reads them; addresses wherever markup can
 * carry them (T-E5), also wrapped (T-E6).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <gmime/gmime.h>
#include <string.h>

#include "common/arena.h"
#include "common/buf.h"
#include "engine/msg/charset.h"
#include "engine/msg/html.h"
#include "engine/msg/msg.h"

static struct arena *a;

static struct msg *
scan_html(const char *html)
{
    const char *raw = arena_printf(a,
                                   "From: x@sender.example\r\nSubject: s\r\nMIME-Version: 1.0\r\n"
                                   "Content-Type: text/html; charset=utf-8\r\n\r\n%s",
                                   html);
    return msg_scan(a, (const unsigned char *)raw, strlen(raw), NULL);
}

/* Text between the line ends that blocks make. */
static const char *
shown(const char *html)
{
    char *text = arena_strdup(a, scan_html(html)->text);
    size_t n = strlen(text);
    while (n && text[n - 1] == '\n')
        text[--n] = '\0';
    return text + strspn(text, "\n");
}

static void
references(void **state)
{
    static const char *const cases[][2] = {
        {"&amp;&lt;&gt;&quot;&apos;", "&<>\"'"},
        {"&AMP;&LT;&copy;&COPY;", "&<©©"},
        {"&nbsp;", "\xc2\xa0"},
        {"&ampx &ltx &copyx", "&x <x ©x"},
        {"&notit; &notin; &not;", "¬it; ∉ ¬"},
        {"&hearts;&clubs;&CounterClockwiseContourIntegral;", "♥♣∳"},
        {"&NotEqualTilde;", "≂̸"},
        {"&hellip &bull", "&hellip &bull"}, /* those need their semicolon */
        {"&nosuch; &; & &&amp;", "&nosuch; &; & &&"},
        {"&#65;&#x42;&#X43;&#68 &#x45", "ABCD E"},
        {"&#128;&#x80;&#153;&#x9f;", "€€™Ÿ"}, /* windows-1252, for ever */
        {"&#0;&#xD800;&#x110000;&#99999999999;",
         "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"},
        {"&#; &#x; &#xg;", "&#; &#x; &#xg;"},
        {"&#x1F600;", "😀"},
        {"&colon;&sol;&period;&commat;&Tab;x", ":/.@\tx"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (strcmp(shown(cases[i][0]), cases[i][1]) != 0)
            fail_msg("%s is read as %s", cases[i][0], shown(cases[i][0]));
}

static void
tags(void **state)
{
    static const char *const cases[][2] = {
        {"a<b", "a"}, /* a tag that does not end */
        {"1 < 2 <3", "1 < 2 <3"},
        {"a<b>c</b>d", "acd"},
        {"<P>a<BR>b", "a\nb"},
        {"<p/class=x/>a", "a"},
        {"<p title='>'>a", "a"},
        {"<p title=\">\" x>a", "a"},
        {"<p title=a'b>c", "c"},
        {"<p =x>a", "a"},
        {"<p '\">a", "a"},
        {"<x:y z>a</x:y>", "a"},
        {"<title>t</title>a", "a"},
        {"<title><b></title>a", "a"},
        {"<script>x<b></script>a", "a"},
        {"<script>'</scripted>'</script >a", "a"},
        {"<style>p{}</style>a", "a"},
        {"<textarea><b>x</textarea>a", "<b>xa"},
        {"<xmp><b>&amp;</xmp>a", "<b>&amp;\na"},
        {"<iframe>x</iframe>a", "a"},
        {"<select><option>x<option>y</select>", "xy"},
        {"<table><tr><td>a<td>b<tr><td>c</table>", "a\n\nb\n\n\n\nc"},
        {"a<!-- <b> -- -->b", "ab"},
        {"a<!DOCTYPE html>b", "ab"},
        {"<div hidden style='display:none' style='display:block'>x</div>a",
         "a"}, /* the first style counts */
        {"a\xe2\x90\x80"
         "b",
         "ab"}, /* a NUL byte */
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buf *flat = buf_new(a, 0);
        for (const char *p = shown(cases[i][0]); *p; p++)
            if (*p != '\n' || !flat->len || flat->data[flat->len - 1] != '\n')
                buf_char(flat, *p);
        struct buf *want = buf_new(a, 0);
        for (const char *p = cases[i][1]; *p; p++)
            if (*p != '\n' || !want->len || want->data[want->len - 1] != '\n')
                buf_char(want, *p);
        if (strcmp(buf_cstr(flat), buf_cstr(want)) != 0)
            fail_msg("%s is read as %s", cases[i][0], buf_cstr(flat));
    }
}

static bool
has_host(const struct msg *m, const char *host)
{
    for (int i = 0; i < m->nurls; i++)
        if (strcmp(m->urls[i].host, host) == 0)
            return true;
    return false;
}

/* Every way in which markup leads or loads somewhere: the host evil.example is found. */
static void
places_of_addresses(void **state)
{
    static const char *const places[] = {
        "<a href=https://evil.example/>x</a>",
        "<a href=//evil.example/>x</a>",
        "<a href=' https:\\\\evil.example'>x</a>",
        "<a href=https:evil.example>x</a>",
        "<a href='ht\ntps://evil.example'>x</a>",
        "<a href='&#104;ttps&colon;&sol;&sol;evil&period;example'>x</a>",
        "<a x y='1' href=https://evil.example href=https://good.example>x</a>",
        "<a a1 a2 a3 a4 a5 a6 a7 a8 a9 b1 b2 b3 b4 b5 b6 b7 b8 b9 c1 c2 c3 c4 c5 c6 c7 c8 c9 d1 d2 "
        "d3 d4 d5 d6 d7 d8 d9 "
        "e1 e2 e3 e4 e5 e6 e7 e8 e9 f1 f2 f3 f4 f5 f6 f7 f8 f9 href=https://evil.example>x</a>",
        "<base href=https://evil.example/><a href=login>x</a>",
        "<base href=https://evil.example/><img src=/a.png>",
        "<map><area href=https://evil.example></map>",
        "<form action=https://evil.example/post></form>",
        "<button formaction=https://evil.example/post>x</button>",
        "<input type=image src=https://evil.example/a.png>",
        "<meta http-equiv=refresh content='0;url=https://evil.example/'>",
        "<meta http-equiv=refresh content=\"0; URL='https://evil.example/'\">",
        "<meta http-equiv=refresh content='0;//evil.example/'>",
        "<meta http-equiv=Refresh content='3,https://evil.example/'>",
        "<img src=https://evil.example/a.png>",
        "<img src=x srcset='https://good.example/a.png 1x, https://evil.example/b.png 2x'>",
        "<picture><source srcset=https://evil.example/a.webp></picture>",
        "<image src=https://evil.example/a.png>",
        "<amp-img src=https://evil.example/a.png></amp-img>",
        "<iframe src=https://evil.example></iframe>",
        "<object data=https://evil.example></object>",
        "<embed src=https://evil.example>",
        "<video poster=https://evil.example/a.png></video>",
        "<link rel=stylesheet href=https://evil.example/a.css>",
        "<script src=https://evil.example/a.js></script>",
        "<body background=https://evil.example/a.png>",
        "<p style='background:url(https://evil.example/a.png)'>",
        "<p style=\"background-image:url( 'https://evil.example/a.png' )\">",
        "<style>p{background:url(\"https://evil.example/a.png\")}</style>",
        "<style>@import 'https://evil.example/a.css';</style>",
        "<style>@import url(https://evil.example/a.css);</style>",
        "<svg><a xlink:href=https://evil.example><text>x</text></a></svg>",
        "<svg><a href=https://evil.example><text>x</text></a></svg>",
        "<svg><image xlink:href=https://evil.example/a.png /></svg>",
        "<svg><a><animate attributeName=href to=https://evil.example /></a></svg>",
        "<!--[if mso]><v:roundrect href=https://evil.example></v:roundrect><![endif]-->",
        "<!--[if mso]><a href=https://evil.example>x</a><![endif]-->",
        "<blockquote cite=https://evil.example>x</blockquote>",
        "<form action-xhr=https://evil.example/post></form>",
        "<p>see https://evil.example/x</p>",
        "<p>see www.evil.example</p>",
        "<div style=display:none><a href=https://evil.example>x</a></div>",
        "<noscript><a href=https://evil.example>x</a></noscript>",
        "<template><a href=https://evil.example>x</a></template>",
        /* wrapped */
        "<a "
        "href='https://nam02.safelinks.protection.outlook.com/"
        "?url=https%3A%2F%2Fevil.example&amp;data=1'>x</a>",
        "<a "
        "href='https://l.facebook.com/"
        "l.php?u=https%3A%2F%2Fwww.google.com%2Furl%3Fq%3Dhttps%253A%252F%252Fevil.example'>x</a>",
        "<a href=https://shop.example/out?to=https://evil.example>x</a>",
        "<p>https://urldefense.com/v3/__https://evil.example/x__;!!abc</p>",
    };
    int wrong = 0;
    (void)state;
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        struct msg *m = scan_html(places[i]);
        if (has_host(m, strstr(places[i], "www.evil") ? "www.evil.example" : "evil.example"))
            continue;
        print_error("not found: %s\n", places[i]);
        wrong++;
    }
    assert_int_equal(wrong, 0);
}

/* What is shown and where it leads stay together. */
static void
links_keep_both(void **state)
{
    struct msg *m = scan_html(
        "<a href=https://evil.example/>https://<b>good</b>.example/<span hidden>x</span></a> "
        "<a href='https://one.example'>one<a href='https://two.example'>two</a>");
    (void)state;
    assert_int_equal(m->nlinks, 3);
    assert_string_equal(m->links[0].text, "https://good.example/");
    assert_string_equal(m->links[0].href, "https://evil.example/");
    assert_string_equal(m->links[1].text, "one");
    assert_string_equal(m->links[2].href, "https://two.example");
}

/* Addresses in plain text: where they end, and those without a scheme. */
static void
addresses_in_text(void **state)
{
    static const char *const cases[][2] = {
        {"See https://a.example/x).", "https://a.example/x"},
        {"「https://a.example/x」を見る", "https://a.example/x"},
        {"https://a.example（x）", "https://a.example"},
        {"https://a.exampleをご覧ください", "https://a.example"},
        {"https://例え.jp/x", "https://例え.jp/x"},
        {"go to evil-shop.com/login now", "http://evil-shop.com/login"},
        {"mail me: a@evil-shop.com/x", NULL},
        {"read and/or write, file.txt/x, 1.2/3", NULL},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *raw = arena_printf(
            a, "From: a@b.example\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n%s\r\n",
            cases[i][0]);
        struct msg *m = msg_scan(a, (const unsigned char *)raw, strlen(raw), NULL);
        if (!cases[i][1]) {
            assert_int_equal(m->nurls, 0);
            continue;
        }
        assert_int_equal(m->nurls, 1);
        assert_string_equal(m->urls[0].url, cases[i][1]);
    }
}

/* Memory stays in bounds for each kind of too much. */
static void
limits(void **state)
{
    static const char *const pieces[] = {"<b>",
                                         "<b style=a>",
                                         "<div class=a>",
                                         "<p style='color:red;color:blue'>",
                                         "</x>",
                                         "<!--",
                                         "<a href=x>",
                                         "<td>",
                                         "<li><ul>",
                                         "&",
                                         "<style>.a{color:red}</style>",
                                         "<x y=\"",
                                         "<img srcset='a,a,a,a'>",
                                         "<dd><span>"};
    (void)state;
    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
        static const struct html_events none = {NULL, NULL, NULL, NULL, NULL, NULL};
        struct arena *scratch = arena_new();
        struct buf *b = buf_new(scratch, 0);
        buf_str(b, "<base href=https://e.example/><style>p b .a{color:red}</style>");
        while (b->len < 1000000)
            buf_str(b, pieces[i]);
        size_t before = arena_used(scratch);
        html_walk(scratch, buf_cstr(b), b->len, &none);
        if (arena_used(scratch) - before > 16u << 20)
            fail_msg("%s: %zu bytes", pieces[i], arena_used(scratch) - before);
        arena_free(&scratch);
    }
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
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
    const struct CMUnitTest tests[] = {
        T(references),        T(tags),   T(places_of_addresses), T(links_keep_both),
        T(addresses_in_text), T(limits),
    };
    g_mime_init();
    charset_preload();
    return cmocka_run_group_tests_name("html", tests, NULL, NULL);
}
