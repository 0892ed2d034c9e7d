/*
 * Expressions that a generator writes, each with a text that it should match: with filters the rules hit what they
 * hit without. The generator begins at the same number each time.
 */
#include <malloc.h>
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
#include "engine/rules/rules.h"
#include "engine/rules/scout.h"
#include "engine/rules/tree.h"

#define ROUNDS 10
#define EXPRESSIONS 120 /* of a kind, in a round */
#define PIECES 5

struct maker {
    struct arena *a;
    uint64_t seed;
    bool extended;
    int groups;
};

static unsigned
pick(struct maker *m, unsigned n)
{
    m->seed ^= m->seed << 13;
    m->seed ^= m->seed >> 7;
    m->seed ^= m->seed << 17;
    return (unsigned)(m->seed >> 20) % n;
}

static void
blank(struct maker *m, struct buf *re)
{
    static const char *const blanks[] = {" ", "  ", "\t", "(?\\#c)"};
    if (m->extended && pick(m, 3) == 0)
        buf_str(re, blanks[pick(m, 4)]);
    else if (pick(m, 40) == 0)
        buf_str(re, "(?\\#a)");
}

static void pieces(struct maker *m, struct buf *re, struct buf *text, int depth);

/* One of several, of which text gets one. */
static void
one_of(struct maker *m, struct buf *re, struct buf *text, int depth)
{
    unsigned n = pick(m, 3) ? 1 : 2 + pick(m, 3), taken = pick(m, n);
    for (unsigned i = 0; i < n; i++) {
        struct buf *unused = buf_new(m->a, 0);
        if (i)
            buf_char(re, '|');
        pieces(m, re, i == taken ? text : unused, depth - 1);
    }
}

static void
group(struct maker *m, struct buf *re, struct buf *text, int depth)
{
    static const char *const opens[] = {"(", "(?:", "(?i:", "(?>", "(?|", "(?^:", "(?s:"};
    unsigned kind = pick(m, 9);
    if (kind < 7)
        buf_str(re, opens[kind]);
    else
        buf_printf(re, kind == 7 ? "(?<g%d>" : "(?P<g%d>", m->groups++);
    blank(m, re);
    one_of(m, re, text, depth);
    buf_char(re, ')');
}

static void
set(struct maker *m, struct buf *re, struct buf *text)
{
    static const char *const sets[][2] = {
        {"[aA]", "a"},         {"[abc]", "b"},   {"[^x]", "k"},  {"[[:alpha:]]", "m"},
        {"[]a]", "]"},         {"[^]a]", "q"},   {"\\d", "4"},   {"\\w", "w"},
        {"\\S", "v"},          {".", "z"},       {"[a-e]", "d"}, {"[\\dx]", "7"},
        {"[\\x41-C]", "B"},    {"\\x4b", "K"},   {"\\.", "."},   {"[a-]", "-"},
        {"[[:digit:]_]", "_"}, {"\\x{61}", "a"}, {"\\D", "p"},   {"[k]", "k"}};
    unsigned i = pick(m, sizeof sets / sizeof *sets);
    buf_str(re, sets[i][0]);
    buf_str(text, sets[i][1]);
}

static void
nothing(struct maker *m, struct buf *re)
{
    static const char *const all[] = {"\\b", "\\B", "(?=.)", "(?!QQ)", "(?<!zzz)",  "(?<=)",
                                      "^",   "\\K", "(?i)",  "(?-i)",  "(?=zoom)?", "(?!zap|zip)"};
    buf_str(re, all[pick(m, sizeof all / sizeof *all)]);
}

/* false: no count may stand behind it. */
static bool
piece(struct maker *m, struct buf *re, struct buf *text, int depth)
{
    static const char letters[] = "abcdefghiKLM-_2";
    unsigned what = pick(m, 20);
    if (what < 11) {
        char c = letters[pick(m, sizeof letters - 1)];
        buf_char(re, c);
        buf_char(text, c);
    } else if (what < 14) {
        set(m, re, text);
    } else if (what < 19 && depth > 0) {
        group(m, re, text, depth);
    } else {
        nothing(m, re);
        return false;
    }
    return true;
}

/* Text gets the piece so often as the count allows. */
static void
pieces(struct maker *m, struct buf *re, struct buf *text, int depth)
{
    static const struct {
        const char *count;
        int least, most;
    } counts[] = {{"", 1, 1},    {"", 1, 1},   {"", 1, 1},    {"", 1, 1},      {"", 1, 1},
                  {"", 1, 1},    {"", 1, 1},   {"", 1, 1},    {"", 1, 1},      {"*", 0, 3},
                  {"+", 1, 3},   {"?", 0, 1},  {"{2}", 2, 2}, {"{0,2}", 0, 2}, {"{1,}", 1, 3},
                  {"*?", 0, 3},  {"+?", 1, 3}, {"??", 0, 1},  {"{,2}", 0, 2},  {"{3,4}?", 3, 4},
                  {"{0}", 0, 0}, {"?+", 0, 1}};
    unsigned n = 1 + pick(m, depth < 2 ? PIECES : 2 * PIECES);
    for (unsigned i = 0; i < n; i++) {
        struct buf *once = buf_new(m->a, 0);
        unsigned k = pick(m, sizeof counts / sizeof *counts);
        blank(m, re);
        if (!piece(m, re, once, depth))
            k = 0;
        blank(m, re);
        buf_str(re, counts[k].count);
        int times =
            counts[k].least + (int)pick(m, (unsigned)(counts[k].most - counts[k].least) + 1);
        for (int t = 0; t < times; t++)
            buf_add(text, once->data, once->len);
    }
}

static void
add_rule(struct maker *m, struct buf *rules, struct buf *texts, const char *kind, int number)
{
    static const char *const flags[] = {"", "i", "x", "xi", "s", "m", "ix", "xs"};
    struct buf *re = buf_new(m->a, 0), *text = buf_new(m->a, 0);
    const char *flag = flags[pick(m, 8)];
    m->extended = strchr(flag, 'x') != NULL;
    m->groups = 0;
    one_of(m, re, text, 2);
    if (re->len > 2000 || text->len > 300)
        return;
    buf_printf(rules, "%s R%d %s/%s/%s\nscore R%d 1\n", kind, number,
               strncmp(kind, "header", 6) == 0 ? "Subject =~ " : "", buf_cstr(re), flag, number);
    if (strcmp(kind, "header") == 0 && pick(m, 4)) /* one line for all */
        return;
    buf_str(texts, buf_cstr(text));
    buf_str(texts, strcmp(kind, "header") == 0 ? " " : pick(m, 3) ? "\n\n" : " ");
}

static struct rules_result
hits(struct arena *a, const char *rules, const char *mail, int how, struct ruleset **set)
{
    struct rules_result r;
    *set = rules_from_text(rules, strlen(rules), how);
    rules_check(*set, a, NULL, mail, strlen(mail), &r);
    return r;
}

static int
compare(struct arena *a, const char *rules, const char *mail, int *hit)
{
    struct ruleset *set, *plain;
    struct rules_result with = hits(a, rules, mail, 0, &set),
                        without = hits(a, rules, mail, RULES_PLAIN, &plain);
    int lost = 0;
    for (int i = 0; i < rules_count(set); i++) {
        struct rule_facts f = rules_facts(set, i);
        bool one = with.hits[i] > 0, other = without.hits[i] > 0;
        *hit += other;
        if (one == other || (one ? without : with).given_up || with.late || without.late)
            continue;
        lost++;
        fprintf(stderr, "%s at line %d: %d, without filters %d\n", f.name, f.line, one, other);
        const char *line = rules;
        for (int k = 1; k < f.line; k++)
            line = strchr(line, '\n') + 1;
        fprintf(stderr, "    %.*s\n", (int)strcspn(line, "\n"), line);
    }
    rules_free(&set);
    rules_free(&plain);
    return lost;
}

static void
no_hit_is_lost(void **state)
{
    struct maker m = {.seed = 88172645463325252ull};
    const char *more = getenv("RULES_ROUNDS");
    int rounds = more ? atoi(more) : ROUNDS, lost = 0, hit = 0;
    (void)state;
    if (getenv("RULES_SEED"))
        m.seed = strtoull(getenv("RULES_SEED"), NULL, 10);
    for (int i = 0; i < rounds; i++) {
        static const char *const kinds[] = {"body", "rawbody", "header", "full"};
        m.a = arena_new();
        struct buf *rules = buf_new(m.a, 0), *body = buf_new(m.a, 0), *subject = buf_new(m.a, 0);
        for (int k = 0; k < EXPRESSIONS * 4; k++)
            add_rule(&m, rules, k % 4 == 2 ? subject : body, kinds[k % 4], k);
        const char *mail = arena_printf(m.a, "From: a@example.com\nSubject: %s\n\n%s\n",
                                        buf_cstr(subject), buf_cstr(body));
        lost += compare(m.a, buf_cstr(rules), mail, &hit);
        arena_free(&m.a);
    }
    assert_int_equal(lost, 0);
    assert_true(hit > rounds * EXPRESSIONS);
}

static size_t
allocated(void)
{
    struct mallinfo2 m = mallinfo2();
    return m.uordblks + m.hblkhd;
}

/* "a[ab]{60}z" leads to a new state with each byte of a's and b's; of all the others each state has a node. */
static const char *
many_nodes(struct arena *a)
{
    struct buf *b = buf_new(a, 0);
    buf_str(b, "a[ab]{60}z");
    for (int i = 0; i < 2000; i++)
        buf_str(b, "|a[ab]*c");
    return buf_cstr(b);
}

/* What is kept of texts is little also where states are large, and a text that matches is let through. */
static void
scouts_keep_little(void **state)
{
    enum { BYTES = 900 };
    struct arena *a = arena_new();
    struct maker m = {.a = a, .seed = 88172645463325252ull};
    struct regex_text expression = {.pattern = many_nodes(a), .flags = ""};
    struct scout *s = scout_new(a, tree_of(a, &expression), 1);
    char *text = arena_alloc(a, BYTES);
    size_t before = allocated(), most = before;
    (void)state;
    assert_non_null(s);
    for (int round = 0; round < 200; round++) {
        for (int i = 0; i < BYTES; i++)
            text[i] = (char)('a' + pick(&m, 2));
        (void)scout_run(s, text, BYTES);
        most = allocated() > most ? allocated() : most;
    }
#if !defined(__SANITIZE_ADDRESS__) /* its allocator counts nothing */
    assert_true(most > before + 10000 && most < before + 2000000);
#endif
    text[BYTES - 62] = 'a';
    text[BYTES - 1] = 'z';
    assert_true(scout_run(s, text, BYTES));
    arena_free(&a);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(no_hit_is_lost),
                                       cmocka_unit_test(scouts_keep_little)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
