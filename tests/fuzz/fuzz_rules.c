/*
 * A rule file: whatever stands in it, it is read, compiled and run on a small mail within its limits, and
 * each line becomes something (a rule, a setting, a problem). Filters and short cuts change no hit.
 */
#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "common/arena.h"
#include "common/err.h"
#include "engine/rules/rules.h"

int LLVMFuzzerTestOneInput(const unsigned char *p, size_t n);

static const char mail[] =
    "From: \"A\" <a@example.com>\nTo: b@example.org\nSubject: Hello <you>\n"
    "Received: from x (y [192.0.2.1]) by z with SMTP id 1; 1 Jan 2024 00:00:00 +0000\n"
    "Content-Type: text/html\n\n<p>Some <a href='http://www.example.com/'>text"
    "</a> viagra 100% free</p>\n";

static void
run(struct arena *a, const unsigned char *p, size_t n, int how, struct ruleset **set,
    struct rules_result *r)
{
    *set = rules_from_text((const char *)p, n, how);
    rules_check(*set, a, NULL, mail, sizeof mail - 1, r);
}

static bool
compared(const struct ruleset *set, int i, int how)
{
    struct rule_facts f = rules_facts(set, i);
    return f.runs && (!f.sub || (how & RULES_ALL));
}

static void
same_without(struct arena *a, const unsigned char *p, size_t n, int how, const struct ruleset *all,
             const struct rules_result *r)
{
    struct ruleset *set;
    struct rules_result other;
    run(a, p, n, how, &set, &other);
    bool limits = r->late || r->given_up || other.late || other.given_up;
    for (int i = 0; i < rules_count(set) && !limits; i++)
        BUG_IF(compared(set, i, how) && fabs(other.hits[i] - r->hits[i]) > 0);
    BUG_IF(rules_count(set) != rules_count(all));
    rules_free(&set);
}

int
LLVMFuzzerTestOneInput(const unsigned char *p, size_t n)
{
    struct arena *a;
    struct ruleset *set;
    struct rules_result r;
    if (n > 20000)
        return 0;
    /* files of the machine are not the input's business */
    if (memmem(p, n, "nclude", 6) || memmem(p, n, "NCLUDE", 6))
        return 0;
    a = arena_new();
    run(a, p, n, RULES_ALL, &set, &r);
    same_without(a, p, n, RULES_ALL | RULES_PLAIN, set, &r);
    same_without(a, p, n, 0, set, &r);
    struct rules_totals t = rules_totals(set);
    BUG_IF(t.running > t.rules || t.lines > (int)n + 1);
    for (int i = 0; i < rules_count(set); i++)
        BUG_IF(r.hits[i] < 0 || (!rules_facts(set, i).runs && r.hits[i] > 0));
    for (int i = 0; i < rules_problems(set); i++)
        BUG_IF(!*rules_problem(set, i).cause);
    rules_free(&set);
    arena_free(&a);
    return 0;
}
