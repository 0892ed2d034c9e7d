/* Declared fields: kinds, limits, what is kept after an error, what never reaches a handler. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "console/web_input.h"

static const struct field fields[] = {
    {"name", FIELD_TEXT, 10, true, NULL},
    {"note", FIELD_LINES, 100, false, NULL},
    {"password", FIELD_PASSWORD, 20, false, NULL},
    {"port", FIELD_INT, 65535, false, NULL},
    {"on", FIELD_BOOL, 0, false, NULL},
    {"one", FIELD_UUID, 0, false, NULL},
    {"id", FIELD_UUIDS, 3, false, NULL},
    {"kind", FIELD_CHOICE, 0, false, "spam|malware"},
    {"file", FIELD_FILE, 4, false, NULL},
    FIELDS_END,
};
#define ID1 "0193a5c2-7d5e-7c1a-8b7e-000000000001"
#define ID2 "0193a5c2-7d5e-7c1a-8b7e-000000000002"

static struct web_req r;

static void
read_form(const char *text)
{
    struct web_pairs p = {0};
    arena_free(&r.a);
    r = (struct web_req){
        .a = arena_new(), .path = "/x", .method = M_POST, .cat = i18n_find("en"), .lang = "en"};
    assert_int_equal(web_form_parse(r.a, text, strlen(text), &p), 0);
    web_input_read(&r, fields, &p);
}

static void
good(void **state)
{
    const char *const *ids;
    (void)state;
    read_form(
        "name=+%E3%80%80Ann%C2%A0&note=a%0D%0Ab%0Dc&password=+p+&port=+2%EF%BC%95&on=1&one=" ID1
        "&id=" ID1 "&id=" ID2 "&kind=malware&role=owner&csrf=x");
    assert_true(in_ok(&r));
    assert_string_equal(in_text(&r, "name"), "Ann");
    assert_string_equal(in_text(&r, "note"), "a\nb\nc");
    assert_string_equal(in_text(&r, "password"), " p ");
    assert_int_equal(in_int(&r, "port", 1), 25);
    assert_true(in_bool(&r, "on"));
    assert_string_equal(in_text(&r, "one"), ID1);
    assert_int_equal(in_uuids(&r, "id", &ids), 2);
    assert_string_equal(ids[1], ID2);
    assert_string_equal(in_text(&r, "kind"), "malware");
    assert_null(in_error_of(&r, "name"));
}

static void
absent(void **state)
{
    (void)state;
    read_form("name=x");
    assert_true(in_ok(&r));
    assert_string_equal(in_text(&r, "note"), "");
    assert_false(in_given(&r, "note"));
    assert_true(in_given(&r, "name"));
    assert_int_equal(in_int(&r, "port", 7), 7);
    assert_false(in_bool(&r, "on"));
    assert_int_equal(in_uuids(&r, "id", NULL), 0);
    read_form("");
    assert_false(in_ok(&r));
    assert_string_equal(in_error_of(&r, "name"), "Fill in this field.");
    read_form("name=%E3%80%80+");
    assert_string_equal(in_error_of(&r, "name"), "Fill in this field.");
}

static void
wrong(void **state)
{
    (void)state;
    static const struct {
        const char *form, *name, *kept;
    } cases[] = {
        {"name=12345678901", "name", "1234567890"},
        {"name=123456789%E5%8F%97", "name", "123456789"}, /* not cut inside a character */
        {"name=a%0Ab", "name", ""},
        {"name=a%7F", "name", ""},
        {"name=a%C2%85", "name", ""},
        {"name=x&note=%01", "note", ""},
        {"name=x&port=12a", "port", "12a"},
        {"name=x&port=-1", "port", "-1"},
        {"name=x&port=65536", "port", "65536"},
        {"name=x&port=99999999999999999999", "port", "99999999999999999999"},
        {"name=x&port=1.5", "port", "1.5"},
        {"name=x&one=abc", "one", ""},
        {"name=x&one=" ID1 "x", "one", ""},
        {"name=x&kind=Spam", "kind", ""},
        {"name=x&kind=spam%7Cmalware", "kind", ""},
        {"name=x&password=123456789012345678901", "password", "12345678901234567890"},
        {"name=x&file=12345", "file", "12345"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        read_form(cases[i].form);
        if (in_ok(&r) || !in_error_of(&r, cases[i].name))
            fail_msg("accepted: %s", cases[i].form);
        assert_string_equal(in_text(&r, cases[i].name), cases[i].kept);
    }
    read_form("name=x&file=12345");
    assert_string_equal(in_error_of(&r, "file"),
                        "This file is too large. It may have 4 bytes at most.");
    read_form("name=x&id=" ID1 "&id=bad");
    assert_false(in_ok(&r));
    assert_int_equal(in_uuids(&r, "id", NULL), 0);
    read_form("name=x&id=" ID1 "&id=" ID1 "," ID1 "," ID1);
    assert_false(in_ok(&r));
    read_form("name=x&id=" ID1 "," ID2);
    assert_int_equal(in_uuids(&r, "id", NULL), 2);
}

/* Bytes of an upload were never checked as text: NUL, broken UTF-8, control characters. */
static void
an_upload_is_no_text(void **state)
{
    (void)state;
    static const char *const names[] = {"name", "note", "password", "port", "on",
                                        "one",  "id",   "kind",     NULL};
    for (const char *const *name = names; *name; name++) {
        static const char values[][45] = {"1", "\xff\xfe\x01<b>", "spam", ID1, "22\0 x"};
        for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
            struct web_pairs p = {0};
            arena_free(&r.a);
            r = (struct web_req){.a = arena_new(), .path = "/x", .method = M_POST};
            r.cat = i18n_find("en");
            struct buf *b = buf_new(r.a, 0);
            buf_printf(b,
                       "--b\r\nContent-Disposition: form-data; name=\"%s\"; filename=\"f\"\r\n\r\n",
                       *name);
            buf_add(b, values[i], i == 4 ? 5 : strlen(values[i]));
            buf_str(b, "\r\n--b--\r\n");
            assert_int_equal(
                web_body_parse(r.a, "multipart/form-data; boundary=b", b->data, b->len, &p), 0);
            assert_int_equal(p.n, 1);
            web_input_read(&r, fields, &p);
            if (*in_text(&r, *name) || in_bool(&r, *name) || in_int(&r, *name, -1) != -1 ||
                in_uuids(&r, *name, NULL))
                fail_msg("an upload became the field %s", *name);
            assert_string_equal(in_error_of(&r, "name"), "Fill in this field.");
        }
    }
}

static void
first_value_counts(void **state)
{
    (void)state;
    read_form("name=a&name=b&on=0&on=1");
    assert_string_equal(in_text(&r, "name"), "a");
    assert_false(in_bool(&r, "on"));
}

static void
errors_of_handlers(void **state)
{
    (void)state;
    read_form("name=x");
    in_error(&r, "name", "This domain is taken.");
    assert_false(in_ok(&r));
    assert_string_equal(in_error_of(&r, "name"), "This domain is taken.");
}

static void
form_page_before_its_post(void **state)
{
    struct web_pairs none = {0};
    (void)state;
    read_form("name=x");
    r.method = M_GET;
    web_input_read(&r, no_fields, &none);
    assert_string_equal(in_text(&r, "name"), "");
    assert_null(in_error_of(&r, "name"));
    assert_true(in_ok(&r));
}

static int
teardown(void **state)
{
    (void)state;
    arena_free(&r.a);
    return 0;
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(good),
        cmocka_unit_test(absent),
        cmocka_unit_test(wrong),
        cmocka_unit_test(an_upload_is_no_text),
        cmocka_unit_test(first_value_counts),
        cmocka_unit_test(errors_of_handlers),
        cmocka_unit_test(form_page_before_its_post),
    };
    return cmocka_run_group_tests_name("web_input", tests, NULL, teardown);
}
