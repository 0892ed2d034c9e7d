/*
 * What is run, and what need not be: rules that nothing with a score depends on; expressions on fields that
 * are not there, of which it is known what they say; metas, when nothing that they use has hit.
 */
#include "ruleset.h"
#include "scout.h"
#include "tree.h"
#include "../../common/arena.h"

#include <string.h>

#define DEAR 24          /* nodes of an expression that a scout is worth */
#define DEAR_FILTERED 40 /* when it is seldom asked anyway */
#define HEIGHT 30        /* metas that stand on each other */

/* ------------------------------------------------------------------ which */

struct needs {
    struct ruleset *s;
    struct rule **open; /* needed, and what they use not looked at yet */
    int n;
};

static void
need(struct needs *z, struct rule *r)
{
    if (!r->needless)
        return;
    r->needless = false;
    z->open[z->n++] = r;
}

/* All but sub-rules have a score of their own: what is without one is off. */
void
plan_needed(struct ruleset *s)
{
    struct arena *a = arena_new();
    struct needs z = {.s = s, .open = arena_calloc(a, (size_t)s->nrules + 1, sizeof *z.open)};
    for (int i = 0; i < s->nrules; i++)
        s->rules[i]->needless = !rule_rests(s->rules[i]);
    for (int i = 0; i < s->nrules; i++)
        if (s->all || strncmp(s->rules[i]->name, "__", 2) != 0)
            need(&z, s->rules[i]);
    while (z.n > 0) {
        const struct rule *r = z.open[--z.n];
        for (int i = 0; r->kind == RULE_META && i < r->meta.nslots; i++)
            need(&z, s->rules[r->meta.slots[i]]);
    }
    arena_free(&a);
}

/* ------------------------------------------------------------------ fields that are not there */

static void
ask_unset(struct ruleset *s)
{
    struct arena *a = arena_new();
    struct regex_run *run = regex_run_new(a);
    for (int i = 0; i < s->nrules; i++) {
        struct rule *r = s->rules[i];
        const char *text = r->if_unset ? r->if_unset : "";
        if (r->kind == RULE_HEADER && r->re && !rule_rests(r))
            r->unset_hits = regex_matches(run, r->re, text, strlen(text)) != r->negated;
    }
    arena_free(&a);
}

/* ------------------------------------------------------------------ metas */

static bool
base_of(void *ctx, int slot, double *value)
{
    const struct ruleset *s = ctx;
    *value = s->base[slot];
    return true;
}

static double
base_value(void *ctx, int slot)
{
    double v;
    (void)base_of(ctx, slot, &v);
    return v;
}

/* What metas are when nothing hits; those that rest are not in the list any more. */
static void
metas_at_rest(struct ruleset *s)
{
    int n = 0;
    s->base = arena_calloc(s->a, (size_t)s->nrules + 1, sizeof *s->base);
    for (int i = 0; i < s->nmetas; i++)
        if (!rule_rests(s->metas[i])) {
            struct rule *r = s->metas[n++] = s->metas[i];
            s->base[r->index] = rule_meta_value(r, &(struct expr_source){base_of, base_value, s});
        }
    s->nmetas = n;
}

static void
list_users(struct ruleset *s)
{
    int *at = s->first = arena_calloc(s->a, (size_t)s->nrules + 2, sizeof *at);
    for (int i = 0; i < s->nmetas; i++)
        for (int k = 0; k < s->metas[i]->meta.nslots; k++)
            at[s->metas[i]->meta.slots[k] + 2]++;
    for (int i = 2; i <= s->nrules + 1; i++)
        at[i] += at[i - 1];
    s->users = arena_calloc(s->a, (size_t)at[s->nrules + 1] + 1, sizeof *s->users);
    for (int i = 0; i < s->nmetas; i++)
        for (int k = 0; k < s->metas[i]->meta.nslots; k++)
            s->users[at[s->metas[i]->meta.slots[k] + 1]++] = i;
}

/* How much it may take to find out about a rule, roughly: metas ask the cheaper side of && first. */
static float
cost_of(const struct rule *r)
{
    switch (r->kind) {
    case RULE_HEADER:
        return strncmp(r->header, "ALL", 3) == 0 ? 5 : 1;
    case RULE_BODY:
    case RULE_RAWBODY:
    case RULE_FULL:
        return r->filtered ? 5 : 100;
    case RULE_URI:
        return 3;
    default:
        return 0;
    }
}

/* What serves others is asked late, unless metas lie so deep that asking them would take too much stack. */
static void
put_off(struct ruleset *s)
{
    struct arena *a = arena_new();
    float *cost = arena_calloc(a, (size_t)s->nrules + 1, sizeof *cost);
    int *height = arena_calloc(a, (size_t)s->nrules + 1, sizeof *height);
    s->lazy = !s->all && !s->plain;
    for (int i = 0; i < s->nrules; i++)
        cost[i] = cost_of(s->rules[i]);
    for (int i = 0; i < s->nmetas; i++) {
        struct rule *r = s->metas[i];
        cost[r->index] = expr_costs(&r->meta, cost);
        for (int k = 0; k < r->meta.nslots; k++)
            if (height[r->meta.slots[k]] >= height[r->index])
                height[r->index] = height[r->meta.slots[k]] + 1;
        s->lazy &= height[r->index] <= HEIGHT;
    }
    for (int i = 0; i < s->nrules; i++)
        s->rules[i]->later = s->lazy && s->rules[i]->re && strncmp(s->rules[i]->name, "__", 2) == 0;
    arena_free(&a);
}

/* ------------------------------------------------------------------ scouts */

/* For expressions that are dear and that long texts lead to. */
static void
send_scouts(struct ruleset *s)
{
    for (int i = 0; i < s->nrules && !s->plain; i++) {
        struct rule *r = s->rules[i];
        if (rule_rests(r) || !r->re || r->kind == RULE_MIMEHEADER || regex_begins_rarely(r->re) ||
            (r->kind == RULE_HEADER && strncmp(r->header, "ALL", 3) != 0))
            continue;
        struct arena *a = arena_new();
        const struct tree *t = tree_of(a, &r->text);
        if (t)
            r->scout = scout_new(s->a, t, r->filtered ? DEAR_FILTERED : DEAR);
        arena_free(&a);
    }
}

/* ------------------------------------------------------------------ lists */

void
plan_order(struct ruleset *s)
{
    s->exists = arena_calloc(s->a, (size_t)s->nrules + 1, sizeof *s->exists);
    s->evals = arena_calloc(s->a, (size_t)s->nrules + 1, sizeof *s->evals);
    for (int i = 0; i < s->nrules; i++) {
        struct rule *r = s->rules[i];
        if (rule_rests(r))
            continue;
        if (r->kind == RULE_HEADER && r->exists)
            s->exists[s->nexists++] = r;
        if (r->kind == RULE_EVAL || (r->kind == RULE_MIMEHEADER && r->re))
            s->evals[s->nevals++] = r;
    }
    ask_unset(s);
    metas_at_rest(s);
    list_users(s);
    put_off(s);
    send_scouts(s);
}
