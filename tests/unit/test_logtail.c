/* Following a log: half lines, rotation, truncation, starting again in the middle. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "common/err.h"
#include "common/settings.h"
#include "engine/jobs/logtail.h"

static char dir[] = "/tmp/sekisho-test-logtail.XXXXXX";
static char path[100], rotated[100];

static void
append(const char *file, const char *text)
{
    int fd = open(file, O_WRONLY | O_CREAT | O_APPEND, 0600);

    assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    close(fd);
}

static void
expect(struct logtail *t, const char *want)
{
    struct err e;
    const char *p;
    size_t n;

    assert_int_equal(logtail_read(t, &p, &n, &e), 0);
    assert_int_equal(n, strlen(want));
    assert_memory_equal(p, want, n);
    logtail_done(t);
}

static int
fresh(void **state)
{
    (void)unlink(path);
    (void)unlink(rotated);
    append(path, "one\ntwo\n");
    *state = logtail_new(path, (struct logtail_position){0});
    return 0;
}

static int
end(void **state)
{
    struct logtail *t = *state;

    logtail_free(&t);
    return 0;
}

static void
only_complete_lines(void **state)
{
    expect(*state, "one\ntwo\n");
    expect(*state, "");
    append(path, "thr");
    expect(*state, "");
    append(path, "ee\nfou");
    expect(*state, "three\n");
    append(path, "r\n");
    expect(*state, "four\n");
}

static void
not_done_is_read_again(void **state)
{
    struct err e;
    const char *p;
    size_t n;

    assert_int_equal(logtail_read(*state, &p, &n, &e), 0);
    assert_int_equal(n, 8);
    expect(*state, "one\ntwo\n");
}

static void
goes_on_after_a_restart(void **state)
{
    struct logtail *second;
    struct logtail_position at;

    expect(*state, "one\ntwo\n");
    at = logtail_after(*state);
    append(path, "three\n");
    second = logtail_new(path, at);
    expect(second, "three\n");
    logtail_free(&second);
    /* rotated while nobody looked: the rest of the old file comes first */
    append(path, "four\n");
    assert_int_equal(rename(path, rotated), 0);
    append(path, "five\n");
    at.read_to += 6;
    second = logtail_new(path, at);
    expect(second, "four\n");
    expect(second, "");
    sleep(3);
    expect(second, "five\n");
    logtail_free(&second);
}

static void
rotation(void **state)
{
    expect(*state, "one\ntwo\n");
    assert_int_equal(rename(path, rotated), 0);
    append(rotated, "late\n"); /* the writer still has the old one open */
    expect(*state, "late\n");
    append(path, "new\n");
    expect(*state, ""); /* perhaps the old one is still written to */
    append(rotated, "later\n");
    expect(*state, "later\n");
    expect(*state, "");
    sleep(3);
    expect(*state, "new\n");
}

static void
truncation(void **state)
{
    expect(*state, "one\ntwo\n");
    assert_int_equal(truncate(path, 0), 0);
    append(path, "new\n");
    expect(*state, "new\n");
}

static void
endless_line(void **state)
{
    size_t n = 3 * 1024 * 1024, got = 0, k;
    char *p = malloc(n + 6);
    const char *q;
    struct err e;

    expect(*state, "one\ntwo\n");
    memset(p, 'x', n);
    memcpy(p + n, "\nend\n", 6);
    append(path, p);
    free(p);
    do { /* in pieces, without growing */
        assert_int_equal(logtail_read(*state, &q, &k, &e), 0);
        logtail_done(*state);
        got += k;
    } while (k > 0);
    assert_int_equal(got, n + 5);
}

static void
no_file(void **state)
{
    struct err e;
    const char *p;
    size_t n;

    (void)unlink(path);
    assert_int_equal(logtail_read(*state, &p, &n, &e), -1);
    assert_int_equal(e.cls, ERR_ENV);
    append(path, "there\n");
    expect(*state, "there\n");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(only_complete_lines, fresh, end),
        cmocka_unit_test_setup_teardown(not_done_is_read_again, fresh, end),
        cmocka_unit_test_setup_teardown(goes_on_after_a_restart, fresh, end),
        cmocka_unit_test_setup_teardown(rotation, fresh, end),
        cmocka_unit_test_setup_teardown(truncation, fresh, end),
        cmocka_unit_test_setup_teardown(endless_line, fresh, end),
        cmocka_unit_test_setup_teardown(no_file, fresh, end),
    };
    struct err e;
    int rc;

    if (settings_load("/dev/null", &e) < 0 || !mkdtemp(dir))
        return 1;
    (void)snprintf(path, sizeof path, "%s/log", dir);
    (void)snprintf(rotated, sizeof rotated, "%s/log.20261124", dir);
    rc = cmocka_run_group_tests_name("logtail", tests, NULL, NULL);
    (void)unlink(path);
    (void)unlink(rotated);
    (void)rmdir(dir);
    return rc;
}
