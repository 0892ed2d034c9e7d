/* What is read from a message: header, text, addresses, attachments, and every limit at it and
 * above. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <gmime/gmime.h>

#include "common/arena.h"
#include "common/buf.h"
#include "common/token.h"
#include "engine/msg/charset.h"
#include "engine/msg/msg.h"
#include "engine/policy/policy.h"

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

static struct msg *
scan(const char *raw)
{
    return msg_scan(a, (const unsigned char *)raw, strlen(raw), NULL);
}

static struct msg *
scan_buf(const struct buf *b)
{
    return msg_scan(a, (const unsigned char *)b->data, b->len, NULL);
}

static bool
has_anomaly(const struct msg *m, const char *code)
{
    for (int i = 0; i < m->nanomalies; i++)
        if (strcmp(m->anomalies[i], code) == 0)
            return true;
    return false;
}

static const struct msg_exception *
exception(const struct msg *m, const char *code)
{
    for (int i = 0; i < m->nexceptions; i++)
        if (strcmp(m->exceptions[i].code, code) == 0)
            return &m->exceptions[i];
    return NULL;
}

static const struct msg_part *
part(const struct msg *m, const char *id)
{
    for (int i = 0; i < m->nparts; i++)
        if (strcmp(m->parts[i].id, id) == 0)
            return &m->parts[i];
    return NULL;
}

static const char *
digest(const char *s)
{
    unsigned char sum[32];
    token_sha256(s, strlen(s), sum);
    return token_hex(a, sum, 32);
}

/* ------------------------------------------------------------------ header */

static void
header_facts(void **state)
{
    struct msg *m = scan("Received: by a\r\nReceived: by b\r\nX-Sekisho-Verdict: clean\r\n"
                         "x-sekisho-id: 1\r\nFrom: =?utf-8?Q?J=C3=BCrgen?= <j@Example.com>\r\n"
                         "Subject: =?utf-8?B?44OG44K544OI?=\r\n =?utf-8?Q?_2?=\r\n"
                         "Message-ID: <1@x>\r\nDate: Mon, 1 Jan 2024 00:00:00 +0000\r\n"
                         "List-Id: <l.x>\r\nAuto-Submitted: auto-generated\r\n\r\nhi\r\n");
    (void)state;
    assert_string_equal(m->from, "j@Example.com");
    assert_string_equal(m->from_name, "Jürgen");
    assert_string_equal(m->subject, "テスト 2");
    assert_string_equal(m->message_id, "<1@x>");
    assert_string_equal(m->date, "Mon, 1 Jan 2024 00:00:00 +0000");
    assert_int_equal(m->received, 2);
    assert_int_equal(m->own_headers, 2);
    assert_true(m->list_mail);
    assert_true(m->auto_submitted);
    assert_string_equal(m->text, "hi\r\n\n");
    assert_string_equal(policy_verdict(m), "clean");
    assert_int_equal(m->nanomalies, 0);
}

static void
odd_headers(void **state)
{
    static const struct {
        const char *raw, *code;
    } cases[] = {
        {"Subject: x\n\nhi", "header-no-from"},
        {"From: a@b\nFrom: c@d\n\nhi", "header-duplicate-from"},
        {"From: a@b\nSubject: x\nSubject: y\n\nhi", "header-duplicate-subject"},
        {"From: a@b, c@d\n\nhi", "from-many-addresses"},
        {"From: nobody at all <>\n\nhi", "from-unreadable"},
        {"From: a@b\nSubject: \xe4\n\nhi", "header-8bit"},
        {"From: a@b\nfoo\n\nhi", "header-without-colon"},
        {"From : a@b\n\nhi", "header-space-before-colon"},
        {" \nFrom: a@b\n\nhi", "header-starts-folded"},
        {"From a@b Mon\nFrom: a@b\n\nhi", "header-starts-with-mbox"},
        {"\xef\xbb\xbf"
         "From: a@b\n\nhi",
         "header-starts-with-mark"},
        {"From: a@b\nSubject: x\n \n\nhi", "header-empty-fold"},
        {"\nno header\n", "header-missing"},
        {"From: a@b\nContent-Type: text/plain\n\nhi", "mime-no-version"},
        {"From: a@b\n\nhi\rthere\n", "bare-cr"},
        {"From: a@b\nContent-Type: text/plain; charset=nonsense\n\n\xff\n", "charset-unknown"},
        {"From: a@b\nContent-Type: multipart/mixed; boundary=x\n\nnothing\n",
         "mime-empty-multipart"},
        {"From: a@b\nContent-Type: message/external-body; access-type=URL\n\n\n",
         "message-external-body"},
        {"From: a@b\nContent-Type: application/ms-tnef\n\nx\n", "tnef"},
        {"From: a@b\nContent-Type: a/b; name=x.txt\nContent-Disposition: attachment; "
         "filename=y.exe\n\nx\n",
         "attachment-two-names"},
        {"From: a@b\nContent-Type: a/b; name=\"=?utf-8?Q?gpj=E2=80=AEexe?=\"\n\nx\n",
         "attachment-name-bidi"},
        {"From: a@b\nContent-Type: a/b\nContent-Transfer-Encoding: base64\n\naGVs!bG8=\n",
         "base64-junk"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (!has_anomaly(scan(cases[i].raw), cases[i].code))
            fail_msg("%s is not seen in %s", cases[i].code, cases[i].raw);
    assert_true(
        has_anomaly(msg_scan(a, (const unsigned char *)"From: a@b\n\nh\0i", 14, NULL), "nul"));
    struct buf *b = buf_new(a, 0);
    buf_str(b, "From: a@b\n\n");
    for (int i = 0; i < 998; i++)
        buf_char(b, 'x');
    assert_false(has_anomaly(scan_buf(b), "line-too-long"));
    buf_char(b, 'x');
    assert_true(has_anomaly(scan_buf(b), "line-too-long"));
}

static void
oddities_in_front_do_not_hide_the_rest(void **state)
{
    static const char *const fronts[] = {
        "", "From a@b Mon Jan 1 00:00:00 2024\n", " \n", "   \n\t\n", "\xef\xbb\xbf", ">From x\n"};
    (void)state;
    for (size_t i = 0; i < sizeof fronts / sizeof *fronts; i++) {
        struct msg *m = scan(arena_printf(
            a, "%sFrom: a@b\nContent-Type: application/x; name=f\n\nbody\n", fronts[i]));
        assert_string_equal(m->from, "a@b");
        assert_int_equal(m->nparts, 1);
        assert_string_equal(m->parts[0].name, "f");
    }
    struct msg *m = scan("no header http://x.example/ at all\nbegin 644 a\n#86)C\n`\nend\n");
    assert_string_equal(m->urls[0].url, "http://x.example/");
    assert_string_equal(m->parts[0].sha256, digest("abc"));
}

/* ------------------------------------------------------------------ charsets */

static void
charsets(void **state)
{
    static const struct {
        const char *charset, *bytes, *text;
    } cases[] = {
        {"iso-2022-jp", "\x1b$BF|K\\8l\x1b(B", "日本語"},
        {"shift_jis", "\x93\xfa\x96{\x8c\xea", "日本語"},
        {"x-sjis", "\x93\xfa\x96{\x8c\xea", "日本語"},
        {"windows-31j", "\x87\x40", "①"},
        {"euc-jp", "\xc6\xfc\xcb\xdc\xb8\xec", "日本語"},
        {"gb18030", "\xd6\xd0\xb9\xfa", "中国"},
        {"gb2312", "\xd6\xd0\xb9\xfa", "中国"},
        {"gbk", "\xd6\xd0\xb9\xfa", "中国"},
        {"big5", "\xa4\xa4\xa4\xe5", "中文"},
        {"euc-kr", "\xc7\xd1\xb1\xdb", "한글"},
        {"ks_c_5601-1987", "\xc7\xd1\xb1\xdb", "한글"},
        {"koi8-r", "\xf0\xd2\xc9\xd7\xc5\xd4", "Привет"},
        {"windows-1251", "\xcf\xf0\xe8\xe2\xe5\xf2", "Привет"},
        {"iso-8859-2", "\xb1", "ą"},
        {"windows-1252", "\x80", "€"},
        {"iso-8859-1", "\x80\xe4", "€ä"},
        {"utf-8", "\xc3\xa4", "ä"},
        {"utf-8", "\xff", "\xef\xbf\xbd"},
        {"utf-7", "+AOQ-", "ä"},
        {"", "\x1b$BF|K\\8l\x1b(B", "日本語"},
        {"us-ascii", "\x1b$BF|K\\8l\x1b(B", "日本語"},
        {"", "\xe4 M\xfcller", "ä Müller"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *type =
            *cases[i].charset ? arena_printf(a, "; charset=\"%s\"", cases[i].charset) : "";
        struct msg *m = scan(
            arena_printf(a, "From: a@b\nContent-Type: text/plain%s\n\n%s", type, cases[i].bytes));
        if (strcmp(m->text, arena_printf(a, "%s\n", cases[i].text)) != 0)
            fail_msg("%s: %s", cases[i].charset, m->text);
    }
}

static void
charset_of_sixteen_bits(void **state)
{
    static const unsigned char raw[] = "From: a@b\nContent-Type: text/plain; charset=utf-16le\n"
                                       "Content-Transfer-Encoding: base64\n\nSABpAA==\n";
    (void)state;
    assert_string_equal(msg_scan(a, raw, sizeof raw - 1, NULL)->text, "Hi\n");
}

/* ------------------------------------------------------------------ parts */

static void
attachments(void **state)
{
    struct msg *m =
        scan("From: a@b\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=x\n\n"
             "--x\nContent-Type: multipart/alternative; boundary=y\n\n"
             "--y\nContent-Type: text/plain\n\nhi\n--y\nContent-Type: text/html\n\n<b>hi</b>\n"
             "--y\nContent-Type: text/calendar\n\nBEGIN:VCALENDAR\n--y--\n"
             "--x\nContent-Type: application/pdf; name*=utf-8''%E6%97%A5.pdf\n"
             "Content-Transfer-Encoding: base64\n\nJVBERi0xLjQ=\n"
             "--x\nContent-Type: text/plain; name=\"=?iso-2022-jp?B?GyRCRnwbKEI=?=.txt\"\n\nfile\n"
             "--x\nContent-Type: text/html\nContent-Disposition: attachment\n\n<a href=http://z/>\n"
             "--x\nContent-Type: image/png\nContent-Transfer-Encoding: base64\n\niVBORw0KGgo=\n"
             "--x\nContent-Type: application/octet-stream\nContent-Disposition: attachment; "
             "filename*0=\"long \"; filename*1=\"name.exe\"\nContent-Transfer-Encoding: base64\n\n"
             "TVqQAAM=\n--x--\n");
    (void)state;
    assert_int_equal(m->nparts, 6);
    assert_string_equal(part(m, "1.1.3")->type, "text/calendar");
    assert_string_equal(part(m, "1.2")->name, "日.pdf");
    assert_string_equal(part(m, "1.2")->true_type, "application/pdf");
    assert_string_equal(part(m, "1.2")->sha256, digest("%PDF-1.4"));
    assert_int_equal(part(m, "1.2")->bytes, 8);
    assert_string_equal(part(m, "1.3")->name, "日.txt");
    assert_string_equal(part(m, "1.4")->type, "text/html");
    assert_string_equal(part(m, "1.5")->true_type, "image/png");
    assert_string_equal(part(m, "1.6")->name, "long name.exe");
    assert_string_equal(part(m, "1.6")->true_type, "application/vnd.microsoft.portable-executable");
    assert_int_equal(m->nurls, 2); /* as text and as a file */
    assert_string_equal(m->urls[0].part, "1.4");
    assert_string_equal(m->urls[1].part, "1.4");
    assert_string_equal(policy_verdict(m), "clean");
}

static void
messages_inside(void **state)
{
    static const char inner[] = "Subject: in\r\nX-Odd:  two  blanks \r\nContent-Type: "
                                "multipart/mixed;\r\n\tboundary=\"y\"\r\n\r\npre\r\n--y\r\n\r\n"
                                "one\r\n--y\r\nContent-Type: a/b\r\n\r\ntwo\r\n--y--\r\nepilogue";
    char *encoded = g_base64_encode((const unsigned char *)inner, sizeof inner - 1);
    struct msg *m = scan(arena_printf(
        a,
        "From: a@b\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n"
        "--x\r\nContent-Type: message/rfc822\r\n\r\n%s\r\n"
        "--x\r\nContent-Type: message/rfc822; name=f.eml\r\nContent-Transfer-Encoding: "
        "base64\r\n\r\n%s\r\n--x--\r\n",
        inner, encoded));
    (void)state;
    g_free(encoded);
    assert_int_equal(m->nparts, 4);
    assert_string_equal(part(m, "1.1")->name, "in");
    assert_string_equal(part(m, "1.1")->type, "message/rfc822");
    assert_string_equal(part(m, "1.1")->sha256, digest(inner));
    assert_int_equal(part(m, "1.1")->bytes, sizeof inner - 1);
    assert_int_equal(part(m, "1.1")->children, 1);
    assert_string_equal(part(m, "1.1.1.2")->sha256, digest("two"));
    assert_string_equal(part(m, "1.2")->name, "f.eml");
    assert_string_equal(part(m, "1.2")->sha256, digest(inner));
    assert_string_equal(part(m, "1.2.1.2")->sha256, digest("two"));
}

static void
digests_of_messages_inside(void **state)
{
    (void)state;
    for (int crlf = 0; crlf < 2; crlf++) {
        const char *nl = crlf ? "\r\n" : "\n", *digests[5],
                   *m = arena_printf(a, "S: x%s%sa", nl, nl);
        int64_t lengths[5];
        for (int i = 0; i < 5; i++) {
            digests[i] = digest(m);
            lengths[i] = (int64_t)strlen(m);
            m = i % 2 ? arena_printf(a, "Subject: %d%sContent-Type: message/rfc822%s%s%s", i, nl,
                                     nl, nl, m)
                      : arena_printf(a,
                                     "X: %d%sContent-Type: multipart/mixed; boundary=b%d%s%s"
                                     "--b%d%sContent-Type: message/rfc822%s%s%s%s--b%d--%s",
                                     i, nl, i, nl, nl, i, nl, nl, nl, m, nl, i, nl);
        }
        struct msg *scanned = scan(m);
        assert_int_equal(scanned->nparts, 5);
        for (int i = 0; i < 4; i++) { /* the outermost first; the fifth is past the effort */
            assert_int_equal(scanned->parts[i].bytes, lengths[4 - i]);
            assert_string_equal(scanned->parts[i].sha256, digests[4 - i]);
        }
    }
}

static void
files_in_text(void **state)
{
    struct msg *m = scan("From: a@b\n\nsee\nbegin 644 a b.txt\n#86)C\n`\nend\nand\n"
                         "=ybegin line=128 size=3 name=y.bin\n\x8b\x8c\x8d\n=yend size=3\n");
    (void)state;
    assert_int_equal(m->nparts, 2);
    assert_string_equal(part(m, "1/u1")->name, "a b.txt");
    assert_string_equal(part(m, "1/u1")->sha256, digest("abc"));
    assert_string_equal(part(m, "1/y1")->name, "y.bin");
    assert_string_equal(part(m, "1/y1")->sha256, digest("abc"));
    assert_true(has_anomaly(m, "uuencode-in-text"));
    assert_true(has_anomaly(m, "yenc-in-text"));
    assert_int_equal(scan("From: a@b\n\nbegin the day\nbegin 99 x\nend\n")->nparts, 0);
}

/* ------------------------------------------------------------------ addresses */

static void
addresses(void **state)
{
    struct msg *m = scan(
        "From: a@b\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=x\n\n"
        "--x\n\nSee http://A.example/p?q=1, (https://b.example/x) www.c.example. xwww.no\n"
        "http://user:pw@d.example:8080/ http:// ftp://e.example/f\n"
        "--x\nContent-Type: text/html\n\n<base href='http://base.example/'>\n"
        "<a href=\"HTTPS://F.example/&amp;x\">y</a><img src=//g.example/i.png>"
        "<a href='ja&#x0a;vascript:x'>n</a><a href='http://h.exa\nmple/'>z</a>"
        "<meta http-equiv=refresh content='0; url=http://i.example/go'>"
        "<form action=http://j.example/post><a href=mailto:x@y>m</a>"
        "<div style='display:none'><a href=http://k.example/>h</a></div>text http://l.example\n"
        "--x--\n");
    static const struct {
        const char *host, *source;
    } want[] = {{"a.example", "text"}, {"b.example", "text"}, {"www.c.example", "text"},
                {"d.example", "text"}, {"e.example", "text"}, {"base.example", "html"},
                {"f.example", "html"}, {"g.example", "html"}, {"h.example", "html"},
                {"i.example", "html"}, {"j.example", "html"}, {"k.example", "html"},
                {"l.example", "text"}};
    (void)state;
    for (size_t i = 0; i < sizeof want / sizeof *want && (int)i < m->nurls; i++) {
        assert_string_equal(m->urls[i].host, want[i].host);
        assert_string_equal(m->urls[i].source, want[i].source);
    }
    assert_int_equal(m->nurls, sizeof want / sizeof *want);
    assert_string_equal(m->urls[0].url, "http://A.example/p?q=1");
    assert_string_equal(m->urls[6].url, "HTTPS://F.example/&x");
    assert_null(strstr(m->text, "display"));
}

/* ------------------------------------------------------------------ limits */

/* At the limit: nothing; one above: an exception with both numbers, and unscannable. */
static void
judge_limit(struct msg *m, const char *code, int64_t limit, int64_t seen)
{
    const struct msg_exception *x = exception(m, code);
    if (seen <= limit) {
        if (x || strcmp(policy_verdict(m), "clean") != 0)
            fail_msg("%s at %lld of %lld: %s", code, (long long)seen, (long long)limit,
                     policy_verdict(m));
        return;
    }
    if (!x)
        fail_msg("%s: %lld is not above %lld", code, (long long)seen, (long long)limit);
    assert_int_equal(x->limit, limit);
    assert_true(x->seen > limit);
    assert_string_equal(policy_verdict(m), "unscannable");
    assert_string_equal(policy_decide(m, NULL).reason, code);
}

static void
limit_of_header_fields(void **state)
{
    (void)state;
    for (int n = MSG_HEADERS; n <= MSG_HEADERS + 1; n++) {
        struct buf *b = buf_new(a, 0);
        buf_str(b, "From: a@b\n");
        for (int i = 1; i < n; i++)
            buf_str(b, "X: y\n");
        buf_str(b, "\nhi\n");
        judge_limit(scan_buf(b), "too-many-headers", MSG_HEADERS, n);
    }
}

static void
limit_of_header_bytes(void **state)
{
    (void)state;
    for (int n = MSG_HEADER_BYTES; n <= MSG_HEADER_BYTES + 1; n++) {
        struct buf *b = buf_new(a, 0);
        buf_str(b, "From: a@b\nX: ");
        while ((int)b->len < n - 1)
            buf_char(b, b->len % 900 == 899 ? '\n' : ' ');
        b->data[n - 2] = 'y';
        buf_str(b, "\n\nhi\n");
        judge_limit(scan_buf(b), "header-too-long", MSG_HEADER_BYTES, n);
    }
}

/* GMime would call itself for each of them. */
static void
limit_of_groups_in_groups(void **state)
{
    (void)state;
    for (int n = 5000; n <= 200000; n = n == 5000 ? 5001 : n == 5001 ? 200000 : n + 1)
        for (int folded = 0; folded < 2; folded++) {
            struct buf *b = buf_new(a, 0);
            buf_str(b, "From: a@b\nTo: ");
            for (int i = 1; i < n; i++)
                buf_str(b, folded && i % 200 == 0 ? "\n g:" : "g:");
            buf_str(b, "\n\nhi\n");
            judge_limit(scan_buf(b), "too-many-groups", 5000, n);
        }
}

static void
limits_of_the_header_of_a_part(void **state)
{
    (void)state;
    for (int n = MSG_HEADERS; n <= MSG_HEADERS + 1; n++) {
        struct buf *b = buf_new(a, 0);
        buf_str(b, "From: a@b\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=x\n\n"
                   "--x\n");
        for (int i = 0; i < n; i++)
            buf_str(b, "X: y\n");
        buf_str(b, "\nhi\n--x--\n");
        judge_limit(scan_buf(b), "too-many-headers", MSG_HEADERS, n);
    }
}

static void
limit_of_parts(void **state)
{
    (void)state;
    for (int n = MSG_PARTS; n <= MSG_PARTS + 1; n++) {
        struct buf *b = buf_new(a, 0);
        buf_str(b, "From: a@b\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=x\n\n");
        for (int i = 1; i < n; i++) /* the multipart itself is one */
            buf_str(b, "--x\n\nhi\n");
        buf_str(b, "--x--\n");
        judge_limit(scan_buf(b), "too-many-parts", MSG_PARTS, n);
    }
}

static void
limit_of_depth(void **state)
{
    (void)state;
    for (int n = MSG_DEPTH; n <= MSG_DEPTH + 1; n++) {
        struct buf *b = buf_new(a, 0);
        buf_str(b, "From: a@b\nMIME-Version: 1.0\n");
        for (int i = 1; i < n; i++)
            buf_printf(b, "Content-Type: multipart/mixed; boundary=b%dx\n\n--b%dx\n", i, i);
        buf_str(b, "\nhi\n");
        judge_limit(scan_buf(b), "too-deep", MSG_DEPTH, n);
        buf_clear(b);
        buf_str(b, "From: a@b\nMIME-Version: 1.0\n");
        for (int i = 1; i < n; i++)
            buf_str(b, "Content-Type: message/rfc822\n\n");
        buf_str(b, "Subject: x\n\nhi\n");
        judge_limit(scan_buf(b), "too-deep", MSG_DEPTH, n);
    }
}

static void
limit_of_text(void **state)
{
    struct buf *b = buf_new(a, 0);
    (void)state;
    buf_str(b, "From: a@b\n\n");
    while (b->len < MSG_TEXT_BYTES + 20)
        buf_str(b, "some words and more\n");
    struct msg *m = scan_buf(b);
    assert_true(m->text_len <= MSG_TEXT_BYTES);
    assert_non_null(exception(m, "text-too-long"));
    assert_string_equal(policy_verdict(m), "clean"); /* long reports are ordinary mail */
    /* ... but a page behind one is read, and one that hides something behind much of nothing is held */
    static const char page[] =
        "\n--b\nContent-Type: text/html\n\n<a href='https://bad.example/'>x</a>";
    static const char head[] = "From: a@b\nMIME-Version: 1.0\nContent-Type: multipart/alternative; "
                               "boundary=b\n\n--b\n\n";
    const char *much = arena_strndup(a, buf_cstr(b) + 11, b->len - 11);
    buf_clear(b);
    buf_printf(b, "%s%s%s\n--b--\n", head, much, page);
    m = scan_buf(b);
    assert_string_equal(m->urls[0].url, "https://bad.example/");
    assert_string_equal(policy_verdict(m), "clean");
    buf_clear(b);
    buf_printf(b, "%s--b\nContent-Type: text/html\n\n<!-- %s -->%s\n--b--\n", head, much, page);
    assert_string_equal(policy_decide(scan_buf(b), NULL).reason, "text-unread");
    buf_clear(b);
    buf_printf(b, "%s%s\n--b\n\n%s%s\n--b--\n", head, much, much, page);
    assert_string_equal(policy_decide(scan_buf(b), NULL).reason, "text-unread");
    buf_clear(b);
    buf_str(b, "From: a@b\n\nbegin 644 x\n");
    while (b->len < MSG_TEXT_BYTES + 20)
        buf_str(b, "M86)C86)C86)C86)C86)C86)C86)C86)C86)C86)C86)C86)C86)C86)C86)C\n");
    m = scan_buf(b); /* a file of which we know only the beginning */
    assert_string_equal(policy_decide(m, NULL).reason, "file-in-text-too-long");
}

static void
endless_shapes(void **state)
{
    struct buf *b = buf_new(a, 0);
    (void)state;
    buf_str(b, "From: a@b\nMIME-Version: 1.0\n");
    for (int i = 0; i < 3000; i++)
        buf_str(b, "Content-Type: message/rfc822\n\n");
    assert_string_equal(policy_verdict(scan_buf(b)), "unscannable");
    buf_clear(b);
    buf_str(b, "From: a@b\nMIME-Version: 1.0\n");
    for (int i = 0; i < 3000; i++)
        buf_printf(b, "Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n", i, i);
    assert_string_equal(policy_verdict(scan_buf(b)), "unscannable");
    buf_clear(b);
    for (int i = 0; i < 60000; i++)
        buf_str(b, "--x\n");
    assert_string_equal(policy_verdict(scan_buf(b)), "unscannable");
    buf_clear(b);
    buf_str(b, "From: a@b\nContent-Type: message/rfc822\n\n");
    for (int i = 0; i < 30000; i++)
        buf_str(b, "X: y\n");
    assert_string_equal(policy_decide(scan_buf(b), NULL).reason, "too-many-headers");
    assert_string_equal(policy_verdict(msg_scan(a, (const unsigned char *)"", 0, NULL)), "clean");
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
    const struct CMUnitTest tests[] = {
        T(header_facts),
        T(odd_headers),
        T(oddities_in_front_do_not_hide_the_rest),
        T(charsets),
        T(charset_of_sixteen_bits),
        T(attachments),
        T(messages_inside),
        T(digests_of_messages_inside),
        T(files_in_text),
        T(addresses),
        T(limit_of_header_fields),
        T(limit_of_header_bytes),
        T(limit_of_groups_in_groups),
        T(limits_of_the_header_of_a_part),
        T(limit_of_parts),
        T(limit_of_depth),
        T(limit_of_text),
        T(endless_shapes),
    };
    g_mime_init();
    charset_preload();
    return cmocka_run_group_tests_name("facts", tests, NULL, NULL);
}
