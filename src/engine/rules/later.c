/*
 * Rules without a score of their own are asked when a meta with one needs them, and not at all when it is
 * nothing whatever they say. Metas have the values that they would have if everything had been asked.
 */
#include "run.h"
#include "../../common/arena.h"

#include <math.h>
#include <string.h>

#define LIST 60 /* pieces that are remembered for a rule; with more it is asked at once */

enum { KNOWN, SOME, ALL, AT_ONCE, OPEN };

/* ------------------------------------------------------------------ putting off */

static void
remember(struct run *r, struct wait *w, int piece)
{
    if (r->npieces == r->room) {
        struct wait_piece *old = r->pieces;
        r->room = r->room ? r->room * 2 : 256;
        r->pieces = arena_calloc(r->v->a, (size_t)r->room, sizeof *r->pieces);
        if (old)
            memcpy(r->pieces, old, (size_t)r->npieces * sizeof *old);
    }
    r->pieces[r->npieces] = (struct wait_piece){piece, -1};
    if (w->n++)
        r->pieces[w->last].next = r->npieces;
    else
        w->first = r->npieces;
    w->last = r->npieces++;
}

static void
ask(struct run *r, const struct rule *rule)
{
    struct wait *w = &r->wait[rule->index];
    const struct spans *text;
    if (rule->kind == RULE_HEADER) {
        run_header(r, rule);
        return;
    }
    text = run_pieces(r, rule->kind);
    if (w->state == ALL)
        for (int i = 0; i < text->n && !r->late; i++)
            run_piece(r, rule, i, text->v[i]);
    else
        for (int i = w->n ? w->first : -1; i >= 0; i = r->pieces[i].next)
            run_piece(r, rule, r->pieces[i].piece, text->v[r->pieces[i].piece]);
}

bool
later(struct run *r, const struct rule *rule, int piece, bool filtered)
{
    struct wait *w = &r->wait[rule->index];
    if (!rule->later || w->state == AT_ONCE)
        return false;
    if (!filtered || rule->kind == RULE_HEADER) {
        w->state = ALL;
        return true;
    }
    if (w->n == LIST) {
        ask(r, rule);
        w->state = AT_ONCE;
        return false;
    }
    w->state = SOME;
    remember(r, w, piece);
    return true;
}

/* ------------------------------------------------------------------ metas */

static bool
known(void *ctx, int slot, double *value)
{
    const struct run *r = ctx;
    *value = r->hits[slot];
    return r->wait[slot].state == KNOWN || r->wait[slot].state == AT_ONCE;
}

static double
value(void *ctx, int slot)
{
    struct run *r = ctx;
    const struct rule *rule = r->set->rules[slot];
    struct wait *w = &r->wait[slot];
    if (w->state == SOME || w->state == ALL)
        ask(r, rule);
    else if (w->state == OPEN)
        r->hits[slot] = rule_meta_value(rule, &(struct expr_source){known, value, r});
    w->state = KNOWN;
    return r->hits[slot];
}

/* The metas that use a rule must be looked at. */
static void
stir(const struct run *r, int rule, uint64_t *stirred)
{
    for (int k = r->set->first[rule]; k < r->set->first[rule + 1]; k++)
        stirred[r->set->users[k] / 64] |= 1ull << (r->set->users[k] % 64);
}

/* In order, so that a meta comes behind those that it uses. */
static void
stir_metas(struct run *r)
{
    const struct ruleset *s = r->set;
    uint64_t *stirred = arena_calloc(r->v->a, (size_t)s->nmetas / 64 + 1, sizeof *stirred);
    for (int i = 0; i < s->nrules; i++)
        if (r->hits[i] > 0 || r->wait[i].state)
            stir(r, i, stirred);
    for (int i = 0; i < s->nmetas; i++) {
        int rule = s->metas[i]->index;
        r->hits[rule] = s->base[rule];
        if (!s->plain && !(stirred[i / 64] >> (i % 64) & 1))
            continue;
        r->wait[rule].state = OPEN;
        stir(r, rule, stirred);
    }
}

void
later_metas(struct run *r)
{
    const struct ruleset *s = r->set;
    stir_metas(r);
    for (int i = 0; i < s->nmetas; i++)
        if (!s->lazy || strncmp(s->metas[i]->name, "__", 2) != 0)
            (void)value(r, s->metas[i]->index);
}
