/* Encoded words of header fields: readable text, and words again for parsers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <gmime/gmime.h>

#include "common/arena.h"
#include "common/buf.h"
#include "common/when.h"
#include "engine/msg/charset.h"
#include "engine/msg/words.h"

static void
readable(void **state)
{
    static const char *const cases[][2] = {
        {"", ""},
        {"plain text", "plain text"},
        {"=?utf-8?Q?a_b=3F?=", "a b?"},
        {"x =?UTF-8?b?5pel?= y", "x 日 y"},
        {"=?utf-8?Q?a?= =?utf-8?Q?b?=", "ab"},
        {"=?utf-8?Q?a?=\r\n\t=?utf-8?Q?b?= c", "ab c"},
        {"=?utf-8?Q?a?= =?iso-8859-1?Q?=E4?=", "aä"},
        {"=?utf-8?Q?a?==?utf-8?Q?b?=", "ab"},
        {"(=?utf-8?Q?a?=)", "(a)"},
        /* a character cut in two, and a state that goes on */
        {"=?utf-8?B?5pc=?= =?utf-8?B?pQ==?=", "日"},
        {"=?iso-2022-jp?B?GyRCRnw=?= =?iso-2022-jp?B?S1wbKEI=?=", "日本"},
        /* what is no word */
        {"=?utf-8?Q?a", "=?utf-8?Q?a"},
        {"=?utf-8?X?a?=", "=?utf-8?X?a?="},
        {"=??Q?a?=", "=??Q?a?="},
        {"a =? b ?= c", "a =? b ?= c"},
        {"=?", "=?"},
        {"=?utf-8?Q?"
         "?=",
         ""},
        /* generous */
        {"=?utf-8?Q?two words?=", "two words"},
        {"=?utf-8?Q?100=2?=", "100=2"},
        {"=?utf-8?Q?=ZZ?=", "=ZZ"},
        {"=?utf-8?B?5p el!?=", "日"},
        {"=?x-sjis?B?k/o=?=", "日"},
        {"=?nonsense?Q?abc?=", "abc"},
        {"\xc3\xa4 raw", "ä raw"},
        {"\xe4 raw", "ä raw"},
        {"a\x01\x7f\rb", "a   b"},
        {"=?utf-8?Q?a=0D=0Ab=00c?=", "a  b\xe2\x90\x80"
                                     "c"},
    };
    struct arena *a = arena_new();
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *got = words_text(a, cases[i][0]);
        if (strcmp(got, cases[i][1]) != 0)
            fail_msg("%s is read as %s", cases[i][0], got);
    }
    arena_free(&a);
}

static void
encoded_again(void **state)
{
    struct arena *a = arena_new();
    (void)state;
    /* "a, b" <x@y>: a comma that comes out of a word must not become syntax */
    assert_string_equal(words_utf8(a, "=?iso-8859-1?Q?a=2C_b?= <x@y>"),
                        "=?utf-8?B?YSwgYg==?= <x@y>");
    assert_string_equal(words_utf8(a, "=?utf-8?Q?a?= =?koi8-r?Q?=D0?= z"),
                        "=?utf-8?B?YQ==?= =?utf-8?B?0L8=?= z");
    assert_string_equal(words_utf8(a, "plain"), "plain");
    arena_free(&a);
}

static void
very_many(void **state)
{
    static const char *const pieces[] = {"=?", "=?a?b?", "=?utf-8?Q?", "=?utf-8?q?x?= ", "?="};
    (void)state;
    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
        struct arena *a = arena_new();
        struct buf *b = buf_new(a, 0);
        for (int k = 0; k < 20000; k++)
            buf_str(b, pieces[i]);
        int64_t start = when_mono();
        assert_non_null(words_text(a, buf_cstr(b)));
        assert_in_range(when_mono() - start, 0, 5000);
        arena_free(&a);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(readable),
        cmocka_unit_test(encoded_again),
        cmocka_unit_test(very_many),
    };
    g_mime_init();
    charset_preload();
    return cmocka_run_group_tests_name("words", tests, NULL, NULL);
}
