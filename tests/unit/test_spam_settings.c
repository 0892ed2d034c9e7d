/* F25, F27, F28, F29: settings about spam, their lists, and what policy makes of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "common/arena.h"
#include "common/err.h"
#include "common/jsonx.h"
#include "common/spam_entry.h"
#include "common/spam_rule.h"
#include "engine/msg/msg.h"
#include "engine/policy/policy.h"

static struct msg_finding
finding(const char *scanner, const char *code, const char *kind, double score, const char *org)
{
    return (struct msg_finding){.scanner = scanner,
                                .code = code,
                                .kind = kind,
                                .score = score,
                                .evidence = "what → other",
                                .part = "",
                                .org = org};
}

/* ------------------------------------------------------------------ F25 */

/* At each level: the threshold, and what becomes of a mail of score 6. */
static void
levels(void **state)
{
    static const struct {
        const char *id;
        double threshold;
        bool held;
    } expected[SPAM_LEVELS] = {
        {"lowest", 9.0, false},         {"low", 7.0, false}, {"moderately_low", 5.0, true},
        {"moderately_high", 4.5, true}, {"high", 4.0, true}, {"highest", 3.0, true},
    };
    struct arena *a = arena_new();
    struct msg *m = msg_new(a);

    (void)state;
    msg_add_finding(m, finding("x", "a", "", 2, ""));
    msg_add_finding(m, finding("x", "b", "", 4, ""));
    for (int i = 0; i < SPAM_LEVELS; i++) {
        struct spam_rule rule;
        spam_rule_default(&rule);
        rule.level = (enum spam_level)i;
        struct policy_for who = {.recipient = "", .spam = &rule};
        struct decision d = policy_decide(m, &who);
        assert_string_equal(spam_levels[i].id, expected[i].id);
        assert_true(policy_threshold(&who) == expected[i].threshold);
        assert_int_equal(d.disposition, expected[i].held ? DISP_QUARANTINE : DISP_DELIVER);
        assert_string_equal(d.kind, expected[i].held ? "spam" : "");
        if (i)
            assert_true(spam_levels[i].threshold < spam_levels[i - 1].threshold);
    }
    assert_true(policy_threshold(NULL) == POLICY_THRESHOLD);
    arena_free(&a);
}

static void
score_at_threshold(void **state)
{
    struct arena *a = arena_new();
    struct msg *m = msg_new(a), *below = msg_new(a);

    (void)state;
    msg_add_finding(m, finding("x", "a", "", 5.0, ""));
    msg_add_finding(below, finding("x", "a", "", 4.99, ""));
    assert_string_equal(policy_verdict(m), "spam");
    assert_string_equal(policy_verdict(below), "clean");
    arena_free(&a);
}

/* ------------------------------------------------------------------ actions */

static void
actions(void **state)
{
    static const struct {
        const char *scanner, *code, *kind;
        double score;
        enum spam_kind which;
        enum spam_action by_default;
        const char *logged_as;
    } mails[] = {
        {"x", "a", "", 6, SPAM_K_spam, SPAM_HOLD, "spam"},
        {"links", "link-elsewhere", "phishing", 0, SPAM_K_phishing, SPAM_HOLD, "phishing"},
        {"people", "person-foreign", "impersonation", 0, SPAM_K_impersonation, SPAM_HOLD,
         "impersonation"},
        {"graymail", "newsletter", "", 0, SPAM_K_graymail, SPAM_TAG, "graymail"},
        {"style", "style-differs", "style", 0, SPAM_K_style, SPAM_DELIVER, "impersonation"},
    };
    struct arena *a = arena_new();

    (void)state;
    for (size_t i = 0; i < sizeof mails / sizeof *mails; i++) {
        struct msg *m = msg_new(a);
        struct spam_rule rule;
        struct policy_for who = {.recipient = "", .spam = &rule};
        struct decision d;
        msg_add_finding(
            m, finding(mails[i].scanner, mails[i].code, mails[i].kind, mails[i].score, ""));
        spam_rule_default(&rule);
        d = policy_decide(m, &who);
        enum spam_action is = mails[i].by_default;
        assert_int_equal(d.disposition, is == SPAM_HOLD ? DISP_QUARANTINE : DISP_DELIVER);
        assert_string_equal(d.tag, is == SPAM_TAG ? "[SPAM]" : "");
        assert_string_equal(d.kind, is == SPAM_DELIVER ? "" : mails[i].logged_as);
        rule.action[mails[i].which] = SPAM_HOLD;
        d = policy_decide(m, &who);
        assert_int_equal(d.disposition, DISP_QUARANTINE);
        assert_string_equal(d.reason, *mails[i].code == 'a' ? d.reason : mails[i].code);
        rule.action[mails[i].which] = SPAM_TAG;
        rule.tag = "[odd]";
        d = policy_decide(m, &who);
        assert_int_equal(d.disposition, DISP_DELIVER);
        assert_string_equal(d.tag, "[odd]");
        assert_string_equal(d.kind, mails[i].logged_as);
        rule.action[mails[i].which] = SPAM_DELIVER;
        d = policy_decide(m, &who);
        assert_int_equal(d.disposition, DISP_DELIVER);
        assert_string_equal(d.kind, "");
        assert_string_equal(d.tag, "");
    }
    arena_free(&a);
}

/* What is only tagged must not hide what is worse. */
static void
tag_hides_nothing(void **state)
{
    struct arena *a = arena_new();
    struct msg *m = msg_new(a);
    struct spam_rule rule;
    struct policy_for who = {.recipient = "", .spam = &rule};
    struct decision d;

    (void)state;
    spam_rule_default(&rule);
    rule.action[SPAM_K_phishing] = SPAM_TAG;
    msg_add_finding(m, finding("links", "link-elsewhere", "phishing", 1, ""));
    d = policy_decide(m, &who);
    assert_string_equal(d.tag, "[SPAM]");
    msg_add_finding(m, finding("x", "too-deep", "unscannable", 0, ""));
    d = policy_decide(m, &who);
    assert_int_equal(d.disposition, DISP_QUARANTINE);
    assert_string_equal(d.kind, "unscannable");
    assert_string_equal(d.tag, "");
    msg_add_finding(m, finding("clamd", "Eicar", "malware", 0, ""));
    d = policy_decide(m, &who);
    assert_string_equal(d.kind, "malware");
    arena_free(&a);
}

/* ------------------------------------------------------------------ whose findings */

static void
other_organisations(void **state)
{
    struct arena *a = arena_new();
    struct msg *m = msg_new(a);
    struct policy_for one = {.recipient = "", .org = "one"}, two = {.recipient = "", .org = "two"};

    (void)state;
    msg_add_finding(m, finding("people", "person-foreign", "impersonation", 4, "one"));
    msg_add_finding(m, finding("x", "a", "", 1, ""));
    assert_string_equal(policy_decide(m, &one).kind, "impersonation");
    assert_string_equal(policy_decide(m, &two).kind, "");
    assert_string_equal(policy_decide(m, NULL).kind, "");
    assert_true(policy_score_for(m, &one) == 5);
    assert_true(policy_score_for(m, &two) == 1);
    assert_true(policy_score(m) == 1);
    arena_free(&a);
}

/* F29: the category must be chosen; exempt servers and approved senders are let through. */
static void
graymail(void **state)
{
    struct arena *a = arena_new();
    struct spam_rule rule;

    (void)state;
    for (int g = 0; g < SPAM_GRAYS; g++) {
        struct msg *m = msg_new(a);
        struct policy_for who = {.recipient = "", .spam = &rule};
        spam_rule_default(&rule);
        memset(rule.gray, 0, sizeof rule.gray);
        rule.action[SPAM_K_graymail] = SPAM_HOLD;
        msg_add_finding(m, finding("graymail", spam_grays[g].id, "", 0, ""));
        assert_string_equal(policy_decide(m, &who).kind, "");
        rule.gray[g] = true;
        assert_string_equal(policy_decide(m, &who).kind, "graymail");
        assert_string_equal(policy_decide(m, &who).reason, spam_grays[g].id);
        assert_int_equal(policy_decide(m, &who).disposition, DISP_QUARANTINE);
        who.no_graymail = true;
        assert_string_equal(policy_decide(m, &who).kind, "");
        who.no_graymail = false;
        who.approved = true;
        assert_string_equal(policy_decide(m, &who).kind, "");
    }
    arena_free(&a);
}

/* F27: his own address is good, unless its domain says that the mail is not its own. */
static void
own_address_denied(void **state)
{
    struct arena *a = arena_new();
    struct msg *m = msg_new(a);
    struct policy_for who = {.recipient = "", .org = "one"};

    (void)state;
    msg_add_finding(m, finding("people", "person-own-address", "", 0, "one"));
    assert_string_equal(policy_decide(m, &who).kind, "");
    who.from_denied = true;
    assert_string_equal(policy_decide(m, &who).kind, "impersonation");
    assert_string_equal(policy_decide(m, &who).reason, "person-denied");
    who.org = "two";
    assert_string_equal(policy_decide(m, &who).kind, "");
    arena_free(&a);
}

/* ------------------------------------------------------------------ documents */

static int
read_text(struct arena *a, const char *text, struct spam_rule *out)
{
    struct err e;
    json_t *j;

    return jsonx_load(a, text, strlen(text), 10000, &j, &e) || spam_rule_from_json(a, j, out, &e)
               ? -1
               : 0;
}

static void
documents(void **state)
{
    struct arena *a = arena_new();
    struct spam_rule rule, again;
    struct err e;

    (void)state;
    assert_int_equal(read_text(a, "{}", &rule), 0);
    assert_int_equal(rule.level, SPAM_L_moderately_low);
    assert_int_equal(rule.action[SPAM_K_graymail], SPAM_TAG);
    assert_true(rule.people && rule.domains && rule.gray[SPAM_G_newsletter]);
    assert_false(rule.gray[SPAM_G_forum]);
    assert_int_equal(
        read_text(a,
                  "{\"level\":\"highest\",\"tag\":\"x\",\"actions\":{\"spam\":\"tag\"},"
                  "\"graymail\":{\"forum\":true},\"people\":false,\"closeness\":"
                  "\"aggressive\"}",
                  &rule),
        0);
    assert_int_equal(rule.level, SPAM_L_highest);
    assert_int_equal(rule.close, SPAM_C_aggressive);
    assert_int_equal(rule.action[SPAM_K_spam], SPAM_TAG);
    assert_true(rule.gray[SPAM_G_forum] && rule.gray[SPAM_G_newsletter] && !rule.people);
    assert_int_equal(spam_rule_from_json(a, spam_rule_to_json(a, &rule), &again, &e), 0);
    assert_string_equal(jsonx_dump(a, spam_rule_to_json(a, &again), NULL),
                        jsonx_dump(a, spam_rule_to_json(a, &rule), NULL));
    assert_int_equal(read_text(a, "{\"level\":\"medium\"}", &rule), -1);
    assert_int_equal(read_text(a, "{\"level\":3}", &rule), -1);
    assert_int_equal(read_text(a, "{\"actions\":{\"spam\":\"reject\"}}", &rule), -1);
    assert_int_equal(read_text(a, "[]", &rule), -1);
    arena_free(&a);
}

/* ------------------------------------------------------------------ entries */

static void
entries(void **state)
{
    static const struct {
        enum spam_list list;
        const char *line;
        enum spam_problem problem;
        const char *value;
    } cases[] = {
        {SPAM_PERSON, " Taro ,, Yamada , CEO@Example.com  taro@x.example ", SPAM_FINE,
         "Taro,,Yamada,ceo@example.com taro@x.example"},
        {SPAM_PERSON, "太郎,,山田", SPAM_FINE, "太郎,,山田,"},
        {SPAM_PERSON, ",,Yamada,", SPAM_FINE, ",,Yamada,"},
        {SPAM_PERSON, ",,,a@b.example", SPAM_NO_NAME, ""},
        {SPAM_PERSON, "a@b.example", SPAM_NO_NAME, ""},
        {SPAM_PERSON, "Taro,,Yamada,nothing", SPAM_NO_ADDRESS, NULL},
        {SPAM_DOMAIN, "  EXAMPLE.com. ", SPAM_FINE, "example.com"},
        {SPAM_DOMAIN, "例え.jp", SPAM_FINE, "xn--r8jz45g.jp"},
        {SPAM_DOMAIN, "*.example.com", SPAM_NO_DOMAIN, ""}, /* exact domains only */
        {SPAM_DOMAIN, "/ex.*/", SPAM_NO_DOMAIN, ""},
        {SPAM_EXCEPTION, "example.net", SPAM_FINE, "example.net"},
        {SPAM_GRAYMAIL, "192.0.2.0/24", SPAM_FINE, "192.0.2.0/24"},
        {SPAM_GRAYMAIL, "192.0.2.1/24", SPAM_NO_NETWORK, ""},
    };
    struct arena *a = arena_new();

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *value, *again;
        assert_int_equal(spam_entry_parse(a, cases[i].list, cases[i].line, &value),
                         cases[i].problem);
        if (cases[i].value)
            assert_string_equal(value, cases[i].value);
        if (cases[i].problem != SPAM_FINE)
            continue;
        assert_int_equal(spam_entry_parse(a, cases[i].list, value, &again), SPAM_FINE);
        assert_string_equal(value, again);
    }
    arena_free(&a);
}

static void
files(void **state)
{
    static const char text[] = "\xef\xbb\xbf# people\r\nTaro,,Yamada,t@x.example\r\n\r\n"
                               "Hanako,M,Sato\nTaro,,Yamada,T@X.example\nbad\xff line,,,y\n";
    struct arena *a = arena_new();
    struct spam_line *lines;
    int n = spam_file_read(a, SPAM_PERSON, text, sizeof text - 1, &lines);
    struct spam_person p;

    (void)state;
    assert_int_equal(n, 4);
    assert_int_equal(lines[0].number, 2);
    assert_string_equal(lines[0].value, "Taro,,Yamada,t@x.example");
    assert_int_equal(lines[1].problem, SPAM_FINE);
    assert_int_equal(lines[2].problem, SPAM_TWICE);
    assert_int_equal(lines[3].problem, SPAM_NO_ADDRESS);
    spam_person_read(a, lines[1].value, &p);
    assert_string_equal(p.first, "Hanako");
    assert_string_equal(p.middle, "M");
    assert_string_equal(p.last, "Sato");
    assert_int_equal(p.naddresses, 0);
    arena_free(&a);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        {"F25 six levels: the same mail crosses the threshold as the level rises", levels, NULL,
         NULL, NULL},
        {"F25 a score at the threshold is spam, one below is not", score_at_threshold, NULL, NULL,
         NULL},
        {"F25 F26 each kind has its action, defaults are those of 9.2", actions, NULL, NULL, NULL},
        {"F25 what is only tagged hides nothing worse", tag_hides_nothing, NULL, NULL, NULL},
        {"F27 F28 findings by the lists of one organisation count only there", other_organisations,
         NULL, NULL, NULL},
        {"F27 an own address that its domain denies is impersonation", own_address_denied, NULL,
         NULL, NULL},
        {"F29 categories, exempt servers, approved senders", graymail, NULL, NULL, NULL},
        {"F25 documents are read strictly and written the same", documents, NULL, NULL, NULL},
        {"F27 F28 F29 entries have one normal form", entries, NULL, NULL, NULL},
        {"F27 files: remarks, repeats and mistakes", files, NULL, NULL, NULL},
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
