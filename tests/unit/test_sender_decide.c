/* D03, D04, N7: precedence of sender lists over all pairs of entries, what counts as proven, and what
 * policy makes of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "common/arena.h"
#include "common/sender_skips.h"
#include "common/suffixes.h"
#include "engine/authn/auth_check.h"
#include "engine/msg/msg.h"
#include "engine/policy/policy.h"
#include "engine/policy/sender_decide.h"
#include "engine/policy/sender_proof.h"

static const struct sender_proof unproven, proven = {true, true};

/* The four kinds of entries by their step. */
static struct sender_hit
entry(int step)
{
    return (struct sender_hit){.pattern = (const char *[]){"", "one", "two", "three", "four"}[step],
                               .blocked = step <= 2,
                               .of_address = step % 2 == 1,
                               .envelope = true};
}

static void
d03_all_pairs_in_both_orders(void **state)
{
    (void)state;
    for (int first = 1; first <= 4; first++) {
        for (int second = 1; second <= 4; second++) {
            struct sender_hit hits[] = {entry(first), entry(second)};
            int wins = first < second ? first : second;
            struct sender_decision d = sender_decide(hits, 2, &unproven);

            assert_int_equal(d.step, wins);
            assert_int_equal(d.verdict, wins <= 2 ? SENDER_BLOCKED : SENDER_APPROVED);
            assert_string_equal(d.pattern, entry(wins).pattern);
            assert_false(d.unproven);
        }
    }
}

static void
d03_an_admins_block_beats_a_users_approval(void **state)
{
    struct sender_hit hits[] = {
        {"john@example.com", true, false, true, true, true}, /* of the user, proven */
        {"*@example.com", false, true, false, true, false},  /* of the organisation */
    };
    struct sender_decision d = sender_decide(hits, 2, &proven);

    (void)state;
    assert_int_equal(d.verdict, SENDER_BLOCKED);
    assert_int_equal(d.step, 2);
    assert_string_equal(d.pattern, "*@example.com");
}

static void
n7_all_combinations_of_match_and_proof(void **state)
{
    (void)state;
    for (int bits = 0; bits < 64; bits++) {
        bool envelope = bits & 1, header = bits & 2, bound = bits & 4, blocked = bits & 8;
        struct sender_proof p = {bits & 16, bits & 32};
        struct sender_hit h = {"x@y.example", true, blocked, bound && !blocked, envelope, header};
        struct sender_decision d = sender_decide(&h, 1, &p);
        bool by_envelope = envelope && (!bound || p.envelope);
        bool by_header = header && (!bound || p.header);

        if (!envelope && !header) {
            assert_int_equal(d.verdict, SENDER_UNKNOWN);
            assert_false(d.unproven);
        } else if (blocked) { /* whoever it is */
            assert_int_equal(d.verdict, SENDER_BLOCKED);
            assert_int_equal(d.by_header, !envelope);
        } else if (by_envelope || by_header) {
            assert_int_equal(d.verdict, SENDER_APPROVED);
            assert_int_equal(d.by_header, !by_envelope);
        } else {
            assert_int_equal(d.verdict, SENDER_UNKNOWN);
            assert_true(d.unproven);
            assert_string_equal(d.pattern, "x@y.example");
        }
    }
}

static void
d04_the_envelope_is_named_before_the_header(void **state)
{
    struct sender_hit hits[] = {{"*@*", true, false, false, false, true},
                                {"a@b.example", true, false, false, true, false}};
    struct sender_decision d = sender_decide(hits, 2, &unproven);

    (void)state;
    assert_false(d.by_header);
    assert_string_equal(d.pattern, "a@b.example");
    d = sender_decide(NULL, 0, &unproven);
    assert_int_equal(d.verdict, SENDER_UNKNOWN);
    assert_string_equal(d.pattern, "");
}

/* ---------------------------------------------------------------- proofs */

struct proof_case {
    const char *what;
    enum dmarc_status dmarc;
    const char *author; /* as DMARC has it */
    enum spf_status spf;
    bool helo;
    const char *spf_domain;
    enum dkim_status dkim;
    bool testing;
    const char *dkim_domain;
    const char *envelope, *from;
    bool envelope_proven, from_proven;
};

static const struct proof_case proofs[] = {
    {"DMARC passes", DMARC_PASS, "a.example", SPF_NONE, false, "", DKIM_PASS, false, "a.example",
     "bounce.other.example", "a.example", false, true},
    {"the record decides, not an aligned signature", DMARC_FAIL, "a.example", SPF_PASS, false,
     "x.a.example", DKIM_PASS, false, "a.example", "x.a.example", "a.example", true, false},
    {"no record: an aligned signature", DMARC_NONE, "a.example", SPF_NONE, false, "", DKIM_PASS,
     false, "mail.a.example", "", "a.example", false, true},
    {"no record: aligned SPF", DMARC_NONE, "a.example", SPF_PASS, false, "b.a.example", DKIM_NONE,
     false, "", "b.a.example", "a.example", true, true},
    {"no record: somebody else's SPF", DMARC_NONE, "a.example", SPF_PASS, false, "evil.example",
     DKIM_NONE, false, "", "evil.example", "a.example", true, false},
    {"no record: somebody else's signature", DMARC_NONE, "a.example", SPF_NONE, false, "",
     DKIM_PASS, false, "evil.example", "a.example", "a.example", false, false},
    {"a public suffix aligns nobody", DMARC_NONE, "victim.co.uk", SPF_PASS, false, "evil.co.uk",
     DKIM_PASS, false, "evil.co.uk", "evil.co.uk", "victim.co.uk", true, false},
    {"signature only tried", DMARC_NONE, "a.example", SPF_NONE, false, "", DKIM_PASS, true,
     "a.example", "a.example", "a.example", false, false},
    {"broken signature", DMARC_NONE, "a.example", SPF_SOFTFAIL, false, "a.example", DKIM_FAIL,
     false, "a.example", "a.example", "a.example", false, false},
    {"SPF of the HELO name is not that of the sender", DMARC_NONE, "a.example", SPF_PASS, true,
     "a.example", DKIM_NONE, false, "", "", "a.example", false, false},
    {"the envelope needs its own domain in SPF", DMARC_NONE, "", SPF_PASS, false, "x.a.example",
     DKIM_NONE, false, "", "a.example", "", false, false},
    {"the envelope by a signature of the organisation", DMARC_NONE, "", SPF_FAIL, false,
     "x.a.example", DKIM_PASS, false, "a.example", "x.a.example", "", true, false},
    {"what people see is not what was authenticated", DMARC_PASS, "evil.example", SPF_PASS, false,
     "evil.example", DKIM_PASS, false, "evil.example", "evil.example", "a.example", true, false},
    {"DNS did not answer", DMARC_TEMPERROR, "a.example", SPF_TEMPERROR, false, "a.example",
     DKIM_TEMPERROR, false, "a.example", "a.example", "a.example", false, false},
};

static void
n7_what_is_proven(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof proofs / sizeof *proofs; i++) {
        const struct proof_case *c = &proofs[i];
        struct auth_dkim d = {.status = c->dkim, .domain = c->dkim_domain, .testing = c->testing};
        struct auth_outcome o = {.ndkim = c->dkim != DKIM_NONE, .dkim = &d};
        struct sender_proof p;

        o.spf.status = c->spf;
        o.spf.helo = c->helo;
        o.spf.domain = c->spf_domain;
        o.dmarc.status = c->dmarc;
        o.dmarc.from_domain = c->author;
        p = sender_proof(&o, suffixes(), c->envelope, c->from);
        if (p.envelope != c->envelope_proven || p.header != c->from_proven)
            fail_msg("%s: envelope %d, from %d", c->what, p.envelope, p.header);
        p = sender_proof(NULL, suffixes(), c->envelope, c->from);
        assert_false(p.envelope || p.header);
    }
}

/* ---------------------------------------------------------------- policy */

static const struct {
    const char *found; /* kind of the finding, "" none */
    enum sender_verdict verdict;
    bool unproven, skips_spam;
    enum disposition disposition;
    const char *kind, *reason, *note;
} policies[] = {
    {"", SENDER_UNKNOWN, false, false, DISP_DELIVER, "", "", ""},
    {"", SENDER_APPROVED, false, true, DISP_DELIVER, "", "", "sender-approved"},
    {"spam", SENDER_APPROVED, false, true, DISP_DELIVER, "", "", "sender-approved"},
    {"spam", SENDER_APPROVED, false, false, DISP_QUARANTINE, "spam", "spam-score",
     "sender-approved"},
    {"spam", SENDER_UNKNOWN, true, false, DISP_QUARANTINE, "spam", "spam-score", "sender-unproven"},
    {"malware", SENDER_APPROVED, false, true, DISP_QUARANTINE, "malware", "malware-found",
     "sender-approved"},
    {"phishing", SENDER_APPROVED, false, true, DISP_QUARANTINE, "phishing", "x", "sender-approved"},
    {"unscannable", SENDER_APPROVED, false, true, DISP_QUARANTINE, "unscannable", "x",
     "sender-approved"},
    {"", SENDER_BLOCKED, false, false, DISP_REJECT, "blocked", "sender-blocked", ""},
    {"spam", SENDER_BLOCKED, false, false, DISP_REJECT, "blocked", "sender-blocked", ""},
    {"malware", SENDER_BLOCKED, false, false, DISP_REJECT, "malware", "malware-found",
     "sender-blocked"},
};

static void
d05_d06_what_policy_makes_of_it(void **state)
{
    struct arena *a = arena_new();

    (void)state;
    for (size_t i = 0; i < sizeof policies / sizeof *policies; i++) {
        struct msg *m = msg_new(a);
        struct sender_decision s = {policies[i].verdict, 1, "p", false, policies[i].unproven};
        struct policy_for who = {
            .recipient = "u@x.example", .sender = &s, .approved = policies[i].skips_spam};
        struct decision d;

        if (*policies[i].found)
            msg_add_finding(m, (struct msg_finding){.scanner = "t",
                                                    .code = "x",
                                                    .kind = policies[i].found,
                                                    .evidence = "",
                                                    .part = ""});
        d = policy_decide(m, &who);
        assert_int_equal(d.disposition, policies[i].disposition);
        assert_string_equal(d.kind, policies[i].kind);
        assert_string_equal(d.reason, policies[i].reason);
        assert_string_equal(d.note, policies[i].note);
    }
    arena_free(&a);
}

static void
d05_what_is_skipped_is_what_is_ticked(void **state)
{
    unsigned all = sender_skips_without("");

    (void)state;
    assert_int_equal(all, sender_skip_bit("spam") | sender_skip_bit("list") |
                              sender_skip_bit("sender_domain"));
    assert_int_equal(sender_skips_without("spam"), all & ~sender_skip_bit("spam"));
    assert_int_equal(sender_skips_without("reputation sender_domain spam"), 0);
    assert_int_equal(sender_skips_without("spammer xspam unknown"), all);
    assert_int_equal(sender_skip_bit("dynamic"), sender_skip_named("reputation"));
    assert_int_equal(sender_skip_bit("rdns"), sender_skip_named("reputation"));
    assert_int_equal(sender_skip_bit("sender"), 0);
    assert_int_equal(sender_skip_bit("address"), 0); /* blocked addresses stay blocked */
    assert_int_equal(sender_skip_bit("rate"), 0);
    assert_int_equal(sender_skip_bit("malware"), 0);
    assert_int_equal(sender_skip_bit("sender_list"), 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(d03_all_pairs_in_both_orders),
        {"D03 T-L8 an administrator's block beats a person's approval", d03_an_admins_block_beats_a_users_approval, NULL, NULL, NULL},
        {"N7 T-L8 all combinations of match and proof", n7_all_combinations_of_match_and_proof, NULL, NULL, NULL},
        cmocka_unit_test(d04_the_envelope_is_named_before_the_header),
        {"N7 T-L8 what is proven", n7_what_is_proven, NULL, NULL, NULL},
        {"D05 D06 T-L8 what policy makes of it", d05_d06_what_policy_makes_of_it, NULL, NULL, NULL},
        cmocka_unit_test(d05_what_is_skipped_is_what_is_ticked),
    };

    return cmocka_run_group_tests_name("sender_decide", tests, NULL, NULL);
}
