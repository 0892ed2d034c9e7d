#include "pack.h"
#include "model.h"
#include "train.h"
#include "../../common/arena.h"
#include "../../common/buf.h"

#define DIGIT_BITS 9
#define DIGITS (1u << DIGIT_BITS)
_Static_assert(STATS_GROUPS <= 8 && STATS_BITS + 3 <= 3 * DIGIT_BITS, "a key has three digits");

/* Rising, in three passes over the digits: a comparison for each step would cost more than all else here. */
static uint32_t *
sorted(struct arena *a, uint32_t *key, size_t n)
{
    uint32_t *other = arena_calloc(a, n, sizeof *other), *swap;
    for (int shift = 0; shift < 3 * DIGIT_BITS; shift += DIGIT_BITS) {
        uint32_t at[DIGITS + 1] = {0};
        for (size_t i = 0; i < n; i++)
            at[(key[i] >> shift & (DIGITS - 1)) + 1]++;
        for (size_t d = 0; d < DIGITS; d++)
            at[d + 1] += at[d];
        for (size_t i = 0; i < n; i++)
            other[at[key[i] >> shift & (DIGITS - 1)]++] = key[i];
        swap = key, key = other, other = swap;
    }
    return key;
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
    uint32_t *key = arena_calloc(a, f->n, sizeof *key);
    size_t at = 0;
    put(b, STATS_VERSION);
    for (size_t i = 0; i < f->n; i++) /* by group, then by index */
        key[i] = f->v[i].group << STATS_BITS | f->v[i].index;
    key = sorted(a, key, f->n);
    for (uint32_t g = 0; g < STATS_GROUPS; g++) {
        put(b, f->count[g]);
        for (uint32_t i = 0, last = 0; i < f->count[g]; i++) {
            uint32_t index = key[at++] & (STATS_SPACE - 1);
            put(b, index - last);
            last = index;
        }
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
