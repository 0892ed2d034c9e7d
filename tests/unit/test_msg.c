/* The message record: lists that grow and end at their limits, JSON there and back, JSON from a
 * liar. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "common/arena.h"
#include "common/err.h"
#include "common/jsonx.h"
#include "engine/msg/msg.h"

static void
lists_grow(void **state)
{
    struct arena *a = arena_new();
    struct msg *m = msg_new(a);
    (void)state;
    for (int i = 0; i < 300; i++) {
        msg_add_part(m, (struct msg_part){.id = arena_printf(a, "1.%d", i), .bytes = i});
        msg_add_finding(m, (struct msg_finding){.code = "c", .score = i});
        msg_add_exception(m, arena_printf(a, "x%d", i), "", 1, i);
    }
    assert_int_equal(m->nparts, 300);
    assert_int_equal(m->nfindings, 300);
    assert_int_equal(m->nexceptions, 300);
    assert_string_equal(m->parts[255].id, "1.255");
    assert_string_equal(m->parts[256].id, "1.256");
    assert_string_equal(m->parts[0].name, ""); /* never NULL */
    assert_string_equal(m->findings[7].scanner, "");
    assert_string_equal(m->findings[7].kind, "");
    arena_free(&a);
}

static void
repeats_are_dropped(void **state)
{
    struct arena *a = arena_new();
    struct msg *m = msg_new(a);
    (void)state;
    for (int i = 0; i < 3; i++) {
        msg_add_anomaly(m, "one");
        msg_add_anomaly(m, "two");
        msg_add_url(m, (struct msg_url){.url = "http://a/", .host = "a", .source = "text"});
        msg_add_exception(m, "big", "1", 10, 20 + i);
    }
    msg_add_url(m, (struct msg_url){.url = "http://a/", .host = "a", .source = "html"});
    assert_int_equal(m->nanomalies, 2);
    assert_string_equal(m->anomalies[0], "one");
    assert_int_equal(m->nurls, 2);
    assert_int_equal(m->nexceptions, 1);
    assert_int_equal(m->exceptions[0].seen, 22); /* the largest */
    arena_free(&a);
}

static void
lists_end(void **state)
{
    struct arena *a = arena_new();
    struct msg *m = msg_new(a);
    (void)state;
    for (int i = 0; i < MSG_URLS; i++)
        msg_add_url(m, (struct msg_url){.url = arena_printf(a, "http://a/%d", i), .host = "a"});
    msg_add_url(m, (struct msg_url){.url = "http://a/5", .host = "a"}); /* known: no limit passed */
    assert_int_equal(m->nexceptions, 0);
    msg_add_url(m, (struct msg_url){.url = "http://a/x", .host = "a"});
    assert_int_equal(m->nurls, MSG_URLS);
    assert_string_equal(m->exceptions[0].code, "too-many-urls");
    for (int i = 0; i < MSG_MORE_HOSTS; i++) { /* new hosts are kept */
        const char *host = arena_printf(a, "b%d", i);
        msg_add_url(m, (struct msg_url){.url = arena_printf(a, "http://%s/", host), .host = host});
        msg_add_url(m, (struct msg_url){.url = arena_printf(a, "http://%s/2", host), .host = host});
    }
    assert_int_equal(m->nurls, MSG_URLS + MSG_MORE_HOSTS);
    assert_int_equal(m->nexceptions, 1);
    msg_add_url(m, (struct msg_url){.url = "http://c/", .host = "c"});
    assert_int_equal(m->nurls, MSG_URLS + MSG_MORE_HOSTS);
    assert_string_equal(m->exceptions[1].code, "too-many-hosts");
    for (int i = 0; i < MSG_LINKS + 50; i++) /* the same again is nothing new */
        msg_add_link(m,
                     (struct msg_link){arena_printf(a, "%d", i % MSG_LINKS), "http://a/", "1", 0});
    assert_int_equal(m->nexceptions, 2);
    msg_add_link(m, (struct msg_link){"https://bank.example/", "http://bad.example/", "1", 0});
    assert_string_equal(m->exceptions[2].code, "too-many-links");
    for (int i = 0; i < 100; i++)
        msg_add_anomaly(m, arena_printf(a, "a%d", i));
    assert_int_equal(m->nanomalies, MSG_ANOMALIES);
    for (int i = 0; i < MSG_PARTS + 5; i++)
        msg_add_part(m, (struct msg_part){.id = "1"});
    assert_int_equal(m->nparts, MSG_PARTS);
    assert_string_equal(m->exceptions[3].code, "too-many-parts");
    arena_free(&a);
}

/* A document with many addresses leaves room for those of the text, and is no reason to hold it. */
static void
addresses_of_files(void **state)
{
    struct arena *a = arena_new();
    struct msg *m = msg_new(a);
    (void)state;
    for (int i = 0; i < 2 * MSG_URLS; i++)
        msg_add_url(m, (struct msg_url){.url = arena_printf(a, "http://a/%d", i),
                                        .host = "a",
                                        .source = "attachment"});
    assert_int_equal(m->nurls, MSG_FILE_URLS);
    assert_string_equal(m->exceptions[0].code, "too-many-urls");
    msg_add_url(m, (struct msg_url){.url = "http://b/", .host = "b", .source = "html"});
    assert_int_equal(m->nurls, MSG_FILE_URLS + 1);
    /* the page that its reader is to open may be the last in the file */
    msg_add_url(m, (struct msg_url){.url = "http://c/", .host = "c", .source = "attachment"});
    assert_int_equal(m->nurls, MSG_FILE_URLS + 2);
    assert_int_equal(m->nexceptions, 1);
    arena_free(&a);
}

static void
addresses_have_a_limit_in_bytes(void **state)
{
    struct arena *a = arena_new();
    struct msg *m = msg_new(a);
    char *big = arena_alloc(a, 8001);
    (void)state;
    for (int i = 0; i < 200; i++) {
        memset(big, 'a' + i % 26, 8000);
        big[i] = '0';
        msg_add_url(m, (struct msg_url){.url = big, .host = "a"});
    }
    assert_int_equal(m->nurls, MSG_URL_BYTES / 8000);
    assert_string_equal(m->exceptions[0].code, "too-many-urls");
    arena_free(&a);
}

static struct msg *
full(struct arena *a)
{
    struct msg *m = msg_new(a);
    m->bytes = 5612;
    m->microseconds = 812;
    memset(m->sha256, 0xa5, sizeof m->sha256);
    m->from = "a@example.com";
    m->from_name = "Ä 日本";
    m->subject = "quo\"te \\ \x01";
    m->message_id = "<1@x>";
    m->date = "Mon";
    m->received = 3;
    m->own_headers = 2;
    m->list_mail = true;
    struct msg_part p = {.id = "1.2",
                         .type = "application/zip",
                         .name = "a.zip",
                         .bytes = 99,
                         .encrypted = true,
                         .children = 3};
    memset(p.sha256, 'b', 64);
    msg_add_part(m, p);
    msg_add_part(m, (struct msg_part){.id = "1.3"}); /* no digest */
    msg_add_url(m, (struct msg_url){"http://x/", "x", "html", "1.1", 0});
    msg_add_finding(m, (struct msg_finding){"gtube", "gtube", "spam", 999, "G", "1", "org"});
    msg_add_exception(m, "too-deep", "1.2", 50, 51);
    msg_add_anomaly(m, "nul");
    return m;
}

static void
there_and_back(void **state)
{
    struct arena *a = arena_new();
    struct err e;
    struct msg *m = full(a), *back;
    json_t *j = jsonx_own(a, msg_to_json(m));
    (void)state;
    assert_int_equal(msg_from_json(a, j, &back, &e), 0);
    json_t *again = jsonx_own(a, msg_to_json(back));
    assert_string_equal(jsonx_dump(a, j, NULL), jsonx_dump(a, again, NULL));
    assert_memory_equal(back->sha256, m->sha256, 32);
    assert_true(back->list_mail);
    assert_int_equal(back->own_headers, 2);
    assert_string_equal(back->parts[1].sha256, "");
    arena_free(&a);
}

/* Every member replaced by something of another type, or gone: an error, never a crash. */
static void
wrong(struct arena *a, json_t *whole, json_t *obj, const char *key, json_t *value)
{
    struct err e;
    struct msg *m;
    json_t *old = json_incref(json_object_get(obj, key));
    json_object_set_new(obj, key, value);
    assert_int_equal(msg_from_json(a, whole, &m, &e), -1);
    assert_int_equal(e.cls, ERR_ENV);
    json_object_set_new(obj, key, old);
    assert_int_equal(msg_from_json(a, whole, &m, &e), 0);
}

static json_t *
list_of(int n)
{
    json_t *j = json_array();
    for (int i = 0; i < n; i++)
        json_array_append_new(j, json_object());
    return j;
}

static void
a_liar(void **state)
{
    struct arena *a = arena_new();
    json_t *j = jsonx_own(a, msg_to_json(full(a)));
    json_t *part = json_array_get(json_object_get(j, "parts"), 0);
    json_t *finding = json_array_get(json_object_get(j, "findings"), 0);
    char *huge = arena_alloc(a, 300001);
    (void)state;
    memset(huge, 'x', 300000);
    static const char *const keys[] = {"bytes",     "sha256", "microseconds",
                                       "findings",  "urls",   "exceptions",
                                       "anomalies", "parts",  "header"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        wrong(a, j, j, keys[i], json_null());
        wrong(a, j, j, keys[i], json_true());
        wrong(a, j, j, keys[i], json_pack("{}"));
    }
    wrong(a, j, j, "bytes", json_integer(-1));
    wrong(a, j, j, "sha256", json_string("abc"));
    wrong(a, j, j, "sha256", json_string(arena_printf(a, "%064d%s", 0, "0")));
    wrong(a, j, j, "parts", list_of(MSG_PARTS + 500));
    wrong(a, j, j, "parts", json_pack("[s]", "x"));
    wrong(a, j, j, "urls", list_of(MSG_URLS + 1));
    wrong(a, j, j, "anomalies", list_of(1));
    wrong(a, j, j, "anomalies", json_pack("[s]", huge));
    wrong(a, j, part, "sha256", json_string("zz"));
    wrong(a, j, part, "sha256", json_string(huge));
    wrong(a, j, part, "bytes", json_real(1.5));
    wrong(a, j, part, "children", json_integer(-5));
    wrong(a, j, part, "children", json_integer(1ll << 40));
    wrong(a, j, part, "name", json_string(huge));
    wrong(a, j, finding, "score", json_real(1e300));
    wrong(a, j, finding, "score", json_real(-1e9));
    wrong(a, j, finding, "score", json_string("5"));
    wrong(a, j, finding, "code", json_integer(1));
    arena_free(&a);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lists_grow),         cmocka_unit_test(repeats_are_dropped),
        cmocka_unit_test(lists_end),          cmocka_unit_test(addresses_have_a_limit_in_bytes),
        cmocka_unit_test(there_and_back),     cmocka_unit_test(a_liar),
        cmocka_unit_test(addresses_of_files),
    };
    return cmocka_run_group_tests_name("msg", tests, NULL, NULL);
}
