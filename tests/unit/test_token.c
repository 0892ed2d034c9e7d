/* Ids, digests and seals, F-32, T-L3. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "common/arena.h"
#include "common/token.h"
#include "common/when.h"

static void
ids_have_the_form_of_rfc9562_and_never_go_back(void **state)
{
    (void)state;
    char last[37] = "", id[37];
    for (int i = 0; i < 20000; i++) {
        token_uuid7(id);
        assert_true(token_is_uuid(id));
        assert_int_equal(id[14], '7');
        assert_non_null(strchr("89ab", id[19]));
        assert_true(strcmp(last, id) < 0);
        memcpy(last, id, 37);
    }
    int64_t ms = token_uuid7_ms(id), now = when_now();
    assert_true(ms > now - 60000 && ms < now + 60000);
    when_freeze(now - 3600000); /* F-18: the clock goes back */
    token_uuid7(id);
    when_freeze(-1);
    assert_true(strcmp(last, id) < 0);
}

static void
what_is_no_id_is_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {"", "x", "01a20d0c-b30c-77f6-8793-4a8dfadc790", "01a20d0c-b30c-77f6-8793-4a8dfadc79000",
                                      "01a20d0cxb30c-77f6-8793-4a8dfadc7900", "01a20d0c-b30c-77f6-8793-4a8dfadc790g"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(token_is_uuid(bad[i]));
    assert_false(token_is_uuid(NULL));
    assert_int_equal(token_uuid7_ms("01a20d0c-b30c-47f6-8793-4a8dfadc7900"), -1);
}

static void
base64url_is_strict_and_round_trips(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    unsigned char raw[70];
    for (size_t n = 0; n < sizeof raw; n++) {
        size_t got;
        token_random(raw, n);
        char *text = token_base64url(a, raw, n);
        unsigned char *back = token_unbase64url(a, text, &got);
        assert_non_null(back);
        assert_int_equal(got, n);
        assert_memory_equal(back, raw, n);
    }
    size_t n;
    assert_null(token_unbase64url(a, "A", &n));
    assert_null(token_unbase64url(a, "AA=", &n));
    assert_null(token_unbase64url(a, "A+", &n));
    assert_null(token_unbase64url(a, "AB", &n)); /* spare bits: a second text for the same byte */
    assert_int_equal(strlen(token_text(a, 32)), 43);
    arena_free(&a);
}

static void
digests_match_their_vectors(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    unsigned char out[32], ikm[22];
    token_sha256("abc", 3, out);
    assert_string_equal(token_hex(a, out, 32), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    token_hmac("Jefe", 4, "what do ya want for nothing?", 28, out); /* RFC 4231 case 2 */
    assert_string_equal(token_hex(a, out, 32), "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    memset(ikm, 0x0b, sizeof ikm);
    token_derive(ikm, sizeof ikm, "", out); /* RFC 5869 case 3 */
    assert_string_equal(token_hex(a, out, 32), "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d");
    unsigned char other[32];
    token_derive(ikm, sizeof ikm, "another purpose", other);
    assert_memory_not_equal(out, other, 32);
    arena_free(&a);
}

static void
every_flipped_bit_of_a_seal_is_noticed(void **state)
{
    (void)state;
    unsigned char key[32], text[40] = "the bytes of a message", sealed[40 + SEAL_OVERHEAD], back[40];
    token_random(key, sizeof key);
    token_seal(key, "row 1", text, sizeof text, sealed);
    assert_true(token_open(key, "row 1", sealed, sizeof sealed, back));
    assert_memory_equal(text, back, sizeof text);
    assert_false(token_open(key, "row 2", sealed, sizeof sealed, back));
    for (size_t i = 0; i < sizeof sealed * 8; i++) {
        sealed[i / 8] ^= (unsigned char)(1 << i % 8);
        assert_false(token_open(key, "row 1", sealed, sizeof sealed, back));
        sealed[i / 8] ^= (unsigned char)(1 << i % 8);
    }
    for (size_t n = 0; n < sizeof sealed; n++)
        assert_false(token_open(key, "row 1", sealed, n, back));
    unsigned char again[40 + SEAL_OVERHEAD];
    token_seal(key, "row 1", text, sizeof text, again);
    assert_memory_not_equal(sealed, again, 12); /* a fresh nonce */
}

int
main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(ids_have_the_form_of_rfc9562_and_never_go_back),
                                       cmocka_unit_test(what_is_no_id_is_refused),
                                       cmocka_unit_test(base64url_is_strict_and_round_trips),
                                       cmocka_unit_test(digests_match_their_vectors),
                                       cmocka_unit_test(every_flipped_bit_of_a_seal_is_noticed)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
