/* Lists of recipients, TLS peers, outbound servers, sources: what is read and which entry counts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "common/addr.h"
#include "common/address_list.h"
#include "common/arena.h"
#include "common/buf.h"
#include "common/err.h"
#include "common/ipnet.h"
#include "common/source.h"
#include "common/tls_peer.h"
#include "engine/orgconf/orgconf_outbound.h"
#include "engine/orgconf/orgconf_suspended.h"
#include "engine/orgconf/orgconf_tls.h"

static struct arena *a;

static void
read_list(const char *text, struct address_list *l)
{
    address_list_read(a, text, strlen(text), "example.com", 5, l);
}

static void
a_list_is_read(void **state)
{
    static const struct {
        const char *text, *valid;
        int invalid, other, twice;
    } cases[] = {
        {"", "", 0, 0, 0},
        {"a@example.com", "a@example.com ", 0, 0, 0},
        {"b@example.com\nA@Example.COM\r\n\r\n", "a@example.com b@example.com ", 0, 0, 0},
        {"\xef\xbb\xbf"
         "a@example.com\n",
         "a@example.com ", 0, 0, 0},
        {"address\na@example.com\n", "a@example.com ", 0, 0, 0},
        {"a@example.com\naddress\n", "a@example.com ", 1, 0, 0},
        {"Name;E-mail\nX;a@example.com;1\n", "a@example.com ", 0, 0, 0},
        {"\"X, the first\",\"a@example.com\"\n", "a@example.com ", 0, 0, 0},
        {"x\ta@example.com", "a@example.com ", 0, 0, 0},
        {"'=1+1@example.com\n'''@example.com\n'o@example.com\n",
         "''@example.com 'o@example.com =1+1@example.com ", 0, 0, 0},
        {"\"a@example.com", "", 1, 0, 0},
        {"a@\n@example.com\na b@example.com\n", "", 3, 0, 0},
        {"a@other.example\na@sub.example.com\n", "", 0, 2, 0},
        {"a@example.com\na@EXAMPLE.com\nb@example.com\na@example.com",
         "a@example.com b@example.com ", 0, 0, 2},
        {"\xff@example.com\n\x01@example.com\n", "", 2, 0, 0},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct address_list l;
        const char *got = "";
        read_list(cases[i].text, &l);
        for (int k = 0; k < l.nvalid; k++)
            got = arena_printf(a, "%s%s ", got, l.valid[k]);
        if (strcmp(got, cases[i].valid) != 0 || l.ninvalid != cases[i].invalid ||
            l.nother != cases[i].other || l.ntwice != cases[i].twice)
            fail_msg("case %zu: \"%s\", %d invalid, %d of others, %d twice", i, got, l.ninvalid,
                     l.nother, l.ntwice);
        assert_int_equal(l.nbad, l.ninvalid + l.nother + l.ntwice);
    }
}

/* T-W16: no cell is a formula, and what is written reads back the same. */
static void
written_lines_read_back(void **state)
{
    static const char *const all[] = {"a@example.com", "=cmd|x@example.com", "+1@example.com",
                                      "'=x@example.com"};
    struct buf *b = buf_new(a, 0);
    struct address_list l;

    (void)state;
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        struct addr x;
        assert_int_equal(addr_parse(a, all[i], &x, NULL), 0);
        buf_clear(b);
        address_list_cell(b, x.key);
        assert_null(strchr("=+-@", b->data[b->data[0] == '"']));
        read_list(b->data, &l);
        assert_int_equal(l.nvalid, 1);
        assert_string_equal(l.valid[0], x.key);
    }
}

static void
lines_are_named(void **state)
{
    struct address_list l;
    (void)state;
    read_list("a@example.com\n\nbad\na@example.com\nx@other.example\n", &l);
    assert_int_equal(l.nbad, 3);
    assert_int_equal(l.bad[0].line, 3);
    assert_string_equal(l.bad[0].text, "bad");
    assert_int_equal(l.bad[0].why, LINE_INVALID);
    assert_int_equal(l.bad[1].line, 4);
    assert_int_equal(l.bad[1].why, LINE_TWICE);
    assert_int_equal(l.bad[2].line, 5);
    assert_int_equal(l.bad[2].why, LINE_OTHER_DOMAIN);
}

static void
a_list_has_an_end(void **state)
{
    struct address_list l;
    (void)state;
    read_list("1@example.com\n2@example.com\n3@example.com\n4@example.com\n5@example.com\n", &l);
    assert_int_equal(l.nvalid, 5);
    assert_false(l.too_many);
    read_list(
        "1@example.com\n2@example.com\n3@example.com\n4@example.com\n5@example.com\n6@example.com",
        &l);
    assert_true(l.too_many);
    char *bad = arena_calloc(a, 2001, 1);
    for (int i = 0; i < 1000; i++)
        memcpy(bad + 2 * i, "@\n", 2);
    read_list(bad, &l);
    assert_int_equal(l.ninvalid, 1000);
    assert_int_equal(l.nbad, ADDRESS_LIST_BAD);
}

static void
networks_that_are_too_wide(void **state)
{
    static const struct {
        const char *text, *want, *code;
    } cases[] = {{"192.0.2.1", "192.0.2.1", ""},
                 {"10.1.0.0/16", "10.1.0.0/16", ""},
                 {"10.0.0.0/15", NULL, "wide"},
                 {"0.0.0.0/0", NULL, "wide"},
                 {"2001:DB8::/32", "2001:db8::/32", ""},
                 {"2001:db0::/28", NULL, "wide"},
                 {"::/0", NULL, "wide"},
                 {"mail.example.com", NULL, "ip"},
                 {"192.0.2.1/24", NULL, "ip-host-bits"}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *out = NULL;
        struct err e = {0};
        int rc = source_network(a, cases[i].text, &out, &e);
        assert_int_equal(rc, cases[i].want ? 0 : -1);
        if (cases[i].want)
            assert_string_equal(out, cases[i].want);
        else
            assert_string_equal(e.code, cases[i].code);
    }
}

static void
sources(void **state)
{
    const char *out;
    struct err e;
    (void)state;
    assert_int_equal(source_parse(a, "User@Example.com", &out, &e), 0);
    assert_string_equal(out, "user@example.com");
    assert_int_equal(source_parse(a, "2001:DB8::1", &out, &e), 0);
    assert_string_equal(out, "2001:db8::1");
    assert_int_equal(source_parse(a, "192.0.2.0/24", &out, &e), -1);
    assert_int_equal(source_parse(a, "example.com", &out, &e), -1);
    assert_int_equal(source_parse(a, "", &out, &e), -1);
}

static void
outbound_servers(void **state)
{
    struct orgconf_network list[] = {
        {"a", false, {{0}, false, 0}}, {"b", true, {{0}, false, 0}}, {"b", true, {{0}, false, 0}}};
    struct orgconf_outbound o = {3, list};
    struct ipnet in, other;
    struct err e;
    (void)state;
    assert_int_equal(ipnet_parse("192.0.2.0/24", &list[1].net, &e), 0);
    assert_int_equal(ipnet_parse("2001:db8::1", &list[2].net, &e), 0);
    assert_true(ipnet_address("192.0.2.9", &in));
    assert_true(ipnet_address("192.0.3.9", &other));
    assert_int_equal(orgconf_outbound_may(&o, "b", &in), OUTBOUND_LISTED);
    assert_int_equal(orgconf_outbound_may(&o, "b", &other), OUTBOUND_NOT);
    assert_int_equal(orgconf_outbound_may(&o, "b", NULL), OUTBOUND_NOT);
    assert_int_equal(orgconf_outbound_may(&o, "a", &in),
                     OUTBOUND_NOT); /* no network: not 0.0.0.0/0 */
    assert_int_equal(orgconf_outbound_may(&o, "c", &in), OUTBOUND_OFF);
    assert_int_equal(orgconf_outbound_may(&o, "", &in), OUTBOUND_OFF);
    assert_true(orgconf_outbound_any(&o, &in));
    assert_false(orgconf_outbound_any(&o, &other));
    assert_true(ipnet_address("2001:db8::1", &in));
    assert_int_equal(orgconf_outbound_may(&o, "b", &in), OUTBOUND_LISTED);
}

static void
suspended_sources(void **state)
{
    static const struct orgconf_source list[] = {
        {"1", "192.0.2.1"}, {"1", "u@x.example"}, {"2", "v@x.example"}};
    const struct orgconf_suspended s = {3, list};
    (void)state;
    assert_true(orgconf_is_suspended(&s, "1", "192.0.2.1"));
    assert_true(orgconf_is_suspended(&s, "2", "v@x.example"));
    assert_false(orgconf_is_suspended(&s, "2", "u@x.example"));
    assert_false(orgconf_is_suspended(&s, "1", ""));
    assert_false(orgconf_is_suspended(&(struct orgconf_suspended){0, NULL}, "1", "192.0.2.1"));
}

/* Sorted as the database does it. */
static void
the_entry_that_counts(void **state)
{
    static const struct orgconf_peer list[] = {{"1", "", "*", 12, true},
                                               {"1", "", "p.example", 12, false},
                                               {"1", "d", "*", 13, false},
                                               {"1", "d", "q.example", 13, true},
                                               {"2", "", "p.example", 13, true}};
    const struct orgconf_tls t = {5, list};
    static const struct {
        const char *org, *domain, *peer;
        int want; /* index; -1: none */
    } cases[] = {{"1", "d", "q.example", 3},  {"1", "d", "p.example", 2},
                 {"1", "e", "p.example", 1},  {"1", "e", "q.example", 0},
                 {"1", "e", "", 0},           {"2", "f", "p.example", 4},
                 {"2", "f", "q.example", -1}, {"3", "d", "p.example", -1}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct orgconf_peer *p =
            orgconf_tls_peer(&t, cases[i].org, cases[i].domain, cases[i].peer);
        if (p != (cases[i].want < 0 ? NULL : &list[cases[i].want]))
            fail_msg("case %zu: entry %td", i, p ? p - list : -1);
    }
    assert_null(orgconf_tls_peer(&(struct orgconf_tls){0, NULL}, "1", "d", "p.example"));
}

static void
tls_words(void **state)
{
    const char *out;
    (void)state;
    assert_int_equal(orgconf_tls_version("TLSv1.3"), 13);
    assert_int_equal(orgconf_tls_version("TLSv1.2"), 12);
    assert_int_equal(orgconf_tls_version("TLSv1"), 0);
    assert_int_equal(orgconf_tls_version("SSLv3"), 0);
    assert_int_equal(orgconf_tls_version(""), 0);
    assert_true(tls_level_ok("dane-only", false));
    assert_false(tls_level_ok("dane-only", true));
    assert_false(tls_level_ok("", false));
    assert_false(tls_level_ok("encrypt match=x", false));
    assert_true(tls_version_ok("1.3"));
    assert_false(tls_version_ok("1.1"));
    assert_int_equal(tls_peer_name(a, "*", &out, NULL), 0);
    assert_int_equal(tls_peer_name(a, "Partner.Example", &out, NULL), 0);
    assert_string_equal(out, "partner.example");
    assert_int_equal(tls_peer_name(a, "*.example", &out, NULL), -1);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        {"C11 a list of recipients is read", a_list_is_read, NULL, NULL, NULL},
        {"C11 what is written reads back the same", written_lines_read_back, NULL, NULL, NULL},
        {"C11 what is left out is named with its line", lines_are_named, NULL, NULL, NULL},
        {"C11 a list has an end", a_list_has_an_end, NULL, NULL, NULL},
        {"A09 networks that are too wide", networks_that_are_too_wide, NULL, NULL, NULL},
        {"B13 sources", sources, NULL, NULL, NULL},
        {"B04 outbound servers", outbound_servers, NULL, NULL, NULL},
        {"B13 suspended sources", suspended_sources, NULL, NULL, NULL},
        {"C08 the entry that counts", the_entry_that_counts, NULL, NULL, NULL},
        {"C08 words of TLS", tls_words, NULL, NULL, NULL},
    };
    int rc;
    a = arena_new();
    rc = cmocka_run_group_tests(tests, NULL, NULL);
    arena_free(&a);
    return rc;
}
