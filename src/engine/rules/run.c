/* All rules of a set on one message. */
#include "run.h"
#include "rules.h"
#include "evals.h"
#include "scout.h"
#include "../../common/arena.h"

#include <string.h>
#include <time.h>

#define CHECK_EVERY 32 /* expressions between two looks at the clock */

static int64_t
cpu_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static bool
late(struct run *r)
{
    if (!r->late && ++r->since >= CHECK_EVERY) {
        r->since = 0;
        r->late = cpu_us() > r->deadline;
    }
    return r->late;
}

/* How often the expression is in the text; most 1 unless all are to be counted. */
static double
count(struct run *r, const struct rule *rule, struct span text, double before)
{
    size_t at = 0, start, end;
    double n = 0;
    if (rule->scout && !scout_run(rule->scout, text.p ? text.p : "", text.n))
        return 0;
    while (at <= text.n && !late(r) &&
           regex_find(r->v->run, rule->re, text.p ? text.p : "", text.n, at, &start, &end) > 0) {
        n++;
        if (!rule->multiple || (rule->maxhits && before + n >= rule->maxhits))
            break;
        at = end > start ? end : end + 1;
    }
    return n;
}

/* ------------------------------------------------------------------ texts of many pieces */

static bool
enough(const struct rule *rule, double hits)
{
    return hits > 0 && (!rule->multiple || (rule->maxhits && hits >= rule->maxhits));
}

void
run_piece(struct run *r, const struct rule *rule, int piece, struct span text)
{
    double *hits = &r->hits[rule->index];
    bool subject = rule->kind == RULE_BODY && piece == 0;
    if (!enough(rule, *hits) && !(rule->nosubject && subject) && !late(r))
        *hits += count(r, rule, text, *hits);
}

static void
on_candidate(void *ctx, int number)
{
    struct run *r = ctx;
    const struct rule *rule = r->g->rules[number];
    if (!later(r, rule, r->piece, number < r->g->nfiltered))
        run_piece(r, rule, r->piece, r->text);
}

const struct spans *
run_pieces(struct run *r, enum rule_kind kind)
{
    return kind == RULE_BODY      ? view_text(r->v)
           : kind == RULE_RAWBODY ? view_source(r->v)
           : kind == RULE_URI     ? view_uris(r->v)
                                  : &r->whole;
}

static void
on_pieces(struct run *r)
{
    const struct spans *pieces = run_pieces(r, r->g->kind);
    for (r->piece = 0; r->piece < pieces->n && !r->late; r->piece++) {
        r->text = pieces->v[r->piece];
        group_candidates(r->g, r->text.p ? r->text.p : "", r->text.n, on_candidate, r);
    }
}

/* ------------------------------------------------------------------ header fields */

static void
header_rule(struct run *r, const struct rule *rule, struct span value)
{
    double n = count(r, rule, value, 0);
    if (rule->negated)
        n = n > 0 || r->late ? 0 : 1;
    r->hits[rule->index] = n;
}

static void
field_missing(struct run *r, const struct rule *rule)
{
    if (r->set->plain)
        header_rule(r, rule, span_of(rule->if_unset ? rule->if_unset : ""));
    else
        r->hits[rule->index] = rule->unset_hits;
}

void
run_header(struct run *r, const struct rule *rule)
{
    struct span text;
    if (view_header(r->v, rule->header, &text))
        header_rule(r, rule, text);
    else
        field_missing(r, rule);
}

static void
on_header_candidate(void *ctx, int number)
{
    struct run *r = ctx;
    const struct rule *rule = r->g->rules[number];
    if (later(r, rule, 0, true))
        r->hits[rule->index] = 0;
    else if (!rule->negated || number >= r->g->nfiltered)
        header_rule(r, rule, r->text);
    else
        r->hits[rule->index] = -1; /* may match: see below */
}

static void
on_header(struct run *r)
{
    const struct group *g = r->g;
    bool there = view_header(r->v, g->request, &r->text);
    for (int i = 0; i < g->n && !there; i++)
        field_missing(r, g->rules[i]);
    if (!there)
        return;
    group_candidates(g, r->text.p, r->text.n, on_header_candidate, r);
    for (int i = 0; i < g->nfiltered && !r->late; i++) {
        const struct rule *rule = g->rules[i];
        if (rule->negated && r->hits[rule->index] < 0)
            header_rule(r, rule, r->text);
        else if (rule->negated && !r->wait[rule->index].state)
            r->hits[rule->index] = 1;
    }
}

static void
exists_rules(struct run *r)
{
    struct span ignored;
    for (int i = 0; i < r->set->nexists; i++) {
        const struct rule *rule = r->set->exists[i];
        r->hits[rule->index] = view_header(r->v, rule->header, &ignored);
    }
}

/* ------------------------------------------------------------------ header fields of parts */

static struct span
part_value(struct run *r, struct view_part *p, const struct rule *rule)
{
    size_t n = strcspn(rule->header, ":");
    const char *name = arena_strndup(r->v->a, rule->header, n);
    bool raw = strcmp(rule->header + n, ":raw") == 0;
    struct view_field *f = view_part_field(r->v, p, name);
    if (!f)
        return span_of(rule->if_unset ? rule->if_unset : "");
    if (raw)
        return f->raw;
    view_decode_field(r->v, f);
    return span_of(arena_printf(r->v->a, "%s\n", f->text));
}

static void
mime_header_rule(struct run *r, const struct rule *rule)
{
    double n = 0;
    int to = rule->to_part ? rule->to_part : VIEW_PARTS;
    for (int i = 0; i < r->v->nparts && !enough(rule, n); i++)
        if (i + 1 >= rule->from_part && i + 1 <= to)
            n += count(r, rule, part_value(r, &r->v->parts[i], rule), n);
    r->hits[rule->index] = rule->negated ? n <= 0 && !r->late : n;
}

/* ------------------------------------------------------------------ the order of things */

static void
with_expressions(struct run *r)
{
    for (int i = 0; i < r->set->ngroups && !r->late; i++) {
        r->g = r->set->groups[i];
        if (r->g->kind == RULE_HEADER)
            on_header(r);
        else
            on_pieces(r);
    }
}

static void
evals_and_parts(struct run *r)
{
    for (int i = 0; i < r->set->nevals && !r->late; i++) {
        const struct rule *rule = r->set->evals[i];
        if (rule->kind == RULE_MIMEHEADER) {
            mime_header_rule(r, rule);
            continue;
        }
        r->hits[rule->index] = rule->eval->run(r->v, rule);
        r->since = CHECK_EVERY;
        (void)late(r);
    }
}

void
rules_check(const struct ruleset *set, struct arena *a, const struct envelope *env, const char *raw,
            size_t n, struct rules_result *out)
{
    struct run r = {.set = set, .deadline = cpu_us() + RULES_MS * 1000};
    r.hits = arena_calloc(a, (size_t)set->nrules + 1, sizeof *r.hits);
    *out = (struct rules_result){.hits = r.hits};
    if (set->nrules == 0)
        return;
    struct arena *scratch = arena_new();
    r.v = view_new(scratch, set, env, raw, n);
    r.wait = arena_calloc(scratch, (size_t)set->nrules + 1, sizeof *r.wait);
    r.full = (struct span){r.v->full.p, r.v->full.n};
    r.whole = (struct spans){.v = &r.full, .n = 1};
    with_expressions(&r);
    exists_rules(&r);
    evals_and_parts(&r);
    later_metas(&r);
    out->late = r.late;
    out->given_up = regex_given_up(r.v->run);
    arena_free(&scratch);
}
