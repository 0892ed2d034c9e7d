/* F-28: what cannot be read when rules and lists are read again leaves those of before as they are. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>
#include <gmime/gmime.h>

#include "common/err.h"
#include "common/settings.h"
#include "common/when.h"
#include "content_mail.h"
#include "engine/content/yara_rules.h"
#include "engine/msg/charset.h"
#include "engine/reputation/feed_build.h"
#include "engine/reputation/feeds.h"
#include "engine/scan/scan.h"

static char dir[] = "/tmp/sekisho-reload-XXXXXX";
static struct arena *a;

static const char *
path(const char *name)
{
    return arena_printf(a, "%s/%s", dir, name);
}

static void
file(const char *name, const char *text)
{
    FILE *f = fopen(path(name), "w");
    assert_non_null(f);
    fputs(text, f);
    fclose(f);
}

static void
use(const char *rules, const char *yara)
{
    struct err e;
    setenv("RULES_FOLDERS", rules, 1);
    setenv("YARA_FOLDER", yara, 1);
    assert_int_equal(settings_load(NULL, &e), 0);
    scanners_prepare();
}

static bool
hit(const char *code)
{
    static const char raw[] = "From: a@b\n\nevil-word\n";
    return content_found(msg_scan(a, (const unsigned char *)raw, sizeof raw - 1, NULL), code);
}

static int
begin(void **state)
{
    (void)state;
    a = arena_new();
    assert_non_null(mkdtemp(dir));
    (void)mkdir(path("one"), 0755);
    (void)mkdir(path("two"), 0755);
    (void)mkdir(path("yara"), 0755);
    (void)mkdir(path("feeds"), 0755);
    file("one/a.cf", "body ONE /evil-word/\r\nscore ONE 2\r\n");
    file("two/a.cf", "body TWO /evil-word/\nscore TWO 2\n");
    file("yara/a.yar", "rule Evil { strings: $a = \"evil-word\" condition: $a }\n");
    return 0;
}

static int
end(void **state)
{
    static const char *const all[] = {"one/a.cf", "two/a.cf",     "yara/a.yar", "yara/b.yar",
                                      "list",     "feeds/x.feed", "feeds",      "one",
                                      "two",      "yara",         "no-folder",  ""};
    (void)state;
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        (void)remove(path(all[i]));
    arena_free(&a);
    return 0;
}

static void
rules(void **state)
{
    const char *both = arena_printf(a, "%s:%s", path("one"), path("two"));
    (void)state;
    use(both, path("yara"));
    assert_true(hit("ONE") && hit("TWO") && hit("Evil"));
    /* one folder of two, and the folder of YARA, cannot be read: a file stands in their place */
    file("no-folder", "");
    use(arena_printf(a, "%s:%s", path("one"), path("no-folder")), path("no-folder"));
    assert_true(hit("ONE") && hit("TWO") && hit("Evil"));
    /* a file that is broken is left out, the others go on */
    file("yara/b.yar", "rule Broken {");
    file("two/a.cf", "body TWO /(evil-word/\n");
    use(both, path("yara"));
    assert_true(hit("ONE") && !hit("TWO") && hit("Evil"));
    /* what is gone is gone */
    use(path("one"), path("gone"));
    assert_true(hit("ONE") && !hit("Evil"));
}

static void
feeds(void **state)
{
    const struct feed_order o = {.name = "x",
                                 .source = path("list"),
                                 .column = "",
                                 .format = FEED_LIST,
                                 .level = RISK_DANGEROUS};
    int64_t until = when_mono() + 20 * FEEDS_LOOK_MS;
    struct feed_report r;
    struct err e;
    (void)state;
    file("list", "evil.example\n");
    assert_int_equal(feed_build(path("feeds"), &o, &r, &e), 0);
    struct feeds *f = feeds_new(path("feeds"));
    assert_int_equal(feeds_get(f, a)->n, 1);
    /* the folder turns into something that cannot be read */
    assert_int_equal(remove(path("feeds/x.feed")), 0);
    assert_int_equal(rmdir(path("feeds")), 0);
    file("feeds", "");
    for (int i = 0; i < 3 && when_mono() < until; i++) {
        usleep(FEEDS_LOOK_MS * 1000 + 20000);
        assert_int_equal(feeds_get(f, a)->n, 1);
    }
    feeds_free(&f);
}

/* Who makes a hundred notes match hides nothing behind them. */
static void
matches(void **state)
{
    struct buf *b = buf_new(a, 0);
    (void)state;
    file("yara/b.yar", "rule Note { meta: kind = \"note\" condition: extension == \".odd\" }\n");
    use(path("one"), path("yara"));
    buf_str(b, "From: a@b\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n");
    for (int i = 0; i <= YARA_MATCHES; i++)
        buf_printf(b, "--b\nContent-Disposition: attachment; filename=%d.odd\n\nx\n", i);
    buf_str(b, "--b--\n");
    struct msg *m = msg_scan(a, (const unsigned char *)b->data, b->len, NULL);
    assert_string_equal(policy_decide(m, NULL).reason, "yara-matches");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rules),
        cmocka_unit_test(feeds),
        cmocka_unit_test(matches),
    };
    g_mime_init();
    charset_preload();
    return cmocka_run_group_tests_name("reload", tests, begin, end);
}
