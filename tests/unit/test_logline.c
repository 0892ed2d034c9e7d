/* Lines of Postfix's log as they are, and as hostile senders and servers would like them to be. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "common/when.h"
#include "engine/jobs/logline.h"
#include "engine/jobs/logreason.h"

#define AT "Nov 24 09:15:02 gw.example "
#define UUID "0199f1c0-7a3b-7c11-8d2e-1234567890ab"

struct line_case {
    const char *line;
    enum logline_kind kind;
    const char *queue_id, *to, *orig_to, *relay, *dsn, *status, *reply, *other;
    int nrcpt;
};

static const struct line_case cases[] = {
    {AT "postfix/relay/smtp[412]: 4cXyZ21bQzT: to=<u@a.example>, relay=127.0.0.1[127.0.0.1]:4600, "
        "delay=0.31, delays=0.28/0/0/0.03, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as 9F)",
     LOGLINE_DELIVERY, "4cXyZ21bQzT", "u@a.example", "", "127.0.0.1[127.0.0.1]:4600", "2.0.0",
     "sent", "250 2.0.0 Ok: queued as 9F", "", 0},
    {AT "postfix/smtp[9]: 4cXyZ21bQzT: to=<u@a.example>, orig_to=<Alias@a.example>, relay=none, "
        "conn_use=3, delay=5, delays=5/0/0/0, dsn=4.4.1, status=deferred (connect to "
        "a.example[192.0.2.1]:25: Connection refused)",
     LOGLINE_DELIVERY, "4cXyZ21bQzT", "u@a.example", "Alias@a.example", "none", "4.4.1", "deferred",
     "connect to a.example[192.0.2.1]:25: Connection refused", "", 0},
    {AT "postfix/relay/smtp[412]: 4cXyZ21bQzT: to=<u@a.example>, relay=a[::1]:25, delay=0, "
        "delays=0/0/0/0, dsn=5.1.1, status=bounced (host a[::1] said: 550 5.1.1 no, "
        "status=sent (250 ok) (in reply to RCPT TO command))",
     LOGLINE_DELIVERY, "4cXyZ21bQzT", "u@a.example", "", "a[::1]:25", "5.1.1", "bounced",
     "host a[::1] said: 550 5.1.1 no, status=sent (250 ok) (in reply to RCPT TO command)", "", 0},
    /* an address that tries to be a log line */
    {AT
     "postfix/smtp[9]: 4cXyZ21bQzT: to=<\"x>, relay=r, delay=0, delays=0, dsn=2.0.0, status=sent "
     "(ok)\"@a.example>, relay=none, delay=1, delays=1/0/0/0, dsn=4.3.0, status=deferred (no)",
     LOGLINE_DELIVERY, "4cXyZ21bQzT",
     "\"x>, relay=r, delay=0, delays=0, dsn=2.0.0, status=sent (ok)\"@a.example", "", "none",
     "4.3.0", "deferred", "no", "", 0},
    {AT "postfix/qmgr[7]: 4cXyZ21bQzT: from=<s@b.example>, size=812, nrcpt=2 (queue active)",
     LOGLINE_QUEUED, "4cXyZ21bQzT", "", "", "", "", "", "", "", 2},
    {AT "postfix/qmgr[7]: 4cXyZ21bQzT: removed", LOGLINE_REMOVED, "4cXyZ21bQzT", "", "", "", "", "",
     "", "", 0},
    {AT "postfix/qmgr[7]: 4cXyZ21bQzT: from=<>, status=expired, returned to sender",
     LOGLINE_EXPIRED, "4cXyZ21bQzT", "", "", "", "", "expired", "", "", 0},
    {AT "postfix/reinject/cleanup[3]: 4cXyZ21bQzT: info: header X-Sekisho-Release: " UUID
        " from localhost[127.0.0.1]; from=<s@b> to=<u@a> proto=ESMTP helo=<gw>: release " UUID,
     LOGLINE_RELEASE, "4cXyZ21bQzT", "", "", "", "", "", "", UUID, 0},
    {AT "postfix/bounce[3]: 4cXyZ21bQzT: sender non-delivery notification: 4cXyZ30aaaa",
     LOGLINE_NOTICE, "4cXyZ21bQzT", "", "", "", "", "", "", "4cXyZ30aaaa", 0},
    {AT "postfix/bounce[3]: 4cXyZ21bQzT: sender delay notification: 4cXyZ31aaaa", LOGLINE_NOTICE,
     "4cXyZ21bQzT", "", "", "", "", "", "", "4cXyZ31aaaa", 0},
    {AT "postfix/bounce[3]: 4cXyZ21bQzT: sender delivery status notification: 4cXyZ32aaaa",
     LOGLINE_NOTICE, "4cXyZ21bQzT", "", "", "", "", "", "", "4cXyZ32aaaa", 0},
    /* not ours, or cut off */
    {AT "postfix/smtpd[3]: NOQUEUE: reject: RCPT from x[192.0.2.1]: 550", LOGLINE_OTHER, "", "", "",
     "", "", "", "", "", 0},
    {AT "postfix/inbound/smtpd[3]: NOQUEUE: milter-reject: RCPT from x[192.0.2.1]: 550 5.7.1 no; "
        "from=<a@b> to=<c@d> proto=ESMTP helo=<x>",
     LOGLINE_OTHER, "", "", "", "", "", "", "", "", 0},
    {AT
     "postfix/smtp[3]: NOQUEUE: reject: RCPT from x[192.0.2.1]: 550 5.7.1 no; from=<a@b> to=<c@d> "
     "proto=ESMTP helo=<x>",
     LOGLINE_OTHER, "", "", "", "", "", "", "", "", 0},
    {AT "postfix/smtpd[3]: connect from x[192.0.2.1]", LOGLINE_OTHER, "", "", "", "", "", "", "",
     "", 0},
    {AT "postfix/cleanup[3]: 4cXyZ21bQzT: info: header X-Sekisho-Release: forged from x",
     LOGLINE_OTHER, "4cXyZ21bQzT", "", "", "", "", "", "", NULL, 0},
    {AT "sshd[3]: 4cXyZ21bQzT: removed", LOGLINE_OTHER, "", "", "", "", "", "", "", "", 0},
    {AT "postfix/smtp[9]: 4cXyZ21bQzT: to=<u@a.example>, relay=none, delay=1", LOGLINE_OTHER,
     "4cXyZ21bQzT", "u@a.example", "", "", "", "", "", "", 0},
    {AT "postfix/smtp[9]: 4cXyZ21bQzT: to=<\"u\\", LOGLINE_OTHER, "4cXyZ21bQzT", "", "", "", "", "",
     "", "", 0},
    {"", LOGLINE_OTHER, "", "", "", "", "", "", "", "", 0},
    {"Nov 24", LOGLINE_OTHER, "", "", "", "", "", "", "", "", 0},
};

static void
table(void **state)
{
    struct logline l;

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct line_case *c = &cases[i];
        logline_parse(c->line, strlen(c->line), &l);
        assert_int_equal(l.kind, c->kind);
        if (c->kind == LOGLINE_OTHER)
            continue;
        assert_string_equal(l.queue_id, c->queue_id);
        assert_string_equal(l.to, c->to);
        assert_string_equal(l.orig_to, c->orig_to);
        assert_string_equal(l.relay, c->relay);
        assert_string_equal(l.dsn, c->dsn);
        assert_string_equal(l.status, c->status);
        assert_string_equal(l.reply, c->reply);
        assert_int_equal(l.nrcpt, c->nrcpt);
        if (c->other && c->kind == LOGLINE_RELEASE)
            assert_string_equal(l.release_id, c->other);
        if (c->other && c->kind == LOGLINE_NOTICE)
            assert_string_equal(l.notice_id, c->other);
    }
}

#define REJECT(port, id) AT "postfix/" port "/smtpd[3]: " id ": reject: RCPT from "

static const struct {
    const char *line;
    const char *service, *ip, *name, *from, *to, *helo, *dsn;
    int code;
    const char *in, *out, *slot; /* reasons for the two ports */
} rejects[] = {
    {REJECT("inbound",
            "NOQUEUE") "mx.b.example[192.0.2.7]: 550 5.1.1 <u@a.example>: Recipient address "
                       "rejected: User unknown; from=<s@b.example> to=<u@a.example> "
                       "proto=ESMTP helo=<mx.b.example>",
     "inbound", "192.0.2.7", "mx.b.example", "s@b.example", "u@a.example", "mx.b.example", "5.1.1",
     550, "recipient-invalid", "recipient-invalid", ""},
    /* after the first recipient there is a queue id; IPv6; null sender */
    {REJECT("outbound",
            "4cXyZ21bQzT") "unknown[2001:db8::1]: 554 5.7.1 <u@a.example>: Relay access "
                           "denied; from=<> to=<u@a.example> proto=ESMTP helo=<h>",
     "outbound", "2001:db8::1", "unknown", "", "u@a.example", "h", "5.7.1", 554,
     "domain-not-managed", "ip-not-allowed", ""},
    /* a recipient that tries to be the rest of the line, and a HELO */
    {REJECT("inbound",
            "NOQUEUE") "x[192.0.2.7]: 550 5.1.1 <\"x>: ok; from=<a@b> to=<c@d> "
                       "proto=ESMTP helo=<h>\"@a.example>: Recipient address rejected: "
                       "User unknown; from=<\"y> to=<v@w> \"@b.example> "
                       "to=<\"x>: ok; from=<a@b> to=<c@d> proto=ESMTP helo=<h>\"@a.example> "
                       "proto=SMTP helo=<; from=<f@g>",
     "inbound", "192.0.2.7", "x", "\"y> to=<v@w> \"@b.example",
     "\"x>: ok; from=<a@b> to=<c@d> proto=ESMTP helo=<h>\"@a.example", "; from=<f@g", "5.1.1", 550,
     "recipient-invalid", "recipient-invalid", ""},
    {AT "postfix/inbound/smtpd[3]: NOQUEUE: reject: MAIL from x[192.0.2.7]: 552 5.3.4 Message size "
        "exceeds fixed limit; proto=ESMTP helo=<h>",
     "inbound", "192.0.2.7", "x", "", "", "h", "5.3.4", 552, "message-too-large",
     "message-too-large", ""},
    {REJECT("inbound", "NOQUEUE") "x[192.0.2.7]: 530 5.7.0 Must issue a STARTTLS command first; "
                                  "from=<a@b> to=<c@d> proto=ESMTP helo=<h>",
     "inbound", "192.0.2.7", "x", "a@b", "c@d", "h", "5.7.0", 530, "tls-required", "tls-required",
     ""},
    {REJECT("inbound",
            "NOQUEUE") "x[192.0.2.7]: 451 4.3.0 <c@d>: Temporary lookup failure; from=<a@b> "
                       "to=<c@d> proto=ESMTP helo=<h>",
     "inbound", "192.0.2.7", "x", "a@b", "c@d", "h", "4.3.0", 451, "", "", ""},
    {REJECT("inbound",
            "NOQUEUE") "x[192.0.2.7]: 504 5.5.2 <c@d>: Something new; from=<a@b> to=<c@d> "
                       "proto=ESMTP helo=<h>",
     "inbound", "192.0.2.7", "x", "a@b", "c@d", "h", "5.5.2", 504, "refused", "refused",
     "Something new"},
};

/* C11 B02 B05 what Postfix refuses by itself, whatever the sender writes into it. */
static void
refusals(void **state)
{
    struct logline l;

    (void)state;
    for (size_t i = 0; i < sizeof rejects / sizeof *rejects; i++) {
        assert_true(logline_parse(rejects[i].line, strlen(rejects[i].line), &l));
        assert_int_equal(l.kind, LOGLINE_REJECT);
        assert_string_equal(l.service, rejects[i].service);
        assert_string_equal(l.client_ip, rejects[i].ip);
        assert_string_equal(l.client_name, rejects[i].name);
        assert_string_equal(l.from, rejects[i].from);
        assert_string_equal(l.to, rejects[i].to);
        assert_string_equal(l.helo, rejects[i].helo);
        assert_string_equal(l.dsn, rejects[i].dsn);
        assert_int_equal(l.code, rejects[i].code);
        assert_string_equal(logreason(&l, false).reason, rejects[i].in);
        assert_string_equal(logreason(&l, true).reason, rejects[i].out);
        assert_string_equal(logreason(&l, false).slot, rejects[i].slot);
    }
}

/* Every beginning of every line: no read behind the end (ASan), no wrong kind. */
static void
cut_anywhere(void **state)
{
    struct logline l;

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (size_t n = 0; n <= strlen(cases[i].line); n++) {
            char *copy = malloc(n + 1);
            memcpy(copy, cases[i].line, n);
            logline_parse(copy, n, &l);
            assert_true(l.kind == LOGLINE_OTHER || l.kind == cases[i].kind);
            free(copy);
        }
}

static int64_t
ms_of(const char *rfc3339)
{
    int64_t ms = 0;

    assert_int_equal(when_parse(rfc3339, &ms), 0);
    return ms;
}

static void
the_year_is_the_nearest(void **state)
{
    (void)state;
    setenv("TZ", "UTC", 1);
    tzset();
    assert_int_equal(logline_time("Nov 24 09:15:02", ms_of("2026-11-24T10:00:00Z")),
                     ms_of("2026-11-24T09:15:02.999Z"));
    assert_int_equal(logline_time("Dec 31 23:59:59", ms_of("2027-01-01T00:00:05Z")),
                     ms_of("2026-12-31T23:59:59.999Z"));
    assert_int_equal(logline_time("Jan  1 00:00:01", ms_of("2026-12-31T23:59:59Z")),
                     ms_of("2027-01-01T00:00:01Z"));
    /* within this second: now, so that it does not sort before what caused it */
    assert_int_equal(logline_time("Nov 24 10:00:00", ms_of("2026-11-24T10:00:00.400Z")),
                     ms_of("2026-11-24T10:00:00.400Z"));
    assert_int_equal(logline_time("rubbish", 12345), 12345);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(table),
        cmocka_unit_test(refusals),
        cmocka_unit_test(cut_anywhere),
        cmocka_unit_test(the_year_is_the_nearest),
    };

    return cmocka_run_group_tests_name("logline", tests, NULL, NULL);
}
