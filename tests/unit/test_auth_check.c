/* All of mail authentication in one call, rounds with DNS included; what goes to the gate as JSON; the
 * field Authentication-Results; limits of ARC. */
#include "dkim_fixture.h"

#include "common/jsonx.h"
#include "common/suffixes.h"
#include "common/token.h"
#include "engine/authn/arc_seal.h"
#include "engine/authn/arc_word.h"
#include "engine/authn/auth_check.h"
#include "engine/authn/auth_results.h"
#include "engine/authn/dns_known.h"

static int rounds, asked;

/* The gate's part, with the table for DNS. */
static void
answer(json_t *answers, const json_t *missing)
{
    const json_t *q;
    size_t i;

    json_array_foreach(missing, i, q)
    {
        struct dns_answer r;
        size_t n;
        unsigned char *name = token_unbase64url(a, jsonx_str(q, "name"), &n);
        json_t *records = json_array(), *one = json_deep_copy(q);
        dns.left = DNS_QUESTIONS;
        asked++;
        dns_ask(&dns, a, arena_strndup(a, (char *)name, n), (enum dns_type)jsonx_int(q, "type", 0),
                &r);
        for (int k = 0; k < r.n; k++)
            json_array_append_new(
                records, json_pack("[is]", (int)r.records[k].preference,
                                   token_base64url(a, r.records[k].data, r.records[k].len)));
        json_object_set_new(one, "status", json_integer(r.status));
        json_object_set_new(one, "records", records);
        json_array_append_new(answers, one);
    }
}

static struct auth_outcome
check(const char *text, const char *ip, const char *sender)
{
    json_t *answers = jsonx_own(a, json_array());
    struct dns_known known;
    struct auth_outcome o;

    rounds = asked = 0;
    for (;;) {
        dns_known_begin(&known, a, answers);
        struct auth_request r = {.raw = text,
                                 .n = strlen(text),
                                 .client_ip = ip,
                                 .helo = "h.example",
                                 .sender = sender,
                                 .receiver = "gw.example",
                                 .now = NOW,
                                 .dns = &known.dns,
                                 .psl = suffixes(),
                                 .missing = known.missing};
        rounds++;
        if (auth_check(a, &r, &o))
            return o;
        assert_true(json_array_size(known.missing) > 0 && rounds < 40);
        answer(answers, known.missing);
    }
}

static const char *
as_json(const struct auth_outcome *o)
{
    return jsonx_dump(a, jsonx_own(a, auth_outcome_json(a, o)), NULL);
}

static void
a_good_mail(void **state)
{
    struct dkim_sign_options o;
    struct auth_outcome r, *back;
    struct err e;
    json_t *j;

    (void)state;
    make_keys();
    o = options(&rsa);
    dns_table_add(&table, DOMAIN, "v=spf1 ip4:192.0.2.1 -all");
    dns_table_add(&table, "_dmarc." DOMAIN, "v=DMARC1; p=reject");
    r = check(signed_mail(mail, &o), "192.0.2.1", "alice@Example.com");
    assert_int_equal(rounds, 2); /* all of it at once: record of DMARC, key, record of SPF */
    assert_int_equal(asked, 3);
    assert_int_equal(r.spf.status, SPF_PASS);
    assert_string_equal(r.spf.domain, DOMAIN);
    assert_int_equal(r.ndkim, 1);
    assert_int_equal(r.dkim[0].status, DKIM_PASS);
    assert_int_equal(r.dmarc.status, DMARC_PASS);
    assert_true(r.dmarc.spf_aligned && r.dmarc.dkim_aligned);
    assert_int_equal(r.arc.status, ARC_NONE);
    j = jsonx_own(a, auth_outcome_json(a, &r));
    assert_int_equal(auth_outcome_unpack(a, auth_outcome_pack(a, &r), &back, &e), 0);
    assert_string_equal(as_json(back), as_json(&r));
    assert_true(json_array_size(json_object_get(json_object_get(j, "dmarc"), "aligned")) == 2);
    /* a byte of the body, and another address: nothing is left */
    r = check(arena_printf(a, "%s.", signed_mail(mail, &o)), "192.0.2.2", "alice@example.com");
    assert_int_equal(r.spf.status, SPF_FAIL);
    assert_int_equal(r.dkim[0].status, DKIM_FAIL);
    assert_int_equal(r.dmarc.status, DMARC_FAIL);
    assert_int_equal(r.dmarc.policy, DMARC_P_REJECT);
}

/* A hostile mail must not use up the questions of DMARC; nor ask more than it may (issue 3, line 4). */
static void
questions_of_a_hostile_mail(void **state)
{
    struct buf *b = buf_new(a, 0);
    struct auth_outcome r;

    (void)state;
    buf_str(b, "v=spf1");
    for (int i = 0; i < 10; i++) {
        buf_printf(b, " mx:m%d.example", i);
        for (int k = 0; k < 10; k++) {
            char *name = arena_printf(a, "x%d-%d.example", i, k);
            table.row[table.zone.n++] = (struct fake_record){arena_printf(a, "m%d.example", i),
                                                             DNS_MX, name, strlen(name), 1};
        }
    }
    dns_table_add(&table, "evil.example", arena_strdup(a, b->data));
    dns_table_add(&table, "_dmarc." DOMAIN, "v=DMARC1; p=reject; sp=none; np=quarantine");
    b = buf_new(a, 0);
    for (int i = 0; i < 12; i++)
        buf_printf(b,
                   "DKIM-Signature: v=1; a=rsa-sha256; d=d%d.example; s=s; h=From; "
                   "bh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=; b=AAAA\r\n",
                   i);
    buf_str(b, "From: a@nobody." DOMAIN "\r\n\r\nx\r\n");
    r = check(b->data, "192.0.2.1", "a@evil.example");
    assert_true(asked <= DNS_QUESTIONS);
    assert_int_equal(r.dmarc.status, DMARC_FAIL);
    assert_int_equal(r.dmarc.policy, DMARC_P_QUARANTINE);
    assert_int_equal(r.spf.status, SPF_TEMPERROR);
}

static void
no_address_no_spf(void **state)
{
    struct auth_outcome r = check(mail, "", "a@example.com");

    (void)state;
    assert_int_equal(r.spf.status, SPF_NONE);
    assert_string_equal(r.spf.domain, "");
}

/* The worker may be in an attacker's hands. */
static void
answers_of_a_hostile_worker(void **state)
{
    struct auth_dkim sig = {.status = DKIM_PASS,
                            .domain = "a.example",
                            .selector = "s",
                            .identity = "@a.example",
                            .algorithm = "rsa-sha256",
                            .start = "AAAA",
                            .bits = 2048};
    struct arc_word word = {"c.example", true};
    struct auth_outcome good = {
        .spf = {.status = SPF_PASS, .domain = "b.example", .mechanism = "-all", .explanation = ""},
        .ndkim = 1,
        .dkim = &sig,
        .arc = {.status = ARC_PASS,
                .sets = 1,
                .at = 1,
                .domain = "c.example",
                .nwords = 1,
                .words = &word},
        .dmarc = {.status = DMARC_PASS,
                  .domain = "d.example",
                  .from_domain = "e.example",
                  .dkim_aligned = true}};
    static const char *const changes[][2] = {
        {"2;0;9:b.example", "7;0;9:b.example"}, /* no such result */
        {"2;0;9:b.example", "2;2;9:b.example"}, /* no such answer */
        {"9:b.example", "9:b\r\nexampl"},       /* no domain */
        {"9:b.example", "9:B.EXAMPLE"},
        {"4:-all", "4:-a\x07l"},
        {"4:-all", "9999:-all"},
        {"1:s", "1:;"},
        {"4:AAAA", "4:A\nAA"},
        {"4:AAAA", "41:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"},
        {"2048;", "2000000;"},
        {"2048;", "-1;"},
        {"2048;0;", "2048;2;"},
        {"2048;0;1;1;1;", "2048;0;1;51;1;"}, /* sets */
        {"2048;0;1;1;1;", "2048;0;1;1;2;"},  /* at */
        {"2048;0;1;1;1;", "2048;0;0;1;1;"},  /* none of them vouches for nobody */
        {"9:c.example1;9:c.example", "9:c.example0;9:c.example"},
        {"1;0;9:d.example9:e.example", "1;3;9:d.example9:e.example"}, /* no such policy */
        {"0:0;0;0;1;", "0:0;0;0;0;"},                                 /* pass by nothing */
        {"0:0;0;0;1;", "0:0;0;0;1;0;"},                               /* more */
        {"0:0;0;0;1;", "0:0;0;0;"},                                   /* less */
    };
    struct auth_outcome *o;
    struct err e;
    const char *text = auth_outcome_pack(a, &good);

    (void)state;
    assert_int_equal(auth_outcome_unpack(a, text, &o, &e), 0);
    assert_string_equal(as_json(o), as_json(&good));
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        const char *at = strstr(text, changes[i][0]);
        if (!at)
            fail_msg("%s is not in %s", changes[i][0], text);
        if (auth_outcome_unpack(a,
                                arena_printf(a, "%.*s%s%s", (int)(at - text), text, changes[i][1],
                                             at + strlen(changes[i][0])),
                                &o, &e) == 0)
            fail_msg("taken: %s", changes[i][1]);
    }
    for (size_t n = 0; n < strlen(text); n++)
        assert_int_equal(auth_outcome_unpack(a, arena_strndup(a, text, n), &o, &e), -1);
    assert_int_equal(auth_outcome_unpack(a, NULL, &o, &e), -1);
}

/* ---------------------------------------------------------------- Authentication-Results */

static void
the_field(void **state)
{
    struct auth_dkim sigs[] = {{.status = DKIM_PASS,
                                .domain = "a.example",
                                .selector = "s",
                                .algorithm = "rsa-sha256",
                                .start = "ab+/"},
                               {.status = DKIM_FAIL,
                                .code = "body-hash",
                                .domain = "b.example",
                                .selector = "",
                                .algorithm = "",
                                .start = ""}};
    struct auth_outcome o = {
        .spf = {.status = SPF_PASS, .domain = "a.example"},
        .ndkim = 2,
        .dkim = sigs,
        .dmarc = {.status = DMARC_FAIL, .policy = DMARC_P_REJECT, .from_domain = "c.example"}};

    (void)state;
    assert_string_equal(
        auth_results_value(a, "gw.example", &o),
        "gw.example;\n\tspf=pass smtp.mailfrom=a.example;\n"
        "\tdkim=pass header.d=a.example header.s=s header.a=rsa-sha256 header.b=\"ab+/\";\n"
        "\tdkim=fail reason=body-hash header.d=b.example;\n"
        "\tdmarc=fail header.from=c.example policy.dmarc=reject");
    o = (struct auth_outcome){
        .spf = {.helo = true, .domain = "h.example"},
        .arc = {.status = ARC_FAIL, .code = "seal", .domain = "l.example"},
        .dmarc = {.status = DMARC_PERMERROR, .code = "from-many", .from_domain = ""}};
    assert_string_equal(
        auth_results_value(a, "gw.example", &o),
        "gw.example;\n\tspf=none smtp.helo=h.example;\n\tdkim=none;\n"
        "\tarc=fail reason=seal header.d=l.example;\n\tdmarc=permerror reason=from-many");
}

/* T-S7: whoever reads Authentication-Results must find ours only. */
static void
who_claims_to_be_us(void **state)
{
    static const struct {
        const char *value;
        bool ours;
    } cases[] = {
        {" gw.example; spf=pass", true},
        {"gw.example", true},
        {" GW.Example ; dkim=pass", true},
        {" gw.example. ; dkim=pass", true},
        {" gw.example 1; none", true},
        {" (c (d) \\( ) gw.example;none", true},
        {"\n\t gw.example;none", true},
        {" \"gw.example\"; none", true},
        {" \"gw\\.example\"; none", true},
        {" gw.example(c);none", true},
        {" (never ends gw.example;", true},
        {" other.example; x=gw.example", false},
        {" agw.example; none", false},
        {" gw.example.evil; none", false},
        {" \"gw.example.evil\"; none", false},
        {"", false},
        {" \"never ends", true},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (auth_results_claims(cases[i].value, strlen(cases[i].value), "gw.example") !=
            cases[i].ours)
            fail_msg("%s", cases[i].value);
    assert_true(auth_results_claims(" x\0y", 4, "gw.example"));
}

/* ---------------------------------------------------------------- ARC */

static const char *
sealed(const char *text)
{
    struct arc_seal_options o = {.domain = DOMAIN,
                                 .selector = "e",
                                 .results = "gw.example;\n\tspf=none",
                                 .headers = usual,
                                 .time = NOW,
                                 .key = &ed};
    struct auth_message m;
    struct arc chain;
    struct arc_verdict v;
    struct err e;
    char *fields;

    dns.left = DNS_QUESTIONS;
    auth_split(a, text, strlen(text), &m);
    arc_read(a, &m, &chain);
    arc_verify(a, &m, &chain, auth_keys_new(a, &dns), &v);
    fields = arc_seal(a, &m, &chain, &v, &o, &e);
    assert_true(fields || e.cls == ERR_NONE);
    return fields ? arena_printf(a, "%s%s", fields, text) : NULL;
}

static struct arc_verdict
chain_of(const char *text)
{
    return check(text, "", "").arc;
}

static void
fifty_sets_and_one_more(void **state)
{
    const char *text = mail;
    struct arc_verdict v;
    char *more;

    (void)state;
    make_keys();
    for (int i = 0; i < AUTH_INSTANCE_MAX; i++)
        text = sealed(text);
    v = chain_of(text);
    assert_int_equal(v.status, ARC_PASS);
    assert_int_equal(v.sets, 50);
    assert_string_equal(v.domain, DOMAIN);
    assert_null(sealed(text));
    more = arena_printf(a, "ARC-Authentication-Results: i=51; x\r\n%s", text);
    assert_string_equal(chain_of(more).code, "instance");
    assert_int_equal(chain_of(more).status, ARC_FAIL);
}

static void
keys_of_a_chain(void **state)
{
    struct arc_verdict v;
    const char *text;

    (void)state;
    make_keys();
    text = sealed(sealed(mail));
    table.zone.n = 0;
    v = chain_of(text);
    assert_int_equal(v.status, ARC_FAIL);
    assert_string_equal(v.code, "key-missing");
    dns_table_add(&table, "e._domainkey." DOMAIN, NULL); /* not known now */
    v = chain_of(text);
    assert_int_equal(v.status, ARC_TEMPERROR);
    assert_null(sealed(text));
}

/* What was declared broken stays so, and nobody seals it again (RFC 8617 5.1.2). */
static void
a_broken_chain_is_sealed_once(void **state)
{
    const char *text;
    struct arc_verdict v;

    (void)state;
    make_keys();
    text = sealed(arena_printf(a, "%schanged\r\n", sealed(mail)));
    assert_non_null(strstr(text, "cv=fail"));
    v = chain_of(text);
    assert_int_equal(v.status, ARC_FAIL);
    assert_string_equal(v.code, "cv-fail");
    assert_null(sealed(text));
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, begin, end)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_good_mail),
        TEST(questions_of_a_hostile_mail),
        TEST(no_address_no_spf),
        TEST(answers_of_a_hostile_worker),
        TEST(the_field),
        TEST(who_claims_to_be_us),
        TEST(fifty_sets_and_one_more),
        TEST(keys_of_a_chain),
        TEST(a_broken_chain_is_sealed_once),
    };
    return cmocka_run_group_tests_name("auth_check", tests, NULL, NULL);
}
