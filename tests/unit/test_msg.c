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

static int
unpack(struct arena *a, const char *facts, size_t n, struct msg **out)
{
    struct err e = {0};
    json_t *reply = jsonx_own(a, json_object());

    json_object_set_new(reply, "facts", json_stringn_nocheck(facts, n));
    if (msg_unpack(a, reply, out, &e) == 0)
        return 0;
    assert_int_equal(e.cls, ERR_ENV);
    return -1;
}

static void
there_and_back(void **state)
{
    struct arena *a = arena_new();
    struct msg *m = full(a), *back;
    const char *facts = msg_pack(m);
    (void)state;
    assert_int_equal(unpack(a, facts, strlen(facts), &back), 0);
    assert_string_equal(msg_pack(back), facts);
    assert_string_equal(jsonx_dump(a, jsonx_own(a, msg_to_json(m)), NULL),
                        jsonx_dump(a, jsonx_own(a, msg_to_json(back)), NULL));
    assert_memory_equal(back->sha256, m->sha256, 32);
    assert_true(back->list_mail);
    assert_int_equal(back->own_headers, 2);
    assert_string_equal(back->parts[1].sha256, "");
    assert_true(back->findings[0].score == 999);
    arena_free(&a);
}

/* Text of a worker with something wrong in it: an error, never a crash. */
static void
wrong(struct arena *a, const struct msg *m)
{
    const char *facts = msg_pack(m);
    struct msg *back;

    assert_int_equal(unpack(a, facts, strlen(facts), &back), -1);
}

static void
a_liar(void **state)
{
    struct arena *a = arena_new();
    struct msg *m = full(a);
    char *huge = arena_alloc(a, 60001);
    const struct msg_part part = m->parts[0];
    const struct msg_finding finding = m->findings[0];
    (void)state;
    memset(huge, 'x', 60000);
    m->parts[0].children = 1 << 30;
    wrong(a, m);
    m->parts[0] = part;
    memcpy(m->parts[0].sha256, "zz", 3);
    wrong(a, m);
    m->parts[0] = part;
    m->findings[0].score = 1e300;
    wrong(a, m);
    m->findings[0].score = -1e9;
    wrong(a, m);
    m->findings[0] = finding;
    m->anomalies[0] = huge;
    wrong(a, m);
    m->anomalies[0] = "nul";
    m->language = "123456789";
    wrong(a, m);
    m->language = "";
    m->received = 1 << 30;
    wrong(a, m);
    arena_free(&a);
}

/* Cut, or with another byte anywhere: it is read or it is not, within its bounds. */
static void
a_liar_at_random(void **state)
{
    struct arena *a = arena_new();
    const char *facts = msg_pack(full(a));
    size_t n = strlen(facts);
    struct msg *back;
    (void)state;
    assert_int_equal(unpack(a, arena_printf(a, "%s1;", facts), n + 2, &back), -1);
    for (size_t i = 0; i < n; i++) {
        static const char bytes[] = "09:;\xff\0";
        assert_int_equal(unpack(a, facts, i, &back), -1);
        for (size_t k = 0; k < sizeof bytes - 1; k++) {
            char *other = arena_strdup(a, facts);
            other[i] = bytes[k];
            if (unpack(a, other, n, &back) == 0)
                assert_true(back->nparts <= 2 && strlen(msg_pack(back)) > 0);
        }
    }
    arena_free(&a);
}

static void
lists_of_a_liar_end(void **state)
{
    static const char *const bad[] = {
        "", ";", "-1;", "1", "1:", "18446744073709551617;", "99999999999999999999;", " 1;", "+1;"};
    struct arena *a = arena_new();
    struct msg *m = msg_new(a), *back;
    const char *facts = msg_pack(m), *tail = strstr(facts, "0;0;0;0;0;0;");
    (void)state;
    assert_non_null(tail); /* style, parts, links, findings, exceptions, anomalies */
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        const char *s = arena_printf(a, "%s%s", bad[i], strchr(facts, ';') + 1);
        assert_int_equal(unpack(a, s, strlen(s), &back), -1);
    }
    assert_int_equal(msg_unpack(a, jsonx_own(a, json_object()), &back, &(struct err){0}), -1);
    assert_int_equal(
        msg_unpack(a, jsonx_own(a, json_pack("{s:i}", "facts", 1)), &back, &(struct err){0}), -1);
    arena_free(&a);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lists_grow),          cmocka_unit_test(repeats_are_dropped),
        cmocka_unit_test(lists_end),           cmocka_unit_test(addresses_have_a_limit_in_bytes),
        cmocka_unit_test(there_and_back),      cmocka_unit_test(a_liar),
        cmocka_unit_test(addresses_of_files),  cmocka_unit_test(a_liar_at_random),
        cmocka_unit_test(lists_of_a_liar_end),
    };
    return cmocka_run_group_tests_name("msg", tests, NULL, NULL);
}
