/* T-W17: one event is one line of JSON, whatever its texts hold. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <pthread.h>
#include <unistd.h>

#include "common/arena.h"
#include "common/err.h"
#include "common/evlog.h"
#include "common/jsonx.h"
#include "common/settings.h"

static char text[1 << 20];

/* What fn writes to standard error. */
static void
collect(void (*fn)(void))
{
    FILE *f = tmpfile();
    int saved = dup(STDERR_FILENO);
    assert_true(f && saved >= 0);
    dup2(fileno(f), STDERR_FILENO);
    fn();
    dup2(saved, STDERR_FILENO);
    close(saved);
    ssize_t n = pread(fileno(f), text, sizeof text - 1, 0);
    fclose(f);
    assert_true(n >= 0);
    text[n] = '\0';
}

static void
hostile(void)
{
    evlog(EVLOG_WARN, "test.hostile", "subject", "a\nb\r\x1b[31m\x7f\"\\", "turned",
          "x\xe2\x80\xae"
          "cod.exe\xe2\x80\xa8\xc2\x9b\xef\xbb\xbf",
          "broken", "\xff\xc0\xaf", "name", "\xe6\x97\xa5\xe6\x9c\xac", "none", NULL, NULL);
}

static void
one_line_and_nothing_invisible(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct err e;
    json_t *j;
    collect(hostile);
    size_t n = strlen(text);
    assert_ptr_equal(strchr(text, '\n'), text + n - 1);
    for (size_t i = 0; i < n - 1; i++)
        assert_true((unsigned char)text[i] >= 0x20 && text[i] != 0x7f);
    assert_null(strstr(text, "\xe2\x80"));
    assert_null(strstr(text, "\xc2\x9b"));
    assert_null(strstr(text, "\xef\xbb\xbf"));
    assert_non_null(strstr(text, "\\u202e"));
    assert_non_null(strstr(text, "\xe6\x97\xa5\xe6\x9c\xac")); /* names stay readable */
    assert_int_equal(jsonx_load(a, text, n, sizeof text, &j, &e), 0);
    assert_string_equal(jsonx_str(j, "subject"), "a\nb\r\x1b[31m\x7f\"\\");
    assert_string_equal(jsonx_str(j, "turned"), "x\xe2\x80\xae"
                                                "cod.exe\xe2\x80\xa8\xc2\x9b\xef\xbb\xbf");
    assert_string_equal(jsonx_str(j, "event"), "test.hostile");
    assert_string_equal(jsonx_str(j, "level"), "warn");
    assert_true(json_is_null(json_object_get(j, "none")));
    arena_free(&a);
}

static void
levels(void)
{
    evlog(EVLOG_DEBUG, "a", NULL);
    evlog(EVLOG_INFO, "b", NULL);
    evlog(EVLOG_WARN, "c", NULL);
    evlog(EVLOG_ERROR, "d", NULL);
}

static void
the_level_of_the_settings_holds(void **state)
{
    (void)state;
    struct err e;
    setenv("LOG_LEVEL", "warn", 1);
    assert_int_equal(settings_load(NULL, &e), 0);
    evlog_init("test");
    collect(levels);
    assert_null(strstr(text, "\"b\""));
    assert_non_null(strstr(text, "\"program\":\"test\",\"event\":\"c\""));
    assert_non_null(strstr(text, "\"d\""));
    setenv("LOG_LEVEL", "info", 1);
    assert_int_equal(settings_load(NULL, &e), 0);
    evlog_init("test");
    unsetenv("LOG_LEVEL");
}

static void *
many(void *arg)
{
    char filler[3000];
    memset(filler, 'x', sizeof filler - 1);
    filler[sizeof filler - 1] = '\0';
    for (int i = 0; i < 20; i++)
        evlog(EVLOG_INFO, "thread", "of", arg, "filler", filler, NULL);
    return NULL;
}

static void
threads(void)
{
    pthread_t t[4];
    for (int i = 0; i < 4; i++)
        pthread_create(&t[i], NULL, many, (void *)(uintptr_t) "x");
    for (int i = 0; i < 4; i++)
        pthread_join(t[i], NULL);
}

static void
lines_of_threads_never_mix(void **state)
{
    (void)state;
    struct err e;
    int lines = 0;
    collect(threads);
    for (char *p = text, *end; (end = strchr(p, '\n')); p = end + 1, lines++) {
        struct arena *a = arena_new();
        json_t *j;
        assert_int_equal(jsonx_load(a, p, (size_t)(end - p), sizeof text, &j, &e), 0);
        arena_free(&a);
    }
    assert_int_equal(lines, 80);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(one_line_and_nothing_invisible),
                                       cmocka_unit_test(the_level_of_the_settings_holds),
                                       cmocka_unit_test(lines_of_threads_never_mix)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
