/*
 * The bytes: STATS_VERSION, then entries * (varint: step from the last index, i8 correction in units of
 * 1/127 of the model's strongest weight).
 */
#include "learned.h"
#include "train_math.h"
#include "../../common/arena.h"
#include "../../common/buf.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define ROUNDS 10
#define RATE 0.1
#define DECAY 1e-3 /* towards the model as it came: more than in training, since samples are few */
#define SMALL 1e-6
#define CLASSES 32 /* of words, for likeness */

/* ------------------------------------------------------------------ who agrees */

/* The smallest of the features of the first groups, text and subject, in each class: mails with half of these in common
 * are of one campaign. */
struct likeness {
    uint32_t least[CLASSES];
};

static uint32_t
spread(uint32_t x)
{
    x = (x ^ (x >> 16)) * 0x85ebca6bu;
    x = (x ^ (x >> 13)) * 0xc2b2ae35u;
    return x ^ (x >> 16);
}

static void
likeness_of(const struct train_sample *s, struct likeness *out)
{
    uint32_t n = s->count[STATS_TEXT] + s->count[STATS_SUBJECT] + s->count[STATS_SCRIPTS];
    memset(out, 0xff, sizeof *out);
    for (uint32_t i = 0; i < n; i++) {
        uint32_t h = spread(s->index[i]), *least = &out->least[h % CLASSES];
        if (h < *least)
            *least = h;
    }
}

static bool
alike(const struct likeness *x, const struct likeness *y)
{
    int same = 0, all = 0;
    for (int i = 0; i < CLASSES; i++) {
        all += x->least[i] != UINT32_MAX || y->least[i] != UINT32_MAX;
        same += x->least[i] != UINT32_MAX && x->least[i] == y->least[i];
    }
    return all > 0 && same * 2 >= all;
}

/* Do enough people say the same as sample i? */
static bool
agreed(const struct learned_sample *s, const struct likeness *like, size_t n, size_t i)
{
    const char *people[LEARNED_QUORUM];
    int npeople = 0;
    for (size_t k = 0; k < n; k++) {
        bool new = true;
        if (s[k].s.spam != s[i].s.spam || (k != i && !alike(&like[k], &like[i])))
            continue;
        if (s[k].trusted)
            return true;
        for (int p = 0; p < npeople; p++)
            new &= strcmp(people[p], s[k].who) != 0;
        if (new)
            people[npeople++] = s[k].who;
        if (npeople == LEARNED_QUORUM)
            return true;
    }
    return false;
}

static size_t
choose(struct arena *a, struct learned_sample *s, size_t n)
{
    struct likeness *like = arena_calloc(a, n, sizeof *like);
    size_t chosen = 0;
    for (size_t i = 0; i < n; i++)
        likeness_of(&s[i].s, &like[i]);
    for (size_t i = 0; i < n; i++)
        chosen += s[i].counts = agreed(s, like, n, i);
    return chosen;
}

/* ------------------------------------------------------------------ weights */

static double
unit_of(const struct stats_model *m)
{
    return m->scale * (STATS_WEIGHT_MOST / 127.0);
}

/* Only features of the samples: place[] of a sample's features is where they are in w. */
struct small {
    uint32_t *index; /* rising */
    size_t n;
    double *from, *w, *g;
    double bias, bias_from, bias_g;
};

static int
rising(const void *x, const void *y)
{
    uint32_t a = *(const uint32_t *)x, b = *(const uint32_t *)y;
    return a < b ? -1 : a > b;
}

static int
by_digest(const void *x, const void *y)
{
    const struct learned_sample *a = x, *b = y;
    int c = memcmp(a->s.digest, b->s.digest, sizeof a->s.digest);
    return c ? c : strcmp(a->who, b->who) ? strcmp(a->who, b->who) : a->s.spam - b->s.spam;
}

static void
collect(struct arena *a, struct small *t, const struct stats_model *m,
        const struct learned_sample *s, size_t n)
{
    size_t all = 0, k = 0;
    for (size_t i = 0; i < n; i++)
        all += s[i].counts ? s[i].s.n : 0;
    t->index = arena_calloc(a, all, sizeof *t->index);
    for (size_t i = 0; i < n; i++)
        for (uint32_t j = 0; s[i].counts && j < s[i].s.n; j++)
            t->index[k++] = s[i].s.index[j];
    qsort(t->index, k, sizeof *t->index, rising);
    for (size_t i = 0; i < k; i++)
        if (t->n == 0 || t->index[t->n - 1] != t->index[i])
            t->index[t->n++] = t->index[i];
    t->from = arena_calloc(a, t->n, sizeof *t->from);
    t->w = arena_calloc(a, t->n, sizeof *t->w);
    t->g = arena_calloc(a, t->n, sizeof *t->g);
    for (size_t i = 0; i < t->n; i++)
        t->w[i] = t->from[i] = stats_weight(m->weights[t->index[i]]) * m->scale;
    t->bias = t->bias_from = m->bias;
}

static uint32_t *
places(struct arena *a, const struct small *t, const struct train_sample *s)
{
    uint32_t *out = arena_calloc(a, s->n, sizeof *out);
    for (uint32_t i = 0; i < s->n; i++) {
        const uint32_t *at = bsearch(&s->index[i], t->index, t->n, sizeof *t->index, rising);
        out[i] = (uint32_t)(at - t->index);
    }
    return out;
}

static double
sum_of(const struct small *t, const struct train_sample *s, const uint32_t *p)
{
    double sum = t->bias;
    for (int g = 0; g < STATS_GROUPS; g++) {
        double of = 0;
        for (uint32_t i = 0; i < s->count[g]; i++)
            of += t->w[*p++];
        sum += of * stats_share(g, s->count[g]);
    }
    return sum;
}

static void
learn(struct small *t, const struct train_sample *s, const uint32_t *p, double weight)
{
    double error = weight * ((s->spam ? 1 : 0) - train_sigmoid(sum_of(t, s, p)));
    for (int g = 0; g < STATS_GROUPS; g++) {
        double step = error * stats_share(g, s->count[g]);
        for (uint32_t i = 0; i < s->count[g]; i++, p++) {
            double slope = step - DECAY * (t->w[*p] - t->from[*p]);
            t->g[*p] += slope * slope;
            t->w[*p] += RATE * slope / sqrt(t->g[*p] + SMALL);
        }
    }
}

static double
weight_of(const struct learned_sample *s, size_t n, size_t i)
{
    size_t his = 0;
    for (size_t k = 0; k < n; k++)
        his += s[k].counts && !s[k].trusted && strcmp(s[k].who, s[i].who) == 0;
    return s[i].trusted || his <= LEARNED_WEIGHT ? 1 : (double)LEARNED_WEIGHT / (double)his;
}

static void
fit(struct arena *a, struct small *t, const struct learned_sample *s, size_t n)
{
    uint32_t **place = arena_calloc(a, n, sizeof *place);
    double *weight = arena_calloc(a, n, sizeof *weight);
    for (size_t i = 0; i < n; i++) {
        if (!s[i].counts)
            continue;
        place[i] = places(a, t, &s[i].s);
        weight[i] = weight_of(s, n, i);
    }
    for (int round = 0; round < ROUNDS; round++)
        for (size_t i = 0; i < n; i++)
            if (s[i].counts)
                learn(t, &s[i].s, place[i], weight[i]);
}

/* ------------------------------------------------------------------ bytes */

static int
correction(const struct small *t, size_t i, double unit)
{
    double x = (t->w[i] - t->from[i]) / unit;
    x = x > 127 ? 127 : x < -127 ? -127 : x;
    return (int)(x < 0 ? x - 0.5 : x + 0.5);
}

/* So many units at least, that not more than LEARNED_ENTRIES are left. */
static int
least(const struct small *t, double unit)
{
    size_t count[129] = {0}, kept = 0;
    int units = 128;
    for (size_t i = 0; i < t->n; i++)
        count[abs(correction(t, i, unit))]++;
    while (units > 1 && kept + count[units - 1] <= LEARNED_ENTRIES)
        kept += count[--units];
    return units;
}

static void
put(struct buf *b, uint32_t v)
{
    for (; v > 127; v >>= 7)
        buf_char(b, (char)(unsigned char)(v | 128));
    buf_char(b, (char)v);
}

unsigned char *
learned_build(struct arena *a, const struct stats_model *m, struct learned_sample *samples,
              size_t nsamples, size_t *n)
{
    struct small t = {0};
    struct buf *b = buf_new(a, 0);
    uint32_t last = 0;
    *n = 0;
    qsort(samples, nsamples, sizeof *samples, by_digest);
    if (!m->weights || m->scale <= 0 || choose(a, samples, nsamples) == 0)
        return NULL;
    collect(a, &t, m, samples, nsamples);
    fit(a, &t, samples, nsamples);
    int units = least(&t, unit_of(m));
    put(b, STATS_VERSION);
    for (size_t i = 0; i < t.n; i++) {
        int x = correction(&t, i, unit_of(m));
        if (x == 0 || abs(x) < units)
            continue;
        put(b, t.index[i] - last);
        buf_char(b, (char)x);
        last = t.index[i];
    }
    *n = b->len;
    return (unsigned char *)b->data;
}

static bool
get(const unsigned char *p, size_t n, size_t *at, uint32_t *v)
{
    *v = 0;
    for (int shift = 0; shift < 28 && *at < n; shift += 7) {
        unsigned char c = p[(*at)++];
        *v |= (uint32_t)(c & 127) << shift;
        if (c < 128)
            return true;
    }
    return false;
}

static int
by_index(const void *x, const void *y)
{
    const struct stats_feature *const *a = x, *const *b = y;
    return (*a)->index < (*b)->index ? -1 : (*a)->index > (*b)->index;
}

double
learned_sum(const struct stats_model *m, const struct stats_features *f, const unsigned char *p,
            size_t n)
{
    const struct stats_feature *sorted[STATS_FEATURES];
    int64_t of[STATS_GROUPS] = {0};
    uint32_t version, step;
    uint64_t index = 0;
    size_t at = 0, k = 0;
    double sum = 0;
    if (!get(p, n, &at, &version) || version != STATS_VERSION)
        return 0;
    for (size_t i = 0; i < f->n; i++)
        sorted[i] = &f->v[i];
    qsort(sorted, f->n, sizeof *sorted, by_index);
    while (at < n && get(p, n, &at, &step) && at < n) {
        int8_t x = (int8_t)p[at++];
        index += step;
        while (k < f->n && sorted[k]->index < index)
            k++;
        if (k < f->n && sorted[k]->index == index)
            of[sorted[k]->group] += x;
    }
    for (int g = 0; g < STATS_GROUPS; g++)
        sum += (double)of[g] * stats_share(g, f->count[g]);
    return sum * unit_of(m);
}
