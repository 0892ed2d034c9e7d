/* DMARC (RFC 7489, rows E09): author domain, record, discovery, alignment, judging; each against a
 * table for DNS. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "../fake_dns.h"
#include "common/arena.h"
#include "common/suffixes.h"
#include "engine/authn/auth_from.h"
#include "engine/authn/dmarc.h"

static struct arena *a;

static int
setup(void **state)
{
    (void)state;
    a = arena_new();
    return 0;
}

static int
teardown(void **state)
{
    (void)state;
    arena_free(&a);
    return 0;
}

static void
author_domain(void **state)
{
    static const struct {
        const char *head, *domain, *code;
    } cases[] = {
        {"From: a@example.com\r\n", "example.com", NULL},
        {"FROM : A <a@EXAMPLE.com>\r\n", "example.com", NULL},
        {"From: \"x@evil.example, y\" <a@example.com>\r\n", "example.com", NULL},
        {"From: a@evil.example <a@example.com>\r\n", "example.com", NULL},
        {"From: (b@evil.example) a@example.com (c)\r\n", "example.com", NULL},
        {"From: A <@relay.example:a@example.com>\r\n", "example.com", NULL},
        {"From: A\r\n <a@example.com>\r\n", "example.com", NULL},
        {"From: a@example.com, B <b@example.com>\r\n", "example.com", NULL},
        {"From: Team: a@example.com, b@example.com;\r\n", "example.com", NULL},
        {"From: \"a@b\"@example.com\r\n", "example.com", NULL},
        {"From: a@b\xc3\xbc"
         "cher.example\r\n",
         "xn--bcher-kva.example", NULL},
        {"From: a@example.com, b@example.org\r\n", "", "from-many"},
        {"From: <a@example.com> <b@evil.example>\r\n", "", "from-syntax"},
        {"From: <a@evil.example\r\n", "", "from-syntax"},
        {"From: a@b@evil.example\r\n", "", "from-syntax"},
        {"From: \"a@example.com\r\n", "", "from-syntax"},
        {"From: (a@example.com\r\n", "", "from-syntax"},
        {"From: a@[192.0.2.1]\r\n", "", "from-syntax"},
        {"From: nobody\r\n", "", "from-syntax"},
        {"From: undisclosed:;\r\n", "", "from-missing"},
        {"From: \r\n", "", "from-missing"},
        {"To: a@example.com\r\n", "", "from-missing"},
        {"From: a@example.com\r\nFrom: a@example.com\r\n", "", "from-many-fields"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *text = arena_printf(a, "%s\r\nbody\r\n", cases[i].head);
        struct auth_message m;
        const char *domain, *code;
        auth_split(a, text, strlen(text), &m);
        code = auth_from_domain(a, &m, &domain);
        if (strcmp(domain, cases[i].domain) != 0 || !code != !cases[i].code ||
            (code && strcmp(code, cases[i].code) != 0))
            fail_msg("%s: %s (%s)", cases[i].head, domain, code ? code : "-");
    }
}

static void
comments_have_a_limit(void **state)
{
    char text[400] = "From: ";
    struct auth_message m;
    const char *domain;

    (void)state;
    memset(text + 6, '(', AUTH_FROM_COMMENTS);
    memset(text + 6 + AUTH_FROM_COMMENTS, ')', AUTH_FROM_COMMENTS);
    strncat(text, " a@example.com\r\n\r\n", 30);
    auth_split(a, text, strlen(text), &m);
    assert_null(auth_from_domain(a, &m, &domain));
    memmove(text + 7, text + 6, strlen(text + 6) + 1);
    auth_split(a, text, strlen(text), &m);
    assert_string_equal(auth_from_domain(a, &m, &domain), "from-syntax");
}

static void
records(void **state)
{
    static const struct {
        const char *text, *code;
        enum dmarc_policy p, sp, np;
        bool testing, strict;
    } cases[] = {
        {"v=DMARC1; p=none", NULL, 0, 0, 0, false, false},
        {"v=DMARC1;p=reject;sp=quarantine", NULL, 2, 1, 1, false, false},
        {"v=DMARC1; p=reject; np=none", NULL, 2, 2, 0, false, false},
        {"v=DMARC1; p=REJECT; adkim=s; aspf=s", NULL, 2, 2, 2, false, true},
        {" v = DMARC1 ; p = quarantine ; pct=0", NULL, 1, 1, 1, true, false},
        {"v=DMARC1; p=quarantine; pct=50; fo=1; ri=3600; rf=afrf", NULL, 1, 1, 1, false, false},
        {"v=DMARC1; p=reject; t=y", NULL, 2, 2, 2, true, false},
        {"v=DMARC1; p=reject; pct=900", NULL, 2, 2, 2, false, false},
        {"v=DMARC1; p=bad; rua=mailto:x@example.com", NULL, 0, 0, 0, false, false},
        {"v=DMARC1; p=reject; sp=bad; rua=mailto:x@example.com", NULL, 0, 0, 0, false, false},
        {"v=DMARC1; p=bad", "dmarc-policy", 0, 0, 0, false, false},
        {"v=DMARC1", "dmarc-policy", 0, 0, 0, false, false},
        {"v=DMARC1; p=none; p=reject", "dmarc-syntax", 0, 0, 0, false, false},
        {"v=dmarc1; p=none", "dmarc-other", 0, 0, 0, false, false},
        {"v=DMARC12; p=none", "dmarc-other", 0, 0, 0, false, false},
        {"p=none; v=DMARC1", "dmarc-other", 0, 0, 0, false, false},
        {"v=spf1 -all", "dmarc-other", 0, 0, 0, false, false},
        {"", "dmarc-other", 0, 0, 0, false, false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct dmarc_record r;
        const char *code = dmarc_record_parse(a, cases[i].text, strlen(cases[i].text), &r);
        if (!code != !cases[i].code || (code && strcmp(code, cases[i].code) != 0))
            fail_msg("%s: %s", cases[i].text, code ? code : "-");
        if (!code && (r.p != cases[i].p || r.sp != cases[i].sp || r.np != cases[i].np ||
                      r.testing != cases[i].testing || r.strict_spf != cases[i].strict ||
                      r.strict_dkim != cases[i].strict))
            fail_msg("%s: p=%d sp=%d np=%d", cases[i].text, r.p, r.sp, r.np);
    }
}

static void
organisations(void **state)
{
    static const char *const cases[][2] = {
        {"example.com", "example.com"},
        {"mail.a.example.com", "example.com"},
        {"a.b.example.co.jp", "example.co.jp"},
        {"co.jp", "co.jp"},
        {"x.github.io", "x.github.io"},
        {"a.x.github.io", "x.github.io"},
        {"single", "single"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_string_equal(dmarc_organisation(suffixes(), cases[i][0]), cases[i][1]);
    assert_true(dmarc_aligned(suffixes(), "a.example.com", "b.example.com", false));
    assert_false(dmarc_aligned(suffixes(), "a.example.com", "b.example.com", true));
    assert_false(dmarc_aligned(suffixes(), "one.co.jp", "two.co.jp", false));
    assert_false(dmarc_aligned(suffixes(), "", "", false));
}

#define TXT(name, text)                          \
    {                                            \
        name, DNS_TXT, text, sizeof(text) - 1, 0 \
    }
static const struct fake_record zone[] = {
    TXT("_dmarc.example.com", "v=DMARC1; p=reject; sp=quarantine; np=reject"),
    TXT("_dmarc.own.example.com", "v=DMARC1; p=none"),
    {"real.example.com", DNS_A, "\1\2\3\4", 4, 0},
    TXT("_dmarc.strict.example", "v=DMARC1; p=reject; aspf=s; adkim=s"),
    TXT("_dmarc.trying.example", "v=DMARC1; p=reject; t=y"),
    TXT("_dmarc.noise.example", "v=spf1 -all"),
    TXT("_dmarc.noise.example", "v=DMARC1; p=quarantine"),
    TXT("_dmarc.two.example", "v=DMARC1; p=reject"),
    TXT("_dmarc.two.example", "v=DMARC1; p=none"),
    TXT("_dmarc.broken.example", "v=DMARC1; p=reject; p=reject"),
    {"_dmarc.silent.example", FAKE_TIMEOUT, NULL, 0, 0},
};

static struct dmarc_result
judge(const char *from, enum spf_status spf, const char *spf_domain, enum dkim_status dkim,
      const char *dkim_domain)
{
    struct fake_zone z = {.records = zone, .n = sizeof zone / sizeof *zone};
    struct dns d = fake_dns(&z);
    struct spf_result s = {.status = spf, .domain = spf_domain};
    struct dkim_result one[] = {{.status = DKIM_FAIL, .domain = "other.example"},
                                {.status = dkim, .domain = dkim_domain}};
    struct dkim_verdict v = {.n = dkim == DKIM_NONE ? 0 : 2, .results = one};
    struct dmarc_result out;

    dmarc_discover(&d, a, suffixes(), from, NULL, &out);
    dmarc_judge(&d, a, suffixes(), &s, &v, &out);
    assert_true(d.left >= DNS_QUESTIONS - DMARC_QUESTIONS);
    return out;
}

static void
judging(void **state)
{
    static const struct {
        const char *from;
        enum spf_status spf;
        const char *spf_domain;
        enum dkim_status dkim;
        const char *dkim_domain;
        enum dmarc_status want;
        enum dmarc_policy policy;
        const char *domain;
    } cases[] = {
        /* which record, which of its policies */
        {"example.com", SPF_FAIL, "example.com", 0, "", DMARC_FAIL, DMARC_P_REJECT, "example.com"},
        {"real.example.com", 0, "", 0, "", DMARC_FAIL, DMARC_P_QUARANTINE, "example.com"},
        {"fake.example.com", 0, "", 0, "", DMARC_FAIL, DMARC_P_REJECT, "example.com"},
        {"own.example.com", 0, "", 0, "", DMARC_FAIL, DMARC_P_NONE, "own.example.com"},
        {"noise.example", 0, "", 0, "", DMARC_FAIL, DMARC_P_QUARANTINE, "noise.example"},
        {"two.example", 0, "", 0, "", DMARC_NONE, DMARC_P_NONE, ""},
        {"broken.example", 0, "", 0, "", DMARC_NONE, DMARC_P_NONE, ""},
        {"nothing.example", 0, "", 0, "", DMARC_NONE, DMARC_P_NONE, ""},
        {"silent.example", SPF_PASS, "silent.example", 0, "", DMARC_TEMPERROR, DMARC_P_NONE, ""},
        /* alignment */
        {"example.com", SPF_PASS, "b.example.com", 0, "", DMARC_PASS, DMARC_P_REJECT,
         "example.com"},
        {"example.com", SPF_PASS, "evil.example", 0, "", DMARC_FAIL, DMARC_P_REJECT, "example.com"},
        {"example.com", SPF_SOFTFAIL, "example.com", 0, "", DMARC_FAIL, DMARC_P_REJECT,
         "example.com"},
        {"example.com", 0, "", DKIM_PASS, "m.example.com", DMARC_PASS, DMARC_P_REJECT,
         "example.com"},
        {"example.com", 0, "", DKIM_PASS, "evil.example", DMARC_FAIL, DMARC_P_REJECT,
         "example.com"},
        {"example.com", 0, "", DKIM_POLICY, "example.com", DMARC_FAIL, DMARC_P_REJECT,
         "example.com"},
        {"strict.example", SPF_PASS, "a.strict.example", DKIM_PASS, "b.strict.example", DMARC_FAIL,
         DMARC_P_REJECT, "strict.example"},
        {"strict.example", SPF_PASS, "a.strict.example", DKIM_PASS, "strict.example", DMARC_PASS,
         DMARC_P_REJECT, "strict.example"},
        /* not known now is neither */
        {"example.com", SPF_TEMPERROR, "example.com", 0, "", DMARC_TEMPERROR, DMARC_P_REJECT,
         "example.com"},
        {"example.com", SPF_TEMPERROR, "evil.example", 0, "", DMARC_FAIL, DMARC_P_REJECT,
         "example.com"},
        {"example.com", 0, "", DKIM_TEMPERROR, "example.com", DMARC_TEMPERROR, DMARC_P_REJECT,
         "example.com"},
        {"example.com", SPF_TEMPERROR, "example.com", DKIM_PASS, "example.com", DMARC_PASS,
         DMARC_P_REJECT, "example.com"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct dmarc_result r = judge(cases[i].from, cases[i].spf, cases[i].spf_domain,
                                      cases[i].dkim, cases[i].dkim_domain);
        if (r.status != cases[i].want || r.policy != cases[i].policy ||
            strcmp(r.domain, cases[i].domain) != 0)
            fail_msg("%zu %s: %s, p=%s, %s", i, cases[i].from, dmarc_status_name(r.status),
                     dmarc_policy_name(r.policy), r.domain);
    }
    assert_true(judge("trying.example", 0, "", 0, "").record.testing);
}

static void
no_author_no_verdict(void **state)
{
    struct fake_zone z = {.records = zone, .n = sizeof zone / sizeof *zone};
    struct dns d = fake_dns(&z);
    struct dmarc_result out;

    (void)state;
    dmarc_discover(&d, a, suffixes(), "", "from-many", &out);
    assert_int_equal(out.status, DMARC_PERMERROR);
    assert_string_equal(out.code, "from-many");
    assert_int_equal(z.asked, 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(author_domain, setup, teardown),
        cmocka_unit_test_setup_teardown(comments_have_a_limit, setup, teardown),
        cmocka_unit_test_setup_teardown(records, setup, teardown),
        cmocka_unit_test_setup_teardown(organisations, setup, teardown),
        cmocka_unit_test_setup_teardown(judging, setup, teardown),
        cmocka_unit_test_setup_teardown(no_author_no_verdict, setup, teardown),
    };
    return cmocka_run_group_tests_name("dmarc", tests, NULL, NULL);
}
