#include "pack.h"
#include "model.h"
#include "train.h"
#include "../../common/arena.h"
#include "../../common/buf.h"

#include <stdlib.h>

static int
rising(const void *x, const void *y)
{
    uint32_t a = *(const uint32_t *)x, b = *(const uint32_t *)y;
    return a < b ? -1 : a > b;
}

static void
put(struct buf *b, uint32_t v)
{
    for (; v > 127; v >>= 7)
        buf_char(b, (char)(unsigned char)(v | 128));
    buf_char(b, (char)v);
}

unsigned char *
stats_pack(struct arena *a, const struct stats_features *f, size_t *n)
{
    struct buf *b = buf_new(a, 0);
    uint32_t *index = arena_calloc(a, f->n, sizeof *index);
    put(b, STATS_VERSION);
    for (uint32_t g = 0; g < STATS_GROUPS; g++) {
        uint32_t k = 0, last = 0;
        for (size_t i = 0; i < f->n; i++)
            if (f->v[i].group == g)
                index[k++] = f->v[i].index;
        qsort(index, k, sizeof *index, rising);
        put(b, k);
        for (uint32_t i = 0; i < k; last = index[i++])
            put(b, index[i] - last);
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

bool
stats_unpack(struct arena *a, const unsigned char *p, size_t n, struct train_sample *out)
{
    size_t at = 0;
    uint32_t version, step;
    uint32_t *index = arena_calloc(a, STATS_FEATURES, sizeof *index);
    out->n = 0;
    out->index = index;
    if (n > STATS_PACK_BYTES || !get(p, n, &at, &version) || version != STATS_VERSION)
        return false;
    for (int g = 0; g < STATS_GROUPS; g++) {
        uint64_t last = 0;
        if (!get(p, n, &at, &out->count[g]) || out->count[g] > STATS_FEATURES - out->n)
            return false;
        for (uint32_t i = 0; i < out->count[g]; i++) {
            if (!get(p, n, &at, &step) || (i > 0 && step == 0) || (last += step) >= STATS_SPACE)
                return false;
            index[out->n++] = (uint32_t)last;
        }
    }
    return at == n;
}
