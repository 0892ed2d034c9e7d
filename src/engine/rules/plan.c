/*
 * What is run, and what need not be: rules that nothing with a score depends on; expressions on fields that
 * are not there, of which it is known what they say; metas, when nothing that they use has hit.
 */
#include "ruleset.h"
#include "../../common/arena.h"

#include <string.h>

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

static double
base_of(void *ctx, int slot)
{
    const struct ruleset *s = ctx;
    return s->base[slot];
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
            s->base[r->index] = rule_meta_value(r, base_of, s);
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
}
