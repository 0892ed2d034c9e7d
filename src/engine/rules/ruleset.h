/*
 * A set of rules as it was read and compiled: shared by parser, compiler and runner, and by nobody else
 * (rules.h is for the others). Lives in one arena; nothing of it changes once it is compiled.
 */
#ifndef SEKISHO_RULESET_H
#define SEKISHO_RULESET_H

#include <stdbool.h>
#include <stddef.h>

#include "expr.h"
#include "names.h"
#include "regex.h"

struct arena;
struct eval;
struct group;
struct hs_scratch;
struct scout;

#define RULES_NAME 100   /* bytes of a rule's name */
#define RULES_ARGS 16    /* of an eval test */
#define RULES_MAX 50000  /* rules */
#define RULES_LINE 65536 /* bytes */

enum rule_kind {
    RULE_NONE, /* only described or scored so far */
    RULE_HEADER,
    RULE_MIMEHEADER,
    RULE_BODY,
    RULE_RAWBODY,
    RULE_FULL,
    RULE_URI,
    RULE_META,
    RULE_EVAL,
    RULE_KINDS
};

struct rule {
    const char *name, *describe;
    enum rule_kind kind;
    const char *file; /* where it is defined */
    int line;
    int index; /* in ruleset.rules: its slot in expressions */
    double score;
    bool scored, off; /* off: not to be run at all */
    bool needless;    /* nothing that counts depends on it: not to be run either */
    bool unset_hits;  /* header: whether it hits a message without the field */
    bool filtered;    /* behind its group's filter */
    bool later;       /* is asked only when a meta needs it */
    bool multiple, nice, net, nosubject, concat;
    int maxhits; /* 0: no limit */
    int from_part, to_part;
    const char *lacks; /* why it cannot be run; NULL: it can */
    /* with an expression */
    const char *header; /* as requested, "Subject:raw" */
    bool negated, exists, replace;
    const char *if_unset;
    struct regex_text text;
    struct regex *re;
    struct scout *scout; /* goes ahead of it; NULL: nobody */
    /* meta */
    const char *expression;
    struct expr meta;
    /* eval */
    const struct eval *eval;
    const char *eval_name;
    const char *args[RULES_ARGS];
    int nargs;
    const void *prepared; /* by the eval test, of its arguments */
};

enum problem_kind {
    PROBLEM_ERROR, /* not the language, or not correct in it */
    PROBLEM_LACK,  /* a rule that needs what we lack */
    PROBLEM_UNUSED /* a setting that has no meaning here */
};

struct problem {
    enum problem_kind kind;
    const char *file;
    int line;
    const char *what;  /* the rule's name, or the setting's */
    const char *cause; /* a sentence */
};

/* `enlist_addrlist (NAME) pattern...`, `welcomelist_to` and the like: patterns of addresses by list. */
struct patterns {
    const char **item; /* lower case, with * and ? */
    int n, room;
};

struct ruleset {
    struct arena *a;
    int score_set;   /* which of four scores counts */
    bool all, plain; /* RULES_ALL, RULES_PLAIN */
    bool lazy;       /* what only serves others is asked when it is needed */
    struct names by_name;
    struct rule **rules;
    int nrules, room;
    struct rule **metas; /* those that can be run, in order of dependency */
    int nmetas;
    struct problem *problems;
    int nproblems, problem_room;
    int files, lines;
    int skipped_conditions, other_languages, regression_tests;
    /* what eval tests and addresses need */
    struct names tags, tag_pre, tag_inter, tag_post; /* replace_*: text by name */
    struct names plugins;                            /* loaded: by full name */
    struct names freemail, freemail_welcome;         /* domains, addresses */
    struct patterns freemail_wild;
    struct names addrlists; /* struct patterns by list */
    struct names hostlists; /* struct names by list: host, and whether it is in it */
    struct names tlds, tlds2, tlds3;
    struct regex **redirectors;
    int nredirectors;
    /* in which order what is run (plan.c) */
    struct rule **exists, **evals; /* evals: with rules on fields of parts */
    int nexists, nevals;
    double *base; /* what each is when nothing hits: metas may be more than 0 */
    int *first,
        *users; /* the metas that use a rule: users[first[i]] up to first[i + 1], in s->metas */
    /* compiled */
    struct group **groups;
    int ngroups;
    struct hs_scratch *scratch; /* of all filters */
    size_t regex_bytes, filter_bytes;
    int nfiltered, nunfiltered; /* expressions behind the prefilter, and without */
    int nrun;                   /* rules that can hit */
};

/* ---- reading (parse_file.c, parse_line.c) */

struct parse {
    struct ruleset *set;
    const char *file;
    int line;
};

struct rule *ruleset_rule(struct ruleset *s, const char *name, size_t len);
void ruleset_problem(struct ruleset *s, enum problem_kind k, const char *file, int line,
                     const char *what, const char *cause);
/* All .pre, then all .cf of a folder, by name. -1: it cannot be read (a problem says so). */
int parse_folder(struct ruleset *s, const char *folder);
/* The text of one file. include: opens others when it is not NULL. */
void parse_text(struct ruleset *s, const char *file, const char *text, size_t n);
/* One line without comments and blanks around it: `key value`. */
void parse_line(struct parse *p, char *key, char *value);
/* NULL and the result, or why the condition cannot be read. */
const char *parse_condition(struct ruleset *s, const char *text, bool *out);
/* false: no plugin of that name is known here at all. */
bool parse_plugin(struct ruleset *s, const char *name);

/* ---- after all files: replace_tags, expressions, groups, order */

void replace_tags(struct ruleset *s);
void compile_rules(struct ruleset *s);
void compile_metas(struct ruleset *s);
void plan_needed(struct ruleset *s);
void compile_groups(struct ruleset *s);
void plan_order(struct ruleset *s);

/* What a meta is worth, given what its rules are. */
double rule_meta_value(const struct rule *r, const struct expr_source *from);

/* Not to be run: with a score of 0, not possible here, or for nothing. */
static inline bool
rule_rests(const struct rule *r)
{
    return r->off || r->lacks || r->needless || r->kind == RULE_NONE;
}

#endif
