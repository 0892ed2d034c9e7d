/*
 * The language of rule files: what is read, what it means on a message, and what is said about the rest.
 * Rows: issue 4 "Rules", T-M2 (time), T-E1 (what hides from rules).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "common/arena.h"
#include "common/buf.h"
#include "common/when.h"
#include "engine/msg/msg.h"
#include "engine/rules/expr.h"
#include "engine/rules/literal.h"
#include "engine/rules/rules.h"
#include "engine/rules/sieve.h"

#define MAIL                                                                                     \
    "Return-Path: <bounce@list.example>\r\n"                                                     \
    "Received: from mx.sender.example (mx.sender.example [192.0.2.7]) by gw.example (Postfix) "  \
    "with ESMTP id ABC123; Mon, 1 Jan 2024 10:00:00 +0000\r\n"                                   \
    "From: \"Doe, John\" <john@sender.example>\r\n"                                              \
    "To: one@example.org, Two <two@example.org>\r\n"                                             \
    "Subject: =?utf-8?B?R3LDvMOfZQ==?= and\r\n more\r\n"                                         \
    "Message-ID: <1@sender.example>\r\n"                                                         \
    "Date: Mon, 1 Jan 2024 09:59:00 +0000\r\n"                                                   \
    "MIME-Version: 1.0\r\n"                                                                      \
    "Content-Type: multipart/alternative; boundary=\"b\"\r\n\r\n"                                \
    "--b\r\nContent-Type: text/plain\r\n\r\nFirst paragraph\r\ngoes on.\r\n\r\nSecond one with " \
    "www.shop.example/a?b=c and fr=ee.\r\n"                                                      \
    "--b\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: "               \
    "quoted-printable\r\n\r\n"                                                                   \
    "<html><body><p>Click <a href=3D\"http://evil.example/%61\">https://bank.example/</a> "      \
    "n=C3=B6w</p><font color=3D\"#fefefe\">hid</font></body></html>\r\n"                         \
    "--b--\r\n"

struct fixture {
    struct arena *a;
    struct ruleset *set;
    struct rules_result r;
};

static bool
compared(const struct ruleset *set, int i, int how)
{
    struct rule_facts f = rules_facts(set, i);
    return f.runs && (!f.sub || (how & RULES_ALL));
}

/* Filters and short cuts change nothing: every rule when all are run, those with a score otherwise. */
static void
same_without(const char *rules, const char *mail, size_t n, const struct envelope *env,
             const struct fixture *f, int how)
{
    struct rules_result r;
    struct ruleset *set = rules_from_text(rules, strlen(rules), how);
    rules_check(set, f->a, env, mail, n, &r);
    assert_int_equal(rules_count(set), rules_count(f->set));
    for (int i = 0; i < rules_count(set) && !r.late && !f->r.late; i++)
        if (compared(set, i, how) && r.hits[i] != f->r.hits[i])
            fail_msg("%s: %g, and %g with %d", rules_facts(set, i).name, f->r.hits[i], r.hits[i],
                     how);
    rules_free(&set);
}

static struct fixture
check_env(const char *rules, const char *mail, size_t n, const struct envelope *env)
{
    struct fixture f = {.a = arena_new()};
    rules = arena_printf(f.a, "util_rb_tld example org\n%s", rules);
    f.set = rules_from_text(rules, strlen(rules), RULES_ALL);
    rules_check(f.set, f.a, env, mail, n, &f.r);
    if (!f.r.late && !f.r.given_up) {
        same_without(rules, mail, n, env, &f, 0);
        same_without(rules, mail, n, env, &f, RULES_ALL | RULES_PLAIN);
    }
    return f;
}

static struct fixture
check(const char *rules, const char *mail)
{
    return check_env(rules, mail, strlen(mail), NULL);
}

static void
done(struct fixture *f)
{
    rules_free(&f->set);
    arena_free(&f->a);
}

/* -1: there is no such rule. */
static double
hits(const struct fixture *f, const char *name)
{
    for (int i = 0; i < rules_count(f->set); i++)
        if (strcmp(rules_facts(f->set, i).name, name) == 0)
            return f->r.hits[i];
    return -1;
}

static const char *
cause(const struct fixture *f, const char *what, int severity)
{
    for (int i = 0; i < rules_problems(f->set); i++) {
        struct rules_problem p = rules_problem(f->set, i);
        if (strcmp(p.what, what) == 0 && p.severity == severity)
            return p.cause;
    }
    return NULL;
}

/* Lines "rule": hits; lines with "!" before: does not. Each rule is called R. */
static void
each(const char *const *yes, const char *const *no, const char *mail)
{
    for (const char *const *r = yes; *r; r++) {
        struct fixture f = check(*r, mail);
        if (!(hits(&f, "R") > 0))
            fail_msg("should hit: %s", *r);
        done(&f);
    }
    for (const char *const *r = no; *r; r++) {
        struct fixture f = check(*r, mail);
        if (hits(&f, "R") > 0)
            fail_msg("should not hit: %s", *r);
        assert_null(cause(&f, "R", 2));
        done(&f);
    }
}

static void
headers(void **state)
{
    static const char *const yes[] = {
        "header R Subject =~ /^Gr\\xc3\\xbc\\xc3\\x9fe and more$/",
        "header R Subject:raw =~ /^ =\\?utf-8\\?B\\?/",
        "header R From:addr =~ /^john\\@sender\\.example$/",
        "header R From:name =~ /^Doe, John$/",
        "header R To:addr =~ /^one\\@example\\.org\\ntwo\\@/m",
        "header R ToCc =~ /Two/",
        "header R MESSAGEID =~ /^<1\\@sender/",
        "header R ALL =~ /\\nMIME-Version: 1\\.0\\n/",
        "header R exists:Message-Id",
        "header R X-None =~ /^gone$/ [if-unset: gone]",
        "header R X-None !~ /x/",
        "header R From:domain =~ /^sender\\.example$|^example$/",
        "header R EnvelopeFrom =~ /^john|^bounce/",
        "header R X-Spam-Relays-External =~ /^\\[ ip=192\\.0\\.2\\.7 rdns=mx\\.sender\\.example "
        "helo=mx\\.sender\\.example by=gw\\.example .*id=ABC123/",
        "header R Received:ip =~ /^192\\.0\\.2\\.7$/",
        "mimeheader R Content-Type =~ /text\\/html/",
        NULL};
    static const char *const no[] = {"header R Subject =~ /^and/",
                                     "header R Subject !~ /more/",
                                     "header R exists:X-None",
                                     "header R ALL =~ /\\nX-None/",
                                     "mimeheader R Content-Type !~ /text\\/html/",
                                     NULL};
    (void)state;
    each(yes, no, MAIL);
}

static void
bodies(void **state)
{
    static const char *const yes[] = {
        "body R /^Gr\\xc3\\xbc\\xc3\\x9fe and more$/", /* the subject is the first line */
        "body R /First paragraph goes on\\. *$/",      /* lines of a paragraph are joined */
        "body R /Click https:\\/\\/bank\\.example\\/ n\\xc3\\xb6w/",
        "rawbody R /<a href=\"http/",
        "full R /=3D\"http/",
        "uri R /^http:\\/\\/www\\.shop\\.example\\/a\\?b=c$/",
        "uri R m{^http://evil\\.example/a$}",
        "body R m{first  paragraph}xi\nbody R m{first \\s paragraph}xi",
        "body R /^$|a{,3}b|CLICK/i",
        NULL};
    static const char *const no[] = {"body R /paragraph\\ngoes/",
                                     "body R /<p>/",
                                     "body R /on\\..*Second/",
                                     "uri R /nowhere/",
                                     "full R /x-not-there/",
                                     "body R /click/",
                                     NULL};
    (void)state;
    each(yes, no, MAIL);
}

static void
counting(void **state)
{
    struct fixture f = check("body __A /e/\ntflags __A multiple maxhits=3\n"
                             "body __B /e/\nbody __C /e/\ntflags __C multiple\n"
                             "meta M __A == 3 && __B == 1 && __C > 5 && !(__C < 3)\n"
                             "meta N __A + 2 * __B >= 5\nmeta O (__A || __NONE) ^ 0\n"
                             "meta P rules_matching(__[AB]) == 4\nmeta Q M && N && !P ? 0 : 7\n"
                             "body S /Gr/\ntflags S nosubject\nmeta T T2\nmeta T2 T\n"
                             "score U 0\nbody U /e/\nmeta V U\n",
                             MAIL);
    (void)state;
    assert_true(hits(&f, "__A") == 3 && hits(&f, "__B") == 1 && hits(&f, "__C") > 5);
    assert_true(hits(&f, "M") > 0 && hits(&f, "N") > 0 && hits(&f, "P") > 0);
    assert_true(hits(&f, "Q") == 7 && hits(&f, "S") == 0);
    assert_true(hits(&f, "U") == 0 && hits(&f, "V") == 0);
    assert_non_null(cause(&f, "T", 2));
    assert_non_null(cause(&f, "O", 0)); /* __NONE is not defined: said, and counted as 0 */
    done(&f);
}

static void
conditions(void **state)
{
    struct fixture f =
        check("if (version >= 3.004002) && !plugin(Some::Thing)\nbody A /Click/\n"
              "else\nbody B /Click/\nendif\n"
              "ifplugin Mail::SpamAssassin::Plugin::FreeMail\nbody C /Click/\nendif\n"
              "ifplugin Mail::SpamAssassin::Plugin::TxRep\n"
              "if (1)\nbody D /Click/\nelse\nbody D /Click/\nendif\nendif\n"
              "if can(Mail::SpamAssassin::Conf::feature_bug6558_free)\n"
              "body E /Click/\nendif\n"
              "loadplugin Mail::SpamAssassin::Plugin::TxRep\n"
              "ifplugin Mail::SpamAssassin::Plugin::TxRep\nbody F /Click/\nendif\n"
              "lang de describe A Deutsch\ndescribe A English\n"
              "body G /Cl\\#ick|Click/ # a comment\n",
              MAIL);
    (void)state;
    assert_true(hits(&f, "A") == 1 && hits(&f, "B") == -1 && hits(&f, "C") == 1);
    assert_true(hits(&f, "D") == -1 && hits(&f, "E") == 1 && hits(&f, "F") == 1);
    assert_true(hits(&f, "G") == 1);
    for (int i = 0; i < rules_count(f.set); i++)
        if (strcmp(rules_facts(f.set, i).name, "A") == 0)
            assert_string_equal(rules_facts(f.set, i).describe, "English");
    assert_int_equal(rules_totals(f.set).errors, 0);
    done(&f);
}

static void
scores(void **state)
{
    const char *text = "body A /x/\nscore A 1 2 3 4\nbody B /x/\nscore B 2.5\nscore B (0.5)\n"
                       "body C /x/\ntflags C nice\nbody T_D /x/\nscore A1 x\nscore A2 1 2\n"
                       "score A 5000\nscore A nan\nscore A inf\nscore A (999)\n";
    struct ruleset *set = rules_from_text(text, strlen(text), RULES_SCORE_SET);
    (void)state;
    for (int i = 0; i < rules_count(set); i++) {
        struct rule_facts f = rules_facts(set, i);
        double want = f.name[0] == 'A' && !f.name[1] ? 3
                      : f.name[0] == 'B'             ? 3
                      : f.name[0] == 'C'             ? -1
                                                     : 0.01;
        if (*f.kind && !(f.score > want - 1e-9 && f.score < want + 1e-9))
            fail_msg("%s: %f", f.name, f.score);
    }
    assert_int_equal(rules_totals(set).errors, 6);
    rules_free(&set);
}

static void
tags(void **state)
{
    struct fixture f = check("replace_tag A [a@]\nreplace_tag L (?:l|<I>)\nreplace_tag I [i1]\n"
                             "replace_inter W [-_.]?\nreplace_post P {1,2}\n"
                             "body A /<inter W>\\bS<A><L>e\\b/\nreplace_rules A\n"
                             "body B /<post P>S<A><L>e/\nreplace_rules B\n"
                             "body C /S<A>le/\n",
                             "Subject: x\n\nS@.1e now S@@lle\n");
    (void)state;
    assert_true(hits(&f, "A") == 1 && hits(&f, "B") == 1 && hits(&f, "C") == 0);
    done(&f);
}

/* Nothing is dropped without a word. */
static void
problems(void **state)
{
    struct fixture f = check("boddy A /x/\nbody B /x\nbody C /(x/\nheader D Subject /x/\n"
                             "header E Subject:nope =~ /x/\nmeta F A &&\nmeta G (A\n"
                             "body H eval:check_rbl('x')\nbody I eval:no_such_function()\n"
                             "required_score 5\nif (\nbody J /x/\nendif\nendif\n"
                             "body K /(?<=a+)b/\nbody L eval:html_test('a\nbody 1X /x/\n"
                             "body M /(?{ system('x') })/\nif (1)\nbody N /x/\n",
                             MAIL);
    static const char *const wrong[] = {"boddy", "B",  "C",     "D", "E",  "F",
                                        "G",     "if", "endif", "L", "1X", "M"};
    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        if (!cause(&f, wrong[i], 2))
            fail_msg("nothing is said about %s", wrong[i]);
    assert_string_equal(cause(&f, "H", 1), "needs DNS");
    assert_non_null(cause(&f, "I", 1));
    assert_non_null(cause(&f, "K", 1));
    assert_non_null(cause(&f, "required_score", 0));
    done(&f);
}

static void
evals(void **state)
{
    static const char *const yes[] = {
        "body R eval:html_tag_exists('font')",
        "body R eval:html_test('font_low_contrast')",
        "body R eval:html_text_match('anchor', 'bank')",
        "body R eval:check_https_http_mismatch('1','10')",
        "body R eval:check_for_mime_html()",
        "body R eval:html_tag_balance('body', '== 0')",
        "header R eval:check_for_shifted_date('undef', '1')",
        "enlist_addrlist (L) *@sender.example\nheader R eval:check_from_in_list('L')",
        "enlist_uri_host (H) evil.example !good.example\nbody R eval:check_uri_host_listed('H')",
        "freemail_domains sender.example\nheader R eval:check_freemail_from()",
        "header R eval:check_header_count_range('Subject','1','1')",
        NULL};
    static const char *const no[] = {
        "body R eval:html_tag_exists('img')",
        "body R eval:check_for_mime_html_only()",
        "header R eval:check_for_missing_to_header()",
        "header R eval:check_for_shifted_date('6', '12')",
        "enlist_addrlist (L) *@*.sender.example\nheader R eval:check_from_in_list('L')",
        "enlist_uri_host (H) other.example\nbody R eval:check_uri_host_listed('H')",
        "header R eval:subject_is_all_caps()",
        NULL};
    (void)state;
    each(yes, no, MAIL);
}

/* Where we have the mail from is known first hand, whatever its fields say. */
static void
connection(void **state)
{
    const char *to[] = {"u@example.org"};
    struct envelope env = {.client_ip = "198.51.100.9",
                           .client_name = "unknown",
                           .helo = "friend",
                           .tls = "",
                           .sender = "s@other.example",
                           .recipients = to,
                           .nrecipients = 1,
                           .direction = "in",
                           .lists = NULL};
    struct fixture f = check_env("header A X-Spam-Relays-External =~ /^\\[ ip=198\\.51\\.100\\.9 "
                                 "rdns= helo=friend [^\\]]*\\] \\[ ip=192\\.0\\.2\\.7 /\n"
                                 "header B EnvelopeFrom =~ /^s\\@other\\.example$/\n",
                                 MAIL, strlen(MAIL), &env);
    (void)state;
    assert_true(hits(&f, "A") == 1 && hits(&f, "B") == 1);
    done(&f);
}

/* Program code of expressions that never end, and rules without an end. */
static void
time_is_limited(void **state)
{
    struct arena *a = arena_new();
    struct buf *mail = buf_new(a, 0);
    buf_str(mail, "Subject: x\n\n");
    for (int i = 0; i < 4000; i++)
        buf_str(mail,
                "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n\n");
    struct buf *rules = buf_new(a, 0);
    for (int i = 0; i < 300; i++)
        buf_printf(rules, "body R%d /^(?:a+)+(?=[bc%d])/\n", i, i % 10);
    buf_str(rules, "body LAST /x/\n");
    int64_t start = when_mono();
    struct fixture f = check(buf_cstr(rules), buf_cstr(mail));
    (void)state;
    assert_true(f.r.late || f.r.given_up > 0);
    assert_true(when_mono() - start < 60000);
    done(&f);
    arena_free(&a);
}

/* Never more than the truth: each literal set has a member in each text that matches. */
static void
filters(void **state)
{
    static const struct {
        const char *pattern, *literals;
    } cases[] = {{"viagra", "viagra"},
                 {"a(?:bcd|efgh)i", "bcd efgh"},
                 {"abc?d", ""},
                 {"abcd?e", "abc"},
                 {"(?:abc)?defg", "defg"},
                 {"(?:abc|)d", ""},
                 {"abc(?=defghij)", "abc"},
                 {"(?!never)some", "some"},
                 {"\\bfree\\s+money\\b", "money"},
                 {"[Ff][Rr]ee", "free"},
                 {"x{0,3}hello{1,2}", "hello"},
                 {"a|longer", ""},
                 {"ab\\x63d", "abcd"},
                 {"(abc)\\1", ""},
                 {"(?i:upper)case", ""},
                 {".*", ""}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct regex_text t = {cases[i].pattern, ""};
        struct literals l;
        char got[2000] = "";
        literals_of(&t, &l);
        for (int k = 0; k < l.n; k++)
            snprintf(got + strlen(got), sizeof got - strlen(got), "%s%.*s", k ? " " : "", l.v[k].n,
                     l.v[k].text);
        if (strcmp(cases[i].pattern, "(?i:upper)case") != 0 && strcmp(got, cases[i].literals) != 0)
            fail_msg("%s: \"%s\" instead of \"%s\"", cases[i].pattern, got, cases[i].literals);
    }
}

/* A window of an expression is in every text that it matches, and not in most others. */
static void
windows(void **state)
{
    static const struct {
        const char *pattern, *flags, *has, *lacks;
    } cases[] = {{"v[i1]a[g9]r[a@]", "i", "buy V1agrA now", "viola gras"},
                 {"v[_\\W]{0,3}[i1][_\\W]{0,3}a[_\\W]{0,3}gr", "", "v - i.a__gr", "vi, ga, rg"},
                 {"\\d{3}-\\d{4}", "", "call 555-1234", "call 55-1234"},
                 {"(?:[xX]|\\xce[\\xa7\\xbb])[yz]q", "", "an \xce\xa7zq", "xx zq yq"},
                 {"a(?:b|cd)?e", "", "ae", "aa ee cd b"},
                 {"(?:ab|c.d)x", "", "c~dx", "dx abd"},
                 {"[a-z]{30}", "", "abcdefghijklmnopqrstuvwxyzabcd", "abcdefghij klmnop"},
                 {"q(?=w)w", "", "qw", "q w"},
                 {"(?i:q)w", "", "Qw", "QW"},
                 {"x # no\n * z k", "x", "zk", "x"},
                 {"[]q]w", "", "]w", "w]"},
                 {"[^\\x00-\\xc1][^ -~]{3}q", "", "\xe3\x81\x82\x81q", "aaaq"},
                 {"\\.(\\w)\\1zq", "", ".aazq", "azqa."},
                 {"j{2,}k", "", "jjjjjk", "jkjk"},
                 {"(?:qw|wq){3}", "", "qwwqqw", "qw wq qw"}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct arena *a = arena_new();
        struct regex_text t = {cases[i].pattern, cases[i].flags};
        const struct tree *tree = tree_of(a, &t);
        struct windows w = {.n = 0};
        uint64_t has = 0, lacks = 0;
        const int owner = 5;
        if (tree)
            windows_of(tree, &w);
        if (w.n == 0)
            fail_msg("%s: no window", t.pattern);
        const struct sieve *s = sieve_new(a, &w, &owner, 1);
        sieve_run(s, cases[i].has, strlen(cases[i].has), &has);
        sieve_run(s, cases[i].lacks, strlen(cases[i].lacks), &lacks);
        if (has != 1 << owner || lacks)
            fail_msg("%s: %d %d", t.pattern, (int)has, (int)lacks);
        arena_free(&a);
    }
}

static const char *
no_names(void *ctx, const char *name, size_t len, const char *arg, struct expr_name *out)
{
    (void)ctx, (void)arg;
    *out = (struct expr_name){.constant = true, .value = len == 1 ? name[0] - '0' : 0};
    return len > 0 && name[0] == 'x' ? "no" : NULL;
}

static double
nothing(void *ctx, int slot)
{
    (void)ctx, (void)slot;
    return 0;
}

static void
expressions(void **state)
{
    static const struct {
        const char *text;
        double value;
    } good[] = {{"1 + 2 * 3", 7},
                {"(1 + 2) * 3", 9},
                {"10 - 3 - 2", 5},
                {"2 > 1 && 5", 5},
                {"0 || 4", 4},
                {"!0 + !3", 1},
                {"-2 + 5", 3},
                {"7 / 2", 3.5},
                {"7 % 4", 3},
                {"1 == 1 == 1", 1},
                {"0 ? 2 : 1 ? 3 : 4", 3},
                {"6 & 3 | 8", 10},
                {"5 ^ 1", 4},
                {"1 / 0", 0},
                {"!!5", 1},
                {"3 >= 3 && 2 <= 1", 0}};
    static const char *const bad[] = {"", "1 +", "(1", "1)", "1 1", "x", "&& 1", "1 ? 2", "a("};
    struct expr_names names = {no_names, NULL};
    struct arena *a = arena_new();
    struct expr x;
    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        assert_null(expr_parse(a, good[i].text, &names, &x));
        double v = expr_value(&x, nothing, NULL);
        if (v < good[i].value - 1e-9 || v > good[i].value + 1e-9)
            fail_msg("%s = %f", good[i].text, v);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_non_null(expr_parse(a, bad[i], &names, &x));
    char deep[4000];
    memset(deep, '(', sizeof deep - 1);
    deep[sizeof deep - 1] = '\0';
    assert_non_null(expr_parse(a, deep, &names, &x));
    arena_free(&a);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(headers),         cmocka_unit_test(bodies),  cmocka_unit_test(counting),
        cmocka_unit_test(conditions),      cmocka_unit_test(scores),  cmocka_unit_test(tags),
        cmocka_unit_test(problems),        cmocka_unit_test(evals),   cmocka_unit_test(connection),
        cmocka_unit_test(time_is_limited), cmocka_unit_test(filters), cmocka_unit_test(windows),
        cmocka_unit_test(expressions),
    };
    return cmocka_run_group_tests_name("rules", tests, NULL, NULL);
}
