/* Findings to disposition: which rule decides, with which reason; the same input, the same answer.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "common/arena.h"
#include "engine/msg/msg.h"
#include "engine/policy/auth_ruling.h"
#include "engine/policy/policy.h"

struct expected {
    struct msg_finding findings[4];
    enum disposition disposition;
    const char *kind, *rule, *reason, *slot;
};

static const struct expected cases[] = {
    {.disposition = DISP_DELIVER, .kind = "", .rule = "", .reason = "", .slot = ""},
    {{{.kind = "", .code = "note", .score = 4.9}}, DISP_DELIVER, "", "", "", ""},
    {{{.kind = "", .code = "a", .score = 2.5}, {.kind = "", .code = "b", .score = 2.5}},
     DISP_QUARANTINE,
     "spam",
     "spam",
     "spam-score",
     ""},
    {{{.kind = "", .code = "a", .score = 6}, {.kind = "", .code = "b", .score = -2}},
     DISP_DELIVER,
     "",
     "",
     "",
     ""},
    {{{.kind = "spam", .code = "gtube", .score = 999}},
     DISP_QUARANTINE,
     "spam",
     "spam",
     "gtube",
     ""},
    {{{.kind = "malware", .code = "Eicar-Test-Signature"}},
     DISP_QUARANTINE,
     "malware",
     "malware",
     "malware-found",
     "Eicar-Test-Signature"},
    {{{.kind = "phishing", .code = "phishing-found", .evidence = "Heuristics.Phishing.Email.X"}},
     DISP_QUARANTINE,
     "phishing",
     "phishing",
     "phishing-found",
     "Heuristics.Phishing.Email.X"},
    {{{.kind = "unscannable", .code = "too-deep"},
      {.kind = "phishing", .code = "phishing-found", .evidence = "Html.Phishing.Y"}},
     DISP_QUARANTINE,
     "phishing",
     "phishing",
     "phishing-found",
     "Html.Phishing.Y"},
    {{{.kind = "unscannable", .code = "too-deep"}},
     DISP_QUARANTINE,
     "unscannable",
     "unscannable",
     "too-deep",
     ""},
    {{{.kind = "unscannable", .code = "structure-ambiguous", .evidence = "mime-odd-boundary"}},
     DISP_QUARANTINE,
     "unscannable",
     "unscannable",
     "structure-ambiguous",
     "mime-odd-boundary"},
    /* the worst one decides, whatever comes first */
    {{{.kind = "spam", .code = "gtube", .score = 999},
      {.kind = "unscannable", .code = "too-deep"},
      {.kind = "malware", .code = "X"}},
     DISP_QUARANTINE,
     "malware",
     "malware",
     "malware-found",
     "X"},
    {{{.kind = "spam", .code = "gtube", .score = 999}, {.kind = "unscannable", .code = "too-deep"}},
     DISP_QUARANTINE,
     "unscannable",
     "unscannable",
     "too-deep",
     ""},
};

static void
decisions(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct expected *x = &cases[i];
        struct arena *a = arena_new();
        struct msg *m = msg_new(a);
        for (int k = 0; k < 4 && x->findings[k].code; k++)
            msg_add_finding(m, x->findings[k]);
        for (int again = 0; again < 2; again++) {
            struct decision d = policy_decide(m, NULL);
            assert_int_equal(d.disposition, x->disposition);
            assert_string_equal(d.kind, x->kind);
            assert_string_equal(d.rule, x->rule);
            assert_string_equal(d.reason, x->reason);
            assert_string_equal(d.slot, x->slot);
            assert_string_equal(policy_verdict(m), *x->kind ? x->kind : "clean");
        }
        arena_free(&a);
    }
}

static struct decision
ruled(const char *kind, enum auth_action action, bool approved)
{
    static const struct msg_finding spam = {.kind = "spam", .code = "gtube", .score = 999};
    struct auth_ruling ruling = {
        .action = action, .why = AUTH_C_dmarc_reject, .domain = "a.example"};
    struct policy_for who = {.recipient = "u@b.example", .approved = approved, .auth = &ruling};
    struct arena *a = arena_new();
    struct msg *m = msg_new(a);
    struct decision d;

    if (*kind)
        msg_add_finding(m, strcmp(kind, "spam")
                               ? (struct msg_finding){.kind = kind, .code = "X", .evidence = ""}
                               : spam);
    d = policy_decide(m, &who);
    d.slot = ""; /* is in the arena */
    arena_free(&a);
    return d;
}

/* E01: people may deliver what is unverified, and an approved sender skips only what is about spam. */
static void
what_is_dangerous_comes_before_what_is_unverified(void **state)
{
    (void)state;
    assert_string_equal(ruled("malware", AUTH_QUARANTINE, false).kind, "malware");
    assert_string_equal(ruled("phishing", AUTH_QUARANTINE, false).kind, "phishing");
    assert_string_equal(ruled("unscannable", AUTH_QUARANTINE, false).kind, "unscannable");
    assert_string_equal(ruled("spam", AUTH_QUARANTINE, false).kind, "unverified");
    assert_string_equal(ruled("", AUTH_QUARANTINE, true).kind, "unverified");
    assert_string_equal(ruled("", AUTH_QUARANTINE, false).reason, "dmarc-reject");
    assert_int_equal(ruled("", AUTH_QUARANTINE, false).disposition, DISP_QUARANTINE);
    assert_int_equal(ruled("malware", AUTH_REJECT, true).disposition, DISP_REJECT);
    assert_int_equal(ruled("", AUTH_DELETE, false).disposition, DISP_DELETE);
    assert_int_equal(ruled("", AUTH_ACCEPT, false).disposition, DISP_DELIVER);
    assert_string_equal(ruled("spam", AUTH_ACCEPT, false).kind, "spam");
    assert_int_equal(ruled("spam", AUTH_ACCEPT, true).disposition, DISP_DELIVER);
    assert_string_equal(ruled("malware", AUTH_ACCEPT, true).kind, "malware");
}

static void
scores_are_summed(void **state)
{
    struct arena *a = arena_new();
    struct msg *m = msg_new(a);
    (void)state;
    assert_true(policy_score(m) == 0);
    msg_add_finding(m, (struct msg_finding){.code = "a", .score = 1.5});
    msg_add_finding(m, (struct msg_finding){.code = "b", .score = -0.5});
    assert_true(policy_score(m) == 1.0);
    arena_free(&a);
}

static void
names(void **state)
{
    (void)state;
    assert_string_equal(disposition_name(DISP_DELIVER), "deliver");
    assert_string_equal(disposition_name(DISP_QUARANTINE), "quarantine");
    assert_string_equal(disposition_name(DISP_REJECT), "reject");
    assert_string_equal(disposition_name(DISP_DELETE), "delete");
    assert_string_equal(disposition_name(DISP_HOLD), "hold");
}

/* Whoever knows a rule that speaks for a mail cannot wipe out the rest. */
static void
rules_take_little_away(void **state)
{
    struct arena *a = arena_new();
    struct msg *m = msg_new(a);
    (void)state;
    msg_add_finding(m, (struct msg_finding){.scanner = "brand", .code = "A", .score = 12});
    msg_add_finding(
        m, (struct msg_finding){.scanner = "rules", .code = "USER_IN_WHITELIST", .score = -100});
    msg_add_finding(m, (struct msg_finding){.scanner = "rules", .code = "B", .score = -3});
    assert_true(policy_score(m) == 7);
    assert_int_equal(policy_decide(m, NULL).disposition, DISP_QUARANTINE);
    msg_add_finding(m,
                    (struct msg_finding){.scanner = "rules", .code = "C", .kind = "", .score = 4});
    assert_true(policy_score(m) == 11);
    arena_free(&a);
}

/* Beside the statistics the points of rules count a share; what is enough alone counts as it is. */
static void
rules_and_statistics(void **state)
{
    struct arena *a = arena_new();
    struct msg *m = msg_new(a);
    (void)state;
    msg_add_finding(m, (struct msg_finding){.scanner = "rules", .code = "A", .score = 4});
    assert_true(policy_score(m) == 4);
    msg_add_finding(m, (struct msg_finding){.scanner = "statistics", .code = "x", .score = 1});
    assert_true(policy_score(m) > 2.99 && policy_score(m) < 3.01);
    msg_add_finding(m, (struct msg_finding){.scanner = "rules", .code = "B", .score = 10});
    assert_true(policy_score(m) > 12.99 && policy_score(m) < 13.01);
    arena_free(&a);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(decisions),
        cmocka_unit_test(what_is_dangerous_comes_before_what_is_unverified),
        cmocka_unit_test(scores_are_summed),
        cmocka_unit_test(names),
        {"T-E8 rules that speak for a mail take little away", rules_take_little_away, NULL, NULL,
         NULL},
        {"points of rules beside the statistics", rules_and_statistics, NULL, NULL, NULL},
    };
    return cmocka_run_group_tests_name("policy", tests, NULL, NULL);
}
