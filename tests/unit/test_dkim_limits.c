/* DKIM: fields that are wrong, l=, and limits before any cryptography (T-D2). */
#include "dkim_fixture.h"

/* ------------------------------------------------------------------ fields that are wrong */

#define B32 "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
#define SIG(head, rest) \
    "DKIM-Signature: " head "a=rsa-sha256; d=example.com; s=r; h=from:to; bh=" B32 "; b=AAAA" rest

static void
wrong_fields(void **state)
{
    static const struct {
        const char *field;
        enum dkim_status status;
        const char *code;
    } cases[] = {
        {SIG("v=1; ", ""), DKIM_FAIL, "body-hash"},
        {SIG("v=1; ", ";"), DKIM_FAIL, "body-hash"},
        {SIG("", ""), DKIM_PERMERROR, "tag-missing"},
        {SIG("v=2; ", ""), DKIM_PERMERROR, "version"},
        {SIG("v=1.0; ", ""), DKIM_PERMERROR, "version"},
        {SIG("v=1; ", "; a=rsa-sha256"), DKIM_PERMERROR, "tags-duplicate"},
        {SIG("v=1; ", "; c=future"), DKIM_PERMERROR, "canon"},
        {SIG("v=1; ", "; c=simple/simple/simple"), DKIM_PERMERROR, "canon"},
        {SIG("v=1; ", "; c=relaxed"), DKIM_FAIL, "body-hash"},
        {SIG("v=1; ", "; q=http"), DKIM_PERMERROR, "query"},
        {SIG("v=1; ", "; q=http:dns/txt"), DKIM_FAIL, "body-hash"},
        {SIG("v=1; ", "; i=a@example.org"), DKIM_PERMERROR, "identity"},
        {SIG("v=1; ", "; i=a@badexample.com"), DKIM_PERMERROR, "identity"},
        {SIG("v=1; ", "; i=example.com"), DKIM_PERMERROR, "identity"},
        {SIG("v=1; ", "; i=a=40b=3D@s.example.com"), DKIM_FAIL, "body-hash"},
        {SIG("v=1; ", "; l=x"), DKIM_PERMERROR, "length"},
        {SIG("v=1; ", "; l=99999999999999999999999"), DKIM_PERMERROR, "length-beyond"},
        {SIG("v=1; ", "; t=1234567890123"), DKIM_PERMERROR, "time"},
        {SIG("v=1; ", "; x=-1"), DKIM_PERMERROR, "expires"},
        {SIG("v=1; ", "; t=1700000000; x=1700000000"), DKIM_PERMERROR, "expires"},
        {SIG("v=1; ", "; x=1699999999"), DKIM_POLICY, "expired"},
        {SIG("v=1; ", "; x=1700000000"), DKIM_FAIL, "body-hash"},
        {SIG("v=1; ", "; t=1800000000"), DKIM_FAIL, "body-hash"},
        {"DKIM-Signature: v=1; a=rsa-sha1; d=example.com; s=r; h=from; bh=" B32 "; b=AAAA",
         DKIM_PERMERROR, "algorithm-sha1"},
        {"DKIM-Signature: v=1; a=rsa-md5; d=example.com; s=r; h=from; bh=" B32 "; b=AAAA",
         DKIM_PERMERROR, "algorithm"},
        {"DKIM-Signature: v=1; a=ed25519-sha256; d=example.com; s=r; h=from; bh=" B32 "; b=AAAA",
         DKIM_PERMERROR, "key-mismatch"},
        {"DKIM-Signature: v=1; a=rsa-sha256; d=example.com; s=r; h=to:subject; bh=" B32 "; b=AAAA",
         DKIM_PERMERROR, "headers-from"},
        {"DKIM-Signature: v=1; a=rsa-sha256; d=example.com; s=r; h=from::to; bh=" B32 "; b=AAAA",
         DKIM_PERMERROR, "headers"},
        {"DKIM-Signature: v=1; a=rsa-sha256; d=example.com; s=r; h=; bh=" B32 "; b=AAAA",
         DKIM_PERMERROR, "headers"},
        {"DKIM-Signature: v=1; a=rsa-sha256; d=example.com; s=r; h=from; bh=AAAA; b=AAAA",
         DKIM_PERMERROR, "body-hash-syntax"},
        {"DKIM-Signature: v=1; a=rsa-sha256; d=example.com; s=r; h=from; bh=" B32 "; b=",
         DKIM_PERMERROR, "signature-syntax"},
        {"DKIM-Signature: v=1; a=rsa-sha256; d=com; s=r; h=from; bh=" B32 "; b=AAAA",
         DKIM_PERMERROR, "domain"},
        {"DKIM-Signature: v=1; a=rsa-sha256; d=a(.evil; s=r; h=from; bh=" B32 "; b=AAAA",
         DKIM_PERMERROR, "domain"},
        {"DKIM-Signature: v=1; a=rsa-sha256; d=example.com; s=a b; h=from; bh=" B32 "; b=AAAA",
         DKIM_PERMERROR, "selector"},
        {"DKIM-Signature: v=1; a=rsa-sha256; d=example.com; s=none; h=from; bh=" B32 "; b=AAAA",
         DKIM_PERMERROR, "key-missing"},
        {"DKIM-Signature: v=1; a=rsa-sha256; d=example.com; s=dead; h=from; bh=" B32 "; b=AAAA",
         DKIM_TEMPERROR, "key-dns"},
        {"DKIM-Signature: v=1; a=rsa-sha256; d=example.com; s=short; h=from; bh=" B32 "; b=AAAA",
         DKIM_POLICY, "key-weak"},
        {"DKIM-Signature: v=1; a=rsa-sha256; d=example.com; i=@x.example.com; s=strict; h=from;"
         " bh=" B32 "; b=AAAA",
         DKIM_PERMERROR, "identity-strict"},
        {"DKIM-Signature:", DKIM_PERMERROR, "tags-syntax"},
    };
    (void)state;
    make_keys();
    dns_table_add(&table, "dead._domainkey.example.com", NULL);
    dns_table_add(&table, "short._domainkey.example.com", "p=" P512);
    dns_table_add(&table, "strict._domainkey.example.com", "t=s; p=" P1024);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        expect(arena_printf(a, "%s\r\n%s", cases[i].field, mail), cases[i].status, cases[i].code);
    assert_true(
        verify(arena_printf(a, SIG("v=1; ", "; t=1800000000") "\r\n%s", mail)).results->future);
}

static const char *
with_names(int n)
{
    struct buf *b = buf_new(a, 0);
    buf_str(b, "DKIM-Signature: v=1; a=rsa-sha256; d=example.com; s=r; bh=" B32 "; b=AAAA; h=from");
    for (int i = 1; i < n; i++)
        buf_str(b, ":x");
    buf_printf(b, "\r\n%s", mail);
    return buf_cstr(b);
}

static void
limits(void **state)
{
    (void)state;
    make_keys();
    expect(with_names(AUTH_SIG_NAMES), DKIM_FAIL, "body-hash");
    expect(with_names(AUTH_SIG_NAMES + 1), DKIM_PERMERROR, "headers-limit");
    for (int extra = 0; extra < 2; extra++) {
        struct dkim_sign_options o = options(&rsa);
        const char *text = signed_mail(mail, &o);
        struct buf *b = buf_new(a, 0);
        struct auth_message m;
        auth_split(a, text, strlen(text), &m);
        for (int i = m.n; i < AUTH_FIELDS_MAX + extra; i++)
            buf_str(b, "X: y\r\n");
        const char *more = arena_printf(a, "%.*s%s%s", (int)(m.fields[1].raw - text), text,
                                        buf_cstr(b), m.fields[1].raw);
        expect(more, extra ? DKIM_PERMERROR : DKIM_PASS, extra ? "fields-limit" : NULL);
    }
}

/* T-D2: whoever leaves a part unsigned is not trusted, and the size of the part is told. */
static void
body_length(void **state)
{
    (void)state;
    make_keys();
    static const struct {
        const char *l, *more;
        enum dkim_status status;
        const char *code;
        unsigned uncovered;
    } cases[] = {
        {"3", "", DKIM_PASS, NULL, 0},
        {"3", "more\r\n", DKIM_POLICY, "length-uncovered", 6},
        {"1", "", DKIM_POLICY, "length-uncovered", 2},
        {"0", "", DKIM_POLICY, "length-uncovered", 3},
        {"4", "", DKIM_PERMERROR, "length-beyond", 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        /* Signed by hand: our signer has no l=. */
        const char *text = arena_printf(a, "From: a@example.com\r\n\r\na\r\n%s", cases[i].more);
        struct auth_message m;
        struct auth_body *b = auth_body_new(a);
        struct auth_sig *s = arena_alloc(a, sizeof *s);
        uint8_t digest[32], *sig;
        size_t n;
        int64_t l = *cases[i].l - '0';
        int slot = auth_body_want(b, AUTH_SIMPLE, l);
        auth_split(a, text, strlen(text), &m);
        auth_body_add(b, m.body, m.body_len);
        auth_body_end(b);
        char bh[64], value[256];
        EVP_EncodeBlock((unsigned char *)bh, auth_body_digest(b, slot), 32);
        const char *head = arena_printf(a,
                                        "DKIM-Signature: v=1; a=rsa-sha256; d=example.com; s=r;"
                                        " l=%s; h=from; bh=%s; b=",
                                        cases[i].l, bh);
        struct auth_field f = {head, strlen(head), 14, 15};
        assert_string_equal(auth_sig_parse(a, &f, AUTH_SIG_DKIM, s), "signature-syntax");
        auth_sig_digest(a, s, &m, digest);
        assert_int_equal(auth_private_sign(a, &rsa, digest, &sig, &n), 0);
        EVP_EncodeBlock((unsigned char *)value, sig, (int)n);
        text = arena_printf(a, "%s%s\r\n%s", head, value, text);
        expect(text, cases[i].status, cases[i].code);
        assert_int_equal(verify(text).results->uncovered, cases[i].uncovered);
    }
}

/* ------------------------------------------------------------------ many signatures */

static const char *
with_signatures(int n, int own, const char *body)
{
    struct buf *b = buf_new(a, 0);
    const char *text = arena_printf(a, "From: alice@example.com\r\n\r\n%s", body);
    struct auth_message m;
    struct err e;
    auth_split(a, text, strlen(text), &m);
    for (int i = 0; i < n; i++) {
        struct dkim_sign_options o = options(&rsa);
        o.domain = i < own ? DOMAIN : "other.example";
        o.time = NOW - i;
        struct buf *front = buf_new(a, 0);
        buf_printf(front, "%s%s", dkim_sign(a, &m, &o, &e), buf_cstr(b));
        b = front;
    }
    buf_str(b, text);
    return buf_cstr(b);
}

static void
many_signatures(void **state)
{
    (void)state;
    make_keys();
    dns_table_add(&table, "r._domainkey.other.example", auth_private_record(a, &rsa));
    /* The author's own is at the bottom and is verified all the same. */
    struct dkim_verdict v = verify(with_signatures(12, 1, "x"));
    int pass = 0, skipped = 0;
    assert_int_equal(v.n, 12);
    for (int i = 0; i < v.n; i++) {
        pass += v.results[i].status == DKIM_PASS;
        if (v.results[i].status == DKIM_POLICY) {
            assert_string_equal(v.results[i].code, "too-many");
            skipped++;
        }
    }
    assert_int_equal(pass, DKIM_TRIED);
    assert_int_equal(skipped, 12 - DKIM_TRIED);
    assert_int_equal(v.results[11].status, DKIM_PASS);
    assert_string_equal(v.results[11].domain, DOMAIN);
    /* One question for each key, not for each signature. */
    table.zone.asked = 0;
    v = verify(with_signatures(100, 1, "x"));
    assert_int_equal(v.n, DKIM_FIELDS);
    assert_int_equal(v.ignored, 100 - DKIM_FIELDS);
    assert_int_equal(table.zone.asked, 1);
    table.zone.asked = 0;
    verify(with_signatures(6, 3, "x"));
    assert_int_equal(table.zone.asked, 2);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(wrong_fields, begin, end),
        cmocka_unit_test_setup_teardown(limits, begin, end),
        cmocka_unit_test_setup_teardown(body_length, begin, end),
        cmocka_unit_test_setup_teardown(many_signatures, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
