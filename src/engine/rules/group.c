#include "group.h"
#include "literal.h"
#include "sieve.h"
#include "../../common/arena.h"

#include <hs/hs.h>
#include <stdint.h>
#include <string.h>

static struct group *
group_of(struct ruleset *s, struct names *by_text, struct rule *r)
{
    const char *key = arena_printf(s->a, "%d %s", r->kind, r->header ? r->header : "");
    struct group *g = names_get(by_text, key, strlen(key));
    if (g)
        return g;
    g = arena_alloc(s->a, sizeof *g);
    *g = (struct group){.kind = r->kind, .request = r->header, .scratch = &s->scratch};
    g->rules = arena_calloc(s->a, (size_t)s->nrules, sizeof(struct rule *));
    names_put(by_text, key, strlen(key), g);
    s->groups[s->ngroups++] = g;
    return g;
}

/* ------------------------------------------------------------------ the filter */

static void
release(void *arg)
{
    struct group *g = arg;
    hs_free_database(g->filter);
}

static void
release_scratch(void *arg)
{
    struct ruleset *s = arg;
    hs_free_scratch(s->scratch);
}

/* While a filter is made. */
struct making {
    struct arena *a;
    struct names known; /* struct text by literal */
    struct text **texts;
    unsigned n, room;
    struct windows *windows; /* with the numbers of their rules */
    int *owners, nwindows;
};

struct text {
    const char *p;
    size_t n;
    int *rules;
    int nrules, room;
};

static struct text *
text_of(struct making *m, const struct literal *l)
{
    struct text *t = names_get(&m->known, l->text, (size_t)l->n);
    if (t)
        return t;
    t = arena_alloc(m->a, sizeof *t);
    t->p = arena_strndup(m->a, l->text, (size_t)l->n);
    t->n = (size_t)l->n;
    names_put(&m->known, l->text, (size_t)l->n, t);
    if (m->n == m->room) {
        struct text **old = m->texts;
        m->room = m->room ? m->room * 2 : 256;
        m->texts = arena_calloc(m->a, m->room, sizeof(struct text *));
        if (old)
            memcpy(m->texts, old, m->n * sizeof(struct text *));
    }
    return m->texts[m->n++] = t;
}

static void
text_rule(struct making *m, struct text *t, int number)
{
    if (t->nrules == t->room) {
        int *old = t->rules;
        t->room = t->room ? t->room * 2 : 2;
        t->rules = arena_calloc(m->a, (size_t)t->room, sizeof(int));
        if (old)
            memcpy(t->rules, old, (size_t)t->nrules * sizeof(int));
    }
    t->rules[t->nrules++] = number;
}

/* How one rule is filtered. */
enum how { BY_LITERAL, BY_WINDOW, NOT };

static enum how
how_to_filter(struct making *m, const struct rule *r, bool literals, struct windows *w)
{
    struct literals l;
    const struct tree *t;
    w->n = 0;
    literals_of(&r->text, &l);
    if (l.n > 0 && literals)
        return BY_LITERAL;
    if ((t = tree_of(m->a, &r->text)))
        windows_of(t, w);
    return w->n > 0 ? BY_WINDOW : NOT;
}

static bool
enough_literals(const struct group *g)
{
    struct literals l;
    int n = 0;
    for (int i = 0; i < g->n && n < GROUP_FILTERED; i++) {
        literals_of(&g->rules[i]->text, &l);
        n += l.n > 0;
    }
    return n == GROUP_FILTERED;
}

static void
collect_literals(struct making *m, const struct rule *r, int number)
{
    struct literals l;
    literals_of(&r->text, &l);
    for (int k = 0; k < l.n; k++)
        text_rule(m, text_of(m, &l.v[k]), number);
}

/* Those with literals or windows come first, and what they have is collected. */
static void
collect(struct making *m, struct group *g)
{
    struct rule **rest = arena_calloc(m->a, (size_t)g->n, sizeof(struct rule *));
    bool literals = enough_literals(g);
    int n = 0, nrest = 0;
    m->windows = arena_calloc(m->a, (size_t)g->n, sizeof *m->windows);
    m->owners = arena_calloc(m->a, (size_t)g->n, sizeof *m->owners);
    for (int i = 0; i < g->n; i++) {
        struct rule *r = g->rules[i];
        enum how how = how_to_filter(m, r, literals, &m->windows[m->nwindows]);
        if (how == NOT) {
            rest[nrest++] = r;
            continue;
        }
        if (how == BY_LITERAL)
            collect_literals(m, r, n);
        else
            m->owners[m->nwindows++] = n;
        g->rules[n++] = r;
    }
    memcpy(g->rules + n, rest, (size_t)nrest * sizeof(struct rule *));
    g->nfiltered = n;
}

static bool
build(struct making *m, struct group *g)
{
    const char **texts = arena_calloc(m->a, m->n, sizeof *texts);
    unsigned *flags = arena_calloc(m->a, m->n, sizeof *flags),
             *ids = arena_calloc(m->a, m->n, sizeof *ids);
    size_t *lengths = arena_calloc(m->a, m->n, sizeof *lengths);
    hs_compile_error_t *why = NULL;
    for (unsigned i = 0; i < m->n; i++) {
        texts[i] = m->texts[i]->p;
        lengths[i] = m->texts[i]->n;
        flags[i] = HS_FLAG_CASELESS | HS_FLAG_SINGLEMATCH;
        ids[i] = i;
    }
    if (hs_compile_lit_multi(texts, flags, ids, lengths, m->n, HS_MODE_BLOCK, NULL, &g->filter,
                             &why) == HS_SUCCESS &&
        hs_alloc_scratch(g->filter, g->scratch) == HS_SUCCESS)
        return true;
    hs_free_compile_error(why);
    hs_free_database(g->filter);
    g->filter = NULL;
    return false;
}

static void
remember_rules(struct ruleset *s, struct making *m, struct group *g)
{
    int all = 0;
    for (unsigned i = 0; i < m->n; i++)
        all += m->texts[i]->nrules;
    g->first = arena_calloc(s->a, m->n + 1, sizeof(int));
    g->of = arena_calloc(s->a, (size_t)all + 1, sizeof(int));
    all = 0;
    for (unsigned i = 0; i < m->n; i++) {
        g->first[i] = all;
        memcpy(g->of + all, m->texts[i]->rules, (size_t)m->texts[i]->nrules * sizeof(int));
        all += m->texts[i]->nrules;
    }
    g->first[m->n] = all;
}

static void
compile_filter(struct ruleset *s, struct group *g)
{
    struct making m = {.a = arena_new()};
    size_t size = 0;
    names_init(&m.known, m.a);
    collect(&m, g);
    if (m.n > 0 && !build(&m, g)) {
        g->nfiltered = 0;
    } else {
        remember_rules(s, &m, g);
        arena_defer(s->a, release, g);
        if (m.nwindows > 0)
            g->sieve = sieve_new(s->a, m.windows, m.owners, m.nwindows);
        if (g->filter)
            (void)hs_database_size(g->filter, &size);
        s->filter_bytes += size + (g->sieve ? sieve_bytes(g->sieve) : 0);
    }
    for (int i = 0; i < g->nfiltered; i++)
        g->rules[i]->filtered = true;
    arena_free(&m.a);
}

void
compile_groups(struct ruleset *s)
{
    struct names by_text;
    names_init(&by_text, s->a);
    s->groups = arena_calloc(s->a, (size_t)s->nrules + 1, sizeof(struct group *));
    for (int i = 0; i < s->nrules; i++) {
        struct rule *r = s->rules[i];
        if (rule_rests(r) || !r->re || r->kind == RULE_MIMEHEADER)
            continue;
        struct group *g = group_of(s, &by_text, r);
        g->rules[g->n++] = r;
    }
    arena_defer(s->a, release_scratch, s);
    for (int i = 0; i < s->ngroups; i++) {
        if (!s->plain)
            compile_filter(s, s->groups[i]);
        s->nfiltered += s->groups[i]->nfiltered;
        s->nunfiltered += s->groups[i]->n - s->groups[i]->nfiltered;
    }
}

/* ------------------------------------------------------------------ asking it */

struct found {
    const struct group *g;
    uint64_t *bits;
};

static int
on_match(unsigned id, unsigned long long from, unsigned long long to, unsigned flags, void *ctx)
{
    struct found *f = ctx;
    (void)from, (void)to, (void)flags;
    for (int i = f->g->first[id]; i < f->g->first[id + 1]; i++)
        f->bits[f->g->of[i] / 64] |= 1ull << (f->g->of[i] % 64);
    return 0;
}

void
group_candidates(const struct group *g, const char *p, size_t n,
                 void (*take)(void *ctx, int number), void *ctx)
{
    if (g->nfiltered > 0) {
        size_t words = (size_t)g->nfiltered / 64 + 1;
        uint64_t bits[words];
        struct found f = {g, bits};
        memset(bits, 0, sizeof bits);
        if (g->sieve)
            sieve_run(g->sieve, p, n, bits);
        if (g->filter &&
            hs_scan(g->filter, p, (unsigned)n, 0, *g->scratch, on_match, &f) != HS_SUCCESS)
            memset(bits, 0xff, sizeof bits); /* ask them all */
        for (size_t w = 0; w < words; w++)
            for (uint64_t b = bits[w]; b; b &= b - 1) {
                int number = (int)(w * 64) + __builtin_ctzll(b);
                if (number < g->nfiltered)
                    take(ctx, number);
            }
    }
    for (int i = g->nfiltered; i < g->n; i++)
        take(ctx, i);
}
