/*
 * T-E5: addresses as browsers read them (WHATWG URL standard). One line each: the address, the host that a browser would
 * ask for, and what is known about the spelling:
 *   i address  o odd address  u user  p port  d not ASCII  m mixed scripts  g disguised  n nested  b browsers refuse it
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "common/arena.h"
#include "common/buf.h"
#include "engine/url/url.h"

static const struct {
    const char *url, *host, *marks;
} table[] = {
    /* plain */
    {"http://example.com", "example.com", ""},
    {"https://example.com/", "example.com", ""},
    {"HTTPS://WWW.Example.COM/A", "www.example.com", ""},
    {"https://example.com:443/", "example.com", ""},
    {"http://example.com:80/", "example.com", ""},
    {"http://example.com:/", "example.com", ""}, /* an empty port is none */
    {"http://example.com./x", "example.com", ""},
    {"ftp://files.example.com/a", "files.example.com", ""},
    {"wss://example.com/socket", "example.com", ""},
    {"//example.com/x", "example.com", ""},
    {"https://under_score.example.com/", "under_score.example.com", ""},
    {"https://-dash-.example.com/", "-dash-.example.com", ""},
    {"https://r3---sn.example.com/", "r3---sn.example.com", ""},
    {"https://a.b.c.d.e.example.co.jp/", "a.b.c.d.e.example.co.jp", ""},
    {"https://localhost/", "localhost", ""},
    {"https://example.com?x=1", "example.com", ""},
    {"https://example.com#x", "example.com", ""},
    {"https://example.com/?next=/home", "example.com", ""},
    /* user in front of the host: the last @ counts */
    {"https://paypal.com@evil.example/", "evil.example", "u"},
    {"https://paypal.com:443@evil.example/", "evil.example", "u"},
    {"https://paypal.com%2Flogin@evil.example/", "evil.example", "u"},
    {"https://a@b@c@evil.example/", "evil.example", "u"},
    {"https://@evil.example/", "evil.example", ""},
    {"https://:@evil.example/", "evil.example", "u"},
    {"https://user:pa@ss@evil.example:8443/", "evil.example", "up"},
    {"https://www.paypal.com\xe2\x88\x95login@evil.example/", "evil.example",
     "u"}, /* division slash */
    {"https://good.example/@evil.example", "good.example", ""},
    {"https://good.example#@evil.example", "good.example", ""},
    {"https://good.example?@evil.example", "good.example", ""},
    {"https://good.example\\@evil.example", "good.example", ""}, /* a backslash ends the host */
    {"https://good.example;@evil.example/", "evil.example", "u"},
    {"https://good.example&@evil.example/", "evil.example", "u"},
    {"https://good.example%00@evil.example/", "evil.example", "u"},
    {"https://good.example%40evil.example/", "good.example", "gb"}, /* an escaped @ is no user */
    /* slashes of all kinds */
    {"https:evil.example/x", "evil.example", "g"},
    {"https:/evil.example/x", "evil.example", "g"},
    {"https:///evil.example/x", "evil.example", "g"},
    {"https://///evil.example/x", "evil.example", "g"},
    {"https:\\\\evil.example\\x", "evil.example", "g"},
    {"https:/\\evil.example/x", "evil.example", "g"},
    {"https:\\/evil.example/x", "evil.example", "g"},
    {"\\\\evil.example\\x", "evil.example", "g"},
    {"/\\evil.example/x", "evil.example", "g"},
    {"https://evil.example\\.good.example/", "evil.example", ""},
    /* blanks, tabs, line ends, control bytes */
    {"  https://evil.example/", "evil.example", ""},
    {"\x01\x1fhttps://evil.example/", "evil.example", ""},
    {"ht\ntps://evil.example/", "evil.example", "g"},
    {"https:/\t/evil.example/", "evil.example", "g"},
    {"https://ev\til.exa\r\nmple/", "evil.example", "g"},
    {"https://evil.example/a\nb", "evil.example", ""},
    {"https://evil.example/ x", "evil.example", ""},
    {"https://evil .example/", "evil", "b"}, /* no blank in a host */
    {"https://evil.example\x7f/", "evil.example", "b"},
    {"\xc2\xa0https://evil.example/", "evil.example", "g"},
    {"\xe2\x80\x8bhttps://evil.example/", "evil.example", "g"},
    {"\xef\xbb\xbfhttps://evil.example/", "evil.example", "g"},
    /* escapes in the host */
    {"https://%65vil.example/", "evil.example", "g"},
    {"https://%65%76%69%6c.%65xample/", "evil.example", "g"},
    {"https://evil%2Eexample/", "evil.example", "g"},
    {"https://evil%2eexample%2f/", "evil.example", "gb"},
    {"https://evil%252eexample/", "evil", "gb"}, /* once only: a % is left */
    {"https://evil.example%20.good.example/", "evil.example", "gb"},
    {"https://evil.example%23.good.example/", "evil.example", "gb"},
    {"https://evil.example%5c.good.example/", "evil.example", "gb"},
    {"https://%EF%BD%85vil.example/", "evil.example", "g"}, /* a wide e, escaped */
    {"https://m%C3%BCller.example/", "xn--mller-kva.example", "dg"},
    {"https://%/", "", "b"},
    {"https://a%zz.example/", "a", "b"},
    /* wide, invisible and folded characters: UTS 46 */
    {"https://ｅｖｉｌ.example/", "evil.example", "g"},
    {"https://ＥＶＩＬ．ｅｘａｍｐｌｅ/", "evil.example", "g"},
    {"https://evil。example/", "evil.example", "g"},
    {"https://evil｡example/", "evil.example", "g"},
    {"https://evil\xe2\x80\x8b.example/", "evil.example", "g"},  /* zero width space */
    {"https://ev\xc2\xadil.example/", "evil.example", "g"},      /* soft hyphen */
    {"https://ev\xe2\x81\xa0il.example/", "evil.example", "g"},  /* word joiner */
    {"https://ev\xef\xb8\x8fil.example/", "evil.example", "g"},  /* variation selector */
    {"https://ev\xe2\x80\x8dil.example/", "evil.example", "gb"}, /* joiner where none belongs */
    {"https://ⓔⓥⓘⓛ.example/", "evil.example", "g"},
    {"https://𝐞𝐯𝐢𝐥.example/", "evil.example", "g"},
    {"https://ﬁsh.example/", "fish.example", "g"},
    {"https://℀.example/", "a", "gb"}, /* a/c: the slash may not come from a character */
    {"https://evil⁄path.example/", "xn--evilpath-h03d.example",
     "d"}, /* the fraction slash is a letter */
    {"https://½.example/", "xn--12-c6t.example", "d"},
    /* other alphabets */
    {"https://müller.example/", "xn--mller-kva.example", "d"},
    {"https://MÜLLER.example/", "xn--mller-kva.example", "d"},
    {"https://mu\xcc\x88ller.example/", "xn--mller-kva.example", "d"}, /* decomposed */
    {"https://xn--mller-kva.example/", "xn--mller-kva.example", "d"},
    {"https://XN--MLLER-KVA.example/", "xn--mller-kva.example", "d"},
    {"https://faß.example/", "xn--fa-hia.example", "d"}, /* not "fass": as browsers since 2022 */
    {"https://日本語.jp/", "xn--wgv71a119e.jp", "d"},
    {"https://пример.рф/", "xn--e1afmkfd.xn--p1ai", "d"},
    {"https://раура1.example/", "xn--1-7sba6dbr.example", "d"},
    {"https://p\xd0\xb0ypal.com/", "xn--pypal-4ve.com",
     "dm"}, /* a Cyrillic a among Latin letters */
    {"https://xn--pypal-4ve.com/", "xn--pypal-4ve.com", "dm"},
    {"https://g\xce\xbf\xce\xbfgle.com/", "xn--ggle-0nda.com", "dm"}, /* Greek o */
    {"https://аррӏе.com/", "xn--80ak6aa92e.com",
     "d"}, /* all Cyrillic: one script, looked at by look-alikes */
    {"https://東京tower.jp/", "xn--tower-w91hq39l.jp", "d"}, /* Latin and Han mix in Japan */
    {"https://ドメイン.example/", "xn--eckwd4c7c.example", "d"},
    {"https://xn--a/", "xn--a", "b"}, /* is no Punycode */
    /* IPv4, as inet_aton reads it */
    {"http://192.0.2.1/", "192.0.2.1", "i"},
    {"http://3221225985/", "192.0.2.1", "io"},
    {"http://0xC0000201/", "192.0.2.1", "io"},
    {"http://0xc0.0x0.0x2.0x1/", "192.0.2.1", "io"},
    {"http://0300.0.02.01/", "192.0.2.1", "io"},
    {"http://030000001001/", "192.0.2.1", "io"},
    {"http://192.0.513/", "192.0.2.1", "io"},
    {"http://192.513/", "192.0.2.1", "io"},
    {"http://0xc0.0.01001/", "192.0.2.1", "io"},
    {"http://192.0.2.1./", "192.0.2.1", "i"},
    {"http://１９２.０.２.１/", "192.0.2.1", "ig"},
    {"http://192。0。2。1/", "192.0.2.1", "ig"},
    {"http://%31%39%32.0.2.1/", "192.0.2.1", "ig"},
    {"http://127.1/", "127.0.0.1", "io"},
    {"http://0/", "0.0.0.0", "io"},
    {"http://0x/", "0.0.0.0", "io"},
    {"http://user@3221225985:8080/", "192.0.2.1", "ioup"},
    {"http://256.0.2.1/", "256.0.2.1", "b"},
    {"http://192.0.2.1.5/", "192.0.2.1.5", "b"},
    {"http://4294967296/", "4294967296", "b"},
    {"http://09.0.0.1/", "09.0.0.1", "b"}, /* 9 is no octal digit */
    {"http://example.0x1f/", "example.0x1f", "b"},
    {"http://1.2.3.4.example/", "1.2.3.4.example", ""},
    {"http://0x7f.example/", "0x7f.example", ""},
    /* IPv6 */
    {"http://[2001:db8::1]/", "[2001:db8::1]", "i"},
    {"http://[2001:DB8:0:0:0:0:0:1]:8080/", "[2001:db8::1]", "ip"},
    {"http://[::1]/", "[::1]", "i"},
    {"http://[::ffff:192.0.2.1]/", "[::ffff:c000:201]", "io"},
    {"http://[::ffff:c000:201]/", "[::ffff:c000:201]", "io"},
    {"http://[fe80::1%25eth0]/", "[fe80::1]", "ib"},
    {"http://[2001:db8::1/", "[2001:db8::1]", "ib"},
    {"http://[nonsense]/", "", "b"},
    /* ports */
    {"http://example.com:8080/", "example.com", "p"},
    {"https://example.com:80/", "example.com", "p"},
    {"http://example.com:00080/", "example.com", ""},
    {"http://example.com:99999/", "example.com", "b"},
    {"http://example.com:80a/", "example.com", "b"},
    /* an address inside an address */
    {"https://r.example/?u=https://evil.example/", "r.example", "n"},
    {"https://r.example/?u=https%3A%2F%2Fevil.example", "r.example", "n"},
    {"https://r.example/?u=https%253A%252F%252Fevil.example", "r.example", "n"},
    {"https://r.example/https://evil.example/", "r.example", "n"},
    {"https://r.example/#https://evil.example/", "r.example", "n"},
    {"https://www.google.com/amp/s/evil.example/x", "www.google.com", ""},
    /* no host */
    {"javascript:alert(1)", "", ""},
    {"JaVaScRiPt:alert(1)", "", ""},
    {"java\nscript:alert(1)", "", "g"},
    {"javascript://evil.example/%0aalert(1)", "", ""},
    {"data:text/html,<a href=https://evil.example>", "", "n"},
    {"blob:https://evil.example/1234", "", "n"},
    {"mailto:a@example.com", "", ""},
    {"tel:+1-555-0100", "", ""},
    {"cid:part1@example.com", "", ""},
    {"about:blank", "", ""},
    {"view-source:https://evil.example/", "", "n"},
    {"http://", "", "b"},
    {"https:///", "", "gb"},
    /* other schemes */
    {"file://evil.example/share/x", "evil.example", ""}, /* a share: Windows signs in there */
    {"file:////evil.example/share/x", "evil.example", ""},
    {"file:///etc/passwd", "", ""},
    {"file://localhost/etc/passwd", "", ""},
    {"smb://EVIL.example/share", "evil.example", ""},
    {"intent://evil.example/#Intent;scheme=https;end", "evil.example", ""},
    {"ms-word:ofe|u|https://evil.example/a.doc", "", "n"},
};

static const char *
marks_of(struct arena *a, const struct url *u)
{
    struct buf *b = buf_new(a, 0);
    const struct {
        bool is;
        char c;
    } all[] = {{u->ip, 'i'},        {u->odd_ip, 'o'}, {u->userinfo, 'u'},
               {u->port_odd, 'p'},  {u->idn, 'd'},    {u->mixed_script, 'm'},
               {u->disguised, 'g'}, {u->nested, 'n'}, {u->broken, 'b'}};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (all[i].is)
            buf_char(b, all[i].c);
    return buf_cstr(b);
}

static void
hosts_as_in_browsers(void **state)
{
    struct arena *a = arena_new();
    int wrong = 0;
    (void)state;
    assert_true(sizeof table / sizeof *table >= 120);
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        struct url u;
        bool is = url_parse(a, table[i].url, &u);
        const char *marks = marks_of(a, &u);
        if (is && strcmp(u.host, table[i].host) == 0 && strcmp(marks, table[i].marks) == 0)
            continue;
        print_error("%s: host \"%s\" marks \"%s\", wanted \"%s\" \"%s\"\n", table[i].url, u.host,
                    marks, table[i].host, table[i].marks);
        wrong++;
    }
    arena_free(&a);
    assert_int_equal(wrong, 0);
}

/* What a page with <base href> makes of its links. */
static void
joined_with_a_base(void **state)
{
    static const char *const cases[][3] = {
        {"https://evil.example/a/b?q", "c", "https://evil.example/a/c"},
        {"https://evil.example/a/b?q", "/c?d", "https://evil.example/c?d"},
        {"https://evil.example/a/b?q", "?d", "https://evil.example/a/b?d"},
        {"https://evil.example/a/b?q", "#d", "https://evil.example/a/b"},
        {"https://evil.example/a/b", "../../c", "https://evil.example/c"},
        {"https://evil.example/a/b", "\\c", "https://evil.example/c"},
        {"https://evil.example", "c", "https://evil.example/c"},
        {"https://evil.example/a/b", "https:c", "https://evil.example/a/c"},
        {"https://evil.example/a/b", "http:c", "http://c/"},
        {"http://evil.example/a/b", "//good.example", "http://good.example/"},
        {"https://evil.example/a/b", "https://good.example/", "https://good.example/"},
    };
    struct arena *a = arena_new();
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct url base, u;
        assert_true(url_parse(a, cases[i][0], &base));
        assert_true(url_join(a, &base, cases[i][1], &u));
        assert_string_equal(u.text, cases[i][2]);
    }
    arena_free(&a);
}

static void
one_place_is_one_text(void **state)
{
    static const char *const same[] = {
        "https://user@Example.com:443/a/../b/./%7Ec%2f?x=1#y",
        "https:\\\\EXAMPLE.com.\\b\\~c%2F?x=1",
        "https://ex\xc2\xad" "ample.com/%62/%7ec%2F?x=1",
    };
    struct arena *a = arena_new();
    struct url u;
    (void)state;
    for (size_t i = 0; i < sizeof same / sizeof *same; i++) {
        assert_true(url_parse(a, same[i], &u));
        assert_string_equal(u.text, "https://example.com/b/~c%2F?x=1");
    }
    assert_true(url_parse(a, "http://example.com:8080/..", &u));
    assert_string_equal(u.text, "http://example.com:8080/");
    arena_free(&a);
}

static void
domains_that_were_registered(void **state)
{
    static const char *const cases[][2] = {
        {"https://a.b.example.co.uk/", "example.co.uk"},
        {"https://example.com/", "example.com"},
        {"https://www.city.kobe.jp/", "city.kobe.jp"},
        {"https://x.github.io/", "x.github.io"},
        {"https://www.xn--e1afmkfd.xn--p1ai/", "xn--e1afmkfd.xn--p1ai"},
        {"https://192.0.2.1/", ""},
        {"https://[::1]/", ""},
        {"https://localhost/", ""},
        {"https://co.uk/", ""},
    };
    struct arena *a = arena_new();
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct url u;
        assert_true(url_parse(a, cases[i][0], &u));
        assert_string_equal(u.domain, cases[i][1]);
    }
    arena_free(&a);
}

static void
what_is_no_address(void **state)
{
    static const char *const none[] = {"",   " ",           "page.html", "/page", "?x",
                                       "#x", "example.com", "1:2",       ":x"};
    struct arena *a = arena_new();
    struct url u;
    (void)state;
    for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
        assert_false(url_parse(a, none[i], &u));
        assert_string_equal(u.host, "");
        assert_string_equal(u.text, "");
    }
    arena_free(&a);
}

/* People see U-labels. */
static void
host_as_it_is_shown(void **state)
{
    struct arena *a = arena_new();
    struct url u;
    (void)state;
    assert_true(url_parse(a, "https://xn--pypal-4ve.com/", &u));
    assert_string_equal(u.shown_host, "p\xd0\xb0ypal.com");
    assert_true(url_parse(a, "https://Example.com/", &u));
    assert_string_equal(u.shown_host, "example.com");
    arena_free(&a);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hosts_as_in_browsers),  cmocka_unit_test(joined_with_a_base),
        cmocka_unit_test(one_place_is_one_text), cmocka_unit_test(domains_that_were_registered),
        cmocka_unit_test(what_is_no_address),    cmocka_unit_test(host_as_it_is_shown),
    };
    return cmocka_run_group_tests_name("url", tests, NULL, NULL);
}
