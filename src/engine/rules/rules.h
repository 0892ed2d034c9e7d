/*
 * Rules in SpamAssassin's language: read from folders of .cf files, compiled, and run on messages.
 *
 * A set is made before the sandbox closes (rules_load() opens files, compiles machine code) and never
 * changes afterwards, so processes that are forked share it. rules_check() opens nothing and may be called
 * in the sandbox; it has limits in everything, time included.
 *
 * Of the four scores that a rule may have, the third is taken (RULES_SCORE_SET): the gateway has
 * statistics of its own, as those scores assume, and asks no network while rules run.
 */
#ifndef SEKISHO_RULES_H
#define SEKISHO_RULES_H

#include <stdbool.h>
#include <stddef.h>

struct arena;
struct envelope;
struct ruleset;

#define RULES_SCORE_SET 2
#define RULES_SCORE_MOST 1000 /* as much as the standard test text for spam has; more is an error of the file */
/* Added to the score set: */
#define RULES_ALL 4 /* also rules that no rule with a score needs are run */
#define RULES_PLAIN \
    8 /* no filter, no short cut: each expression is asked. For tests that compare */
#define RULES_MS 3000 /* of processor time for one message; then the rest of the rules is left out */

/* folders: with colons between. how: the score set, and more (above). A folder that is not there is no error. NULL: there are folders, but none
 * could be read. */
struct ruleset *rules_load(const char *folders, int how);
/* For tests and fuzzing: the text of one file. */
struct ruleset *rules_from_text(const char *text, size_t n, int how);
void rules_free(struct ruleset **set);

struct rules_result {
    /* By number of the rule: 0 = not, else how often, or a meta's value. Without RULES_ALL those of sub-rules
     * are true only where they were needed. */
    double *hits;
    bool late;    /* time was over */
    int given_up; /* expressions that reached their limit */
};
/* env may be NULL. */
void rules_check(const struct ruleset *set, struct arena *a, const struct envelope *env,
                 const char *raw, size_t n, struct rules_result *out);

/* ---- what is in it: by number, 0 to rules_count() - 1 */

struct rule_facts {
    const char *name, *describe; /* describe: "" = not described */
    const char *kind;            /* "header", "meta" ... ; "" = only named */
    const char *file;
    int line;
    double score;
    bool scored;       /* a line "score" says so; else it is the usual one */
    bool sub;          /* "__NAME": for other rules only, never a finding */
    bool needless;     /* such a one that no rule with a score needs: it is not run */
    bool runs;         /* it can hit */
    const char *lacks; /* why it cannot; "" = nothing */
};
int rules_count(const struct ruleset *set);
struct rule_facts rules_facts(const struct ruleset *set, int i);

struct rules_problem {
    int severity; /* 2: not correct; 1: a rule that cannot be run here; 0: a setting without effect */
    const char *file;
    int line;
    const char *what, *cause;
};
int rules_problems(const struct ruleset *set);
struct rules_problem rules_problem(const struct ruleset *set, int i);

struct rules_totals {
    int files, lines, rules, running, needless, errors, lacking, unused, skipped_conditions,
        other_languages;
    int filtered, unfiltered; /* expressions behind the prefilter, and those that always run */
    size_t bytes;             /* of compiled expressions and filters */
};
struct rules_totals rules_totals(const struct ruleset *set);

#endif
