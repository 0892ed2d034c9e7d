/* DKIM: what is signed verifies, what was changed does not; vectors. */
#include "dkim_fixture.h"

static void
round_trips(void **state)
{
    static const char *const bodies[] = {"", "\r\n", "x", "\r\n\r\n", "a \r\n\t b\r\n\r\n \r\n"};
    (void)state;
    make_keys();
    for (int way = 0; way < 16; way++) {
        struct dkim_sign_options o = options(way & 1 ? &ed : &rsa);
        o.header = way & 2 ? AUTH_RELAXED : AUTH_SIMPLE;
        o.body = way & 4 ? AUTH_RELAXED : AUTH_SIMPLE;
        o.oversign = way & 8;
        o.identity = way & 8 ? "alice@sub." DOMAIN : NULL;
        o.expires = way & 8 ? NOW + 1000 : 0;
        expect(signed_mail(mail, &o), DKIM_PASS, NULL);
        assert_string_equal(signed_mail(mail, &o), signed_mail(mail, &o));
        for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++)
            expect(signed_mail(arena_printf(a, "From: a@b.example\r\n\r\n%s", bodies[i]), &o),
                   DKIM_PASS, NULL);
    }
    struct dkim_sign_options o = options(&rsa);
    struct dkim_verdict v = verify(signed_mail(mail, &o));
    /* Another signature can be signed, the own field never is, even where h= names one more. */
    static const char *const with_signature[] = {"To", "DKIM-Signature", NULL};
    struct dkim_sign_options over = options(&ed);
    over.headers = with_signature;
    expect(signed_mail(signed_mail(mail, &o), &over), DKIM_PASS, NULL);
    assert_int_equal(v.best, DKIM_PASS);
    assert_string_equal(v.results->domain, DOMAIN);
    assert_string_equal(v.results->identity, "@" DOMAIN);
    assert_string_equal(v.results->selector, "r");
    assert_string_equal(v.results->algorithm, "rsa-sha256");
    assert_int_equal(v.results->key_bits, 1024);
    assert_true(v.results->from_signed);
    assert_false(v.results->testing || v.results->expired || v.results->future);
    assert_int_equal(strlen(v.results->signature_start), 12);
    v = verify(mail);
    assert_int_equal(v.best, DKIM_NONE);
    assert_int_equal(v.n, 0);
}

/* Simple/simple, and everything but Received is signed: no byte can change. */
static void
single_bytes(void **state)
{
    (void)state;
    make_keys();
    for (int k = 0; k < 2; k++) {
        struct dkim_sign_options o = options(k ? &ed : &rsa);
        o.header = o.body = AUTH_SIMPLE;
        char *text = arena_strdup(a, signed_mail(mail, &o));
        size_t n = strlen(text);
        const char *received = strstr(text, "Received:"), *from = strstr(text, "From: ");
        for (size_t i = 0; i < n; i++) {
            char was = text[i];
            if (text + i >= received && text + i < from - 2)
                continue;
            /* The trailing empty line does not count, nor does CR of a line end (LF is one too). */
            if (was == '\r' || i + 2 >= n)
                continue;
            struct arena *outer = a;
            a = arena_new();
            text[i] ^= 1;
            struct dkim_verdict v = verify_n(text, n, DOMAIN);
            if (v.best == DKIM_PASS)
                fail_msg("byte %zu (%c) may change", i, was);
            text[i] = was;
            arena_free(&a);
            a = outer;
        }
        expect(text, DKIM_PASS, NULL);
    }
}

/* What relaxed allows on the way, and what over-signing does not. */
static void
changes_on_the_way(void **state)
{
    (void)state;
    make_keys();
    struct dkim_sign_options o = options(&rsa);
    const char *text = signed_mail(mail, &o), *body = strstr(text, "\r\n\r\n");
    struct auth_message m;
    auth_split(a, text, strlen(text), &m);
    expect(arena_printf(a, "X-New: 1\r\n%s", text), DKIM_PASS, NULL);
    expect(arena_printf(a, "Subject: other\r\n%s", text), DKIM_FAIL, "signature");
    expect(arena_printf(a, "From: eve@example.org\r\n%s", text), DKIM_FAIL, "signature");
    expect(arena_printf(a, "%s\r\n \r\n", text), DKIM_PASS, NULL);
    expect(arena_printf(a, "%sx", text), DKIM_FAIL, "body-hash");
    expect(arena_printf(a, "%.*s\r\nsubject : other%s", (int)(body - text), text, body), DKIM_FAIL,
           "signature");
    o.oversign = false;
    text = signed_mail(mail, &o);
    /* Not over-signed: another Subject may come, but a second From is never accepted. */
    expect(arena_printf(a, "Subject: other\r\n%s", text), DKIM_PASS, NULL);
    text = arena_printf(a, "From: eve@example.org\r\n%s", text);
    expect(text, DKIM_POLICY, "from-unsigned");
    assert_false(verify(text).results->from_signed);
    text = signed_mail(mail, &o);
    assert_true(verify(text).results->from_signed);
}

/* ------------------------------------------------------------------ vectors, signing */

/* RFC 8463 Appendix A: our signer, given its key and message, verifies; the corpus has its text. */
static void
rfc8463_key(void **state)
{
    static const char secret[] = "nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A=";
    uint8_t *seed;
    size_t n;
    struct auth_private k;
    struct err e;
    (void)state;
    assert_true(auth_base64(a, (struct auth_text){secret, strlen(secret)}, &seed, &n));
    assert_int_equal(auth_private_ed25519(a, seed, &k, &e), 0);
    assert_string_equal(auth_private_record(a, &k), "v=DKIM1; k=ed25519; p=" PED);
}

static void
rfc8463_signature(void **state)
{
    static const char text[] = "DKIM-Signature: v=1; a=ed25519-sha256; c=relaxed/relaxed;\r\n"
                               " d=football.example.com; i=@football.example.com;\r\n"
                               " q=dns/txt; s=brisbane; t=1528637909; h=from : to :\r\n"
                               " subject : date : message-id : from : subject : date;\r\n"
                               " bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;\r\n"
                               " b=/gCrinpcQOoIfuHNQIbq4pgh9kyIK3AQUdt9OdqQehSwhEIug4D11Bus\r\n"
                               " Fa3bT3FY5OsU7ZbnKELq+eXdp1Q1Dw==\r\n"
                               "DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed;\r\n"
                               " d=football.example.com; i=@football.example.com;\r\n"
                               " q=dns/txt; s=test; t=1528637909; h=from : to : subject :\r\n"
                               " date : message-id : from : subject : date;\r\n"
                               " bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;\r\n"
                               " b=F45dVWDfMbQDGHJFlXUNB2HKfbCeLRyhDXgFpEL8GwpsRe0IeIixNTe3\r\n"
                               " DhCVlUrSjV4BwcVcOF6+FF3Zo9Rpo1tFOeS9mPYQTnGdaSGsgeefOsk2Jz\r\n"
                               " dA+L10TeYt9BgDfQNZtKdN1WO//KgIqXP7OdEFE4LjFYNcUxZQ4FADY+8=\r\n"
                               "From: Joe SixPack <joe@football.example.com>\r\n"
                               "To: Suzie Q <suzie@shopping.example.net>\r\n"
                               "Subject: Is dinner ready?\r\n"
                               "Date: Fri, 11 Jul 2003 21:00:37 -0700 (PDT)\r\n"
                               "Message-ID: <20030712040037.46341.5F8J@football.example.com>\r\n"
                               "\r\n"
                               "Hi.\r\n\r\nWe lost the game.  Are you hungry yet?\r\n\r\nJoe.\r\n";
    (void)state;
    dns_table_add(&table, "brisbane._domainkey.football.example.com", "v=DKIM1; k=ed25519; p=" PED);
    dns_table_add(&table, "test._domainkey.football.example.com", "v=DKIM1; k=rsa; p=" P1024);
    struct dkim_verdict v = verify(text);
    assert_int_equal(v.n, 2);
    assert_int_equal(v.results[0].status, DKIM_PASS);
    assert_int_equal(v.results[1].status, DKIM_PASS);
    assert_int_equal(v.results[0].key_bits, 256);
}

static void
signer_refuses(void **state)
{
    struct auth_message m;
    struct err e;
    struct auth_private k;
    (void)state;
    make_keys();
    auth_split(a, mail, strlen(mail), &m);
    static const struct {
        const char *domain, *selector, *identity, *code;
        int64_t expires;
    } cases[] = {
        {"com", "r", NULL, "domain", 0},
        {"example.com; l=0", "r", NULL, "domain", 0},
        {"example.com", "a;b=c", NULL, "tags-duplicate", 0},
        {"example.com", "r; z=1", NULL, "selector", 0},
        {"example.com", "r", "a@example.org", "identity", 0},
        {"example.com", "r", "@example.com; z=1", "identity", 0},
        {"example.com", "r", NULL, "expires", NOW},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct dkim_sign_options o = options(&rsa);
        o.domain = cases[i].domain;
        o.selector = cases[i].selector;
        o.identity = cases[i].identity;
        o.expires = cases[i].expires;
        assert_null(dkim_sign(a, &m, &o, &e));
        assert_string_equal(e.code, cases[i].code);
    }
    struct dkim_sign_options o = options(&rsa);
    auth_split(a, "To: x\r\n\r\n", 9, &m);
    assert_null(dkim_sign(a, &m, &o, &e));
    assert_string_equal(e.code, "headers");
    assert_int_equal(auth_private_make(a, AUTH_RSA, 512, &k, &e), -1);
    assert_int_equal(auth_private_read(a, "x", 1, &k, &e), -1);
    const char *pem = auth_private_pem(a, &rsa);
    assert_int_equal(auth_private_read(a, pem, strlen(pem), &k, &e), 0);
    assert_string_equal(auth_private_record(a, &k), auth_private_record(a, &rsa));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(round_trips, begin, end),
        cmocka_unit_test_setup_teardown(single_bytes, begin, end),
        cmocka_unit_test_setup_teardown(changes_on_the_way, begin, end),
        cmocka_unit_test_setup_teardown(rfc8463_key, begin, end),
        cmocka_unit_test_setup_teardown(rfc8463_signature, begin, end),
        cmocka_unit_test_setup_teardown(signer_refuses, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
