/* Checks of a domain in DNS (A01, A04, A05) and keys for signing (E08). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "common/arena.h"
#include "common/err.h"
#include "common/jsonx.h"
#include "engine/domains/dcheck.h"
#include "engine/domains/dcheck_mx.h"
#include "engine/domains/dkim_key.h"
#include "engine/domains/spf_merge.h"
#include "../fake_dns.h"

#define OURS "include:_spf.gw.example"

static struct arena *a;

static int
set_up(void **state)
{
    (void)state;
    a = arena_new();
    return 0;
}

static int
tear_down(void **state)
{
    (void)state;
    arena_free(&a);
    return 0;
}

/* ---------------------------------------------------------------- SPF */

static void
check_spf(const char *r1, const char *r2, const char *code, const char *wanted)
{
    struct spf_text texts[3] = {{"google-site-verification=x", 26}};
    const char *got, *why, *problem;
    int n = 1;

    if (r1)
        texts[n++] = (struct spf_text){r1, strlen(r1)};
    if (r2)
        texts[n++] = (struct spf_text){r2, strlen(r2)};
    why = spf_merge(a, texts, n, OURS, &got, &problem);
    assert_string_equal(why ? why : "ok", code);
    assert_string_equal(got, wanted);
    assert_int_equal(*problem != '\0', strcmp(code, "spf-syntax") == 0);
}

static void
test_spf_merge(void **state)
{
    (void)state;
    check_spf(NULL, NULL, "spf-missing", "v=spf1 " OURS " ~all");
    /* ours is there */
    check_spf("v=spf1 " OURS " -all", NULL, "ok", "");
    check_spf("V=SPF1 mx INCLUDE:_SPF.GW.EXAMPLE ~all", NULL, "ok", "");
    check_spf("v=spf1 +" OURS, NULL, "ok", "");
    /* what the owner has is kept, in its order */
    check_spf("v=spf1 include:spf.protection.example ip4:198.51.100.24 -all", NULL,
              "spf-without-us",
              "v=spf1 " OURS " include:spf.protection.example ip4:198.51.100.24 -all");
    check_spf("v=spf1 mx", NULL, "spf-without-us", "v=spf1 " OURS " mx");
    check_spf("v=spf1", NULL, "spf-without-us", "v=spf1 " OURS);
    check_spf("v=spf1  mx   ?all ", NULL, "spf-without-us", "v=spf1 " OURS " mx ?all");
    check_spf("v=spf1 redirect=_spf.example.com", NULL, "spf-without-us",
              "v=spf1 " OURS " redirect=_spf.example.com");
    check_spf("v=spf1 mx -all exp=why.example.com", NULL, "spf-without-us",
              "v=spf1 " OURS " mx -all exp=why.example.com");
    /* a name that only begins like ours is another one */
    check_spf("v=spf1 " OURS ".evil.example -all", NULL, "spf-without-us",
              "v=spf1 " OURS " " OURS ".evil.example -all");
    /* there, and of no use */
    check_spf("v=spf1 mx ~" OURS " -all", NULL, "spf-not-pass", "v=spf1 " OURS " mx -all");
    check_spf("v=spf1 mx -all " OURS, NULL, "spf-behind-all", "v=spf1 " OURS " mx -all");
    /* what is behind all was never reached: it does not come to life */
    check_spf("v=spf1 mx -all ip4:203.0.113.1", NULL, "spf-without-us", "v=spf1 " OURS " mx -all");
    /* never two records */
    check_spf("v=spf1 mx -all", "v=spf1 " OURS " mx a ~all", "spf-many",
              "v=spf1 " OURS " mx a -all");
    check_spf("v=spf1 redirect=_spf.example.com", "v=spf1 a ~all", "spf-many",
              "v=spf1 " OURS " a ~all");
    /* not to be read */
    check_spf("v=spf1 ip4:1.2.3 -all", NULL, "spf-syntax", "");
    check_spf("v=spf10 mx -all", NULL, "spf-missing", "v=spf1 " OURS " ~all");
}

/* ---------------------------------------------------------------- MX */

static const char *const ours[] = {"mx1.gw.example", "mx2.gw.example", NULL};

static void
test_mx_compare(void **state)
{
    static const struct {
        struct mx_record r[3];
        const char *code;
        unsigned first;
        const char *rivals; /* "1": must go or move */
    } cases[] = {
        {{{"mx1.gw.example", 10, 0, 0}}, NULL, 10, "0"},
        {{{"MX2.GW.Example", 10, 0, 0}, {"backup.example", 20, 0, 0}}, NULL, 10, "00"},
        {{{"mx1.gw.example", 10, 0, 0}, {"mx2.gw.example", 10, 0, 0}}, NULL, 10, "00"},
        {{{"mail.acme.example", 10, 0, 0}, {"mx1.gw.example", 20, 0, 0}}, "mx-not-first", 10, "10"},
        {{{"mx1.gw.example", 10, 0, 0}, {"mail.acme.example", 10, 0, 0}}, "mx-shared", 10, "01"},
        {{{"mail.acme.example", 5, 0, 0}, {"mx1.gw.example.evil.example", 1, 0, 0}},
         "mx-missing",
         1,
         "11"},
        {{{"old.example", 65535, 0, 0}}, "mx-missing", 65535, "1"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct mx_record r[3];
        unsigned first;
        int n = 0;
        memcpy(r, cases[i].r, sizeof r);
        while (n < 3 && r[n].host)
            n++;
        const char *why = mx_compare(r, n, ours, &first);
        assert_string_equal(why ? why : "", cases[i].code ? cases[i].code : "");
        assert_int_equal(first, cases[i].first);
        for (int k = 0; k < n; k++)
            assert_int_equal(r[k].rival, cases[i].rivals[k] == '1');
    }
    unsigned first;
    assert_string_equal(mx_compare(NULL, 0, ours, &first), "mx-missing");
    assert_int_equal(first, 10);
}

/* ---------------------------------------------------------------- all checks */

#define TXT(name, text)                         \
    {                                           \
        name, DNS_TXT, text, sizeof text - 1, 0 \
    }
#define MX(name, pref, host)                      \
    {                                             \
        name, DNS_MX, host, sizeof host - 1, pref \
    }

static json_t *
run(const struct fake_record *records, int n, struct dcheck_key *keys, int nkeys, bool *ok)
{
    static const char *const names[] = {"gw.example", NULL};
    struct fake_zone z = {records, n, 0};
    struct dns dns = fake_dns(&z);
    struct dcheck c = {.a = a,
                       .dns = &dns,
                       .domain = "acme.example",
                       .token = "t0k3n",
                       .mx_names = names,
                       .spf = OURS,
                       .keys = keys,
                       .nkeys = nkeys};
    return dcheck_all(&c, ok);
}

/* "state code" of a check */
static void
expect(const json_t *all, const char *item, const char *want)
{
    json_t *one;
    size_t i;
    json_array_foreach(all, i, one) if (strcmp(jsonx_str(one, "item"), item) == 0)
    {
        assert_string_equal(
            arena_printf(a, "%s %s", jsonx_str(one, "state"), jsonx_str(one, "code")), want);
        return;
    }
    fail_msg("no check %s", item);
}

static const char *
detail(const json_t *all, const char *item, const char *key)
{
    json_t *one;
    size_t i;
    json_array_foreach(all, i, one) if (strcmp(jsonx_str(one, "item"), item) ==
                                        0) return jsonx_str(json_object_get(one, "detail"), key);
    return NULL;
}

static void
test_nothing_there(void **state)
{
    bool ok;
    (void)state;
    json_t *all = run(NULL, 0, NULL, 0, &ok);
    assert_false(ok);
    expect(all, "ownership", "missing ownership-missing");
    expect(all, "mx", "missing mx-none");
    expect(all, "spf", "missing spf-missing");
    expect(all, "dkim", "missing dkim-none");
    expect(all, "dmarc", "missing dmarc-missing");
    assert_string_equal(detail(all, "ownership", "wanted"), "sekisho-verification=t0k3n");
    assert_string_equal(detail(all, "dmarc", "wanted"),
                        "v=DMARC1; p=none; rua=mailto:postmaster@acme.example");
}

static struct dcheck_key
new_key(const char *selector, const char *state)
{
    static const unsigned char master[32] = "master";
    struct dkim_new_key k;
    struct err e;
    assert_int_equal(
        dkim_key_make(a, master, "acme.example", selector, "ed25519-sha256", 0, &k, &e), 0);
    return (struct dcheck_key){
        .id = "id", .selector = selector, .record = k.record, .state = state};
}

static void
test_all_there(void **state)
{
    bool ok;
    struct dcheck_key k = new_key("sk1", "signing");
    /* the same key, written in another way */
    char *spaced = arena_printf(a, "v=DKIM1;k=ed25519; n=hello;p= %s", strstr(k.record, "p=") + 2);
    struct fake_record records[] = {
        TXT("acme.example", "sekisho-verification=t0k3n"),
        TXT("acme.example", "v=spf1 " OURS " -all"),
        TXT("_spf.gw.example", "v=spf1 ip4:192.0.2.1 -all"),
        TXT("_dmarc.acme.example", "v=DMARC1; p=quarantine"),
        MX("acme.example", 10, "gw.example"),
        {"sk1._domainkey.acme.example", DNS_TXT, spaced, strlen(spaced), 0},
    };
    (void)state;
    json_t *all = run(records, 6, &k, 1, &ok);
    expect(all, "ownership", "ok ownership-ok");
    expect(all, "mx", "ok mx-ok");
    expect(all, "spf", "ok spf-ok");
    expect(all, "dkim", "ok dkim-ok");
    expect(all, "dmarc", "ok dmarc-ok");
    assert_true(ok);
    assert_int_equal(k.present, 1);
    assert_string_equal(detail(all, "dmarc", "policy"), "quarantine");
    all = run(records, 5, &k, 1, &ok);
    assert_false(ok);
    expect(all, "dkim", "wrong dkim-lost");
    assert_string_equal(detail(all, "dkim", "wanted"), k.record);
}

static void
test_ownership_of_another(void **state)
{
    static const struct fake_record records[] = {
        TXT("acme.example", "sekisho-verification=t0k3n2"),
        TXT("acme.example", "v=sekisho-verification=t0k3n"),
    };
    bool ok;
    (void)state;
    expect(run(records, 2, NULL, 0, &ok), "ownership", "wrong ownership-other");
}

/* E08: a key waits, its successor may be missing while it signs; a retired one is nobody's concern. */
static void
test_dkim_states(void **state)
{
    struct dcheck_key k[2] = {new_key("sk1", "waiting-time"), new_key("sk2", "waiting-dns")};
    struct fake_record r[] = {
        {"sk1._domainkey.acme.example", DNS_TXT, k[0].record, strlen(k[0].record), 0},
        {"sk1._domainkey.acme.example", DNS_TXT, k[1].record, strlen(k[1].record), 0},
    };
    bool ok;
    (void)state;
    expect(run(r, 1, k, 1, &ok), "dkim", "waiting dkim-waiting");
    k[0].state = "signing";
    expect(run(r, 1, k, 2, &ok), "dkim", "ok dkim-ok-next");
    assert_int_equal(k[1].present, 0);
    k[0].state = "retiring";
    expect(run(r, 1, k, 1, &ok), "dkim", "missing dkim-none");
    k[0].state = "signing"; /* two records: verifiers may take the other one */
    expect(run(r, 2, k, 1, &ok), "dkim", "wrong dkim-lost");
}

/* "DNS does not answer" is no result. */
static void
test_silent_dns(void **state)
{
    static const struct fake_record records[] = {
        {"acme.example", FAKE_TIMEOUT, NULL, 0, 0},
        {"_dmarc.acme.example", FAKE_TIMEOUT, NULL, 0, 0},
        {"sk1._domainkey.acme.example", FAKE_TIMEOUT, NULL, 0, 0},
    };
    struct dcheck_key k = new_key("sk1", "signing");
    bool ok;
    (void)state;
    json_t *all = run(records, 3, &k, 1, &ok);
    static const char *const items[] = {"ownership", "mx", "spf", "dkim", "dmarc"};
    for (int i = 0; i < 5; i++)
        expect(all, items[i], "unknown dns");
    assert_int_equal(k.present, -1);
    assert_false(ok);
}

/* More than ten look-ups make the record useless, also those behind includes. */
static void
test_spf_lookups(void **state)
{
    static const struct fake_record records[] = {
        TXT("acme.example", "v=spf1 " OURS " include:a.example include:loop.example -all"),
        TXT("_spf.gw.example", "v=spf1 ip4:192.0.2.1 -all"),
        TXT("a.example", "v=spf1 a mx ptr exists:%{i}.x.example a:b.example a:c.example"
                         " a:d.example -all"),
        TXT("loop.example", "v=spf1 include:loop.example -all"),
    };
    bool ok;
    (void)state;
    json_t *all = run(records, 4, NULL, 0, &ok);
    expect(all, "spf", "wrong spf-lookups");
    all = run(records, 2, NULL, 0, &ok);
    expect(all, "spf", "ok spf-ok");
}

/* ---------------------------------------------------------------- keys */

static void
test_keys(void **state)
{
    static const unsigned char master[32] = "master", other[32] = "other";
    static const struct {
        const char *algorithm;
        int bits, want;
    } kinds[] = {
        {"rsa-sha256", 1024, 1024}, {"rsa-sha256", 2048, 2048}, {"ed25519-sha256", 0, 256}};
    struct err e;
    (void)state;
    for (int i = 0; i < 3; i++) {
        struct dkim_new_key k;
        struct auth_private p;
        assert_int_equal(dkim_key_make(a, master, "acme.example", "sk1", kinds[i].algorithm,
                                       kinds[i].bits, &k, &e),
                         0);
        assert_int_equal(k.bits, kinds[i].want);
        assert_int_equal(dkim_key_open(a, master, "acme.example", "sk1", k.sealed, k.n, &p, &e), 0);
        assert_string_equal(auth_private_record(a, &p), k.record);
        assert_null(memmem(k.sealed, k.n, "PRIVATE KEY", 11));
        /* bound to its name and to the master key */
        assert_int_equal(dkim_key_open(a, other, "acme.example", "sk1", k.sealed, k.n, &p, &e), -1);
        assert_int_equal(dkim_key_open(a, master, "acme.example", "sk2", k.sealed, k.n, &p, &e),
                         -1);
        assert_int_equal(dkim_key_open(a, master, "evil.example", "sk1", k.sealed, k.n, &p, &e),
                         -1);
        assert_int_equal(dkim_key_open(a, master, "acme.example", "sk1", k.sealed, 10, &p, &e), -1);
        k.sealed[k.n / 2] ^= 1;
        assert_int_equal(dkim_key_open(a, master, "acme.example", "sk1", k.sealed, k.n, &p, &e),
                         -1);
    }
}

static void
test_key_refused(void **state)
{
    static const struct {
        const char *domain, *selector, *algorithm;
        int bits;
        const char *code;
    } cases[] = {
        {"acme.example", "sk1", "rsa-sha1", 2048, "algorithm"},
        {"acme.example", "sk1", "rsa-sha256", 512, "bits"},
        {"acme.example", "sk1", "rsa-sha256", 2047, "bits"},
        {"acme.example", "sk1", "rsa-sha256", 8192, "bits"},
        {"acme.example", "", "rsa-sha256", 2048, "selector"},
        {"acme.example", "a.b", "rsa-sha256", 2048, "selector"},
        {"acme.example", "A", "rsa-sha256", 2048, "selector"},
        {"acme.example", "-a", "rsa-sha256", 2048, "selector"},
        {"acme.example", "a;b", "rsa-sha256", 2048, "selector"},
        {"acme..example", "a", "rsa-sha256", 2048, "domain"},
    };
    static const unsigned char master[32] = "master";
    struct dkim_new_key k;
    struct err e;
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(dkim_key_make(a, master, cases[i].domain, cases[i].selector,
                                       cases[i].algorithm, cases[i].bits, &k, &e),
                         -1);
        assert_string_equal(e.code, cases[i].code);
    }
}

int
main(void)
{
#define T(name, f)                       \
    {                                    \
        name, f, set_up, tear_down, NULL \
    }
    const struct CMUnitTest tests[] = {
        T("A05 SPF: one record, with ours, nothing of the owner's lost", test_spf_merge),
        T("A05 MX: ours has the lowest number", test_mx_compare),
        T("A01 nothing there: each check says what is missing", test_nothing_there),
        T("A01 everything there", test_all_there),
        T("A04 the ownership record of another", test_ownership_of_another),
        T("E08 states of keys", test_dkim_states),
        T("A05 DNS that does not answer is no result", test_silent_dns),
        T("A05 SPF: at most ten look-ups", test_spf_lookups),
        T("E08 keys are sealed for one selector of one domain", test_keys),
        T("E08 keys that are not made", test_key_refused),
    };
    return cmocka_run_group_tests_name("domains", tests, NULL, NULL);
}
