/* What DKIM and ARC share: tag lists, canonicalisation, body hashes, key records. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <openssl/bn.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/x509.h>

#include "../dkim_keys.h"
#include "../dns_table.h"
#include "common/arena.h"
#include "common/buf.h"
#include "engine/authn/auth_canon.h"
#include "engine/authn/auth_key.h"
#include "engine/authn/auth_tags.h"

static struct arena *a;

static int
begin(void **state)
{
    (void)state;
    a = arena_new();
    return 0;
}

static int
end(void **state)
{
    (void)state;
    arena_free(&a);
    return 0;
}

static void
to_buf(void *arg, const void *p, size_t n)
{
    buf_add(arg, p, n);
}

/* ------------------------------------------------------------------ tag lists */

static void
tag_lists(void **state)
{
    static const struct {
        const char *text, *code;
        int n;
    } cases[] = {
        {"a=1", NULL, 1},
        {"a=1;", NULL, 1},
        {" a = 1 ; b = 2 ; ", NULL, 2},
        {"a=;b=", NULL, 2},
        {"a=1;\r\n\tb=2", NULL, 2},
        {"a=1;\n b=2", NULL, 2},
        {"a=x=y==", NULL, 1},
        {"A=1;a=1", NULL, 2},
        {"a1_b=1", NULL, 1},
        {"a=\xe3\x81\x82", NULL, 1},
        {"", "tags-syntax", 0},
        {";", "tags-syntax", 0},
        {"a", "tags-syntax", 0},
        {"=1", "tags-syntax", 0},
        {"1a=1", "tags-syntax", 0},
        {"_a=1", "tags-syntax", 0},
        {"a-b=1", "tags-syntax", 0},
        {"a b=1", "tags-syntax", 0},
        {"a=1;;b=2", "tags-syntax", 0},
        {"a=1;;", "tags-syntax", 0},
        {"a=1; b", "tags-syntax", 0},
        {"a=1\rb=2", "tags-syntax", 0},
        {"a=1;\r\nb=2", "tags-syntax", 0},
        {"a=1\r\n", "tags-syntax", 0},
        {"a=\x01", "tags-syntax", 0},
        {"a=\x7f", "tags-syntax", 0},
        {"a=1; a=1", "tags-duplicate", 0},
        {"a=1;b=2;a=", "tags-duplicate", 0},
    };
    struct auth_tags t;
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *why = auth_tags_parse(cases[i].text, strlen(cases[i].text), &t);
        if (cases[i].code)
            assert_string_equal(why ? why : cases[i].text, cases[i].code);
        else if (why || t.n != cases[i].n)
            fail_msg("%s: %s, %d tags", cases[i].text, why ? why : "ok", t.n);
    }
    assert_non_null(auth_tags_parse("a=1;b=\0", 7, &t));
    auth_tags_parse("v = 1;\r\n b= x \t y ;", 19, &t);
    assert_true(auth_text_is(auth_tags_get(&t, "b")->value, "x \t y"));
    assert_true(auth_text_is(auth_tags_get(&t, "b")->whole, " x \t y "));
    assert_null(auth_tags_get(&t, "B"));
}

static void
tag_limits(void **state)
{
    struct auth_tags t;
    (void)state;
    for (int extra = 0; extra < 2; extra++) {
        struct buf *b = buf_new(a, 0), *big = buf_new(a, 0);
        for (int i = 0; i < AUTH_TAGS_MAX + extra; i++)
            buf_printf(b, "t%d=1;", i);
        buf_str(big, "n=");
        while (big->len < AUTH_TAGS_BYTES + (size_t)extra)
            buf_char(big, 'x');
        const char *many = auth_tags_parse(b->data, b->len, &t);
        const char *large = auth_tags_parse(big->data, big->len, &t);
        if (extra) {
            assert_string_equal(many, "tags-limit");
            assert_string_equal(large, "tags-limit");
        } else {
            assert_null(many);
            assert_null(large);
        }
    }
}

static void
values(void **state)
{
    static const struct {
        const char *text, *bytes; /* NULL: not base64 */
    } b64[] = {
        {"", ""},           {"YQ==", "a"},           {"YQ", "a"},          {"YWI=", "ab"},
        {"YWJj", "abc"},    {"Y\r\n W J\tj", "abc"}, {"YWJjZA==", "abcd"}, {"Y", NULL},
        {"YQ=", NULL},      {"YQ===", NULL},         {"YR==", NULL},       {"YWJ=", NULL},
        {"YQ==YQ==", NULL}, {"YW-j", NULL},          {"YWJj=", NULL},      {"=", NULL},
    };
    static const char *const domains[][2] = {
        {"Example.COM", "example.com"},
        {"a_b.example", "a_b.example"},
        {"b\xc3\xbc"
         "cher.example",
         "xn--bcher-kva.example"},
        {"example", NULL},
        {"example.", NULL},
        {".example.com", NULL},
        {"a..b", NULL},
        {"a b.example", NULL},
        {"a@b.example", NULL},
        {"a.example\"", NULL},
        {"0123456789012345678901234567890123456789012345678901234567890123.example", NULL},
    };
    uint8_t *p;
    size_t n;
    int64_t v;
    (void)state;
    for (size_t i = 0; i < sizeof b64 / sizeof *b64; i++) {
        bool ok = auth_base64(a, (struct auth_text){b64[i].text, strlen(b64[i].text)}, &p, &n);
        if (ok != (b64[i].bytes != NULL))
            fail_msg("base64 %s", b64[i].text);
        if (ok) {
            assert_int_equal(n, strlen(b64[i].bytes));
            assert_memory_equal(p, b64[i].bytes, n);
        }
    }
    for (size_t i = 0; i < sizeof domains / sizeof *domains; i++) {
        char *d = auth_domain(a, (struct auth_text){domains[i][0], strlen(domains[i][0])}, 2);
        if (!d != !domains[i][1] || (d && strcmp(d, domains[i][1]) != 0))
            fail_msg("%s: %s", domains[i][0], d ? d : "NULL");
    }
    assert_true(auth_domain_within("a.example.com", "example.com"));
    assert_true(auth_domain_within("example.com", "example.com"));
    assert_false(auth_domain_within("aexample.com", "example.com"));
    assert_string_equal(auth_quoted(a, (struct auth_text){"a=3D =40b", 9}), "a=@b");
    assert_null(auth_quoted(a, (struct auth_text){"a=00", 4}));
    assert_null(auth_quoted(a, (struct auth_text){"a=4", 3}));
    assert_true(auth_number((struct auth_text){"99999999999999999999", 20}, 76, &v));
    assert_true(v == INT64_MAX);
    assert_false(auth_number((struct auth_text){"-1", 2}, 12, &v));
    assert_false(auth_number((struct auth_text){"", 0}, 12, &v));
}

/* ------------------------------------------------------------------ canonicalisation */

static const char *
canon_header(enum auth_canon c, const char *text)
{
    struct auth_message m;
    struct buf *b = buf_new(a, 0);
    struct auth_sink to = {to_buf, b};
    auth_split(a, text, strlen(text), &m);
    for (int i = 0; i < m.n; i++)
        auth_canon_field(c, m.fields[i].raw, m.fields[i].len, true, &to);
    return buf_cstr(b);
}

/* In pieces of `step` bytes: the result must not depend on it. */
static const char *
canon_body(enum auth_canon c, const char *text, size_t step)
{
    struct buf *b = buf_new(a, 0);
    struct auth_sink to = {to_buf, b};
    struct auth_body *body = auth_body_new(a);
    auth_body_copy(body, c, &to);
    for (size_t i = 0, n = strlen(text); i < n; i += step)
        auth_body_add(body, text + i, n - i < step ? n - i : step);
    auth_body_end(body);
    assert_int_equal(auth_body_total(body, c), b->len);
    return buf_cstr(b);
}

static void
canonical_header(void **state)
{
    /* RFC 6376 3.4.5, and edges. */
    static const char *const cases[][3] = {
        {"A: X\r\nB : Y\t\r\n\tZ  \r\n\r\n C \r\n", "A: X\r\nB : Y\t\r\n\tZ  \r\n",
         "a:X\r\nb:Y Z\r\n"},
        {"A: X\nB : Y\t\n\tZ  \n\n C \n", "A: X\r\nB : Y\t\r\n\tZ  \r\n", "a:X\r\nb:Y Z\r\n"},
        {"A:\r\n\r\n", "A:\r\n", "a:\r\n"},
        {"A:\r\n \r\n b\r\n\r\n", "A:\r\n \r\n b\r\n", "a:b\r\n"},
        {"A: a\rb\r\n\r\n", "A: a\rb\r\n", "a:a\rb\r\n"},
        {"A: x:y : z\r\n", "A: x:y : z\r\n", "a:x:y : z\r\n"},
        {"A: last", "A: last\r\n", "a:last\r\n"},
        {"", "", ""},
        {"\r\nA: b\r\n", "", ""},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_string_equal(canon_header(AUTH_SIMPLE, cases[i][0]), cases[i][1]);
        assert_string_equal(canon_header(AUTH_RELAXED, cases[i][0]), cases[i][2]);
    }
}

static void
canonical_body(void **state)
{
    /* RFC 6376 3.4.5 first; then 3.4.3, 3.4.4 and edges. */
    static const char *const cases[][3] = {
        {" C \r\nD \t E\r\n\r\n\r\n", " C \r\nD \t E\r\n", " C\r\nD E\r\n"},
        {"", "\r\n", ""},
        {"\r\n", "\r\n", ""},
        {"\r\n\r\n\r\n", "\r\n", ""},
        {" \t \r\n \r\n", " \t \r\n \r\n", ""},
        {"a", "a\r\n", "a\r\n"},
        {"a\n\nb\n\n", "a\r\n\r\nb\r\n", "a\r\n\r\nb\r\n"},
        {"a\r\n \r\nb", "a\r\n \r\nb\r\n", "a\r\n\r\nb\r\n"},
        {"a\r\n\r\n \r\n", "a\r\n\r\n \r\n", "a\r\n"},
        {"a \r", "a \r\r\n", "a \r\r\n"},
        {"a\rb\r\r\n", "a\rb\r\r\n", "a\rb\r\r\n"},
        {"\ta  b\t\r\n", "\ta  b\t\r\n", " a b\r\n"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (size_t step = 1; step < 5; step++) {
            assert_string_equal(canon_body(AUTH_SIMPLE, cases[i][0], step), cases[i][1]);
            assert_string_equal(canon_body(AUTH_RELAXED, cases[i][0], step), cases[i][2]);
        }
}

static void
body_hashes(void **state)
{
    /* RFC 6376 3.4.3 and 3.4.4: the digests of an empty body. */
    static const char simple[] = "frcCV1k9oG9oKj3dpUqdJg1PxRT2RSN/XKdLCPjaYaY=";
    static const char relaxed[] = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
    uint8_t *want;
    size_t n;
    struct auth_body *b = auth_body_new(a);
    (void)state;
    int s = auth_body_want(b, AUTH_SIMPLE, -1), r = auth_body_want(b, AUTH_RELAXED, -1);
    assert_int_equal(auth_body_want(b, AUTH_SIMPLE, -1), s);
    assert_int_equal(auth_body_want(b, AUTH_SIMPLE, 0), 2);
    auth_body_end(b);
    assert_true(auth_base64(a, (struct auth_text){simple, strlen(simple)}, &want, &n));
    assert_memory_equal(auth_body_digest(b, s), want, 32);
    assert_true(auth_base64(a, (struct auth_text){relaxed, strlen(relaxed)}, &want, &n));
    assert_memory_equal(auth_body_digest(b, r), want, 32);
    assert_memory_equal(auth_body_digest(b, 2), want, 32);
    b = auth_body_new(a);
    for (int i = 0; i < AUTH_BODY_HASHES; i++)
        assert_int_equal(auth_body_want(b, AUTH_RELAXED, i), i);
    assert_int_equal(auth_body_want(b, AUTH_RELAXED, 99), -1);
}

/* ------------------------------------------------------------------ keys */

static void
key_records(void **state)
{
    static const struct {
        const char *text, *code;
        bool testing, strict;
    } cases[] = {
        {"p=" P1024, NULL, false, false},
        {"v=DKIM1; p=" P1024, NULL, false, false},
        {"v=DKIM1; k=rsa; t=y:s; n=notes; x=; p=" P1024 ";", NULL, true, true},
        {"k=RSA; h=sha1 : sha256; s=*; p=" P1024, NULL, false, false},
        {"s=web:email; g=*; p=" P1024, NULL, false, false},
        {"k=ed25519; p=" PED, NULL, false, false},
        {"p=", "key-revoked", false, false},
        {"", "key-syntax", false, false},
        {"v=DKIM1", "key-syntax", false, false},
        {"k=rsa; t; p=" P1024, "key-syntax", false, false},
        {"p=" P1024 "; p=" P1024, "key-syntax", false, false},
        {"v=DKIM2; p=" P1024, "key-version", false, false},
        {"v=dkim1; p=" P1024, "key-version", false, false},
        {"k=rsa; v=DKIM1; p=" P1024, "key-version", false, false},
        {"k=dsa; p=" P1024, "key-type", false, false},
        {"h=sha1; p=" P1024, "key-hash", false, false},
        {"s=chat; p=" P1024, "key-service", false, false},
        {"p=!!", "key-data", false, false},
        {"p=AAAA", "key-data", false, false},
        {"k=ed25519; p=AAAA", "key-data", false, false},
        {"k=ed25519; p=" P1024, "key-data", false, false},
        {"p=" PED, "key-data", false, false},
        {"p=" P512, "key-weak", false, false},
        {"t=y; p=", "key-revoked", true, false},
    };
    struct auth_key k;
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        auth_key_parse(a, cases[i].text, strlen(cases[i].text), &k);
        if (!k.code != !cases[i].code || (k.code && strcmp(k.code, cases[i].code) != 0))
            fail_msg("%s: %s", cases[i].text, k.code ? k.code : "ok");
        assert_int_equal(k.testing, cases[i].testing);
        assert_int_equal(k.strict, cases[i].strict);
        assert_true((k.status == AUTH_KEY_OK) == (k.code == NULL));
    }
}

/* A record for a modulus of some bits (no real key: it is never used) and an exponent. */
static const char *
rsa_record(int bits, const char *exponent)
{
    BIGNUM *n = BN_new(), *e = NULL;
    EVP_PKEY *pkey = NULL;
    EVP_PKEY_CTX *c = EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL);
    OSSL_PARAM_BLD *b = OSSL_PARAM_BLD_new();
    uint8_t *der = NULL;
    BN_set_bit(n, bits - 1);
    BN_set_bit(n, 0);
    BN_hex2bn(&e, exponent);
    OSSL_PARAM_BLD_push_BN(b, "n", n);
    OSSL_PARAM_BLD_push_BN(b, "e", e);
    OSSL_PARAM *params = OSSL_PARAM_BLD_to_param(b);
    assert_true(EVP_PKEY_fromdata_init(c) > 0);
    assert_true(EVP_PKEY_fromdata(c, &pkey, EVP_PKEY_PUBLIC_KEY, params) > 0);
    int len = i2d_PUBKEY(pkey, &der);
    char *text = arena_alloc(a, (size_t)len * 2 + 8);
    EVP_EncodeBlock((unsigned char *)text, der, len);
    OPENSSL_free(der);
    OSSL_PARAM_free(params);
    OSSL_PARAM_BLD_free(b);
    EVP_PKEY_CTX_free(c);
    EVP_PKEY_free(pkey);
    BN_free(n);
    BN_free(e);
    return arena_printf(a, "p=%s", text);
}

static void
key_sizes(void **state)
{
    static const struct {
        int bits;
        const char *exponent, *code;
    } cases[] = {
        {1023, "10001", "key-weak"},
        {1024, "10001", NULL},
        {4096, "10001", NULL},
        {4097, "10001", "key-size"},
        {16384, "10001", "key-size"},
        {2048, "3", NULL},
        {2048, "1", "key-exponent"},
        {2048, "8000000000000001", NULL},
        {2048, "10000000000000001", "key-exponent"},
    };
    struct auth_key k;
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *record = rsa_record(cases[i].bits, cases[i].exponent);
        auth_key_parse(a, record, strlen(record), &k);
        if (!k.code != !cases[i].code || (k.code && strcmp(k.code, cases[i].code) != 0))
            fail_msg("%d bits, exponent %s: %s", cases[i].bits, cases[i].exponent,
                     k.code ? k.code : "ok");
        assert_int_equal(k.status, cases[i].code ? AUTH_KEY_POLICY : AUTH_KEY_OK);
    }
}

/* Several records: the first that can be used; without one, the first. */
static void
several_records(void **state)
{
    struct dns_table t = {0};
    struct dns d = dns_table_dns(&t);
    (void)state;
    dns_table_add(&t, "s._domainkey.example.com", "v=spf1 -all");
    dns_table_add(&t, "s._domainkey.example.com", "p=" P1024);
    dns_table_add(&t, "x._domainkey.example.com", "p=");
    dns_table_add(&t, "x._domainkey.example.com", "nothing");
    struct auth_keys *keys = auth_keys_new(a, &d);
    assert_int_equal(auth_keys_get(keys, "s", "example.com")->status, AUTH_KEY_OK);
    assert_string_equal(auth_keys_get(keys, "x", "example.com")->code, "key-revoked");
    assert_string_equal(auth_keys_get(keys, "y", "example.com")->code, "key-missing");
    assert_ptr_equal(auth_keys_get(keys, "y", "example.com"),
                     auth_keys_get(keys, "y", "example.com"));
    assert_int_equal(t.zone.asked, 3);
    /* No question left: not known now. */
    d.left = 0;
    assert_int_equal(auth_keys_get(keys, "z", "example.com")->status, AUTH_KEY_TEMPERROR);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(tag_lists, begin, end),
        cmocka_unit_test_setup_teardown(tag_limits, begin, end),
        cmocka_unit_test_setup_teardown(values, begin, end),
        cmocka_unit_test_setup_teardown(canonical_header, begin, end),
        cmocka_unit_test_setup_teardown(canonical_body, begin, end),
        cmocka_unit_test_setup_teardown(body_hashes, begin, end),
        cmocka_unit_test_setup_teardown(key_records, begin, end),
        cmocka_unit_test_setup_teardown(key_sizes, begin, end),
        cmocka_unit_test_setup_teardown(several_records, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
