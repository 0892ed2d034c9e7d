/* Scores, expressions, metas in the order of what they depend on. */
#include "ruleset.h"
#include "evals.h"
#include "../../common/arena.h"
#include "../../common/buf.h"

#include <fnmatch.h>
#include <math.h>
#include <string.h>

/* ------------------------------------------------------------------ scores and expressions */

/* As people who write rules expect it of rules that they gave no score. */
static double
usual_score(const struct rule *r)
{
    double score = strncmp(r->name, "T_", 2) == 0 ? 0.01 : 1;
    return r->nice ? -score : score;
}

static void
lack(struct ruleset *s, struct rule *r, const char *cause)
{
    r->lacks = cause;
    ruleset_problem(s, PROBLEM_LACK, r->file, r->line, r->name, cause);
}

static void
compile_expression(struct ruleset *s, struct rule *r)
{
    const char *why = regex_compile(s->a, &r->text, &r->re);
    if (!why) {
        s->regex_bytes += regex_size(r->re);
        return;
    }
    if (strstr(why, "lookbehind"))
        lack(s, r, "a look-behind of variable length is not understood here");
    else if (strstr(why, "too large"))
        lack(s, r, "the expression is too large for PCRE2");
    else {
        ruleset_problem(s, PROBLEM_ERROR, r->file, r->line, r->name, why);
        r->kind = RULE_NONE;
    }
}

static void
compile_eval(struct ruleset *s, struct rule *r)
{
    const char *why;
    if (r->lacks)
        lack(s, r, r->lacks);
    else if (r->net)
        lack(s, r, "needs the network");
    else if (r->eval->prepare && (why = r->eval->prepare(s, r))) {
        ruleset_problem(s, PROBLEM_ERROR, r->file, r->line, r->name, why);
        r->kind = RULE_NONE;
    }
}

void
compile_rules(struct ruleset *s)
{
    for (int i = 0; i < s->nrules; i++) {
        struct rule *r = s->rules[i];
        if (!r->scored)
            r->score = usual_score(r);
        r->off = fpclassify(r->score) == FP_ZERO || r->kind == RULE_NONE;
        if (r->off)
            continue;
        if (r->kind == RULE_EVAL)
            compile_eval(s, r);
        else if (r->text.pattern)
            compile_expression(s, r);
    }
}

/* ------------------------------------------------------------------ metas */

struct meta_names {
    struct ruleset *s;
    struct rule *r;
};

static const char *
find(void *ctx, const char *name, size_t len, const char *arg, struct expr_name *out)
{
    struct meta_names *m = ctx;
    struct rule *r;
    if (len == strlen("local_tests_only") && memcmp(name, "local_tests_only", len) == 0) {
        *out = (struct expr_name){.constant = true, .value = 1};
        return NULL;
    }
    if (arg)
        return "a rule's name stands before a parenthesis";
    r = names_get(&m->s->by_name, name, len);
    if (!r || r->kind == RULE_NONE) {
        ruleset_problem(
            m->s, PROBLEM_UNUSED, m->r->file, m->r->line, m->r->name,
            arena_printf(m->s->a, "%.*s is not defined and counts as 0", (int)len, name));
        *out = (struct expr_name){.constant = true};
        return NULL;
    }
    *out = (struct expr_name){.slot = r->index};
    return NULL;
}

/* rules_matching(__ABC_*) is the sum of them. */
static const char *
globs(struct ruleset *s, const char *text)
{
    static const char word[] = "rules_matching(";
    const char *at = strstr(text, word);
    struct buf *b;
    if (!at)
        return text;
    b = buf_new(s->a, EXPR_BYTES + 1);
    for (; at; at = strstr(text, word)) {
        buf_add(b, text, (size_t)(at - text));
        text = at + sizeof word - 1;
        size_t n = strcspn(text, ")");
        const char *glob = arena_strndup(s->a, text, n);
        text += n + (text[n] == ')');
        buf_str(b, "(0");
        for (int i = 0; i < s->nrules; i++)
            if (s->rules[i]->kind != RULE_NONE && fnmatch(glob, s->rules[i]->name, 0) == 0)
                buf_printf(b, " + %s", s->rules[i]->name);
        buf_char(b, ')');
    }
    buf_str(b, text);
    return buf_cstr(b);
}

double
rule_meta_value(const struct rule *r, const struct expr_source *from)
{
    double v = expr_lazy(&r->meta, from);
    return v > 0 ? v : v < 0 ? 1 : 0;
}

enum state { NEW, OPEN, DONE };

struct sorting {
    struct ruleset *s;
    unsigned char *state;
    int depth;
};

/* false: it depends on itself. */
static bool
sort_meta(struct sorting *z, struct rule *r)
{
    bool good = ++z->depth < 1000;
    z->state[r->index] = OPEN;
    for (int i = 0; good && i < r->meta.nslots; i++) {
        struct rule *other = z->s->rules[r->meta.slots[i]];
        if (other->kind != RULE_META || other->off || z->state[other->index] == DONE)
            continue;
        good = z->state[other->index] == NEW && sort_meta(z, other);
    }
    z->depth--;
    z->state[r->index] = DONE;
    if (good)
        z->s->metas[z->s->nmetas++] = r;
    else if (!r->lacks) {
        r->lacks = "it depends on itself";
        ruleset_problem(z->s, PROBLEM_ERROR, r->file, r->line, r->name, r->lacks);
    }
    return good;
}

void
compile_metas(struct ruleset *s)
{
    struct sorting z = {.s = s, .state = arena_calloc(s->a, (size_t)s->nrules + 1, 1)};
    s->metas = arena_calloc(s->a, (size_t)s->nrules + 1, sizeof(struct rule *));
    for (int i = 0; i < s->nrules; i++) {
        struct rule *r = s->rules[i];
        struct meta_names m = {s, r};
        struct expr_names names = {find, &m};
        if (r->kind != RULE_META || r->off)
            continue;
        const char *why = expr_parse(s->a, globs(s, r->expression), &names, &r->meta);
        if (why) {
            ruleset_problem(s, PROBLEM_ERROR, r->file, r->line, r->name, why);
            r->kind = RULE_NONE;
            r->off = true;
        }
    }
    for (int i = 0; i < s->nrules; i++)
        if (s->rules[i]->kind == RULE_META && !s->rules[i]->off && z.state[i] == NEW)
            (void)sort_meta(&z, s->rules[i]);
}
