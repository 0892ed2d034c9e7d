/*
 * B06: recipients that are too many are put off without ending the connection; those that are refused
 * are counted, and past 20 of them the connection ends.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <unistd.h>

#include <cmocka.h>

#include "common/err.h"
#include "common/settings.h"
#include "engine/intake/gate.h"
#include "engine/intake/intake_conn.h"
#include "engine/intake/intake_rules.h"
#include "engine/intake/milter.h"
#include "engine/intake/refusals.h"
#include "engine/orgconf/orgconf.h"
#include "engine/orgconf/orgconf_domains.h"

static const struct orgconf_domain domain = {.name = "a.example", .org = "o", .domain_id = "d"};
static const struct orgconf_domains domains = {.n = 1, .list = &domain};
static const struct orgconf conf = {.domains = &domains};

static void
answers(struct gate *g, struct conn *c, const char *address, const char *code, const char *enhanced)
{
    struct milter_out o = {0};

    assert_int_equal(intake_recipient(g, c, address, &o), MILTER_REPLY);
    assert_string_equal(o.reply.code, code);
    assert_string_equal(o.reply.enhanced, enhanced);
}

static void
refused_ones_are_counted(void **state)
{
    struct conn *c = conn_new();
    struct gate g = {0};

    (void)state;
    for (int i = 0; i < 20; i++) {
        if (i % 7 == 0)
            mail_begin(c); /* another message that was not taken changes nothing */
        answers(&g, c, "<\x01@a.example>", "553", "5.1.3");
    }
    answers(&g, c, "<\x01@a.example>", "421", "4.7.0");
    answers(&g, c, "<\x01@a.example>", "421", "4.7.0");
    c->refused = 0; /* one was taken */
    answers(&g, c, "<\x01@a.example>", "553", "5.1.3");
    conn_free(c);
}

/* settings: message_recipients = 3 */
static void
too_many_are_put_off(void **state)
{
    struct conn *c = conn_new();
    struct gate g = {.refusals = refusals_new("node")};
    struct refusals *all = g.refusals;

    (void)state;
    for (int mail = 0; mail < 3; mail++) {
        mail_begin(c)->conf = &conf;
        for (int i = 0; i < 3; i++)
            mail_add_recipient(c->mail, "<u@a.example>");
        g.refusals = all;
        answers(&g, c, "<u@a.example>", "452", "4.5.3");
        g.refusals = NULL; /* no other row, and nothing is looked up */
        c->mail->conf = NULL;
        for (int i = 0; i < 100; i++)
            answers(&g, c, i % 2 ? "<u@a.example>" : "<\x01@b.example>", "452", "4.5.3");
        assert_int_equal(c->mail->nrecipients, 3);
        assert_int_equal(c->refused, 0);
    }
    conn_free(c);
    refusals_free(&all);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(refused_ones_are_counted),
        cmocka_unit_test(too_many_are_put_off),
    };
    char path[] = "/tmp/sekisho-conf-XXXXXX";
    static const char text[] = "message_recipients = 3\n";
    int fd = mkstemp(path), rc;
    struct err e;

    if (fd < 0 || write(fd, text, sizeof text - 1) < 0)
        return 1;
    close(fd);
    rc = settings_load(path, &e);
    unlink(path);
    if (rc < 0) {
        fprintf(stderr, "%s\n", e.text);
        return 1;
    }
    return cmocka_run_group_tests_name("recipients", tests, NULL, NULL);
}
