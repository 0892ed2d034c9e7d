/* Points of rules without a score: of a package next to nothing, of an operator what the language says. */
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

#include "common/arena.h"
#include "common/err.h"
#include "common/settings.h"
#include "engine/msg/charset.h"
#include "engine/msg/msg.h"
#include "engine/scan/scan.h"

static char packaged[] = "/tmp/sekisho-packaged-XXXXXX", own[] = "/tmp/sekisho-own-XXXXXX";

static const char *
file_of(struct arena *a, const char *folder)
{
    return arena_printf(a, "%s/rules.cf", folder);
}

static void
write_rules(struct arena *a, const char *folder, const char *text)
{
    FILE *f = fopen(file_of(a, folder), "w");
    assert_non_null(f);
    assert_true(fputs(text, f) >= 0);
    assert_int_equal(fclose(f), 0);
}

static int
load(void **state)
{
    struct arena *a = arena_new();
    struct err e;
    (void)state;
    assert_non_null(mkdtemp(packaged));
    assert_non_null(mkdtemp(own));
    write_rules(a, packaged,
                "body PACKAGED_BARE /apple/\nbody PACKAGED_SCORED /apple/\n"
                "score PACKAGED_SCORED 1.5\nbody T_PACKAGED_TRIAL /apple/\n");
    write_rules(a, own, "body OWN_BARE /apple/\nbody OWN_SCORED /apple/\nscore OWN_SCORED 2\n");
    /* What is under /usr/share came with a package. */
    setenv("RULES_FOLDERS", arena_printf(a, "/usr/share/../..%s:%s", packaged, own), 1);
    assert_int_equal(settings_load(NULL, &e), 0);
    scanners_prepare();
    arena_free(&a);
    return 0;
}

static int
clear(void **state)
{
    struct arena *a = arena_new();
    (void)state;
    (void)unlink(file_of(a, packaged));
    (void)unlink(file_of(a, own));
    (void)rmdir(packaged);
    (void)rmdir(own);
    arena_free(&a);
    return 0;
}

static double
points(const struct msg *m, const char *rule)
{
    for (int i = 0; i < m->nfindings; i++)
        if (strcmp(m->findings[i].code, rule) == 0)
            return m->findings[i].score;
    fail_msg("%s was not found", rule);
    return 0;
}

static bool
is(double x, double expected)
{
    return x > expected - 1e-6 && x < expected + 1e-6;
}

static void
without_a_score(void **state)
{
    struct arena *a = arena_new();
    const char *raw = "From: a@b.example\nTo: c@d.example\nSubject: fruit\n\nAn apple a day.\n";
    struct msg *m = msg_scan(a, (const unsigned char *)raw, strlen(raw), NULL);
    (void)state;
    assert_true(is(points(m, "PACKAGED_BARE"), 0.01));
    assert_true(is(points(m, "PACKAGED_SCORED"), 1.5));
    assert_true(is(points(m, "T_PACKAGED_TRIAL"), 0.0001));
    assert_true(is(points(m, "OWN_BARE"), 1));
    assert_true(is(points(m, "OWN_SCORED"), 2));
    arena_free(&a);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        {"rules without a score: 0.01 from a package, 1.0 an operator's own", without_a_score, NULL,
         NULL, NULL},
    };
    g_mime_init();
    charset_preload();
    return cmocka_run_group_tests_name("scan_rules", tests, load, clear);
}
