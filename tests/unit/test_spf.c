/* T-D4: SPF (RFC 7208). What the suites in tests/corpus/auth/spf leave open: limits at the limit and
 * one above it, the questions an evaluation costs, macros one by one, which identity is checked. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "common/arena.h"
#include "common/buf.h"
#include "engine/authn/spf.h"
#include "engine/authn/spf_macro.h"
#include "engine/authn/spf_parse.h"
#include "../fake_dns.h"

#define TXT(name, text)                          \
    {                                            \
        name, DNS_TXT, text, sizeof(text) - 1, 0 \
    }
#define A(name, ip)           \
    {                         \
        name, DNS_A, ip, 4, 0 \
    }
#define AAAA(name, ip)            \
    {                             \
        name, DNS_AAAA, ip, 16, 0 \
    }
#define MX(name, pref, host)                       \
    {                                              \
        name, DNS_MX, host, sizeof(host) - 1, pref \
    }
#define PTR(name, host)                          \
    {                                            \
        name, DNS_PTR, host, sizeof(host) - 1, 0 \
    }
#define N(x) (sizeof(x) / sizeof *(x))

#define PEER "192.0.2.1"
#define PEER_BYTES "\xc0\x00\x02\x01"
#define PEER_PTR "1.2.0.192.in-addr.arpa"
#define PEER6 "2001:db8::1"
#define PEER6_BYTES "\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\1"
#define OTHER "\xcb\x00\x71\x09"

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

/* Checks user@example.org; returns the questions it cost. */
static int
check_zone(const struct fake_record *records, size_t n, const char *ip, struct spf_result *out)
{
    struct fake_zone z = {.records = records, .n = (int)n};
    struct dns d = fake_dns(&z);
    const struct spf_request req = {
        .ip = ip, .helo = "mail.example.net", .sender = "user@example.org", .explain = true};

    spf_check(&d, a, &req, out);
    return z.asked;
}

static const char *
status_of(const char *record, size_t len, const char *ip)
{
    const struct fake_record zone[] = {{"example.org", DNS_TXT, record, len, 0},
                                       A("example.org", PEER_BYTES),
                                       AAAA("example.org", PEER6_BYTES),
                                       MX("example.org", 10, "example.org"),
                                       A("other.example", OTHER)};
    struct spf_result r;

    check_zone(zone, N(zone), ip, &r);
    assert_int_equal(r.problem != NULL, r.status == SPF_TEMPERROR || r.status == SPF_PERMERROR);
    return spf_status_name(r.status);
}

static void
records_give_the_stated_result(void **state)
{
    (void)state;
    static const struct {
        const char *record, *v4, *v6;
    } rows[] = {
        {"v=spf1", "neutral", "neutral"},
        {"v=spf1 ", "neutral", "neutral"},
        {"V=SPF1 -ALL", "fail", "fail"},
        {"v=spf1-all", "none", "none"},
        {"v=spf2 -all", "none", "none"},
        {" v=spf1 -all", "none", "none"},
        {"v=spf1\t-all", "none", "none"},
        {"v=spf1 ~all", "softfail", "softfail"},
        {"v=spf1 ?all", "neutral", "neutral"},
        {"v=spf1 +all", "pass", "pass"},
        {"v=spf1 a -all", "pass", "pass"},
        {"v=spf1 A:EXAMPLE.ORG. -all", "pass", "pass"},
        {"v=spf1 a:other.example/0 -all", "pass", "fail"},
        {"v=spf1 a:other.example//0 -all", "fail", "fail"},
        {"v=spf1 a/24//64 -all", "pass", "pass"},
        {"v=spf1 mx -all", "pass", "pass"},
        {"v=spf1 mx:other.example -all", "fail", "fail"},
        {"v=spf1 ip4:192.0.2.0/24 -all", "pass", "fail"},
        {"v=spf1 ip4:192.0.2.2/31 -all", "fail", "fail"},
        {"v=spf1 ip4:0.0.0.0/0 -all", "pass", "fail"},
        {"v=spf1 ip6:2001:DB8::/32 -all", "fail", "pass"},
        {"v=spf1 ip6:::/0 -all", "fail", "pass"},
        {"v=spf1 ip6:2001:db8::2/127 -all", "fail", "fail"},
        {"v=spf1 exists:other.example -all", "pass", "pass"},
        {"v=spf1 -exists:no.example ?all", "neutral", "neutral"},
        {"v=spf1 new=%{c}%{r}%{t} +all", "pass", "pass"},
        {"v=spf1 redirect=no.example", "permerror", "permerror"},
        {"v=spf1 include:no.example +all", "permerror", "permerror"},
        /* Behind "all" nothing is evaluated, but syntax counts. */
        {"v=spf1 -all redirect=no.example", "fail", "fail"},
        {"v=spf1 +all redirect", "permerror", "permerror"},
    };
    for (size_t i = 0; i < N(rows); i++) {
        const char *v4 = status_of(rows[i].record, strlen(rows[i].record), PEER);
        const char *v6 = status_of(rows[i].record, strlen(rows[i].record), PEER6);
        if (strcmp(v4, rows[i].v4) != 0 || strcmp(v6, rows[i].v6) != 0)
            fail_msg("%s: %s and %s", rows[i].record, v4, v6);
    }
    assert_string_equal(status_of("v=spf1 ip4:192.0.2.1 -all", 25, "::ffff:192.0.2.1"), "pass");
    assert_string_equal(status_of("v=spf1 a\0 -all", 14, PEER), "permerror");
}

static void
syntax_errors_are_found(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "all:",
        "all/0",
        "all.",
        "-redirect=a.example",
        "a:",
        "a/",
        "a//",
        "a/33",
        "a/032",
        "a//129",
        "a/24/64",
        "a:/24",
        "a:org",
        "a:org.",
        "a:a.example/24//",
        "a:1.2.3.4",
        "a:x.-org",
        "a:x.org-",
        "a:x.example/1000",
        "mx=a.%{x}",
        "ip4",
        "ip4:",
        "ip4:1.2.3",
        "ip4:1.2.3.04",
        "ip4:1.2.3.4/",
        "ip4:1.2.3.4/33",
        "ip4:1.2.3.4//32",
        "ip4:1.2.3.4/8/8",
        "ip4:::1",
        "ip6:",
        "ip6:1.2.3.4",
        "ip6:::1/129",
        "ip6:[::1]",
        "ip6:fe80::1%eth0",
        "ip6::::",
        "ptr:",
        "ptr/8",
        "include",
        "include:",
        "include:a.example/8",
        "exists",
        "exists:a.example/8",
        "redirect=",
        "exp=",
        "redirect=a.example/24",
        "redirect=a.example redirect=a.example",
        "exp=a.example exp=a.example",
        "--all",
        "=x",
        "1=x",
        "a.b:c",
        "a:%",
        "a:%{",
        "a:%{}",
        "a:%{d",
        "a:%{d0}",
        "a:%{d00r}",
        "a:%{dx}",
        "a:%{dr2}",
        "a:%{d.r}",
        "a:%{c}",
        "a:%{r}",
        "a:%{t}",
        "a:%{z}",
        "a:%(d)",
        "a:%d",
        "new=%{d",
        "new=%",
        "a:%{d}org",
        "a:%{d}.org/24x",
        "exists:\x80.example",
        "new=\x7f",
        "new=\xc3\xa4",
    };
    static const char *const good[] = {
        "all",
        "all=",
        "a",
        "a/0",
        "a//0",
        "a/32//128",
        "a:%{d}",
        "a:%%",
        "a:%_",
        "a:%-",
        "a:.org",
        "a:x.o-rg",
        "a:x.org./24",
        "a:%{d100000000000}.org",
        "a:%{D2R.-+,/_=}",
        "mx=a.b",
        "ptr",
        "ptr:x.org",
        "redirect=%{o}",
        "exp=x.%{h}.org",
        "new=",
        "n.e-w_1=%{c}:/=",
        "a:a/b.org",
        "ip6:::ffff:1.2.3.4",
        "ip6:::",
        "a:%{d}/24",
    };
    struct spf_record out;

    for (size_t i = 0; i < N(bad); i++) {
        const char *s = arena_printf(a, "v=spf1 %s -all", bad[i]);
        if (spf_parse(a, s, strlen(s), &out))
            fail_msg("taken: %s", s);
        assert_non_null(out.problem);
    }
    for (size_t i = 0; i < N(good); i++) {
        const char *s = arena_printf(a, "v=spf1 %s -all", good[i]);
        if (!spf_parse(a, s, strlen(s), &out))
            fail_msg("refused: %s", s);
    }
}

/* ------------------------------------------------------------------ macros */

static const char *
nobody(void *arg, const char *domain)
{
    (void)arg, (void)domain;
    return "unknown";
}

static struct spf_values
values(void)
{
    /* Those of the examples in RFC 7208 7.4 */
    struct spf_values v = {.sender = "strong-bad@email.example.com",
                           .local = "strong-bad",
                           .sender_domain = "email.example.com",
                           .domain = "email.example.com",
                           .helo = "mx.example.net",
                           .receiver = "gate.example",
                           .now = 1795545600,
                           .validated = nobody};
    memcpy(v.ip, "\xc0\x00\x02\x03", 4);
    return v;
}

static void
macros_become_the_text_of_the_rfc(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        {"%{s}", "strong-bad@email.example.com"},
        {"%{o}", "email.example.com"},
        {"%{d}", "email.example.com"},
        {"%{d4}", "email.example.com"},
        {"%{d3}", "email.example.com"},
        {"%{d2}", "example.com"},
        {"%{d1}", "com"},
        {"%{dr}", "com.example.email"},
        {"%{d2r}", "example.email"},
        {"%{d2R}", "example.email"},
        {"%{l}", "strong-bad"},
        {"%{l-}", "strong.bad"},
        {"%{lr}", "strong-bad"},
        {"%{lr-}", "bad.strong"},
        {"%{l1r-}", "strong"},
        {"%{l1-}", "bad"},
        {"%{ir}.%{v}._spf.%{d2}", "3.2.0.192.in-addr._spf.example.com"},
        {"%{lr-}.lp._spf.%{d2}", "bad.strong.lp._spf.example.com"},
        {"%{d2}.trusted-domains.example.net.", "example.com.trusted-domains.example.net"},
        {"%{S}", "strong-bad%40email.example.com"},
        {"%{h}%{p}", "mx.example.netunknown"},
        {"a%%b%_c%-d.example", "a%b c%20d.example"},
        {"%{s@}", NULL},
        {"%{V}", "in-addr"},
    };
    struct spf_values v = values();

    for (size_t i = 0; i < N(rows); i++) {
        assert_int_equal(spf_domain_spec_ok(rows[i][0], strlen(rows[i][0])), rows[i][1] != NULL);
        if (rows[i][1])
            assert_string_equal(spf_expand_domain(a, rows[i][0], &v), rows[i][1]);
    }
    v.local = "a/b\xc3\xa4~";
    assert_string_equal(spf_expand_domain(a, "%{L}.x", &v), "a%2Fb%C3%A4~.x");
    memcpy(v.ip, "\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\xcb\x01", 16);
    v.v6 = true;
    assert_string_equal(spf_expand_domain(a, "%{ir}.%{v}._spf.%{d2}", &v),
                        "1.0.b.c.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6._spf."
                        "example.com");
    assert_string_equal(spf_expand_text(a, "%{c} %{r} %{t}", 14, &v),
                        "2001:db8::cb01 gate.example 1795545600");
}

static void
long_names_lose_labels_on_the_left(void **state)
{
    (void)state;
    struct spf_values v = values();
    struct buf *local = buf_new(a, 0);
    const char *name;

    for (int i = 0; i < 100; i++)
        buf_str(local, "abc.");
    buf_str(local, "end");
    v.local = buf_cstr(local);
    name = spf_expand_domain(a, "%{l}.example.org", &v); /* …abc.end.example.org */
    assert_in_range(strlen(name), 250, 253);
    assert_memory_equal(name, "abc.", 4);
    v.local = arena_printf(a, "%0300d", 0); /* one label: away with it */
    assert_string_equal(spf_expand_domain(a, "%{l}.example.org", &v), "example.org");
    assert_string_equal(spf_expand_domain(a, "%{l}", &v), "");
    v.local = arena_printf(a, "%0*d.x", 251, 0); /* 253 fit */
    assert_int_equal(strlen(spf_expand_domain(a, "%{l}", &v)), 253);
    v.local = arena_printf(a, "%0*d.x", 252, 0);
    assert_string_equal(spf_expand_domain(a, "%{l}", &v), "x");
}

/* A record of 8 KiB times a long sender: neither the time nor the memory of a bomb. */
static void
macro_bombs_end(void **state)
{
    (void)state;
    struct spf_values v = values();
    struct buf *spec = buf_new(a, 0);
    size_t before;

    v.local = arena_printf(a, "%0*d", 10000, 0);
    for (int i = 0; i < 1600; i++)
        buf_str(spec, "%{Lr}");
    before = arena_used(a);
    assert_string_equal(spf_expand_domain(a, buf_cstr(spec), &v), "");
    assert_in_range(arena_used(a) - before, 0, 4096);
}

static void
explanations_are_printable_and_short(void **state)
{
    (void)state;
    struct spf_values v = values();

    assert_string_equal(spf_expand_text(a, "See http://%{d}/?s=%{S} now", 27, &v),
                        "See http://email.example.com/?s=strong-bad%40email.example.com now");
    assert_null(spf_expand_text(a, "%{x}", 4, &v));
    assert_null(spf_expand_text(a, "\xe3\x81\x82", 3, &v));
    assert_null(spf_expand_text(a, "a\nb", 3, &v));
    v.local = "a\r\nb";
    assert_null(spf_expand_text(a, "%{l}", 4, &v));
    v.local = arena_printf(a, "%0*d", SPF_EXPLANATION_MAX, 0);
    assert_non_null(spf_expand_text(a, "%{l}", 4, &v));
    assert_null(spf_expand_text(a, "%{l}.", 5, &v));
}

/* ------------------------------------------------------------------ limits (4.6.4) */

/* "v=spf1", then text n times, then tail. */
static struct fake_record
record_of(const char *text, int n, const char *tail)
{
    struct buf *b = buf_new(a, 0);

    buf_str(b, "v=spf1");
    for (int i = 0; i < n; i++)
        buf_str(b, text);
    buf_str(b, tail);
    return (struct fake_record){"example.org", DNS_TXT, buf_cstr(b), b->len, 0};
}

static void
ten_terms_may_ask(void **state)
{
    (void)state;
    static const char *const terms[] = {" a:other.example", " mx:other.example", " ptr",
                                        " exists:other.example", " include:other.example"};
    struct fake_record zone[] = {TXT("example.org", ""), A("other.example", OTHER),
                                 MX("other.example", 0, "other.example"),
                                 TXT("other.example", "v=spf1"), PTR(PEER_PTR, "other.example")};
    struct spf_result r;

    for (size_t i = 0; i < N(terms); i++) {
        zone[0] = record_of(terms[i], 10, strstr(terms[i], "exists") ? "" : " -all");
        check_zone(zone, N(zone), PEER, &r);
        assert_int_equal(r.status, strstr(terms[i], "exists") ? SPF_PASS : SPF_FAIL);
        if (strstr(terms[i], "exists")) /* matches at once */
            continue;
        zone[0] = record_of(terms[i], 11, " -all");
        check_zone(zone, N(zone), PEER, &r);
        assert_int_equal(r.status, SPF_PERMERROR);
        assert_string_equal(r.problem, "more than 10 terms ask DNS");
        assert_int_equal(r.lookups, 11);
        zone[0] = record_of(terms[i], 10, " redirect=other.example");
        check_zone(zone, N(zone), PEER, &r);
        assert_int_equal(r.status, SPF_PERMERROR);
        zone[0] = record_of(terms[i], 9, " redirect=other.example");
        check_zone(zone, N(zone), PEER, &r);
        assert_int_equal(r.status, SPF_NEUTRAL);
    }
}

static void
loops_end_at_the_limit(void **state)
{
    (void)state;
    static const struct fake_record zones[][2] = {
        {TXT("example.org", "v=spf1 include:example.org -all"), A("x.example", OTHER)},
        {TXT("example.org", "v=spf1 redirect=example.org"), A("x.example", OTHER)},
        {TXT("example.org", "v=spf1 include:b.example include:b.example"),
         TXT("b.example", "v=spf1 include:example.org include:example.org")},
    };
    struct spf_result r;

    for (size_t i = 0; i < N(zones); i++) {
        int asked = check_zone(zones[i], 2, PEER, &r);
        assert_int_equal(r.status, SPF_PERMERROR);
        assert_int_equal(asked, 11);
    }
}

static void
two_terms_may_find_nothing(void **state)
{
    (void)state;
    static const char *const terms[] = {" a:no.example", " mx:no.example", " exists:no.example",
                                        " ptr", " a:exists.example"};
    struct fake_record zone[] = {TXT("example.org", ""), TXT("exists.example", "no address")};
    struct spf_result r;

    for (size_t i = 0; i < N(terms); i++) {
        zone[0] = record_of(terms[i], 2, " -all");
        check_zone(zone, N(zone), PEER, &r);
        assert_int_equal(r.status, SPF_FAIL);
        zone[0] = record_of(terms[i], 2, " a:no.example -all");
        check_zone(zone, N(zone), PEER, &r);
        /* Both ptr share one question. */
        assert_int_equal(r.status, strcmp(terms[i], " ptr") ? SPF_PERMERROR : SPF_FAIL);
    }
}

/* Hosts with IPv4 only make an mx void once for a peer with IPv6. */
static void
many_hosts_of_the_other_family_are_one_void_term(void **state)
{
    (void)state;
    static const struct fake_record zone[] = {TXT("example.org", "v=spf1 mx -all"),
                                              MX("example.org", 1, "a.example"),
                                              MX("example.org", 1, "b.example"),
                                              MX("example.org", 1, "c.example"),
                                              A("a.example", OTHER),
                                              A("b.example", OTHER),
                                              A("c.example", OTHER)};
    struct spf_result r;

    check_zone(zone, N(zone), PEER6, &r);
    assert_int_equal(r.status, SPF_FAIL);
    assert_int_equal(r.voids, 1);
}

static void
mx_takes_ten_names_by_preference(void **state)
{
    (void)state;
    struct fake_record zone[24] = {TXT("example.org", "v=spf1 mx -all")};
    struct spf_result r;
    int asked;

    for (int i = 0; i < 11; i++) {
        char *host = arena_printf(a, "mx%02d.example", i);
        /* the last in the zone is the first by preference */
        zone[1 + i] =
            (struct fake_record){"example.org", DNS_MX, host, strlen(host), (unsigned)(100 - i)};
        zone[12 + i] = (struct fake_record){host, DNS_A, OTHER, 4, 0};
    }
    check_zone(zone, 23, PEER, &r);
    assert_int_equal(r.status, SPF_PERMERROR);
    assert_string_equal(r.mechanism, "mx");
    zone[12 + 10].data = PEER_BYTES;
    asked = check_zone(zone, 23, PEER, &r);
    assert_int_equal(r.status, SPF_PASS);
    assert_int_equal(asked, 3);
    zone[12 + 10].data = OTHER;
    zone[12].data = PEER_BYTES; /* the eleventh */
    check_zone(zone, 23, PEER, &r);
    assert_int_equal(r.status, SPF_PERMERROR);
    zone[1] = (struct fake_record){"example.org", DNS_MX, "mx10.example", 12, 1};
    zone[11] = (struct fake_record){"x.example", DNS_MX, "", 0, 1}; /* ten are left */
    check_zone(zone, 23, PEER, &r);
    assert_int_equal(r.status, SPF_FAIL);
}

static void
ptr_asks_only_for_names_that_matter(void **state)
{
    (void)state;
    struct fake_record zone[16] = {TXT("example.org", "v=spf1 ptr ptr ptr:b.example -all"),
                                   A("a.example.org", PEER_BYTES), A("b.example", PEER_BYTES)};
    struct spf_result r;
    int asked;

    for (int i = 0; i < 10; i++)
        zone[3 + i] = (struct fake_record)PTR(PEER_PTR, "elsewhere.example");
    zone[13] = (struct fake_record)PTR(PEER_PTR, "a.example.org"); /* the eleventh is ignored */
    asked = check_zone(zone, 14, PEER, &r);
    assert_int_equal(r.status, SPF_FAIL);
    assert_int_equal(asked, 2);
    zone[3] = (struct fake_record)PTR(PEER_PTR, "A.Example.ORG");
    asked = check_zone(zone, 14, PEER, &r);
    assert_int_equal(r.status, SPF_PASS);
    assert_int_equal(asked, 3);
    zone[1].data = OTHER; /* says so, but does not point back; asked once for two terms */
    asked = check_zone(zone, 14, PEER, &r);
    assert_int_equal(r.status, SPF_FAIL);
    assert_int_equal(asked, 3);
    zone[1].type = FAKE_TIMEOUT; /* no answer is no name (5.5) */
    check_zone(zone, 14, PEER, &r);
    assert_int_equal(r.status, SPF_FAIL);
    zone[3] = (struct fake_record)PTR(PEER_PTR, "notexample.org"); /* not below it */
    asked = check_zone(zone, 14, PEER, &r);
    assert_int_equal(asked, 2);
}

/* %{p}: the domain itself, else a name below it, else any, and only those that point back (7.3). */
static void
the_validated_name_is_the_nearest(void **state)
{
    (void)state;
    struct fake_record zone[] = {TXT("example.org", "v=spf1 -all exp=e.example"),
                                 TXT("e.example", "%{p}"),
                                 PTR(PEER_PTR, "liar.example.org"),
                                 PTR(PEER_PTR, "any.example"),
                                 PTR(PEER_PTR, "a.example.org"),
                                 PTR(PEER_PTR, "example.org"),
                                 A("liar.example.org", OTHER),
                                 A("any.example", PEER_BYTES),
                                 A("a.example.org", PEER_BYTES),
                                 A("example.org", PEER_BYTES)};
    static const char *const names[] = {"example.org", "a.example.org", "any.example", "unknown"};
    struct spf_result r;

    for (size_t i = 0; i < N(names); i++) {
        check_zone(zone, N(zone), PEER, &r);
        assert_string_equal(r.explanation, names[i]);
        if (i < 3)
            zone[9 - i].data = OTHER;
    }
}

static void
records_of_any_size_end(void **state)
{
    (void)state;
    struct fake_record zone[] = {record_of(" ?all", SPF_TERMS_MAX, "")};
    struct spf_result r;

    check_zone(zone, 1, PEER, &r);
    assert_int_equal(r.status, SPF_NEUTRAL);
    zone[0] = record_of(" ?all", SPF_TERMS_MAX + 1, "");
    assert_int_equal(check_zone(zone, 1, PEER, &r), 1);
    assert_int_equal(r.status, SPF_PERMERROR);
    zone[0] = record_of(" ", SPF_RECORD_MAX - 10, "-all");
    check_zone(zone, 1, PEER, &r);
    assert_int_equal(r.status, SPF_FAIL);
    zone[0] = record_of(" ", SPF_RECORD_MAX - 9, "-all");
    assert_int_equal(check_zone(zone, 1, PEER, &r), 1);
    assert_int_equal(r.status, SPF_PERMERROR);
}

/* ------------------------------------------------------------------ DNS and identities */

static void
no_answer_is_temperror_wherever_it_happens(void **state)
{
    (void)state;
    static const char *const records[] = {
        "v=spf1 a:slow.example +all",      "v=spf1 mx:slow.example +all",
        "v=spf1 exists:slow.example +all", "v=spf1 include:slow.example +all",
        "v=spf1 redirect=slow.example",    "v=spf1 mx +all"};
    struct spf_result r;

    for (size_t i = 0; i < N(records); i++) {
        const struct fake_record zone[] = {
            {"example.org", DNS_TXT, records[i], strlen(records[i]), 0},
            MX("example.org", 0, "slow.example"),
            {"slow.example", FAKE_TIMEOUT, "", 0, 0}};
        check_zone(zone, N(zone), PEER, &r);
        assert_int_equal(r.status, SPF_TEMPERROR);
        assert_string_equal(r.problem, "DNS does not answer for slow.example");
    }
    const struct fake_record slow = {"example.org", FAKE_TIMEOUT, "", 0, 0};
    check_zone(&slow, 1, PEER, &r);
    assert_int_equal(r.status, SPF_TEMPERROR);
}

static void
a_message_without_questions_left_is_temperror(void **state)
{
    (void)state;
    static const struct fake_record zone[] = {TXT("example.org", "v=spf1 a:other.example -all"),
                                              A("other.example", OTHER)};
    struct fake_zone z = {.records = zone, .n = N(zone)};
    struct dns d = fake_dns(&z);
    const struct spf_request req = {.ip = PEER, .helo = "x", .sender = "u@example.org"};
    struct spf_result r;

    d.left = 1;
    spf_check(&d, a, &req, &r);
    assert_int_equal(r.status, SPF_TEMPERROR);
    assert_int_equal(z.asked, 1);
}

static void
the_identity_is_the_sender_or_helo(void **state)
{
    (void)state;
    static const struct fake_record zone[] = {TXT("example.org", "v=spf1 -all"),
                                              TXT("mail.example.net", "v=spf1 +all")};
    struct fake_zone z = {.records = zone, .n = N(zone)};
    struct dns d = fake_dns(&z);
    struct spf_request req = {.ip = PEER, .helo = "mail.example.net"};
    struct spf_result r;
    int asked = 0;
    static const struct {
        const char *sender, *domain;
        bool helo;
        enum spf_status status;
    } rows[] = {
        {NULL, "mail.example.net", true, SPF_PASS},
        {"", "mail.example.net", true, SPF_PASS},
        {"u@example.org", "example.org", false, SPF_FAIL},
        {"@example.org", "example.org", false, SPF_FAIL},
        {"\"a@b\"@Example.ORG", "Example.ORG", false, SPF_FAIL},
        {"user", "user", false, SPF_NONE},
        {"u@", "", false, SPF_NONE},
        {"u@[192.0.2.1]", "[192.0.2.1]", false, SPF_NONE},
        {"u@example.org\n", "example.org?", false, SPF_NONE},
    };
    for (size_t i = 0; i < N(rows); i++) {
        req.sender = rows[i].sender;
        spf_check(&d, a, &req, &r);
        assert_string_equal(r.domain, rows[i].domain);
        assert_int_equal(r.helo, rows[i].helo);
        assert_int_equal(r.status, rows[i].status);
        assert_int_equal(z.asked > asked, rows[i].status != SPF_NONE);
        asked = z.asked;
    }
    req.sender = "u@example.org";
    spf_check_helo(&d, a, &req, &r);
    assert_int_equal(r.status, SPF_PASS);
    assert_true(r.helo);
    req.ip = "unknown";
    spf_check(&d, a, &req, &r);
    assert_int_equal(r.status, SPF_NONE);
}

/* 6.2: that of the last redirect, never that of an include; asked for only when wanted. */
static void
explanations_come_from_the_record_that_decided(void **state)
{
    (void)state;
    static const struct fake_record zone[] = {
        TXT("example.org", "v=spf1 include:i.example redirect=r.example exp=mine.example"),
        TXT("i.example", "v=spf1 -all exp=inc.example"),
        TXT("r.example", "v=spf1 -all exp=%{d}.e.example"),
        TXT("r.example.e.example", "%{d} says no to %{i}"),
        TXT("inc.example", "never"),
        TXT("mine.example", "never")};
    struct fake_zone z = {.records = zone, .n = N(zone)};
    struct dns d = fake_dns(&z);
    struct spf_request req = {.ip = PEER, .helo = "x", .sender = "u@example.org", .explain = true};
    struct spf_result r;

    spf_check(&d, a, &req, &r);
    assert_int_equal(r.status, SPF_FAIL);
    assert_string_equal(r.explanation, "r.example says no to " PEER);
    assert_string_equal(r.mechanism, "-all");
    assert_string_equal(r.record_domain, "r.example");
    assert_string_equal(r.domain, "example.org");
    assert_int_equal(z.asked, 4);
    req.explain = false;
    spf_check(&d, a, &req, &r);
    assert_null(r.explanation);
    assert_int_equal(r.status, SPF_FAIL);
    assert_int_equal(z.asked, 7);
}

static void
the_term_that_decided_is_told(void **state)
{
    (void)state;
    static const struct fake_record zone[] = {TXT("example.org", "v=spf1 include:i.example -all"),
                                              TXT("i.example", "v=spf1 ip4:192.0.2.0/24"),
                                              TXT("none.example", "v=spf1 ip4:1.2.3.4")};
    struct spf_result r;

    check_zone(zone, N(zone), PEER, &r);
    assert_int_equal(r.status, SPF_PASS);
    assert_string_equal(r.mechanism, "include:i.example");
    assert_string_equal(r.record_domain, "example.org");
    check_zone(zone, N(zone), "198.51.100.1", &r);
    assert_string_equal(r.mechanism, "-all");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(records_give_the_stated_result, begin, end),
        cmocka_unit_test_setup_teardown(syntax_errors_are_found, begin, end),
        cmocka_unit_test_setup_teardown(macros_become_the_text_of_the_rfc, begin, end),
        cmocka_unit_test_setup_teardown(long_names_lose_labels_on_the_left, begin, end),
        cmocka_unit_test_setup_teardown(macro_bombs_end, begin, end),
        cmocka_unit_test_setup_teardown(explanations_are_printable_and_short, begin, end),
        cmocka_unit_test_setup_teardown(ten_terms_may_ask, begin, end),
        cmocka_unit_test_setup_teardown(loops_end_at_the_limit, begin, end),
        cmocka_unit_test_setup_teardown(two_terms_may_find_nothing, begin, end),
        cmocka_unit_test_setup_teardown(many_hosts_of_the_other_family_are_one_void_term, begin,
                                        end),
        cmocka_unit_test_setup_teardown(mx_takes_ten_names_by_preference, begin, end),
        cmocka_unit_test_setup_teardown(ptr_asks_only_for_names_that_matter, begin, end),
        cmocka_unit_test_setup_teardown(the_validated_name_is_the_nearest, begin, end),
        cmocka_unit_test_setup_teardown(records_of_any_size_end, begin, end),
        cmocka_unit_test_setup_teardown(no_answer_is_temperror_wherever_it_happens, begin, end),
        cmocka_unit_test_setup_teardown(a_message_without_questions_left_is_temperror, begin, end),
        cmocka_unit_test_setup_teardown(the_identity_is_the_sender_or_helo, begin, end),
        cmocka_unit_test_setup_teardown(explanations_come_from_the_record_that_decided, begin, end),
        cmocka_unit_test_setup_teardown(the_term_that_decided_is_told, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
