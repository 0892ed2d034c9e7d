/*
 * Rules of sender authentication (rows E01 to E10): what is done with which result.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "common/arena.h"
#include "common/auth_rule.h"
#include "common/buf.h"
#include "common/err.h"
#include "common/jsonx.h"
#include "common/suffixes.h"
#include "engine/authn/arc_word.h"
#include "engine/policy/auth_ruling.h"

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

/* ------------------------------------------------------------------ messages */

#define SIG(st, d)                                                                       \
    {                                                                                    \
        .status = (st), .domain = (d), .selector = "s", .identity = "", .algorithm = "", \
        .start = ""                                                                      \
    }
#define FROM "author.example"

struct mail {
    enum spf_status spf;
    struct auth_dkim dkim[2];
    int ndkim;
    enum arc_status arc;
    const char *sealer;
    struct arc_word words[3]; /* the oldest first; none: the sealer vouches for the author */
    enum dmarc_status dmarc;
    enum dmarc_policy policy;
    bool testing;
    const char *code; /* of DMARC */
    const char *ip, *sender;
};

static struct auth_outcome outcome;
static struct arc_word sealed;

static struct auth_ruling
rule_on(const struct auth_rule *rule, const struct mail *m)
{
    const char *sender = m->sender ? m->sender : "x@" FROM, *at = strchr(sender, '@');
    struct auth_facts f = {.outcome = &outcome,
                           .client_ip = m->ip ? m->ip : "192.0.2.1",
                           .sender = sender,
                           .sender_domain = at ? at + 1 : "",
                           .helo = "mx.example"};
    struct auth_ruling out;

    int nwords = 0;

    while (nwords < 3 && m->words[nwords].sealer)
        nwords++;
    sealed = (struct arc_word){m->sealer ? m->sealer : "", true};
    outcome = (struct auth_outcome){
        .spf = {m->spf, false, "envelope.example", "", ""},
        .ndkim = m->ndkim,
        .dkim = m->dkim,
        .arc = {.status = m->arc,
                .sets = nwords ? nwords : 1,
                .domain = m->sealer ? m->sealer : "",
                .nwords = nwords ? nwords : 1,
                .words = nwords ? m->words : &sealed},
        .dmarc = {.status = m->dmarc,
                  .code = m->code,
                  .from_domain = m->code && strncmp(m->code, "from-", 5) == 0 ? "" : FROM,
                  .domain = FROM,
                  .policy = m->policy,
                  .record = {.testing = m->testing}}};
    auth_rule_apply(rule, &f, &out);
    return out;
}

static struct auth_rule
with(const char *json)
{
    struct auth_rule r;
    struct err e = {0};
    json_t *j;

    assert_int_equal(jsonx_load(a, json, strlen(json), 65536, &j, &e), 0);
    assert_int_equal(auth_rule_from_json(a, j, &r, &e), 0);
    return r;
}

/* ------------------------------------------------------------------ tables */

static void
E04_spf_actions(void **state)
{
    static const struct {
        enum spf_status status;
        enum auth_case said;
        enum auth_action by_default;
    } cases[] = {
        {SPF_FAIL, AUTH_C_spf_fail, AUTH_DELETE},
        {SPF_SOFTFAIL, AUTH_C_spf_softfail, AUTH_ACCEPT},
        {SPF_NEUTRAL, AUTH_C_spf_neutral, AUTH_ACCEPT},
        {SPF_NONE, AUTH_C_spf_none, AUTH_ACCEPT},
        {SPF_PERMERROR, AUTH_C_spf_permerror, AUTH_ACCEPT},
        {SPF_TEMPERROR, AUTH_C_spf_temperror, AUTH_ACCEPT},
    };
    struct auth_rule r;
    struct auth_ruling got;

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct mail m = {.spf = cases[i].status, .dmarc = DMARC_TEMPERROR};
        auth_rule_default(&r);
        assert_int_equal(rule_on(&r, &m).action, AUTH_ACCEPT); /* off */
        r.method[AUTH_M_spf].on = true;
        got = rule_on(&r, &m);
        assert_int_equal(got.action, cases[i].by_default);
        assert_int_equal(got.said[AUTH_M_spf], AUTH_SAID_FAIL);
        for (int act = AUTH_ACCEPT; act <= AUTH_DELETE; act++) { /* each can be changed */
            r.action[cases[i].said] = (enum auth_action)act;
            got = rule_on(&r, &m);
            assert_int_equal(got.action, act);
            if (act != AUTH_ACCEPT) {
                assert_int_equal(got.why, cases[i].said);
                assert_string_equal(got.domain, "envelope.example");
            }
        }
    }
    struct mail pass = {.spf = SPF_PASS, .dmarc = DMARC_PASS};
    for (int c = 0; c < AUTH_CASES; c++)
        r.action[c] = AUTH_DELETE;
    assert_int_equal(rule_on(&r, &pass).action, AUTH_ACCEPT);
}

static void
E09_dmarc_actions(void **state)
{
    static const struct {
        struct mail m;
        int said; /* -1: nothing to be done */
        enum auth_action by_default;
    } cases[] = {
        {{.dmarc = DMARC_FAIL, .policy = DMARC_P_REJECT}, AUTH_C_dmarc_reject, AUTH_REJECT},
        {{.dmarc = DMARC_FAIL, .policy = DMARC_P_QUARANTINE},
         AUTH_C_dmarc_quarantine,
         AUTH_QUARANTINE},
        {{.dmarc = DMARC_FAIL, .policy = DMARC_P_NONE}, AUTH_C_dmarc_none, AUTH_ACCEPT},
        {{.dmarc = DMARC_FAIL, .policy = DMARC_P_REJECT, .testing = true},
         AUTH_C_dmarc_quarantine,
         AUTH_QUARANTINE},
        {{.dmarc = DMARC_FAIL, .policy = DMARC_P_QUARANTINE, .testing = true},
         AUTH_C_dmarc_none,
         AUTH_ACCEPT},
        {{.dmarc = DMARC_FAIL, .policy = DMARC_P_NONE, .testing = true},
         AUTH_C_dmarc_none,
         AUTH_ACCEPT},
        {{.dmarc = DMARC_NONE, .code = "no-record"}, AUTH_C_dmarc_missing, AUTH_ACCEPT},
        {{.dmarc = DMARC_PERMERROR, .code = "many-records"}, AUTH_C_dmarc_missing, AUTH_ACCEPT},
        {{.dmarc = DMARC_NONE, .code = "from-missing"}, AUTH_C_dmarc_missing, AUTH_ACCEPT},
        {{.dmarc = DMARC_NONE, .code = "from-many"}, AUTH_C_dmarc_author, AUTH_QUARANTINE},
        {{.dmarc = DMARC_NONE, .code = "from-many-fields"}, AUTH_C_dmarc_author, AUTH_QUARANTINE},
        {{.dmarc = DMARC_NONE, .code = "from-syntax"}, AUTH_C_dmarc_author, AUTH_QUARANTINE},
        {{.dmarc = DMARC_TEMPERROR, .code = "dns"}, -1, AUTH_ACCEPT},
        {{.dmarc = DMARC_PASS}, -1, AUTH_ACCEPT},
    };
    struct auth_rule r;

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        auth_rule_default(&r);
        struct auth_ruling got = rule_on(&r, &cases[i].m);
        assert_int_equal(got.action, cases[i].by_default);
        for (int c = 0; c < AUTH_CASES; c++)
            r.action[c] = AUTH_DELETE;
        got = rule_on(&r, &cases[i].m);
        assert_int_equal(got.action, cases[i].said < 0 ? AUTH_ACCEPT : AUTH_DELETE);
        if (cases[i].said >= 0)
            assert_int_equal(got.why, cases[i].said);
        r.method[AUTH_M_dmarc].on = false;
        assert_int_equal(rule_on(&r, &cases[i].m).action, AUTH_ACCEPT);
    }
}

static void
E01_order_and_first_intercept(void **state)
{
    struct auth_rule r =
        with("{\"ip\":{\"on\":true},\"spf\":{\"on\":true},\"dkim\":{\"on\":true},"
             "\"pairs\":\"author.example 198.51.100.0/24\",\"actions\":{"
             "\"ip-mismatch\":\"quarantine\",\"spf-fail\":\"delete\",\"dkim-fail\":\"reject\"}}");
    const struct mail all_fail = {.spf = SPF_FAIL,
                                  .dkim = {SIG(DKIM_FAIL, FROM)},
                                  .ndkim = 1,
                                  .dmarc = DMARC_FAIL,
                                  .policy = DMARC_P_REJECT};

    (void)state;
    assert_int_equal(rule_on(&r, &all_fail).why, AUTH_C_ip_mismatch);
    r.method[AUTH_M_ip].on = false;
    assert_int_equal(rule_on(&r, &all_fail).why, AUTH_C_spf_fail);
    assert_int_equal(rule_on(&r, &all_fail).said[AUTH_M_dkim],
                     AUTH_SAID_NOTHING); /* not looked at any more */
    r.action[AUTH_C_spf_fail] = AUTH_ACCEPT;
    assert_int_equal(rule_on(&r, &all_fail).why, AUTH_C_dkim_fail);
    r.action[AUTH_C_dkim_fail] = AUTH_ACCEPT;
    assert_int_equal(rule_on(&r, &all_fail).why, AUTH_C_dmarc_reject);
    r.action[AUTH_C_dmarc_reject] = AUTH_ACCEPT;
    assert_int_equal(rule_on(&r, &all_fail).action, AUTH_ACCEPT);
}

static void
E03_sender_ip_match(void **state)
{
    struct auth_rule r = with("{\"ip\":{\"on\":true},\"spf\":{\"on\":true},\"pairs\":"
                              "\"author.example 192.0.2.0/28\\nauthor.example "
                              "2001:db8::/32\\n*.other.example 203.0.113.1\"}");
    struct mail m = {
        .spf = SPF_FAIL, .dmarc = DMARC_FAIL, .policy = DMARC_P_REJECT, .ip = "192.0.2.15"};
    struct auth_ruling got = rule_on(&r, &m);

    (void)state;
    assert_int_equal(got.action, AUTH_ACCEPT); /* SPF is not asked, DMARC passes */
    assert_int_equal(got.said[AUTH_M_spf], AUTH_SAID_NOTHING);
    assert_int_equal(got.said[AUTH_M_dmarc], AUTH_SAID_PASS);
    m.ip = "2001:db8:1::1";
    assert_int_equal(rule_on(&r, &m).action, AUTH_ACCEPT);
    m.ip = "192.0.2.16";
    got = rule_on(&r, &m);
    assert_int_equal(got.action, AUTH_QUARANTINE);
    assert_int_equal(got.why, AUTH_C_ip_mismatch);
    /* a domain without pairs is nobody's business here */
    r = with("{\"ip\":{\"on\":true},\"pairs\":\"*.author.example 192.0.2.15\"}");
    m.ip = "198.51.100.1";
    assert_int_equal(rule_on(&r, &m).why, AUTH_C_dmarc_reject);
}

static void
E06_dkim_and_alignment(void **state)
{
    static const struct {
        struct auth_dkim dkim[2];
        int n;
        enum auth_said said, enforced;
    } cases[] = {
        {{SIG(DKIM_PASS, FROM)}, 1, AUTH_SAID_PASS, AUTH_SAID_PASS},
        {{SIG(DKIM_PASS, "mail." FROM)}, 1, AUTH_SAID_PASS, AUTH_SAID_PASS},
        {{SIG(DKIM_PASS, "bulk.example")}, 1, AUTH_SAID_NOTHING, AUTH_SAID_FAIL},
        {{SIG(DKIM_FAIL, FROM)}, 1, AUTH_SAID_FAIL, AUTH_SAID_FAIL},
        {{SIG(DKIM_POLICY, FROM)}, 1, AUTH_SAID_FAIL, AUTH_SAID_FAIL},
        {{SIG(DKIM_FAIL, "bulk.example")}, 1, AUTH_SAID_NOTHING, AUTH_SAID_FAIL},
        {{SIG(DKIM_FAIL, FROM), SIG(DKIM_PASS, FROM)}, 2, AUTH_SAID_PASS, AUTH_SAID_PASS},
        {{SIG(DKIM_TEMPERROR, FROM), SIG(DKIM_FAIL, FROM)},
         2,
         AUTH_SAID_NOTHING,
         AUTH_SAID_NOTHING},
        {{{.status = DKIM_FAIL, .domain = FROM, .testing = true}},
         1,
         AUTH_SAID_NOTHING,
         AUTH_SAID_FAIL},
        {{SIG(DKIM_NONE, "")}, 0, AUTH_SAID_NOTHING, AUTH_SAID_FAIL},
    };
    struct auth_rule plain = with("{\"dkim\":{\"on\":true}}"),
                     author = with("{\"dkim\":{\"on\":true,\"enforced\":\"author.example\"}}"),
                     envelope = with("{\"dkim\":{\"on\":true,\"enforced\":\"*.bounces.example\"}}");

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct mail m = {.ndkim = cases[i].n, .dmarc = DMARC_TEMPERROR};
        memcpy(m.dkim, cases[i].dkim, sizeof m.dkim);
        assert_int_equal(rule_on(&plain, &m).said[AUTH_M_dkim], cases[i].said);
        assert_int_equal(rule_on(&author, &m).said[AUTH_M_dkim], cases[i].enforced);
        m.sender = "x@a.bounces.example";
        assert_int_equal(rule_on(&envelope, &m).said[AUTH_M_dkim], cases[i].enforced);
        assert_int_equal(rule_on(&author, &m).action,
                         AUTH_ACCEPT); /* the default does not intercept */
    }
}

static void
E07_peers_and_null_sender(void **state)
{
    struct mail m = {.spf = SPF_FAIL,
                     .dkim = {SIG(DKIM_FAIL, FROM)},
                     .ndkim = 1,
                     .dmarc = DMARC_FAIL,
                     .policy = DMARC_P_REJECT};
    struct auth_rule r;

    (void)state;
    /* Anybody can write another's domain into an envelope: it does not switch DMARC off. */
    r = with("{\"dmarc\":{\"ignored\":\"partner.example\"}}");
    m.sender = "x@partner.example";
    assert_int_equal(rule_on(&r, &m).why, AUTH_C_dmarc_reject);
    m.sender = NULL;
    /* ignored: by address; for SPF by domain of the envelope, else by author */
    r = with("{\"spf\":{\"on\":true,\"ignored\":\"author.example\"},\"dmarc\":{\"ignored\":"
             "\"author.example\"}}");
    assert_int_equal(rule_on(&r, &m).action, AUTH_ACCEPT);
    m.sender = "x@elsewhere.example";
    assert_int_equal(rule_on(&r, &m).why, AUTH_C_spf_fail);
    r = with("{\"spf\":{\"on\":true,\"ignored\":\"192.0.2.0/"
             "24\"},\"dkim\":{\"on\":true,\"ignored\":\"192.0.2.1\"},"
             "\"dmarc\":{\"ignored\":\"192.0.2.1\"},\"actions\":{\"dkim-fail\":\"delete\"}}");
    assert_int_equal(rule_on(&r, &m).action, AUTH_ACCEPT);
    m.ip = "192.0.3.1";
    assert_int_equal(rule_on(&r, &m).why, AUTH_C_spf_fail);
    /* enforced: no record is a failure */
    r = with("{\"dmarc\":{\"enforced\":\"author.example\"}}");
    m = (struct mail){.dmarc = DMARC_NONE, .code = "no-record"};
    assert_int_equal(rule_on(&r, &m).why, AUTH_C_dmarc_reject);
    assert_int_equal(rule_on(&r, &m).action, AUTH_REJECT);
    /* null sender */
    m = (struct mail){.dkim = {SIG(DKIM_FAIL, FROM)},
                      .ndkim = 1,
                      .dmarc = DMARC_FAIL,
                      .policy = DMARC_P_REJECT,
                      .sender = ""};
    r = with("{\"dkim\":{\"on\":true},\"actions\":{\"dkim-fail\":\"delete\"}}");
    assert_int_equal(rule_on(&r, &m).why, AUTH_C_dkim_fail);
    r = with("{\"dkim\":{\"on\":true,\"skip_null\":true},\"actions\":{\"dkim-fail\":\"delete\"}}");
    assert_int_equal(rule_on(&r, &m).why, AUTH_C_dmarc_reject);
    r = with("{\"dmarc\":{\"skip_null\":true}}");
    assert_int_equal(rule_on(&r, &m).action, AUTH_ACCEPT);
}

static void
E10_arc(void **state)
{
    struct mail m = {
        .dmarc = DMARC_FAIL, .policy = DMARC_P_REJECT, .arc = ARC_PASS, .sealer = "lists.example"};
    struct auth_rule r = with("{\"sealers\":\"lists.example\"}");

    (void)state;
    assert_int_equal(rule_on(&r, &m).action, AUTH_ACCEPT);
    assert_true(rule_on(&r, &m).by_arc);
    m.sealer = "evil.example"; /* anybody can seal */
    assert_int_equal(rule_on(&r, &m).action, AUTH_REJECT);
    r = with("{\"arc\":\"any\"}");
    assert_int_equal(rule_on(&r, &m).action, AUTH_ACCEPT);
    r = with("{\"sealers\":\"lists.example\\n*.provider.example\"}");
    const struct {
        struct arc_word words[3];
        enum auth_action action;
    } chains[] = {
        {{{"lists.example", false}}, AUTH_REJECT}, /* who sealed it saw that it failed */
        {{{"lists.example", true}}, AUTH_ACCEPT},
        {{{"mx.provider.example", true}, {"lists.example", false}}, AUTH_ACCEPT},
        {{{"evil.example", true}, {"lists.example", false}}, AUTH_REJECT},
        {{{"lists.example", true}, {"evil.example", true}}, AUTH_REJECT}, /* had it afterwards */
        {{{"lists.example", true}, {"evil.example", true}, {"lists.example", false}}, AUTH_REJECT},
        {{{"evil.example", true}, {"lists.example", true}}, AUTH_ACCEPT},
    };
    for (size_t i = 0; i < sizeof chains / sizeof *chains; i++) {
        memcpy(m.words, chains[i].words, sizeof m.words);
        assert_int_equal(rule_on(&r, &m).action, chains[i].action);
    }
    memset(m.words, 0, sizeof m.words);
    r = with("{\"arc\":\"any\"}");
    m.arc = ARC_FAIL;
    assert_int_equal(rule_on(&r, &m).action, AUTH_REJECT);
    m.arc = ARC_TEMPERROR;
    assert_int_equal(rule_on(&r, &m).action, AUTH_REJECT);
    m.arc = ARC_PASS;
    m.sealer = "lists.example";
    r = with("{\"arc\":\"off\",\"sealers\":\"lists.example\"}");
    assert_int_equal(rule_on(&r, &m).action, AUTH_REJECT);
    auth_rule_default(&r); /* nobody is believed unless somebody says so */
    assert_int_equal(rule_on(&r, &m).action, AUTH_REJECT);
}

/* What is in ARC-Authentication-Results, and whether it speaks for author.example. */
static void
E10_what_a_seal_says(void **state)
{
    static const struct {
        const char *value;
        bool vouches;
    } cases[] = {
        {" i=1; mx.example; dmarc=pass header.from=author.example", true},
        {"i=1; mx.example;\r\n dkim=pass header.i=@author.example header.s=s;\r\n dmarc=fail "
         "(p=NONE) header.from=other.example",
         true},
        {"i=1; mx.example; dkim=pass header.d=mail.author.example", true},
        {"i=1; mx.example; spf=pass (x) smtp.mailfrom=bounce@author.example", true},
        {"i=1; mx.example 1; DMARC = PASS header . from = Author.Example", true},
        {"i=1; mx.example; dmarc=pass reason=\"x; y\" header.from=author.example", true},
        {"i=1; mx.example; dmarc=fail header.from=author.example", false},
        {"i=1; mx.example; dmarc=pass header.from=other.example", false},
        {"i=1; mx.example; dmarc=pass", false},
        {"i=1; mx.example; dkim=pass header.d=other.example; spf=fail "
         "smtp.mailfrom=a@author.example",
         false},
        {"i=1; mx.example; dmarc=fail (dmarc=pass header.from=author.example)", false},
        {"i=1; mx.example; x=y reason=\"; dmarc=pass header.from=author.example\"", false},
        {"i=1; mx.example; dmarc=pass (unended header.from=author.example", false},
        {"i=1; dmarc=pass header.from=author.example", false}, /* that is its name */
        {"i=1; mx.example; none", false},
        {"i=1", false},
        {"", false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (arc_word_vouches(a, cases[i].value, strlen(cases[i].value), "author.example",
                             suffixes()) != cases[i].vouches)
            fail_msg("%s", cases[i].value);
    assert_false(arc_word_vouches(a, cases[0].value, strlen(cases[0].value), "", suffixes()));
}

static void
E12_tag(void **state)
{
    struct mail m = {.spf = SPF_SOFTFAIL, .dmarc = DMARC_FAIL, .policy = DMARC_P_NONE};
    struct auth_rule r =
        with("{\"spf\":{\"on\":true,\"tag\":\"[SPF]\"},\"dmarc\":{\"tag\":\"[DMARC]\"}}");

    (void)state;
    assert_string_equal(rule_on(&r, &m).tag, "[SPF]");
    m.spf = SPF_PASS;
    assert_string_equal(rule_on(&r, &m).tag, "[DMARC]");
    m.dkim[0] = (struct auth_dkim)SIG(DKIM_PASS, "other.example");
    m.ndkim = 1;
    assert_string_equal(rule_on(&r, &m).tag, ""); /* it would break that signature */
    r.method[AUTH_M_dmarc].spare_signed = false;
    assert_string_equal(rule_on(&r, &m).tag, "[DMARC]");
    m = (struct mail){.spf = SPF_NONE, .dmarc = DMARC_NONE, .code = "no-record"};
    assert_string_equal(rule_on(&r, &m).tag, "");
}

/* ------------------------------------------------------------------ headers */

static char fields[4][600];
static int nfields;

static void
keep(void *ctx, const char *name, const char *value)
{
    (void)ctx;
    (void)snprintf(fields[nfields++], sizeof fields[0], "%s: %s", name, value);
}

static void
headers(const struct auth_rule *r, const struct mail *m)
{
    struct auth_facts f = {.outcome = &outcome,
                           .client_ip = "192.0.2.1",
                           .sender = "a\"b\n@" FROM,
                           .sender_domain = FROM,
                           .helo = "mx"};
    struct auth_ruling got = rule_on(r, m);

    nfields = 0;
    auth_ruling_headers(a, r, &f, &got, keep, NULL);
}

static void
E05_E06_header_texts(void **state)
{
    static const struct {
        enum spf_status status;
        const char *begins;
    } spf[] = {
        {SPF_PASS,
         "X-Sekisho-Received-SPF: Pass (the domain names this address as a "
         "sender)\n\tclient-ip=192.0.2.1; envelope-from=\"a?b?@author.example\";\n\thelo=\"mx\""},
        {SPF_FAIL, "X-Sekisho-Received-SPF: Fail ("},
        {SPF_SOFTFAIL, "X-Sekisho-Received-SPF: SoftFail ("},
        {SPF_NEUTRAL, "X-Sekisho-Received-SPF: Neutral ("},
        {SPF_NONE, "X-Sekisho-Received-SPF: None ("},
        {SPF_PERMERROR, "X-Sekisho-Received-SPF: PermError ("},
        {SPF_TEMPERROR, "X-Sekisho-Received-SPF: TempError ("},
    };
    struct auth_rule r = with("{\"spf\":{\"on\":true,\"header\":true}}");
    struct mail m = {.dmarc = DMARC_PASS};

    (void)state;
    for (size_t i = 0; i < sizeof spf / sizeof *spf; i++) {
        m.spf = spf[i].status;
        headers(&r, &m);
        assert_int_equal(nfields, 1);
        assert_memory_equal(fields[0], spf[i].begins, strlen(spf[i].begins));
    }
    m.spf = SPF_PASS;
    m.dkim[0] = (struct auth_dkim)SIG(DKIM_PASS, FROM);
    m.ndkim = 1;
    r = with("{\"dkim\":{\"on\":true,\"header\":true}}");
    headers(&r, &m);
    assert_string_equal(fields[0], "X-Sekisho-Authentication-Results: dkim=pass (signature "
                                   "verified)\n\theader.d=author.example header.s=s header.i=\"\"");
    m.ndkim = 0;
    headers(&r, &m);
    assert_string_equal(
        fields[0],
        "X-Sekisho-Authentication-Results: dkim=none (no signature, and none is required)");
    r = with("{\"dkim\":{\"on\":true,\"header\":true,\"enforced\":\"author.example\"}}");
    headers(&r, &m);
    assert_string_equal(
        fields[0],
        "X-Sekisho-Authentication-Results: dkim=fail (no signature, and one is required)");
    r = with("{\"dmarc\":{\"header\":true}}");
    headers(&r, &m);
    assert_string_equal(fields[0], "X-Sekisho-Authentication-Results: spf=pass (address "
                                   "192.0.2.1)\n\tsmtp.mailfrom=envelope.example;\n\t"
                                   "dkim=none (no signature, and none is required);\n\tdmarc=pass "
                                   "action=none header.from=author.example");
    auth_rule_default(&r);
    headers(&r, &m);
    assert_int_equal(nfields, 0);
}

/* ------------------------------------------------------------------ documents */

static void
documents(void **state)
{
    static const char text[] =
        "{\"ip\":{\"on\":true},\"spf\":{\"on\":true,\"tag\":\"[x]\",\"header\":true,\"ignored\":\" "
        "B.example \\n\\n*.a.example\\n192.0.2.0/24\\nb.example\\n\"},"
        "\"actions\":{\"spf-fail\":\"quarantine\"},\"pairs\":\"a.example, "
        "192.0.2.1\",\"arc\":\"any\",\"sealers\":\"lists.example\"}";
    static const char *const bad[] = {"[]",
                                      "{\"actions\":{\"spf-fail\":\"explode\"}}",
                                      "{\"arc\":\"perhaps\"}",
                                      "{\"spf\":{\"ignored\":\"192.0.2.1/24\"}}",
                                      "{\"pairs\":\"a.example\"}",
                                      "{\"sealers\":\"192.0.2.1\"}"};
    struct auth_rule r = with(text);
    json_t *j = auth_rule_to_json(a, &r);
    struct err e;
    size_t n;

    (void)state;
    assert_string_equal(jsonx_str(json_object_get(j, "spf"), "ignored"),
                        "b.example\n*.a.example\n192.0.2.0/24\n");
    assert_string_equal(jsonx_str(j, "pairs"), "a.example 192.0.2.1\n");
    assert_string_equal(jsonx_str(json_object_get(j, "actions"), "spf-fail"), "quarantine");
    char *once = jsonx_dump(a, j, &n);
    r = with(once);
    assert_string_equal(jsonx_dump(a, auth_rule_to_json(a, &r), NULL), once);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_int_equal(jsonx_load(a, bad[i], strlen(bad[i]), 65536, &j, &e), 0);
        assert_int_equal(auth_rule_from_json(a, j, &r, &e), -1);
        assert_string_equal(e.code, "auth-rule");
    }
}

static void
lists_have_limits_and_say_the_line(void **state)
{
    struct buf *b = buf_new(a, 0);
    struct auth_peers p;
    const struct auth_pair *pairs;
    struct err e;
    int line, n;

    (void)state;
    for (int i = 0; i < AUTH_PEERS_MAX; i++)
        buf_printf(b, "d%d.example\n", i);
    assert_int_equal(auth_peers_read(a, buf_cstr(b), false, &p, &line, &e), 0);
    assert_int_equal(p.n, AUTH_PEERS_MAX);
    buf_str(b, "d0.example\n"); /* once more is not one more */
    assert_int_equal(auth_peers_read(a, buf_cstr(b), false, &p, &line, &e), 0);
    buf_str(b, "one.more.example");
    assert_int_equal(auth_peers_read(a, buf_cstr(b), false, &p, &line, &e), -1);
    assert_string_equal(e.code, "list-long");
    assert_int_equal(auth_peers_read(a, "a.example\n\nb..example", false, &p, &line, &e), -1);
    assert_int_equal(line, 3);
    assert_int_equal(auth_peers_read(a, "192.0.2.0/99", false, &p, &line, &e), -1);
    assert_string_equal(e.code, "ip-bits");
    assert_int_equal(auth_pairs_read(a, "a.example 192.0.2.1\nb.example", &pairs, &n, &line, &e),
                     -1);
    assert_string_equal(e.code, "pair");
    assert_int_equal(line, 2);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(E01_order_and_first_intercept, begin, end),
        cmocka_unit_test_setup_teardown(E03_sender_ip_match, begin, end),
        cmocka_unit_test_setup_teardown(E04_spf_actions, begin, end),
        cmocka_unit_test_setup_teardown(E05_E06_header_texts, begin, end),
        cmocka_unit_test_setup_teardown(E06_dkim_and_alignment, begin, end),
        cmocka_unit_test_setup_teardown(E07_peers_and_null_sender, begin, end),
        cmocka_unit_test_setup_teardown(E09_dmarc_actions, begin, end),
        cmocka_unit_test_setup_teardown(E10_arc, begin, end),
        cmocka_unit_test_setup_teardown(E10_what_a_seal_says, begin, end),
        cmocka_unit_test_setup_teardown(E12_tag, begin, end),
        cmocka_unit_test_setup_teardown(documents, begin, end),
        cmocka_unit_test_setup_teardown(lists_have_limits_and_say_the_line, begin, end),
    };

    return cmocka_run_group_tests_name("auth_rule", tests, NULL, NULL);
}
