/* F-28: a wrong setting is one line that says what and where. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <unistd.h>

#include "common/err.h"
#include "common/settings.h"

static const char *
file_with(const char *text)
{
    static char name[] = "/tmp/sekisho-settings-XXXXXX";
    static char path[sizeof name];
    memcpy(path, name, sizeof name);
    int fd = mkstemp(path);
    assert_true(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text));
    close(fd);
    return path;
}

static void
wrong_lines(void **state)
{
    (void)state;
    static const char *const cases[][3] = {
        {"smpt_port = 25\n", ":1: ", "did you mean smtp_port?"},
        {"# fine\n\nsmtp_port = abc\n", ":3: ", "is not a number"},
        {"smtp_port = 70000\n", ":1: ", "use 1 to 65535"},
        {"smtp_port 25\n", ":1: ", "is not \"key = value\""},
        {"message_size = 10X\n", ":1: ", "K, M or G may follow"},
        {"nothing_like_it_at_all = 1\n", ":1: ", "no such setting"},
        {"log_level = loud\n", ":1: ", "use debug, info, warn or error"},
        {"profile = test normal\n", ":1: ", "use normal or test"},
        {"profile =\n", ":1: ", "use normal or test"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct err e = {0};
        const char *file = file_with(cases[i][0]);
        assert_int_equal(settings_load(file, &e), -1);
        unlink(file);
        assert_int_equal(e.cls, ERR_INPUT);
        if (!strstr(e.text, cases[i][1]) || !strstr(e.text, cases[i][2]) || strchr(e.text, '\n'))
            fail_msg("%s", e.text);
    }
    struct err e = {0};
    assert_int_equal(settings_load("/nonexistent/sekisho.conf", &e), -1);
}

/* Large mail has 7/8 of intake_memory at most: mail of the permitted size must fit. */
static void
a_message_fits_into_the_memory_for_messages(void **state)
{
    static const struct {
        const char *text;
        bool good;
    } cases[] = {
        {"intake_memory = 8M\nmessage_size = 7M\n", true},
        {"message_size = 7M\nintake_memory = 8M\n", true},
        {"intake_memory = 8M\nmessage_size = 7340033\n", false},
        {"intake_memory = 160M\n", false}, /* message_size as it is by itself */
        {"message_size = 400M\n", false},
        {"message_size = 1G\nintake_memory = 64G\n", true},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct err e = {0};
        const char *file = file_with(cases[i].text);
        int rc = settings_load(file, &e);
        unlink(file);
        if (rc != (cases[i].good ? 0 : -1))
            fail_msg("%s: %d %s", cases[i].text, rc, e.text);
        if (cases[i].good)
            continue;
        assert_int_equal(e.cls, ERR_INPUT);
        if (!strstr(e.text, "message_size: ") || !strstr(e.text, "or raise intake_memory") ||
            strchr(e.text, '\n'))
            fail_msg("%s", e.text);
    }
}

static void
relay_networks_are_networks(void **state)
{
    static const struct {
        const char *text, *named;
    } cases[] = {
        {"relay_networks =\n", NULL},
        {"relay_networks = 192.0.2.0/24, 2001:db8::/32 198.51.100.7\n", NULL},
        {"relay_networks = 192.0.2.0/24 192.0.2.1/24\n", "\"192.0.2.1/24\""},
        {"relay_networks = mail.example.com\n", "\"mail.example.com\""},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct err e = {0};
        const char *file = file_with(cases[i].text);
        int rc = settings_load(file, &e);
        unlink(file);
        assert_int_equal(rc, cases[i].named ? -1 : 0);
        if (cases[i].named && !strstr(e.text, cases[i].named))
            fail_msg("%s", e.text);
    }
}

static void
values_and_environment(void **state)
{
    (void)state;
    struct err e;
    unsetenv("SMTP_PORT");
    const char *file = file_with("smtp_port = 2600\nmessage_size = 2M  \nbind=192.0.2.1\n");
    assert_int_equal(settings_load(file, &e), 0);
    assert_int_equal(settings_int(SET_smtp_port), 2600);
    assert_int_equal(settings_int(SET_message_size), 2 * 1024 * 1024);
    assert_string_equal(settings_text(SET_bind), "192.0.2.1");
    setenv("SMTP_PORT", "2601", 1);
    assert_int_equal(settings_load(file, &e), 0);
    assert_int_equal(settings_int(SET_smtp_port), 2601);
    setenv("SMTP_PORT", "x", 1);
    assert_int_equal(settings_load(file, &e), -1);
    assert_non_null(strstr(e.text, "SMTP_PORT"));
    unsetenv("SMTP_PORT");
    unlink(file);
    setenv("DATABASE_URL", "postgresql://db.example/mail?sslmode=require", 1);
    assert_int_equal(settings_load(NULL, &e), 0);
    assert_non_null(
        strstr(settings_database("sekisho_engine"), "?sslmode=require&user=sekisho_engine"));
    unsetenv("DATABASE_URL");
    setenv("DATABASE_URL", "host=db.example dbname=mail user=somebody", 1);
    assert_int_equal(settings_load(NULL, &e), 0);
    assert_non_null(strstr(settings_database("sekisho_jobs"), "user=somebody user=sekisho_jobs "));
    unsetenv("DATABASE_URL");
    setenv("SEKISHO_RUN", "/tmp/it's a \\ folder", 1);
    assert_int_equal(settings_load(NULL, &e), 0);
    assert_non_null(strstr(settings_database("sekisho_jobs"),
                           "host='/tmp/it\\'s a \\\\ folder/pg' port=5432 dbname=sekisho "));
    unsetenv("SEKISHO_RUN");
    setenv("VAR", "relative", 1);
    assert_int_equal(settings_load(NULL, &e), 0);
    assert_int_equal(settings_path("key/x")[0], '/');
    assert_non_null(strstr(settings_path("key/x"), "/relative/key/x"));
    assert_ptr_equal(settings_path("key/x"), settings_path("key/x"));
    unsetenv("VAR");
}

/* conf/sekisho.conf shows every key with its default, and nothing else. */
static void
shipped_file(void **state)
{
    (void)state;
    static const struct {
        const char *name, *def;
    } all[] = {
#define SETTING(id, env, type, def, min, max, help) {#id, def},
#include "common/settings.def"
#undef SETTING
    };
    struct err e;
    char text[65536], line[300];
    if (settings_load("conf/sekisho.conf", &e))
        fail_msg("%s", e.text);
    FILE *f = fopen("conf/sekisho.conf", "r");
    assert_non_null(f);
    text[fread(text, 1, sizeof text - 1, f)] = '\0';
    fclose(f);
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        snprintf(line, sizeof line, "%s =%s%s", all[i].name, *all[i].def ? " " : "", all[i].def);
        if (!strstr(text, line))
            fail_msg("conf/sekisho.conf lacks \"%s\"", line);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(wrong_lines),
        cmocka_unit_test(a_message_fits_into_the_memory_for_messages),
        cmocka_unit_test(relay_networks_are_networks), cmocka_unit_test(values_and_environment),
        cmocka_unit_test(shipped_file)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
