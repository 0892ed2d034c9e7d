/*
 * File format, numbers little-endian:
 *   "SKSTAT2\n"  u32 version  u32 bits  u32 scripts (0 or 1)  u32 entries
 *   i32 scale * 2^30  i32 bias * 2^16  u32 points, points * (i32 sum * 2^16, i32 score * 100)
 *   entries * (varint: step from the last index, i8 weight, not 0)
 *   SHA-256 of all before
 */
#include "model.h"
#include "../../common/arena.h"
#include "../../common/buf.h"
#include "../../common/err.h"
#include "../../common/token.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define MAGIC "SKSTAT2\n"
#define MAGIC_BYTES 8
#define DIGEST 32
#define SCALE_ONE 1073741824.0
#define SUM_ONE 65536.0

/* ------------------------------------------------------------------ reading */

struct reader {
    const unsigned char *p;
    size_t n, at;
    bool bad;
};

static uint32_t
u32(struct reader *r)
{
    uint32_t v = 0;
    if (r->n - r->at < 4) {
        r->bad = true;
        return 0;
    }
    for (int i = 3; i >= 0; i--)
        v = v << 8 | r->p[r->at + (size_t)i];
    r->at += 4;
    return v;
}

static double
fixed(struct reader *r, double one)
{
    return (double)(int32_t)u32(r) / one;
}

static uint32_t
varint(struct reader *r)
{
    uint32_t v = 0;
    for (int shift = 0; shift < 28 && r->at < r->n; shift += 7) {
        unsigned char c = r->p[r->at++];
        v |= (uint32_t)(c & 127) << shift;
        if (c < 128)
            return v;
    }
    r->bad = true;
    return 0;
}

static void
read_curve(struct reader *r, struct stats_curve *c)
{
    uint32_t n = u32(r);
    if (n < 2 || n > STATS_POINTS) {
        r->bad = true;
        return;
    }
    c->n = (int)n;
    for (int i = 0; i < c->n; i++) {
        c->sum[i] = fixed(r, SUM_ONE);
        c->score[i] = fixed(r, 100);
        if (i > 0 && (c->sum[i] <= c->sum[i - 1] || c->score[i] < c->score[i - 1]))
            r->bad = true;
    }
}

static void
read_weights(struct reader *r, uint32_t entries, int8_t *weights)
{
    uint64_t index = 0;
    for (uint32_t i = 0; i < entries && !r->bad; i++) {
        uint32_t step = varint(r);
        index += step;
        if (r->bad || r->at >= r->n || index >= STATS_SPACE || (i > 0 && step == 0)) {
            r->bad = true;
            return;
        }
        weights[index] = (int8_t)r->p[r->at++];
    }
}

static int
not_one(struct err *e, const char *why)
{
    return err_set(e, ERR_INPUT, "model", "no model of the statistics: %s", why);
}

int
stats_model_read(const unsigned char *p, size_t n, struct stats_model *out, struct err *e)
{
    struct reader r = {p, n > DIGEST ? n - DIGEST : 0, MAGIC_BYTES, false};
    unsigned char digest[DIGEST];
    memset(out, 0, sizeof *out);
    if (r.n < MAGIC_BYTES || n > STATS_MODEL_BYTES || memcmp(p, MAGIC, MAGIC_BYTES) != 0)
        return not_one(e, "not such a file");
    token_sha256(p, r.n, digest);
    if (memcmp(digest, p + r.n, DIGEST) != 0)
        return not_one(e, "damaged");
    if (u32(&r) != STATS_VERSION || u32(&r) != STATS_BITS)
        return not_one(e, "made by another version; train it again");
    uint32_t scripts = u32(&r), entries = u32(&r);
    r.bad |= scripts > 1;
    out->scripts = scripts;
    out->scale = fixed(&r, SCALE_ONE);
    out->bias = fixed(&r, SUM_ONE);
    read_curve(&r, &out->curve);
    int8_t *w =
        r.bad ? MAP_FAILED
              : mmap(NULL, STATS_SPACE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (w == MAP_FAILED)
        return not_one(e, r.bad ? "damaged" : "no memory");
    out->weights = w;
    read_weights(&r, entries, w);
    if (r.bad || r.at != r.n || mprotect(w, STATS_SPACE, PROT_READ) != 0) {
        stats_model_free(out);
        return not_one(e, "damaged");
    }
    return 0;
}

int
stats_model_load(const char *path, struct stats_model *out, struct err *e)
{
    unsigned char *p = malloc(STATS_MODEL_BYTES + 1);
    FILE *f = p ? fopen(path, "rb") : NULL;
    int rc = -1;
    if (!f) {
        err_set(e, ERR_ENV, "model-file", "%s: %s", path, strerror(errno));
    } else {
        size_t n = fread(p, 1, STATS_MODEL_BYTES + 1, f);
        rc = ferror(f) ? err_set(e, ERR_ENV, "model-file", "%s: cannot be read", path)
                       : stats_model_read(p, n, out, e);
        fclose(f);
    }
    free(p);
    return rc;
}

void
stats_model_free(struct stats_model *m)
{
    if (m->weights)
        (void)munmap((void *)(uintptr_t)m->weights, STATS_SPACE);
    memset(m, 0, sizeof *m);
}

/* ------------------------------------------------------------------ writing */

static void
put_u32(struct buf *b, uint32_t v)
{
    for (int i = 0; i < 4; i++)
        buf_char(b, (char)(unsigned char)(v >> (8 * i)));
}

static void
put_fixed(struct buf *b, double v, double one)
{
    double x = v * one;
    put_u32(b, (uint32_t)(int32_t)(x < 0 ? x - 0.5 : x + 0.5));
}

static void
put_weights(struct buf *b, const int8_t *w)
{
    uint32_t last = 0;
    for (uint32_t i = 0; i < STATS_SPACE; i++) {
        if (!w[i])
            continue;
        uint32_t step = i - last;
        for (; step > 127; step >>= 7)
            buf_char(b, (char)(unsigned char)(step | 128));
        buf_char(b, (char)step);
        buf_char(b, w[i]);
        last = i;
    }
}

unsigned char *
stats_model_write(struct arena *a, const struct stats_model *m, size_t *n)
{
    struct buf *b = buf_new(a, 0);
    uint32_t entries = 0;
    unsigned char digest[DIGEST];
    for (uint32_t i = 0; i < STATS_SPACE; i++)
        entries += m->weights[i] != 0;
    buf_add(b, MAGIC, MAGIC_BYTES);
    put_u32(b, STATS_VERSION);
    put_u32(b, STATS_BITS);
    put_u32(b, m->scripts);
    put_u32(b, entries);
    put_fixed(b, m->scale, SCALE_ONE);
    put_fixed(b, m->bias, SUM_ONE);
    put_u32(b, (uint32_t)m->curve.n);
    for (int i = 0; i < m->curve.n; i++) {
        put_fixed(b, m->curve.sum[i], SUM_ONE);
        put_fixed(b, m->curve.score[i], 100);
    }
    put_weights(b, m->weights);
    token_sha256(b->data, b->len, digest);
    buf_add(b, digest, DIGEST);
    *n = b->len;
    return (unsigned char *)b->data;
}

/* ------------------------------------------------------------------ judging */

/* The text as much as two of the others: found as RATE and the others (train.c). */
double
stats_share(int group, uint32_t count)
{
    double length = group == STATS_TEXT || group == STATS_SCRIPTS ? 2 : 1;
    return count ? length / sqrt((double)count) : 0;
}

double
stats_model_sum(const struct stats_model *m, const struct stats_features *f)
{
    int64_t of[STATS_GROUPS] = {0};
    double sum = 0;
    for (size_t i = 0; i < f->n; i++)
        of[f->v[i].group] += stats_weight(m->weights[f->v[i].index]);
    for (int g = 0; g < STATS_GROUPS; g++)
        if (g != STATS_SCRIPTS || m->scripts) /* else it has others' weights, of the same numbers */
            sum += (double)of[g] * stats_share(g, f->count[g]);
    return m->bias + m->scale * sum;
}

static double
hundredths(double x)
{
    double n = x * 100;
    return (double)(int64_t)(n < 0 ? n - 0.5 : n + 0.5) / 100;
}

double
stats_curve_score(const struct stats_curve *c, double sum)
{
    double s = c->score[0];
    for (int i = 1; i < c->n; i++)
        if (sum >= c->sum[i])
            s = c->score[i];
        else if (sum > c->sum[i - 1])
            s = c->score[i - 1] + (c->score[i] - c->score[i - 1]) * (sum - c->sum[i - 1]) /
                                      (c->sum[i] - c->sum[i - 1]);
    return hundredths(s);
}

/*
 * Mail of a kind that was not learned is told by its links: of those of learned kinds of mail nine of ten features are
 * known, of other kinds half. (Of words and addresses of the header the share says nothing: new words have no weight, and
 * are in the length of the mail already.) A mail of a kind that is not known gets fewer points for it or against it. Not
 * less than half of them: who writes a mail can fill it with links that nobody knows.
 */
#define LEAST 0.5

double
stats_model_score(const struct stats_model *m, const struct stats_features *f, double sum)
{
    uint32_t links = f->count[STATS_LINKS], known = 0;
    for (size_t i = 0; i < f->n; i++)
        known += f->v[i].group == STATS_LINKS && m->weights[f->v[i].index];
    double share = links ? (double)known / (double)links : 1;
    return hundredths(stats_curve_score(&m->curve, sum) * (share > LEAST ? share : LEAST));
}

#define REASONS 5

struct reason {
    double weight;
    const struct stats_feature *f;
};

/* Words of the mail itself: what was made of its form, addresses and links has names in one language only, and people
 * cannot see it in the mail. */
static bool
can_be_shown(const struct stats_feature *f)
{
    return *f->word && (f->group == STATS_TEXT || f->group == STATS_SUBJECT ||
                        f->group == STATS_SCRIPTS || f->group == STATS_UNSEEN);
}

/* Without the label of its stream. */
static const char *
bare(const char *word)
{
    const char *end = strstr(word, ": ");
    return end ? end + 2 : word;
}

/* The strongest REASONS, by insertion. */
static int
strongest(const struct stats_model *m, const struct stats_features *f, bool spam,
          struct reason top[REASONS])
{
    double roots[STATS_GROUPS];
    int n = 0;
    for (int g = 0; g < STATS_GROUPS; g++)
        roots[g] = sqrt((double)f->count[g]);
    for (size_t i = 0; i < f->n; i++) {
        double w = stats_weight(m->weights[f->v[i].index]) / roots[f->v[i].group];
        int at = n < REASONS ? n : REASONS;
        if (!spam)
            w = -w;
        if (w <= 0 || (n == REASONS && top[REASONS - 1].weight >= w))
            continue; /* as nearly all */
        if (!can_be_shown(&f->v[i]) || (f->v[i].group == STATS_SCRIPTS && !m->scripts))
            continue;
        while (at > 0 && top[at - 1].weight < w)
            at--;
        if (at == REASONS)
            continue;
        n += n < REASONS;
        for (int k = n - 1; k > at; k--)
            top[k] = top[k - 1];
        top[at] = (struct reason){w, &f->v[i]};
    }
    return n;
}

const char *
stats_model_reasons(struct arena *a, const struct stats_model *m, const struct stats_features *f,
                    bool spam)
{
    struct reason top[REASONS];
    struct buf *b = buf_new(a, 240);
    int n = strongest(m, f, spam, top);
    for (int i = 0; i < n && b->len < 160; i++) {
        const struct stats_feature *x = top[i].f;
        buf_str(b, i > 0 ? ", \"" : "\"");
        if (x->before)
            buf_printf(b, "%s ", bare(x->before));
        buf_printf(b, "%s\"", bare(x->word));
    }
    return buf_cstr(b);
}
