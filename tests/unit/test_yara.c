/* The operator's YARA rules: what a match means, files with errors, the command that finds them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <gmime/gmime.h>

#include "common/err.h"
#include "common/settings.h"
#include "content_mail.h"
#include "engine/content/yara_rules.h"
#include "engine/msg/charset.h"
#include "engine/scan/scan.h"

static char folder[] = "/tmp/sekisho-yara-XXXXXX";
static struct arena *a;

static void
rule_file(const char *name, const char *text)
{
    char path[100];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *f = fopen(path, "w");
    fputs(text, f);
    fclose(f);
}

static int
begin(void **state)
{
    struct err e;
    (void)state;
    a = arena_new();
    if (!mkdtemp(folder))
        return -1;
    rule_file(
        "one.yar",
        "rule Evil { meta: description = \"a test\" strings: $a = \"evil-word\" condition: $a }\n"
        "private rule Quiet { strings: $a = \"evil-word\" condition: $a }\n");
    rule_file("two.yara",
              "rule Note { meta: kind = \"note\" score = 2 condition: extension == \".odd\" }\n"
              "rule Spammy { meta: kind = \"spam\" score = \"5.5\" strings: $a = \"Subject: buy\" "
              "condition: $a at 0 }\n");
    rule_file("bad.yar", "rule Bad { condition: nothing_known }\n");
    rule_file("ignored.txt", "rule Ignored { condition: true }\n");
    setenv("YARA_FOLDER", folder, 1);
    if (settings_load(NULL, &e))
        return -1;
    scanners_prepare();
    return 0;
}

static int
end(void **state)
{
    static const char *const names[] = {"one.yar", "two.yara", "bad.yar", "ignored.txt"};
    (void)state;
    arena_free(&a);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char path[100];
        snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        unlink(path);
    }
    return rmdir(folder);
}

static void
matches(void **state)
{
    struct msg *m = content_mail(a, "", "a.odd", "application/x", "an evil-word", 12);
    const struct msg_finding *f = content_found(m, "Evil"), *note = content_found(m, "Note");
    (void)state;
    assert_non_null(f);
    assert_string_equal(f->kind, "malware");
    assert_string_equal(f->evidence, "a test");
    assert_string_equal(f->part, "1.2");
    assert_non_null(note);
    assert_string_equal(note->kind, "");
    assert_true(note->score == 2);
    assert_null(content_found(m, "Quiet"));
    assert_null(content_found(m, "Ignored"));
    assert_int_equal(content_count(content_mail(a, "", "a.txt", "text/plain", "good", 4)), 0);
}

static void
raw_message(void **state)
{
    static const char raw[] = "Subject: buy\nFrom: a@b\n\nx\n";
    struct msg *m = msg_scan(a, (const unsigned char *)raw, sizeof raw - 1, NULL);
    (void)state;
    assert_non_null(content_found(m, "Spammy"));
    assert_string_equal(content_found(m, "Spammy")->kind, "spam");
    assert_true(content_found(m, "Spammy")->score == 5.5);
}

static void
on_file(void *ctx, const char *file, int rules, int errors)
{
    (void)errors;
    buf_printf(ctx, "%s %d;", file, rules);
}

static void
on_error(void *ctx, const char *file, int line, const char *text, bool warning)
{
    (void)warning, (void)text;
    buf_printf(ctx, "%s:%d;", file, line);
}

static void
checking(void **state)
{
    struct buf *b = buf_new(a, 0);
    const struct yara_report r = {on_file, on_error, b};
    (void)state;
    assert_int_equal(yara_rules_check(folder, &r), 1);
    assert_string_equal(buf_cstr(b), "bad.yar:1;bad.yar 0;one.yar 2;two.yara 2;");
    assert_int_equal(yara_rules_check("/nonexistent", &r), -1);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        {"F16 matches on attachments", matches, NULL, NULL, NULL},
        {"F16 matches on the message as it came", raw_message, NULL, NULL, NULL},
        {"files with errors are named and left out", checking, NULL, NULL, NULL},
    };
    g_mime_init();
    charset_preload();
    return cmocka_run_group_tests_name("yara", tests, begin, end);
}
