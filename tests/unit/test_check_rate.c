/* B08 to B10: what is counted together, so that a limit cannot be walked round. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "common/arena.h"
#include "common/err.h"
#include "common/settings.h"
#include "engine/intake/check.h"
#include "engine/intake/gate.h"
#include "engine/intake/intake_conn.h"
#include "engine/intake/rates.h"
#include "engine/orgconf/orgconf_connection.h"

static struct conn_rules rules[] = {{.org = "o"}};
static const struct orgconf_connection connection = {1, rules};
static const struct orgconf conf = {.connection = &connection};
static struct gate gate;

static bool
refused(bool outbound, const char *ip, const char *sender, const char *recipient)
{
    struct conn *c = conn_new();
    struct check k = {.g = &gate, .c = c, .m = mail_begin(c), .conf = &conf, .org = "o"};
    bool is;

    c->client_ip = arena_strdup(c->arena, ip);
    c->outbound = outbound;
    mail_set_sender(c->mail, sender);
    k.r = mail_add_recipient(c->mail, recipient);
    is = check_rate(&k);
    assert_true(!is || k.code == 450);
    conn_free(c);
    return is;
}

static int
limit(void **state, enum conn_rate which)
{
    (void)state;
    memset(rules[0].rate, 0, sizeof rules[0].rate);
    rules[0].rate[which] = 2;
    gate.rates = rates_new();
    return 0;
}

static int
end(void **state)
{
    (void)state;
    rates_free(&gate.rates);
    return 0;
}

static void
tags_are_one_mailbox(void **state)
{
    limit(state, RATE_IN_RECIPIENT);
    assert_false(refused(false, "192.0.2.1", "<a@s.example>", "<User+1@d.example>"));
    assert_false(refused(false, "192.0.2.2", "<a@s.example>", "<user+2@d.example>"));
    assert_true(refused(false, "192.0.2.3", "<a@s.example>", "<user@d.example>"));
    assert_false(refused(false, "192.0.2.3", "<a@s.example>", "<user2@d.example>"));
    end(state);
    limit(state, RATE_OUT_SENDER);
    assert_false(refused(true, "192.0.2.1", "<a+1@d.example>", "<x@x.example>"));
    assert_false(refused(true, "192.0.2.1", "<a+2@d.example>", "<x@x.example>"));
    assert_true(refused(true, "192.0.2.1", "<a+3@d.example>", "<x@x.example>"));
    for (int i = 0; i < 5; i++)
        assert_false(refused(true, "192.0.2.1", "<>", "<x@x.example>"));
    end(state);
}

static void
a_network_of_ipv6_is_one_source(void **state)
{
    static const enum conn_rate which[] = {RATE_IN_IP, RATE_OUT_IP};

    for (int i = 0; i < 2; i++) {
        limit(state, which[i]);
        assert_false(refused(i, "2001:db8::1", "<a@d.example>", "<x@x.example>"));
        assert_false(refused(i, "2001:db8::2", "<b@d.example>", "<y@x.example>"));
        assert_true(refused(i, "2001:db8::ffff:3", "<c@d.example>", "<z@x.example>"));
        assert_false(refused(i, "2001:db8:0:1::1", "<c@d.example>", "<z@x.example>"));
        assert_false(refused(i, "192.0.2.1", "<c@d.example>", "<z@x.example>"));
        assert_false(refused(i, "192.0.2.2", "<c@d.example>", "<z@x.example>"));
        assert_false(refused(i, "192.0.2.1", "<c@d.example>", "<z@x.example>"));
        assert_true(refused(i, "192.0.2.1", "<c@d.example>", "<z@x.example>"));
        end(state);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        {"B08 B09 tags are one mailbox", tags_are_one_mailbox, NULL, NULL, NULL},
        {"B08 B09 a network of IPv6 is one source", a_network_of_ipv6_is_one_source, NULL, NULL,
         NULL},
    };
    struct err e;

    setenv("RATES", "yes", 1); /* test installations have it off */
    if (settings_load(NULL, &e)) {
        fprintf(stderr, "%s\n", e.text);
        return 1;
    }
    return cmocka_run_group_tests_name("check_rate", tests, NULL, NULL);
}
