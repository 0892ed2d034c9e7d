/* Codes and recovery codes and passkeys: vectors, what people type, forged and broken data. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <openssl/ec.h>
#include <openssl/evp.h>

#include "common/arena.h"
#include "common/err.h"
#include "common/settings.h"
#include "common/token.h"
#include "engine/second/cbor_bounds.h"
#include "engine/second/passkey.h"
#include "engine/second/totp.h"

static struct arena *a;
static unsigned char master[32] = "0123456789abcdef0123456789abcde";

/* RFC 6238, appendix B, SHA-1: secret "12345678901234567890", the last six of the eight digits. */
static void
codes_are_those_of_rfc6238_one_step_around(void **state)
{
    (void)state;
    static const struct {
        int64_t at;
        const char *code;
    } vectors[] = {{59, "287082"},         {1111111109, "081804"}, {1111111111, "050471"},
                   {1234567890, "005924"}, {2000000000, "279037"}, {20000000000, "353130"}};
    unsigned char sealed[TOTP_SEALED];
    token_seal(master, "totp:acc", "12345678901234567890", 20, sealed);
    for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++) {
        int64_t at = vectors[i].at, period = at / 30;
        for (int d = -1; d <= 1; d++)
            assert_int_equal(
                totp_check(master, "acc", sealed, sizeof sealed, vectors[i].code, at + 30 * d),
                period);
        assert_int_equal(totp_check(master, "acc", sealed, sizeof sealed, vectors[i].code, at + 60),
                         -1);
        if (at > 90)
            assert_int_equal(
                totp_check(master, "acc", sealed, sizeof sealed, vectors[i].code, at - 60), -1);
    }
    /* Another account's row, another key, an altered one, not six digits: no. */
    assert_int_equal(totp_check(master, "other", sealed, sizeof sealed, "287082", 59), -1);
    assert_int_equal(totp_check(master, "acc", sealed, sizeof sealed - 1, "287082", 59), -1);
    sealed[20] ^= 1;
    assert_int_equal(totp_check(master, "acc", sealed, sizeof sealed, "287082", 59), -1);
    sealed[20] ^= 1;
    static const char *const bad[] = {"",        "28708",  "2870820", "94287082",
                                      " 287082", "28708x", "-87082"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_int_equal(totp_check(master, "acc", sealed, sizeof sealed, bad[i], 59), -1);
}

static void
what_people_type_becomes_a_code(void **state)
{
    (void)state;
    assert_string_equal(totp_typed(a, " 287 082\t"), "287082");
    assert_string_equal(totp_typed(a, "２８７　０８２"), "287082");
    assert_string_equal(totp_typed(a, "287-082"), "287082");
    assert_string_equal(totp_typed(a, "ａbcd-Efgh-jk23"), "ABCDEFGHJK23");
    assert_string_equal(totp_typed(a, "\xEF\xBC"), "");
    assert_string_equal(totp_typed(a, "\xEF"), "");
    assert_string_equal(totp_typed(a, ""), "");
    assert_int_equal(strlen(totp_typed(a, "111111111111111111111111111111111111111111111111111")),
                     40);
}

static void
recovery_codes_are_random_and_stored_keyed(void **state)
{
    (void)state;
    unsigned char one[32], two[32], other_master[32] = {1};
    const char *code = totp_recovery_new(a);
    assert_int_equal(strlen(code), 14);
    assert_string_not_equal(code, totp_recovery_new(a));
    assert_null(strpbrk(code, "01IO"));
    totp_recovery_hash(master, "acc", totp_typed(a, code), one);
    totp_recovery_hash(master, "acc", totp_typed(a, code), two);
    assert_memory_equal(one, two, 32);
    totp_recovery_hash(master, "other", totp_typed(a, code), two);
    assert_memory_not_equal(one, two, 32);
    totp_recovery_hash(other_master, "acc", totp_typed(a, code), two);
    assert_memory_not_equal(one, two, 32);
}

static void
the_address_of_the_key_is_escaped(void **state)
{
    (void)state;
    assert_string_equal(totp_uri(a, "Acme & 株", "x+y@acme.example", "ABC"),
                        "otpauth://totp/Acme%20%26%20%E6%A0%AA:x%2By%40acme.example?secret=ABC&"
                        "issuer=Acme%20%26%20%E6%A0%AA");
}

/* ------------------------------------------------------------------ passkeys */

#define RP "mail.example.org"
#define ORIGIN "https://mail.example.org"
static EVP_PKEY *key;

static struct passkey_bytes
bytes(const void *p, size_t n)
{
    return (struct passkey_bytes){p, n};
}

/* Authenticator data; with a key (COSE, ES256) when id_n > 0. */
static struct passkey_bytes
auth_data(const char *rp, unsigned flags, uint32_t count, size_t id_n)
{
    unsigned char *p = arena_calloc(a, 1, 2000), point[65];
    size_t n = 0, point_n;
    token_sha256(rp, strlen(rp), p);
    n = 32;
    p[n++] = (unsigned char)flags;
    for (int i = 24; i >= 0; i -= 8)
        p[n++] = (unsigned char)(count >> i);
    if (id_n) {
        static const unsigned char head[] = {0xa5, 1, 2, 3, 0x26, 0x20, 1, 0x21, 0x58, 0x20};
        static const unsigned char middle[] = {0x22, 0x58, 0x20};
        n += 16;
        p[n++] = (unsigned char)(id_n >> 8);
        p[n++] = (unsigned char)id_n;
        memset(p + n, 'i', id_n);
        n += id_n;
        assert_int_equal(EVP_PKEY_get_octet_string_param(key, "pub", point, sizeof point, &point_n),
                         1);
        memcpy(p + n, head, sizeof head);
        n += sizeof head;
        memcpy(p + n, point + 1, 32);
        n += 32;
        memcpy(p + n, middle, sizeof middle);
        n += sizeof middle;
        memcpy(p + n, point + 33, 32);
        n += 32;
    }
    return bytes(p, n);
}

static struct passkey_bytes
sign(struct passkey_bytes auth, struct passkey_bytes client)
{
    unsigned char *m = arena_alloc(a, auth.n + 32), *out = arena_alloc(a, 200);
    size_t n = 200;
    EVP_MD_CTX *c = EVP_MD_CTX_new();
    memcpy(m, auth.p, auth.n);
    token_sha256(client.p, client.n, m + auth.n);
    assert_int_equal(EVP_DigestSignInit(c, NULL, EVP_sha256(), NULL, key), 1);
    assert_int_equal(EVP_DigestSign(c, out, &n, m, auth.n + 32), 1);
    EVP_MD_CTX_free(c);
    return bytes(out, n);
}

static struct passkey_bytes
text(const char *s)
{
    return bytes(s, strlen(s));
}

static void
client_data_must_be_of_our_page(void **state)
{
    (void)state;
    struct err e;
    unsigned char challenge[32];
    const char *c = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";
    const char *good =
        arena_printf(a,
                     "{\"type\":\"webauthn.get\",\"challenge\":\"%s\",\"origin\":\"" ORIGIN
                     "\",\"crossOrigin\":false,\"x\":1}",
                     c);
    assert_int_equal(passkey_client(a, text(good), "webauthn.get", ORIGIN, challenge, &e), 0);
    assert_int_equal(challenge[31], 31);
    const char *bad[] = {
        "",
        "{",
        "[]",
        "{}",
        "null",
        arena_printf(
            a, "{\"type\":\"webauthn.create\",\"challenge\":\"%s\",\"origin\":\"" ORIGIN "\"}", c),
        arena_printf(
            a, "{\"type\":\"webauthn.get\",\"challenge\":\"%s\",\"origin\":\"" ORIGIN ".evil\"}",
            c),
        arena_printf(a,
                     "{\"type\":\"webauthn.get\",\"challenge\":\"%s\",\"origin\":\"http://"
                     "mail.example.org\"}",
                     c),
        arena_printf(a,
                     "{\"type\":\"webauthn.get\",\"challenge\":\"%s\",\"origin\":\"" ORIGIN
                     "\",\"crossOrigin\":true}",
                     c),
        arena_printf(
            a, "{\"type\":\"webauthn.get\",\"challenge\":\"%.42s\",\"origin\":\"" ORIGIN "\"}", c),
        arena_printf(a, "{\"type\":\"webauthn.get\",\"challenge\":[],\"origin\":\"" ORIGIN "\"}"),
        arena_printf(a,
                     "{\"type\":\"webauthn.get\",\"challenge\":\"%s\",\"origin\":\"" ORIGIN
                     "\",\"type\":\"webauthn.get\"}",
                     c),
        arena_printf(a, "%s%2048s", good, ""),
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_int_equal(passkey_client(a, text(bad[i]), "webauthn.get", ORIGIN, challenge, &e),
                         -1);
}

static void
a_passkey_is_registered_and_signs(void **state)
{
    (void)state;
    struct err e;
    struct passkey_new k;
    int64_t count;
    struct passkey_bytes client = text("{}"), auth = auth_data(RP, 0x05, 7, 0);
    assert_int_equal(passkey_register(a, RP, auth_data(RP, 0x45, 3, 32), &k, &e), 0);
    assert_int_equal(k.algorithm, -7);
    assert_int_equal(k.id.n, 32);
    assert_int_equal(k.key.n, 64);
    assert_int_equal(k.sign_count, 3);
    struct passkey_bytes sig = sign(auth, client);
    assert_int_equal(passkey_assert(RP, -7, k.key, client, auth, sig, &count, &e), 0);
    assert_int_equal(count, 7);
    /* Somebody there, and verified; this site; this client data; this key and kind of key. */
    struct passkey_bytes absent = auth_data(RP, 0x04, 7, 0), unverified = auth_data(RP, 0x01, 7, 0),
                         elsewhere = auth_data("evil.example", 0x05, 7, 0);
    assert_int_equal(
        passkey_assert(RP, -7, k.key, client, absent, sign(absent, client), &count, &e), -1);
    assert_int_equal(
        passkey_assert(RP, -7, k.key, client, unverified, sign(unverified, client), &count, &e),
        -1);
    assert_int_equal(
        passkey_assert(RP, -7, k.key, client, elsewhere, sign(elsewhere, client), &count, &e), -1);
    assert_int_equal(passkey_assert(RP, -7, k.key, text("{ }"), auth, sig, &count, &e), -1);
    assert_int_equal(passkey_assert(RP, -8, k.key, client, auth, sig, &count, &e), -1);
    assert_int_equal(passkey_assert(RP, -257, k.key, client, auth, sig, &count, &e), -1);
    assert_int_equal(passkey_assert(RP, 0, k.key, client, auth, sig, &count, &e), -1);
    for (size_t i = 0; i < auth.n * 8; i++) { /* every bit that was signed */
        unsigned char *p = arena_memdup(a, auth.p, auth.n);
        p[i / 8] ^= (unsigned char)(1u << i % 8);
        assert_int_equal(passkey_assert(RP, -7, k.key, client, bytes(p, auth.n), sig, &count, &e),
                         -1);
    }
    for (size_t n = 0; n < sig.n; n++)
        assert_int_equal(passkey_assert(RP, -7, k.key, client, auth, bytes(sig.p, n), &count, &e),
                         -1);
}

static void
broken_registrations_are_refused(void **state)
{
    (void)state;
    struct err e;
    struct passkey_new k;
    struct passkey_bytes good = auth_data(RP, 0x45, 3, 32);
    for (size_t n = 0; n < good.n; n++)
        assert_int_equal(passkey_register(a, RP, bytes(good.p, n), &k, &e), -1);
    assert_int_equal(passkey_register(a, "evil.example", good, &k, &e), -1);
    assert_int_equal(passkey_register(a, RP, auth_data(RP, 0x41, 3, 32), &k, &e), -1);
    assert_int_equal(passkey_register(a, RP, auth_data(RP, 0x44, 3, 32), &k, &e), -1);
    assert_int_equal(passkey_register(a, RP, auth_data(RP, 0x05, 3, 32), &k, &e), -1);
    assert_int_equal(passkey_register(a, RP, auth_data(RP, 0x45, 3, 15), &k, &e), -1);
    assert_int_equal(passkey_register(a, RP, auth_data(RP, 0x45, 3, 1024), &k, &e), -1);
    unsigned char *p = arena_memdup(a, good.p, good.n); /* x is no point of the curve any more */
    p[37 + 16 + 2 + 32 + 12] ^= 1;
    int64_t count;
    if (passkey_register(a, RP, bytes(p, good.n), &k, &e) == 0) {
        struct passkey_bytes auth = auth_data(RP, 0x05, 7, 0);
        assert_int_equal(
            passkey_assert(RP, -7, k.key, text("{}"), auth, sign(auth, text("{}")), &count, &e),
            -1);
    }
}

/* Nine bytes that announce as many entries as there are make libcbor take the memory for them. */
static void
lengths_of_cbor_are_checked_before_libcbor_sees_them(void **state)
{
    (void)state;
    static const struct {
        const char *p;
        size_t n, want;
    } items[] = {
#define ITEM(s, want) {s, sizeof s - 1, want}
        ITEM("\x00", 1),
        ITEM("\x17\x17", 1),
        ITEM("\x18\xff", 2),
        ITEM("\x43"
             "abc",
             4),
        ITEM("\x82\x01\x61"
             "a",
             4),
        ITEM("\xa1\x01\x02", 3),
        ITEM("\xc1\x1a\x00\x00\x00\x00", 6),
        ITEM("\xf6", 1),
        ITEM("\xfb\0\0\0\0\0\0\0\0", 9),
        ITEM("\x80", 1),
        ITEM("\x81\x81\x81\x00", 4),
        ITEM("", 0),
        ITEM("\x18", 0),
        ITEM("\x43"
             "ab",
             0),
        ITEM("\x5b\xff\xff\xff\xff\xff\xff\xff\xff", 0),
        ITEM("\x9a\xff\xff\xff\xff", 0),
        ITEM("\x9b\0\0\0\1\0\0\0\0", 0),
        ITEM("\xba\xff\xff\xff\xff", 0),
        ITEM("\xbb\x80\0\0\0\0\0\0\0", 0),
        ITEM("\x9f\x00\xff", 0),
        ITEM("\x5f\x41"
             "a\xff",
             0),
        ITEM("\x1c", 0),
        ITEM("\xa1\x01", 0),
        ITEM("\x81\x81\x81\x81\x00", 0),
    };
    for (size_t i = 0; i < sizeof items / sizeof *items; i++)
        assert_int_equal(cbor_item_bytes((const unsigned char *)items[i].p, items[i].n),
                         items[i].want);
    unsigned char many[CBOR_ITEMS + 3] = {0x99, CBOR_ITEMS >> 8, CBOR_ITEMS & 0xff};
    assert_int_equal(cbor_item_bytes(many, sizeof many), 0);
    many[2] = 0, many[1] = 0;
    assert_int_equal(cbor_item_bytes(many, sizeof many), 3);
}

/* What stands behind the head: only what the flags say, and no entries that are announced and not there. */
static void
what_follows_the_head_is_bounded(void **state)
{
    (void)state;
    struct err e;
    struct passkey_new k;
    int64_t count;
    static const unsigned char huge[] = {0xba, 0x0f, 0xff, 0xff, 0xff},
                               small[] = {0xa1, 0x61, 'x', 0xf5};
    struct passkey_bytes client = text("{}"), made = auth_data(RP, 0x45, 3, 32),
                         used = auth_data(RP, 0x05, 7, 0);
    assert_int_equal(passkey_register(a, RP, made, &k, &e), 0);
    const struct {
        struct passkey_bytes base;
        unsigned flags;
        const unsigned char *more;
        size_t n;
        int want;
    } cases[] = {
        {used, 0x85, small, sizeof small, 0}, {used, 0x85, huge, sizeof huge, -1},
        {used, 0x85, small, 0, -1},           {used, 0x05, small, sizeof small, -1},
        {used, 0x45, small, 0, -1},           {made, 0xc5, small, sizeof small, 0},
        {made, 0xc5, huge, sizeof huge, -1},  {made, 0x45, small, sizeof small, -1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct passkey_bytes b = cases[i].base;
        unsigned char *p = arena_alloc(a, b.n + cases[i].n);
        memcpy(p, b.p, b.n);
        memcpy(p + b.n, cases[i].more, cases[i].n);
        p[32] = (unsigned char)cases[i].flags;
        b = bytes(p, b.n + cases[i].n);
        int rc = cases[i].base.p == made.p
                     ? passkey_register(a, RP, b, &k, &e)
                     : passkey_assert(RP, -7, k.key, client, b, sign(b, client), &count, &e);
        assert_int_equal(rc, cases[i].want);
    }
}

static int
start(void **state)
{
    struct err e;
    (void)state;
    a = arena_new();
    key = EVP_EC_gen("P-256");
    return settings_load(NULL, &e) || !key;
}

static int
stop(void **state)
{
    (void)state;
    EVP_PKEY_free(key);
    arena_free(&a);
    return 0;
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(codes_are_those_of_rfc6238_one_step_around),
        cmocka_unit_test(what_people_type_becomes_a_code),
        cmocka_unit_test(recovery_codes_are_random_and_stored_keyed),
        cmocka_unit_test(the_address_of_the_key_is_escaped),
        cmocka_unit_test(client_data_must_be_of_our_page),
        cmocka_unit_test(a_passkey_is_registered_and_signs),
        cmocka_unit_test(broken_registrations_are_refused),
        cmocka_unit_test(lengths_of_cbor_are_checked_before_libcbor_sees_them),
        cmocka_unit_test(what_follows_the_head_is_bounded),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
