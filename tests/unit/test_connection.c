/* Connection rules apart from network and database: rates, the dynamic list, which rule is whose. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "common/arena.h"
#include "common/dnsbl_codes.h"
#include "common/err.h"
#include "common/textmap.h"
#include "engine/intake/rates.h"
#include "engine/intake/refusal_rate.h"
#include "engine/intake/sources.h"
#include "engine/intake/whose.h"
#include "engine/orgconf/orgconf.h"
#include "engine/orgconf/orgconf_connection.h"
#include "engine/orgconf/orgconf_domains.h"
#include "engine/orgconf/orgconf_outbound.h"

/* ---------------------------------------------------------------- rates */

static const struct {
    const char *row;
    int seconds, limit;
} rate_cases[] = {
    {"B08 inbound, a source", 60, 2000},   {"B08 inbound, a recipient", 60, 200},
    {"B09 outbound, a source", 300, 1000}, {"B09 outbound, a sender", 600, 500},
    {"B10 trial, a domain", 3600, 100},
};

/* B08 B09 B10: at the limit, one above it, and after the window. */
static void
rates_at_the_limit(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rate_cases / sizeof *rate_cases; i++) {
        const struct rate one = {"key", rate_cases[i].seconds, rate_cases[i].limit};
        struct rates *r = rates_new();
        int64_t now = 1000, end = now + one.seconds * 1000;
        for (int k = 0; k < one.limit; k++)
            assert_int_equal(rates_take(r, &one, 1, now + k % 1000), -1);
        assert_int_equal(rates_take(r, &one, 1, now), 0);
        assert_int_equal(rates_take(r, &one, 1, end - 1), 0);
        assert_int_equal(rates_take(r, &(struct rate){"other", 60, 1}, 1, end - 1), -1);
        assert_int_equal(rates_take(r, &one, 1, end), -1);
        rates_free(&r);
    }
}

/* What one limit refuses counts for no other: a full mailbox must not use up the source's rate. */
static void
refused_counts_nowhere(void **state)
{
    const struct rate both[] = {{"ip", 60, 3}, {"to", 60, 1}};
    struct rates *r = rates_new();

    (void)state;
    assert_int_equal(rates_take(r, both, 2, 1), -1);
    for (int i = 0; i < 10; i++)
        assert_int_equal(rates_take(r, both, 2, 1), 1);
    assert_int_equal(rates_take(r, both, 1, 1), -1);
    assert_int_equal(rates_take(r, both, 1, 1), -1);
    assert_int_equal(rates_take(r, both, 1, 1), 0);
    assert_int_equal(rates_take(r, &(struct rate){"ip", 60, 0}, 1, 1), -1); /* 0: no limit */
    assert_int_equal(rates_take(r, &(struct rate){"", 60, 1}, 1, 1), -1);   /* nobody's */
    assert_int_equal(rates_take(r, &(struct rate){"", 60, 1}, 1, 1), -1);
    rates_free(&r);
}

/* ---------------------------------------------------------------- the dynamic list */

#define MIN (60 * 1000LL)
#define HOUR (60 * MIN)

static const struct {
    double good, bad;
    int64_t age; /* of the last bad mail, ms */
    bool listed[SOURCE_LEVELS + 1];
} dynamic_cases[] = {
    {0, 0, MIN, {0, 0, 0, 0, 0}},
    {0, 1, MIN, {0, 0, 0, 0, 1}},              /* one spam is enough */
    {100, 1, MIN, {0, 0, 0, 0, 1}},            /* whatever else came */
    {0, 2.9, MIN, {0, 0, 0, 0, 1}},            /* */
    {0, 3, MIN, {0, 0, 0, 1, 1}},              /* */
    {7, 3, MIN, {0, 0, 0, 1, 1}},              /* three tenths */
    {7.1, 3, MIN, {0, 0, 0, 0, 1}},            /* */
    {8, 8, MIN, {0, 0, 1, 1, 1}},              /* half */
    {8.1, 8, MIN, {0, 0, 0, 1, 1}},            /* */
    {2, 20, MIN, {0, 1, 1, 1, 1}},             /* nine tenths */
    {3, 20, MIN, {0, 0, 1, 1, 1}},             /* */
    {0, 1, 5 * MIN, {0, 0, 0, 0, 0}},          /* five minutes at least */
    {0, 1, 5 * MIN - 1, {0, 0, 0, 0, 1}},      /* */
    {0, 8, 5 * MIN, {0, 0, 0, 1, 1}},          /* longer for the more aggressive */
    {0, 1000, 12 * HOUR - 1, {0, 1, 1, 1, 1}}, /* twelve hours at most */
    {0, 1000, 12 * HOUR, {0, 0, 0, 0, 0}},
};

static void
dynamic_levels(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof dynamic_cases / sizeof *dynamic_cases; i++)
        for (int level = 0; level <= SOURCE_LEVELS; level++) {
            const struct source_record s = {dynamic_cases[i].good, dynamic_cases[i].bad,
                                            dynamic_cases[i].bad > 0 ? HOUR : 0};
            if (source_listed(&s, level, HOUR + dynamic_cases[i].age) !=
                dynamic_cases[i].listed[level])
                fail_msg("C02 case %zu at level %d", i, level);
        }
}

static void
sources_are_remembered(void **state)
{
    struct sources *s = sources_new();

    (void)state;
    assert_false(sources_listed(s, "192.0.2.1", 4));
    sources_note(s, "192.0.2.1", true);
    assert_true(sources_listed(s, "192.0.2.1", 4));
    assert_false(sources_listed(s, "192.0.2.2", 4));
    assert_false(sources_listed(s, "192.0.2.1", 3));
    sources_note(s, "2001:db8:0:1::5", true); /* all of its /64 */
    assert_true(sources_listed(s, "2001:db8:0:1:ffff::1", 4));
    assert_false(sources_listed(s, "2001:db8:0:2::5", 4));
    sources_note(s, "127.0.0.1", true); /* we ourselves */
    sources_note(s, "::1", true);
    sources_note(s, "unknown", true);
    assert_false(sources_listed(s, "127.0.0.1", 4) || sources_listed(s, "::1", 4) ||
                 sources_listed(s, "unknown", 4) || sources_listed(s, "", 4));
    sources_free(&s);
}

/* C02: recipients that do not exist weigh half of a bad mail. */
static void
guesses_weigh_half(void **state)
{
    struct sources *s = sources_new();

    (void)state;
    sources_note_guess(s, "192.0.2.1");
    assert_false(sources_listed(s, "192.0.2.1", 4));
    for (int i = 0; i < 5; i++) /* six are not quite 3: they fade */
        sources_note_guess(s, "192.0.2.1");
    assert_true(sources_listed(s, "192.0.2.1", 4));
    assert_false(sources_listed(s, "192.0.2.1", 2));
    sources_free(&s);
}

/* ---------------------------------------------------------------- rules */

static struct conn_net
net(const char *text, bool approved)
{
    struct conn_net n = {.approved = approved};

    assert_int_equal(ipnet_parse(text, &n.net, NULL), 0);
    return n;
}

/* C03 C04: approved comes before blocked, whatever is more exact. */
static void
addresses_and_countries(void **state)
{
    const struct conn_net nets[] = {net("192.0.2.0/24", false), net("192.0.2.128/25", true),
                                    net("198.51.100.0/24", true), net("198.51.100.7", false),
                                    net("2001:db8::/32", false)};
    const struct conn_country countries[] = {{"JP", true}, {"XK", false}};
    const struct conn_rules r = {.nets = nets, .nnets = 5, .countries = countries, .ncountries = 2};
    static const struct {
        const char *ip;
        enum conn_listed want;
    } cases[] = {{"192.0.2.1", CONN_BLOCKED},     {"192.0.2.129", CONN_APPROVED},
                 {"198.51.100.7", CONN_APPROVED}, {"203.0.113.1", CONN_NOT_LISTED},
                 {"2001:db8::1", CONN_BLOCKED},   {"::ffff:192.0.2.1", CONN_BLOCKED}};
    struct ipnet ip;

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_true(ipnet_address(cases[i].ip, &ip));
        assert_int_equal(conn_rules_address(&r, &ip), cases[i].want);
    }
    assert_int_equal(conn_rules_country(&r, "JP"), CONN_APPROVED);
    assert_int_equal(conn_rules_country(&r, "XK"), CONN_BLOCKED);
    assert_int_equal(conn_rules_country(&r, "DE"), CONN_NOT_LISTED);
}

/* C07: its own rule, the nearest above it, the rule of all others; the null sender has only its own. */
static void
reverse_dns_rules(void **state)
{
    static const struct conn_rdns list[] = {{"", true, false},
                                            {"*", false, true},
                                            {"*.example.com", true, true},
                                            {"*.deep.example.com", true, false},
                                            {"example.com", false, false},
                                            {"sub.example.com", false, false}};
    static const char *const cases[][2] = {{"", ""},
                                           {"other.example", "*"},
                                           {"example.com", "example.com"},
                                           {"sub.example.com", "sub.example.com"},
                                           {"x.example.com", "*.example.com"},
                                           {"a.b.example.com", "*.example.com"},
                                           {"a.deep.example.com", "*.deep.example.com"},
                                           {"badexample.com", "*"}};
    const struct conn_rules r = {.rdns = list, .nrdns = 6}, none = {.nrdns = 0},
                            without = {.rdns = list + 1, .nrdns = 1};

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_string_equal(conn_rules_rdns(&r, cases[i][0])->sender, cases[i][1]);
    assert_null(conn_rules_rdns(&none, "example.com"));
    assert_null(conn_rules_rdns(&without, ""));
}

/* B11: refused mail of nobody's domain is shown to the organisation whose server brought it. */
static void
whose_server(void **state)
{
    static const struct orgconf_domain both[] = {
        {.name = "a.example", .org = "A", .domain_id = "1"},
        {.name = "b.example", .org = "A", .domain_id = "2"},
        {.name = "c.example", .org = "C", .domain_id = "3"}};
    struct orgconf_network nets[] = {{.domain_id = "1", .has_net = true},
                                     {.domain_id = "2", .has_net = true},
                                     {.domain_id = "2"},
                                     {.domain_id = "3", .has_net = true},
                                     {.domain_id = "3", .has_net = true}};
    struct orgconf_domains d = {3, both};
    const struct orgconf_outbound o = {5, nets};
    const struct orgconf conf = {.domains = &d, .outbound = &o};

    (void)state;
    assert_int_equal(ipnet_parse("192.0.2.0/24", &nets[0].net, NULL), 0);
    assert_int_equal(ipnet_parse("192.0.2.7", &nets[1].net, NULL), 0);
    assert_int_equal(ipnet_parse("198.51.100.0/24", &nets[3].net, NULL), 0);
    assert_int_equal(ipnet_parse("192.0.2.128/25", &nets[4].net, NULL), 0);
    assert_string_equal(whose_client(&conf, "192.0.2.7"), "A");
    assert_string_equal(whose_client(&conf, "198.51.100.1"), "C");
    assert_string_equal(whose_client(&conf, "192.0.2.200"), ""); /* of two */
    assert_string_equal(whose_client(&conf, "203.0.113.1"), ""); /* of none */
    d.n = 2;
    assert_string_equal(whose_client(&conf, "203.0.113.1"), "A"); /* there is no other */
    d.n = 0;
    assert_string_equal(whose_client(&conf, "203.0.113.1"), "");
}

static void
defaults(void **state)
{
    static const struct conn_rules list[] = {{.org = "a", .dynamic_level = 4}};
    const struct orgconf_connection c = {1, list}, empty = {0, NULL};
    const struct conn_rules *d = orgconf_connection(&c, "b");

    (void)state;
    assert_int_equal(orgconf_connection(&c, "a")->dynamic_level, 4);
    assert_int_equal(d->dynamic_level, 2);
    assert_true(d->check_sender);
    assert_false(d->approved_no_spam);
    assert_int_equal(d->rate[RATE_IN_IP], 2000);
    assert_int_equal(d->rate[RATE_IN_RECIPIENT], 200);
    assert_int_equal(d->rate[RATE_OUT_IP], 1000);
    assert_int_equal(d->rate[RATE_OUT_SENDER], 500);
    assert_int_equal(d->rate[RATE_IN_DOMAIN] + d->rate[RATE_OUT_DOMAIN], 0);
    assert_ptr_equal(orgconf_connection(&empty, "a"), d);
}

/* ---------------------------------------------------------------- standard lists */

static const struct {
    const char *codes;
    const char *yes, *no; /* answers, separated by spaces */
} code_cases[] = {
    {"", "127.0.0.1 127.0.0.2 127.0.0.255", "127.0.1.2 127.255.255.254 192.0.2.1 0.0.0.0"},
    {"127.0.0.2", "127.0.0.2", "127.0.0.1 127.0.0.3"},
    {"127.0.0.4-127.0.0.7, 127.0.0.10", "127.0.0.4 127.0.0.5 127.0.0.7 127.0.0.10",
     "127.0.0.3 127.0.0.8 127.0.0.9 127.0.0.11"},
    {"127.0.1.2\t127.0.1.4", "127.0.1.2 127.0.1.4", "127.0.0.2"},
    {"127.0.0.0-127.255.255.255", "127.0.0.2 127.9.9.9", "127.255.255.1 128.0.0.1"},
};

static void
match_all(const struct dnsbl_codes *c, const char *list, bool want)
{
    unsigned a, b, d, e;
    int n;

    for (; sscanf(list, "%u.%u.%u.%u%n", &a, &b, &d, &e, &n) == 4; list += n) {
        const unsigned char bytes[] = {(unsigned char)a, (unsigned char)b, (unsigned char)d,
                                       (unsigned char)e};
        assert_int_equal(dnsbl_codes_match(c, bytes), want);
    }
}

/* C01 */
static void
return_codes(void **state)
{
    static const char *const bad[] = {"2",
                                      "127.0.0",
                                      "192.0.2.1",
                                      "127.0.0.4-",
                                      "127.0.0.7-127.0.0.4",
                                      "127.0.0.2x",
                                      "127.0.0.1-192.0.2.1"};
    struct dnsbl_codes c;
    struct err e;

    (void)state;
    for (size_t i = 0; i < sizeof code_cases / sizeof *code_cases; i++) {
        assert_int_equal(dnsbl_codes_parse(code_cases[i].codes, &c, &e), 0);
        match_all(&c, code_cases[i].yes, true);
        match_all(&c, code_cases[i].no, false);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_int_equal(dnsbl_codes_parse(bad[i], &c, &e), -1);
}

/* ---------------------------------------------------------------- refusals */

/* Who is refused again and again does not fill the database. */
static void
refusals_of_one_client(void **state)
{
    struct refusal_rate *r = refusal_rate_new();

    (void)state;
    for (int i = 0; i < REFUSAL_RATE; i++)
        assert_true(refusal_rate_take(r, i % 2 ? "2001:db8::1" : "2001:db8::2", 1000 + i));
    for (int i = 0; i < 50; i++)
        assert_false(refusal_rate_take(r, "2001:db8::3", 2000 + i));
    assert_true(refusal_rate_take(r, "192.0.2.1", 3000));
    assert_int_equal(refusal_rate_turn(r, 60999), 0);
    assert_int_equal(refusal_rate_turn(r, 61000), 50); /* counted */
    assert_int_equal(refusal_rate_turn(r, 200000), 0);
    assert_true(refusal_rate_take(r, "2001:db8::1", 200001));
    refusal_rate_free(&r);
}

/* ---------------------------------------------------------------- the map behind it */

static bool
keep_odd(void *arg, const char *key, void *value)
{
    (void)key;
    ++*(int *)arg;
    return *(int *)value % 2;
}

static void
maps(void **state)
{
    struct textmap *m = textmap_new(sizeof(int), 1000);
    char key[16];
    int seen = 0;

    (void)state;
    for (int i = 0; i < 1000; i++) {
        snprintf(key, sizeof key, "k%d", i);
        assert_null(textmap_get(m, key));
        *(int *)textmap_need(m, key) = i;
    }
    assert_null(textmap_need(m, "one more"));
    textmap_each(m, keep_odd, &seen);
    assert_int_equal(seen, 1000);
    assert_int_equal(textmap_count(m), 500);
    assert_null(textmap_get(m, "k2"));
    assert_int_equal(*(int *)textmap_get(m, "k3"), 3);
    assert_non_null(textmap_need(m, "one more"));
    textmap_free(&m);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rates_at_the_limit),     cmocka_unit_test(refused_counts_nowhere),
        cmocka_unit_test(dynamic_levels),         cmocka_unit_test(sources_are_remembered),
        cmocka_unit_test(guesses_weigh_half),     cmocka_unit_test(addresses_and_countries),
        cmocka_unit_test(reverse_dns_rules),      cmocka_unit_test(defaults),
        cmocka_unit_test(whose_server),           cmocka_unit_test(return_codes),
        cmocka_unit_test(refusals_of_one_client), cmocka_unit_test(maps),
    };

    return cmocka_run_group_tests_name("connection", tests, NULL, NULL);
}
