/* Catalogues: good ones are read right, hostile ones are refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "common/arena.h"
#include "common/err.h"
#include "common/i18n.h"
#include "common/i18n_plural.h"

#define PUT(v)                                                            \
    (mo[at] = (unsigned char)(v), mo[at + 1] = (unsigned char)((v) >> 8), \
     mo[at + 2] = (unsigned char)((v) >> 16), mo[at + 3] = (unsigned char)((v) >> 24), at += 4)

/* A .mo file of n sorted pairs; lengths from strlen unless the text holds a NUL (then with len). */
static size_t
make_mo(unsigned char *mo, const char *const (*pairs)[2], const size_t (*lens)[2], size_t n)
{
    size_t at = 0, data = 28 + 16 * n;
    PUT(0x950412deu), PUT(0u), PUT(n), PUT(28u), PUT(28 + 8 * n), PUT(0u), PUT(0u);
    for (int side = 0; side < 2; side++) {
        for (size_t i = 0; i < n; i++) {
            size_t len = lens && lens[i][side] ? lens[i][side] : strlen(pairs[i][side]);
            memcpy(mo + data, pairs[i][side], len);
            mo[data + len] = '\0';
            PUT(len), PUT(data);
            data += len + 1;
        }
    }
    return data;
}

static unsigned char ja[2048], xx[2048];

static void
look_ups(void **state)
{
    (void)state;
    static const char *const pairs[][2] = {
        {"", "Content-Type: text/plain; charset=UTF-8\nPlural-Forms: nplurals=1; plural=0;\n"},
        {"Deliver", "\xe9\x85\x8d\xe4\xbf\xa1"},
        {"column\004Deleted", "\xe5\x89\x8a\xe9\x99\xa4\xe3\x81\xbe\xe3\x81\xa7"},
        {"{n} day\0{n} days", "{n}\xe6\x97\xa5"},
    };
    static const size_t lens[][2] = {{0, 0}, {0, 0}, {0, 0}, {16, 0}};
    struct err e;
    size_t n = make_mo(ja, pairs, lens, 4);
    assert_int_equal(i18n_add("ja", ja, n, &e), 0);
    const struct catalog *c = i18n_find("ja-JP");
    assert_string_equal(i18n_lang(c), "ja");
    assert_string_equal(i18n_tr(c, "Deliver"), "\xe9\x85\x8d\xe4\xbf\xa1");
    assert_string_equal(i18n_tr(c, "not there"), "not there");
    assert_string_equal(i18n_tr(c, ""), "");
    assert_string_equal(i18n_trc(c, "column", "Deleted"),
                        "\xe5\x89\x8a\xe9\x99\xa4\xe3\x81\xbe\xe3\x81\xa7");
    assert_string_equal(i18n_trn(c, "{n} day", "{n} days", 5), "{n}\xe6\x97\xa5");
    assert_string_equal(i18n_trn(i18n_find("en"), "{n} day", "{n} days", 1), "{n} day");
    assert_string_equal(i18n_trn(i18n_find("zz"), "{n} day", "{n} days", 0), "{n} days");
    assert_true(i18n_has(c, NULL, "Deliver"));
    assert_false(i18n_has(c, NULL, "Delete"));
    assert_string_equal(i18n_negotiate("fr;q=0.9, ja;q=0.8, en;q=0.7"), "ja");
    assert_string_equal(i18n_negotiate("en-GB,ja;q=0.5"), "en");
    assert_null(i18n_negotiate("ja;q=0"));
    assert_null(i18n_negotiate("fr, de"));
    assert_null(i18n_negotiate(""));
}

static void
places(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    assert_string_equal(i18n_fmt(a, "{n} of {all} {other} {", "n", "1", "all", "{n}", NULL),
                        "1 of {n} {other} {");
    assert_string_equal(i18n_fmt(a, "", NULL), "");
    arena_free(&a);
}

static void
every_damaged_file_is_refused_or_harmless(void **state)
{
    (void)state;
    static const char *const pairs[][2] = {
        {"", "Plural-Forms: nplurals=2; plural=n != 1;\n"}, {"a", "b"}, {"c", "d"}};
    struct err e;
    size_t n = make_mo(xx, pairs, NULL, 3);
    for (size_t cut = 0; cut < n; cut++) /* each shorter file */
        assert_int_equal(i18n_add("xa", xx, cut, &e), -1);
    for (size_t i = 8; i < 28 + 48; i += 4) { /* each length and offset far out */
        unsigned char copy[2048];
        memcpy(copy, xx, n);
        memset(copy + i, 0xff, 4);
        if (i == 20 || i == 24)
            continue; /* the hash table is not used */
        assert_int_equal(i18n_add("xb", copy, n, &e), -1);
    }
    static const char *const unsorted[][2] = {{"", ""}, {"c", "d"}, {"a", "b"}};
    n = make_mo(xx, unsorted, NULL, 3);
    assert_int_equal(i18n_add("xc", xx, n, &e), -1);
    assert_int_equal(i18n_add("../x", xx, n, &e), -1);
}

static void
what_a_language_lacks_its_parent_has(void **state)
{
    (void)state;
    static unsigned char pt[2048], br[2048];
    static const char *const parent[][2] = {{"", "Plural-Forms: nplurals=2; plural=n>1;\n"},
                                            {"Deliver", "Entregar"},
                                            {"Held", "Retida"},
                                            {"{n} day\0{n} days", "{n} dia\0{n} dias"}};
    static const char *const child[][2] = {{"", "Plural-Forms: nplurals=2; plural=n>1;\n"},
                                           {"Deliver", "Liberar"}};
    static const size_t lens[][2] = {{0, 0}, {0, 0}, {0, 0}, {16, 16}};
    struct err e;
    assert_int_equal(i18n_add("pt-BR", br, make_mo(br, child, NULL, 2), &e),
                     0); /* the child first */
    assert_int_equal(i18n_add("pt", pt, make_mo(pt, parent, lens, 4), &e), 0);
    const struct catalog *c = i18n_find("pt-br");
    assert_string_equal(i18n_lang(c), "pt-BR");
    assert_string_equal(i18n_tr(c, "Deliver"), "Liberar");
    assert_string_equal(i18n_tr(c, "Held"), "Retida");
    assert_string_equal(i18n_tr(c, "nowhere"), "nowhere");
    assert_string_equal(i18n_trn(c, "{n} day", "{n} days", 0), "{n} dia");
    assert_string_equal(i18n_trn(c, "{n} day", "{n} days", 2), "{n} dias");
    assert_string_equal(i18n_trn(c, "{n} hour", "{n} hours", 0), "{n} hours");
    assert_string_equal(i18n_lang(i18n_find("pt-PT")), "pt");
    assert_string_equal(i18n_negotiate("pt-PT"), "pt");
    assert_int_equal(i18n_add("en", pt, sizeof pt, &e), -1);
}

/* N14, J09: who asks for Portuguese of anywhere gets ours; Chinese says nothing about the script. A
 * program that shows more than the portal offers complete languages only. Runs last: it is for good. */
static void
relatives_and_languages_with_a_part_of_the_texts(void **state)
{
    (void)state;
    static unsigned char sv[2048], zh[2048], de[2048];
    static const char *const whole[][2] = {{"", "Plural-Forms: nplurals=2; plural=n != 1;\n"},
                                           {"Deliver", "Leverera"}};
    static const char *const part[][2] = {
        {"", "Plural-Forms: nplurals=2; plural=n != 1;\nX-Scope: portal\n"}, {"Deliver", "Zustellen"}};
    struct err e;
    assert_int_equal(i18n_add("sv-FI", sv, make_mo(sv, whole, NULL, 2), &e), 0);
    assert_int_equal(i18n_add("zh-Hant", zh, make_mo(zh, whole, NULL, 2), &e), 0);
    assert_int_equal(i18n_add("de", de, make_mo(de, part, NULL, 2), &e), 0);
    assert_string_equal(i18n_lang(i18n_find("sv")), "sv-FI");
    assert_string_equal(i18n_lang(i18n_find("sv-SE")), "sv-FI");
    assert_string_equal(i18n_lang(i18n_find("svx")), "en");
    assert_string_equal(i18n_lang(i18n_find("s")), "en");
    assert_string_equal(i18n_lang(i18n_find("zh")), "en");
    assert_string_equal(i18n_lang(i18n_find("zh-CN")), "en");
    assert_string_equal(i18n_negotiate("sv-SE, en;q=0.5"), "sv-FI");
    assert_string_equal(i18n_negotiate("de-CH, en;q=0.5"), "de");
    assert_true(i18n_offered("de"));
    i18n_offer_complete();
    assert_false(i18n_offered("de"));
    assert_true(i18n_offered("sv-FI"));
    assert_true(i18n_offered("en"));
    assert_false(i18n_offered("nn"));
    assert_string_equal(i18n_negotiate("de-CH, en;q=0.5"), "en");
    assert_string_equal(i18n_tr(i18n_find("de"), "Deliver"), "Zustellen"); /* for others */
}

static void
both_byte_orders_and_only_utf8(void **state)
{
    (void)state;
    static const char *const good[][2] = {{"", ""}, {"Deliver", "Zustellen"}}, *const bad[][2] = {
                                                                                   {"", ""},
                                                                                   {"Deliver",
                                                                                    "\xe4\xff"}};
    static unsigned char swapped[2048];
    struct err e;
    size_t n = make_mo(swapped, good, NULL, 2);
    for (size_t i = 0; i < 28 + 32; i += 4) {
        unsigned char w[4];
        memcpy(w, swapped + i, 4);
        for (size_t k = 0; k < 4; k++)
            swapped[i + k] = w[3 - k];
    }
    assert_int_equal(i18n_add("de", swapped, n, &e), 0);
    assert_string_equal(i18n_tr(i18n_find("de-AT"), "Deliver"), "Zustellen");
    n = make_mo(xx, bad, NULL, 2);
    assert_int_equal(i18n_add("xd", xx, n, &e), -1);
}

static void
plural_rules(void **state)
{
    (void)state;
    struct plural p;
    assert_true(plural_parse(" nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 "
                             "&& (n%100<10 || n%100>=20) ? 1 : 2);",
                             &p));
    static const int ru[] = {2, 0, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 0, 1};
    for (unsigned long n = 0; n < sizeof ru / sizeof *ru; n++)
        assert_int_equal(plural_eval(&p, n), ru[n]);
    static const char *const bad[] = {
        "",
        "nplurals=2;",
        "nplurals=0; plural=0;",
        "nplurals=99; plural=0;",
        "nplurals=2; plural=n(;",
        "nplurals=2; plural=((((((((((((((((((((((((n))))))))))))))))))))))));",
        "nplurals=2; plural=n ? 1;"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(plural_parse(bad[i], &p));
    assert_true(plural_parse("nplurals=2; plural=n/0;", &p));
    assert_int_equal(plural_eval(&p, 5), 0);
    assert_true(plural_parse("nplurals=2; plural=n;", &p));
    assert_int_equal(plural_eval(&p, 7), 0); /* a form that does not exist */
}

int
main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(look_ups),
                                       cmocka_unit_test(places),
                                       cmocka_unit_test(every_damaged_file_is_refused_or_harmless),
                                       cmocka_unit_test(what_a_language_lacks_its_parent_has),
                                       cmocka_unit_test(both_byte_orders_and_only_utf8),
                                       cmocka_unit_test(plural_rules),
                                       cmocka_unit_test(relatives_and_languages_with_a_part_of_the_texts)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
