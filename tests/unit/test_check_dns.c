/* What checks of the client ask of DNS: remembered in the connection only when it was answered (C01), room for all
 * lists of an organisation whatever else the mail asks (T-D4), names in reverse DNS (C07). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "common/arena.h"
#include "engine/authn/dns_unbound.h"
#include "engine/intake/check.h"
#include "engine/intake/check_dns.h"
#include "engine/intake/gate.h"
#include "engine/intake/intake_conn.h"
#include "engine/orgconf/orgconf_connection.h"

/* ---------------------------------------------------------------- DNS */

static int asked;
static bool silent;   /* DNS answers nothing */
static int ptr_names; /* of the client's address; the last one has it */
static char ptr_name[10][32];

/* Instead of libunbound's: names with "bad" in them are listed. */
void
dns_unbound_ask(struct dns_unbound *u, struct arena *a, struct dns_query *list, int n,
                int64_t deadline)
{
    static const unsigned char yes[] = {127, 0, 0, 2}, client[] = {192, 0, 2, 7};

    (void)u;
    (void)deadline;
    asked += n;
    for (int i = 0; i < n; i++) {
        struct dns_record *r = arena_calloc(a, 10, sizeof *r);
        struct dns_answer *out = &list[i].answer;
        *out = (struct dns_answer){.status = DNS_NXDOMAIN, .records = r};
        if (silent) {
            out->status = DNS_TEMPERROR;
        } else if (list[i].type == DNS_PTR) {
            *out = (struct dns_answer){.status = DNS_OK, .n = ptr_names, .records = r};
            for (int j = 0; j < ptr_names; j++) {
                snprintf(ptr_name[j], sizeof ptr_name[j], "n%d.example", j);
                r[j] = (struct dns_record){.data = (unsigned char *)ptr_name[j],
                                           .len = strlen(ptr_name[j])};
            }
        } else if (strstr(list[i].name, "bad")) {
            *out = (struct dns_answer){.status = DNS_OK, .n = 1, .records = r};
            r[0] = (struct dns_record){.data = yes, .len = 4};
        } else if (ptr_names && strcmp(list[i].name, ptr_name[ptr_names - 1]) == 0) {
            *out = (struct dns_answer){.status = DNS_OK, .n = 1, .records = r};
            r[0] = (struct dns_record){.data = client, .len = 4};
        }
    }
}

/* ---------------------------------------------------------------- a session */

static char zone_name[4][10][32];
static struct conn_zone zones[4][10];
static const struct conn_rdns rdns[] = {{"*", false, true}};
static struct conn_rules rules[] = {{.org = "a", .nzones = 10},
                                    {.org = "b", .nzones = 10},
                                    {.org = "c", .nzones = 10},
                                    {.org = "r", .rdns = rdns, .nrdns = 1}};
static const struct orgconf_connection connection = {4, rules};
static const struct orgconf conf = {.connection = &connection};
static struct gate gate;
static struct conn *conn;

static int
begin(void **state)
{
    (void)state;
    for (int o = 0; o < 3; o++) {
        for (int i = 0; i < 10; i++) {
            snprintf(zone_name[o][i], sizeof zone_name[o][i], "%c%d.example", 'a' + o, i);
            zones[o][i] = (struct conn_zone){.zone = zone_name[o][i]};
            assert_int_equal(dnsbl_codes_parse("", &zones[o][i].codes, NULL), 0);
        }
        rules[o].zones = zones[o];
    }
    zones[1][9].zone = "bad.example"; /* b, and only b, has a list with the client */
    asked = ptr_names = 0;
    silent = false;
    conn = conn_new();
    conn->client_ip = arena_strdup(conn->arena, "192.0.2.7");
    return 0;
}

static int
end(void **state)
{
    (void)state;
    conn_free(conn);
    return 0;
}

static void
new_mail(void)
{
    mail_begin(conn);
    conn->mail->sender_domain = "s.example";
}

/* The code that the check refuses with, 0: it does not. */
static int
code(check_fn *check, const char *org)
{
    struct check k = {.g = &gate, .c = conn, .m = conn->mail, .conf = &conf, .org = org};

    return check(&k) ? k.code : 0;
}

/* ---------------------------------------------------------------- tests */

static void
what_was_not_answered_is_asked_again(void **state)
{
    (void)state;
    silent = true;
    new_mail();
    assert_int_equal(code(check_list, "b"), 0);
    assert_int_equal(asked, 10);
    assert_int_equal(code(check_list, "b"), 0); /* but not for each recipient */
    assert_int_equal(asked, 10);
    silent = false;
    new_mail();
    assert_int_equal(code(check_list, "b"), 550);
    assert_int_equal(asked, 20);
    new_mail();
    assert_int_equal(code(check_list, "b"), 550);
    assert_int_equal(asked, 20); /* the connection knows it */
}

static void
other_organisations_lists_use_up_nothing(void **state)
{
    (void)state;
    new_mail();
    assert_int_equal(code(check_list, "a"), 0);
    assert_int_equal(code(check_list, "b"), 452); /* not "not listed" */
    assert_int_equal(code(check_list, "c"), 452);
    assert_true(asked <= CLIENT_QUESTIONS);
    for (int i = 0; i < 3; i++) { /* nor do they later */
        new_mail();
        assert_int_equal(code(check_list, "c"), 0);
        assert_int_equal(code(check_list, "a"), 0);
        assert_int_equal(code(check_list, "b"), i == 0 ? 452 : 550);
        if (i == 0) {
            new_mail();
            assert_int_equal(code(check_list, "b"), 550);
        }
    }
    assert_int_equal(asked, 30);
}

static void
the_sender_uses_up_nothing(void **state)
{
    (void)state;
    new_mail();
    conn->mail->dns_asked = DNS_QUESTIONS - CLIENT_QUESTIONS;
    assert_int_equal(code(check_list, "b"), 550);
}

static void
names_in_reverse_dns(void **state)
{
    (void)state;
    for (int i = 1; i < 6; i++) {
        conn_free(conn);
        begin(NULL);
        ptr_names = i;
        new_mail();
        assert_int_equal(code(check_rdns, "r"), 0);
        assert_true(asked <= 4);
    }
    conn_free(conn);
    begin(NULL);
    ptr_names = 3;
    conn->client_ip = arena_strdup(conn->arena, "192.0.2.8"); /* none fits */
    new_mail();
    assert_int_equal(code(check_rdns, "r"), 550);
    conn_free(conn);
    begin(NULL);
    ptr_names = 3;
    new_mail();
    conn->mail->client_asked = CLIENT_QUESTIONS - 2; /* no room to find out */
    conn->client_ip = arena_strdup(conn->arena, "192.0.2.8");
    assert_int_equal(code(check_rdns, "r"), 452);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        {"C01 what DNS did not say about the client is asked again for the next mail",
         what_was_not_answered_is_asked_again, begin, end, NULL},
        {"C01 T-D4 lists of other organisations leave no list unasked",
         other_organisations_lists_use_up_nothing, begin, end, NULL},
        {"C01 T-D4 nor do questions about the sender", the_sender_uses_up_nothing, begin, end,
         NULL},
        {"C07 names in reverse DNS", names_in_reverse_dns, begin, end, NULL},
    };

    return cmocka_run_group_tests_name("check_dns", tests, NULL, NULL);
}
