#include "collect.h"
#include "../../common/arena.h"

#include <stdio.h>
#include <string.h>

/* Most mails are small: clearing room for the largest would cost more than the rest of it. */
#define SLOTS 2048 /* at first; always at least twice the features */
#define WORDS_BYTES 65536
#define WORDS_PIECE 4096

/* FNV-1a over the bytes, then a finaliser that spreads them (Stafford's mix 13): numbers in fixed
 * order, so every machine counts the same. */
static uint64_t
mixed(uint64_t h)
{
    h = (h ^ (h >> 30)) * 0xbf58476d1ce4e5b9u;
    h = (h ^ (h >> 27)) * 0x94d049bb133111ebu;
    return h ^ (h >> 31);
}

static uint64_t
hash(uint64_t seed, const char *p, size_t n)
{
    uint64_t h = seed ^ 0xcbf29ce484222325u;
    for (size_t i = 0; i < n; i++)
        h = (h ^ (unsigned char)p[i]) * 0x100000001b3u;
    return mixed(h);
}

void
collect_begin(struct collect *c, struct arena *a, struct stats_features *out)
{
    memset(out, 0, sizeof *out);
    memset(c, 0, sizeof *c);
    c->a = a;
    c->out = out;
    c->slots = SLOTS;
    c->room = SLOTS / 2;
    c->table = arena_calloc(a, c->slots, sizeof *c->table);
    out->v = arena_calloc(a, c->room, sizeof *out->v);
}

/* Where an index is in the table, or the empty place for it. */
static uint32_t *
slot(const struct collect *c, uint32_t index)
{
    size_t at = index & (c->slots - 1);
    while (c->table[at] && c->table[at] != index + 1)
        at = (at + 1) & (c->slots - 1);
    return &c->table[at];
}

static void
grow(struct collect *c)
{
    struct stats_features *f = c->out;
    struct stats_feature *old = f->v;
    c->slots *= 2;
    c->room *= 2;
    c->table = arena_calloc(c->a, c->slots, sizeof *c->table);
    f->v = arena_calloc(c->a, c->room, sizeof *f->v);
    memcpy(f->v, old, f->n * sizeof *old);
    for (size_t i = 0; i < f->n; i++)
        *slot(c, f->v[i].index) = f->v[i].index + 1;
}

/* false: it was there already, or there is no room. */
static bool
add(struct collect *c, enum stats_group g, uint64_t h, const char *word, const char *before)
{
    uint32_t index = (uint32_t)(h >> (64 - STATS_BITS)), *at = slot(c, index);
    struct stats_features *f = c->out;
    if (*at || f->n == STATS_FEATURES)
        return false;
    if (f->n == c->room) {
        grow(c);
        at = slot(c, index);
    }
    *at = index + 1;
    f->v[f->n++] = (struct stats_feature){index, g, word, before};
    f->count[g]++;
    return true;
}

/* A copy that people can read; "" when there is no more room. */
static const char *
readable(struct collect *c, const char *label, const char *p, size_t n)
{
    size_t k = strlen(label);
    if (c->words_len + k + n + 1 > WORDS_BYTES)
        return "";
    if (c->words_room < k + n + 1) {
        c->words_room = k + n + 1 > WORDS_PIECE ? k + n + 1 : WORDS_PIECE;
        c->words = arena_alloc(c->a, c->words_room);
    }
    char *to = c->words;
    memcpy(to, label, k);
    memcpy(to + k, p, n);
    to[k + n] = '\0';
    c->words += k + n + 1;
    c->words_room -= k + n + 1;
    c->words_len += k + n + 1;
    return to;
}

void
collect_fact(struct collect *c, enum stats_group g, const char *kind, const char *value)
{
    size_t k = strlen(kind), n = strnlen(value, 100);
    const char *word = readable(c, kind, value, n);
    add(c, g, hash(hash(0x5e, kind, k), value, n), word, NULL);
}

void
collect_number(struct collect *c, enum stats_group g, const char *kind, uint64_t n)
{
    char text[24];
    int k = snprintf(text, sizeof text, "%llu", (unsigned long long)n);
    (void)k;
    collect_fact(c, g, kind, text);
}

void
collect_size(struct collect *c, enum stats_group g, const char *kind, uint64_t n)
{
    uint64_t step = n ? 1 : 0;
    while (step && step <= n / 2)
        step *= 2;
    collect_number(c, g, kind, step);
}

void
collect_name(struct collect *c, const char *word, size_t n)
{
    if (n >= 3 && c->nnames < COLLECT_NAMES)
        c->names[c->nnames++] = hash(0, word, n);
}

static bool
is_name(const struct collect *c, const char *p, size_t n)
{
    if (c->nnames == 0 || n < 3)
        return false;
    uint64_t h = hash(0, p, n);
    for (int i = 0; i < c->nnames; i++)
        if (c->names[i] == h)
            return true;
    return false;
}

void
stream_begin(struct stream *s)
{
    s->seed = hash(0x57, s->label, strlen(s->label));
    s->filled = 0;
}

/* Of a script other than Latin, which may be all that a model knows of its language. */
static bool
other_script(const char *p, size_t n)
{
    for (size_t i = 0; i + 1 < n; i++) {
        unsigned char c = (unsigned char)p[i], d = (unsigned char)p[i + 1];
        if (c >= 0xcd && !(c == 0xe1 && d >= 0xb8 && d <= 0xbb)) /* U+1E00: Latin again */
            return true;
    }
    return false;
}

bool
stream_word(struct stream *s, const char *p, size_t n)
{
    if (s->left-- <= 0)
        return false;
    if (is_name(s->c, p, n)) {
        p = "<you>";
        n = 5;
    }
    uint64_t h = hash(s->seed, p, n);
    enum stats_group g = other_script(p, n) ? STATS_SCRIPTS : s->group;
    const char *shown = readable(s->c, s->label, p, n);
    add(s->c, g, h, shown, NULL);
    for (int d = 0; d < s->filled; d++)
        add(s->c, g, mixed(h + s->before[d] * (uint64_t)(2 * d + 3)), shown, s->shown[d]);
    for (int d = s->reach - 1; d > 0; d--) {
        s->before[d] = s->before[d - 1];
        s->shown[d] = s->shown[d - 1];
    }
    s->before[0] = h;
    s->shown[0] = shown;
    if (s->filled < s->reach)
        s->filled++;
    return true;
}
