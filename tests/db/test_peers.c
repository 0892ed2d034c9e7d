/* Recipients, outbound servers, suspended sources and TLS peers: the store functions as the console and the
 * engine call them. */
#include "lib_db.h"

#include "engine/orgconf/orgconf.h"
#include "engine/orgconf/orgconf_outbound.h"
#include "engine/orgconf/orgconf_suspended.h"
#include "engine/orgconf/orgconf_tls.h"
#include "store/store_outbound.h"
#include "store/store_recipient.h"
#include "store/store_tls.h"

static struct db *engine, *console;
static struct arena *a;
static struct err e;
static struct scope one, two;
static struct store_actor by = {NULL, "admin@org1.example", "admin", "192.0.2.1"};
static const char *org, *domain;

#define OK(call)                                           \
    do {                                                   \
        if (call)                                          \
            fail_msg("%s: %s: %s", #call, e.code, e.text); \
    } while (0)
#define FAILS(call, class, reason)                                          \
    do {                                                                    \
        assert_int_equal((call), -1);                                       \
        if (e.cls != (class))                                               \
            fail_msg("%s: class %d, %s: %s", #call, e.cls, e.code, e.text); \
        if (*(reason))                                                      \
            assert_string_equal(e.code, reason);                            \
    } while (0)

static long
audited(const char *event)
{
    return sql_int("sekisho_owner",
                   arena_printf(a, "SELECT count(*) FROM audit WHERE event = '%s'", event));
}

static void
recipients(void **state)
{
    const char *list[] = {"a@org1.example", "b@org1.example", "ba@org1.example",
                          "c+x@org1.example"};
    const char **rows;
    int64_t n;
    bool more, valid;
    int k;

    (void)state;
    OK(store_recipient_import(console, &one, a, &by, domain, list, 4, &n, &e));
    assert_int_equal(n, 4);
    OK(store_recipient_import(console, &one, a, &by, domain, list, 2, &n, &e));
    assert_int_equal(n, 0);
    assert_int_equal(audited("recipient.imported"), 1); /* nothing changed: nothing to tell */
    FAILS(store_recipient_import(console, &two, a, &by, domain, list, 1, &n, &e), ERR_NOTFOUND,
          "domain");
    OK(store_recipient_count(console, &one, a, domain, NULL, 0, &n, &e));
    assert_int_equal(n, 4);
    OK(store_recipient_count(console, &one, a, domain, list, 2, &n, &e));
    assert_int_equal(n, 2);
    OK(store_recipient_count(console, &two, a, domain, NULL, 0, &n, &e));
    assert_int_equal(n, 0);
    OK(store_recipient_list(console, &one, a, domain, "b", "", false, 1, &rows, &k, &more, &e));
    assert_int_equal(k, 1);
    assert_true(more);
    assert_string_equal(rows[0], "b@org1.example");
    OK(store_recipient_list(console, &one, a, domain, "b", rows[0], false, 1, &rows, &k, &more,
                            &e));
    assert_string_equal(rows[0], "ba@org1.example");
    assert_false(more);
    OK(store_recipient_list(console, &one, a, domain, "", "c", true, 2, &rows, &k, &more, &e));
    assert_int_equal(k, 2);
    assert_string_equal(rows[0], "b@org1.example");
    assert_string_equal(rows[1], "ba@org1.example");
    assert_true(more);
    OK(store_recipient_valid(engine, a, org, domain, "a+tag@org1.example", &valid, &e));
    assert_true(valid);
    OK(store_recipient_valid(engine, a, org, domain, "c+x@org1.example", &valid, &e));
    assert_true(valid);
    OK(store_recipient_valid(engine, a, org, domain, "c@org1.example", &valid, &e));
    assert_false(valid);
    OK(store_recipient_delete(console, &one, a, &by, domain, "a@org1.example", &e));
    FAILS(store_recipient_delete(console, &one, a, &by, domain, "a@org1.example", &e), ERR_NOTFOUND,
          "recipient");
    FAILS(store_recipient_delete(console, &two, a, &by, domain, "b@org1.example", &e), ERR_NOTFOUND,
          "recipient");
    assert_int_equal(audited("recipient.deleted"), 1);
}

static void
switches(void **state)
{
    struct store_switches s;
    const bool on = true, off = false;

    (void)state;
    OK(store_domain_switch(console, &one, a, &by, domain, &on, NULL, &e));
    OK(store_domain_switches(console, &one, a, domain, &s, &e));
    assert_true(s.check_recipients);
    assert_true(s.outbound);
    OK(store_domain_switch(console, &one, a, &by, domain, NULL, &off, &e));
    OK(store_domain_switches(console, &one, a, domain, &s, &e));
    assert_true(s.check_recipients);
    assert_false(s.outbound);
    OK(store_domain_switch(console, &one, a, &by, domain, &off, &on, &e));
    FAILS(store_domain_switch(console, &two, a, &by, domain, &on, NULL, &e), ERR_NOTFOUND,
          "domain");
    assert_int_equal(audited("domain.changed"), 3);
}

static void
outbound_servers(void **state)
{
    struct store_network *rows;
    int n;

    (void)state;
    OK(store_outbound_add(console, &one, a, &by, domain, "192.0.2.0/24", &e));
    FAILS(store_outbound_add(console, &one, a, &by, domain, "192.0.2.0/24", &e), ERR_CONFLICT,
          "network_twice");
    FAILS(store_outbound_add(console, &one, a, &by, domain, "10.0.0.0/8", &e), ERR_INPUT, "");
    FAILS(store_outbound_add(console, &two, a, &by, domain, "192.0.2.9", &e), ERR_NOTFOUND,
          "domain");
    for (int i = 1; i < OUTBOUND_MAX; i++)
        OK(store_outbound_add(console, &one, a, &by, domain, arena_printf(a, "198.51.100.%d", i),
                              &e));
    FAILS(store_outbound_add(console, &one, a, &by, domain, "203.0.113.1", &e), ERR_CONFLICT,
          "network_many");
    OK(store_outbound_list(console, &one, a, domain, &rows, &n, &e));
    assert_int_equal(n, OUTBOUND_MAX);
    OK(store_outbound_list(console, &two, a, NULL, &rows, &n, &e));
    assert_int_equal(n, 0);
    FAILS(store_outbound_delete(console, &two, a, &by, domain, "192.0.2.0/24", &e), ERR_NOTFOUND,
          "network");
    OK(store_outbound_delete(console, &one, a, &by, domain, "198.51.100.1", &e));
    assert_int_equal(audited("outbound.added"), OUTBOUND_MAX);
    assert_int_equal(audited("outbound.deleted"), 1);
}

static void
suspensions(void **state)
{
    struct store_suspension *rows;
    const char *note;
    bool more;
    int n;

    (void)state;
    OK(store_suspension_add(console, &one, a, &by, org, "x@org1.example", "why", &e));
    OK(store_suspension_add(console, &one, a, &by, org, "192.0.2.1", NULL, &e));
    FAILS(store_suspension_add(console, &one, a, &by, org, "192.0.2.1", "", &e), ERR_CONFLICT,
          "suspended_twice");
    OK(store_suspension_list(console, &one, a, "", false, 1, &rows, &n, &more, &e));
    assert_string_equal(rows[0].source, "192.0.2.1");
    assert_true(more);
    OK(store_suspension_list(console, &one, a, "192.0.2.1", false, 1, &rows, &n, &more, &e));
    assert_string_equal(rows[0].note, "why");
    assert_false(more);
    OK(store_suspension_list(console, &two, a, "", false, 10, &rows, &n, &more, &e));
    assert_int_equal(n, 0);
    FAILS(store_suspension_delete(console, &two, a, &by, org, "192.0.2.1", &note, &e), ERR_NOTFOUND,
          "source");
    OK(store_suspension_delete(console, &one, a, &by, org, "192.0.2.1", &note, &e));
    FAILS(store_suspension_delete(console, &one, a, &by, org, "192.0.2.1", &note, &e), ERR_NOTFOUND,
          "source");
    assert_int_equal(audited("outbound.suspended"), 2);
    assert_int_equal(audited("outbound.resumed"), 1);
}

static void
tls_peers(void **state)
{
    struct store_tls_peer p = {.org_id = org,
                               .domain_id = "",
                               .direction = "in",
                               .peer = "p.example",
                               .min_version = "1.2",
                               .level = "encrypt",
                               .active = true},
                          *rows, got;
    char id[37], other[37];
    bool more;
    int n;

    (void)state;
    OK(store_tls_add(console, &one, a, &by, &p, id, &e));
    FAILS(store_tls_add(console, &one, a, &by, &p, other, &e), ERR_CONFLICT, "peer_twice");
    p.domain_id = domain;
    OK(store_tls_add(console, &one, a, &by, &p, other, &e));
    OK(store_tls_list(console, &one, a, "", false, 1, &rows, &n, &more, &e));
    assert_string_equal(rows[0].peer_id, id); /* for all other domains first */
    assert_true(more);
    OK(store_tls_list(console, &one, a, id, false, 10, &rows, &n, &more, &e));
    assert_int_equal(n, 1);
    assert_string_equal(rows[0].domain, "org1.example");
    FAILS(store_tls_get(console, &two, a, id, &got, &e), ERR_NOTFOUND, "peer");
    p.peer_id = id;
    p.level = "may";
    p.active = false;
    FAILS(store_tls_change(console, &two, a, &by, &p, &e), ERR_NOTFOUND, "peer");
    OK(store_tls_change(console, &one, a, &by, &p, &e));
    OK(store_tls_get(console, &one, a, id, &got, &e));
    assert_string_equal(got.level, "may");
    assert_false(got.active);
    p.level = "dane";
    FAILS(store_tls_change(console, &one, a, &by, &p, &e), ERR_INPUT, "");
    FAILS(store_tls_delete(console, &two, a, &by, id, &e), ERR_NOTFOUND, "peer");
    OK(store_tls_delete(console, &one, a, &by, id, &e));
    assert_int_equal(audited("tls.added"), 2);
    assert_int_equal(audited("tls.changed"), 1);
    assert_int_equal(audited("tls.deleted"), 1);
}

/* What the tests before left: the gate sees all of it, in the order that its searches need. */
static void
the_gate_sees_it(void **state)
{
    struct orgconf_cache *c = orgconf_cache_new(engine, engine, ORGCONF_OLD_MS);
    const struct orgconf *conf;
    struct ipnet ip;
    bool off = false;

    (void)state;
    for (int i = 2; i <= 9; i++)
        sql_do("sekisho_owner",
               arena_printf(
                   a,
                   "INSERT INTO tls_peer (org_id, peer_id, domain_id, direction, peer, level) "
                   "SELECT org_id, uuid7(), domain_id, 'in', x, 'encrypt' FROM domain, "
                   "unnest(ARRAY['*', 'a.example', 'p.example']) x WHERE name = 'org%d.example'",
                   i));
    conf = orgconf_get(c, a, true, &e);
    assert_non_null(conf);
    for (int i = 2; i <= 9; i++) {
        const char *o = test_id(a, T_ORG, i, 0), *d = test_id(a, T_DOMAIN, i, 0);
        assert_string_equal(orgconf_tls_peer(conf->tls, o, d, "a.example")->peer, "a.example");
        assert_string_equal(orgconf_tls_peer(conf->tls, o, d, "z.example")->peer, "*");
        assert_null(orgconf_tls_peer(conf->tls, o, domain, "z.example"));
    }
    assert_true(ipnet_address("192.0.2.77", &ip));
    assert_int_equal(orgconf_outbound_may(conf->outbound, domain, &ip), OUTBOUND_LISTED);
    assert_int_equal(orgconf_outbound_may(conf->outbound, test_id(a, T_DOMAIN, 2, 0), &ip),
                     OUTBOUND_NOT);
    assert_true(orgconf_is_suspended(conf->suspended, org, "x@org1.example"));
    OK(store_domain_switch(console, &one, a, &by, domain, NULL, &off, &e));
    assert_non_null(conf = orgconf_get(c, a, true, &e));
    assert_int_equal(orgconf_outbound_may(conf->outbound, domain, &ip), OUTBOUND_OFF);
}

/* What changed cannot be read: the settings before go on for a while, then nothing does. That is tried by a
 * connection of its own (here one without rights), while another says that the database answers. */
static void
settings_that_cannot_be_read(void **state)
{
    struct db *denied = db_open(settings_database("sekisho_portal"), 1, 20000);
    struct orgconf_cache *none = orgconf_cache_new(engine, denied, ORGCONF_OLD_MS),
                         *c = orgconf_cache_new(engine, engine, ORGCONF_OLD_MS),
                         *strict = orgconf_cache_new(engine, engine, 0);
    const struct orgconf *before;
    bool on = true;

    (void)state;
    assert_null(orgconf_get(none, a, true, &e)); /* there are none before */
    assert_int_equal(e.cls, ERR_DENIED);
    e = (struct err){0};
    assert_null(orgconf_get(none, a, true, &e)); /* nor is each mail a try */
    assert_int_equal(e.cls, ERR_DENIED);
    assert_non_null(before = orgconf_get(c, a, true, &e));
    assert_non_null(orgconf_get(strict, a, true, &e));
    sql_do("sekisho_owner", "REVOKE SELECT ON conn_address FROM sekisho_engine");
    assert_ptr_equal(orgconf_get(c, a, true, &e), before); /* nothing has changed */
    OK(store_domain_switch(console, &one, a, &by, domain, NULL, &on, &e));
    assert_ptr_equal(orgconf_get(c, a, true, &e), before);
    assert_ptr_equal(orgconf_get(c, a, false, &e), before);
    assert_null(orgconf_get(strict, a, true, &e)); /* its while is over */
    sql_do("sekisho_owner", "GRANT SELECT ON conn_address TO sekisho_engine");
    for (int i = 0; i < 100 && orgconf_get(c, a, true, &e) == before; i++)
        usleep(200000); /* it is tried again after ORGCONF_RETRY_MS */
    assert_ptr_not_equal(orgconf_get(c, a, true, &e), before);
    db_close(&denied);
}

int
main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        {"C11 recipients", recipients, NULL, NULL, NULL},
        {"C11 A09 the switches of a domain", switches, NULL, NULL, NULL},
        {"A09 B04 outbound servers", outbound_servers, NULL, NULL, NULL},
        {"B13 suspended sources", suspensions, NULL, NULL, NULL},
        {"C08 TLS peers", tls_peers, NULL, NULL, NULL},
        {"C08 B04 B13 the gate sees all of it", the_gate_sees_it, NULL, NULL, NULL},
        {"A02 settings that cannot be read stop no mail", settings_that_cannot_be_read, NULL, NULL,
         NULL},
    };

    (void)argc;
    db_test_start(argv);
    a = arena_new();
    for (int i = 1; i <= 9; i++)
        test_org(a, i);
    one = test_scope(a, 1, 0);
    two = test_scope(a, 2, 0);
    org = test_id(a, T_ORG, 1, 0);
    domain = test_id(a, T_DOMAIN, 1, 0);
    engine = db_open(settings_database("sekisho_engine"), 2, 20000);
    console = db_open(settings_database("sekisho_console"), 2, 20000);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
