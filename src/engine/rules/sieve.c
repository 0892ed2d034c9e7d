/*
 * Shift-And with items that may be missing or come again ("extended patterns"; Navarro and Raffinot, Flexible
 * Pattern Matching in Strings, 2002, chapter 4.3). A bit is set when the items up to its own match what ends
 * at this byte. Windows do not cross words, so shifts and subtractions stay within a word.
 */
#include "sieve.h"
#include "../../common/arena.h"

#include <string.h>

#define WORDS 4

typedef uint64_t words __attribute__((vector_size(8 * WORDS), aligned(16)));

/* before: the item in front of each run of optional ones; end: the last of the run. */
struct block {
    words of_byte[256];
    words begin, again, optional, before, end, last;
    bool any_optional, any_again;
    int owner[64 * WORDS]; /* of a last item */
};

struct sieve {
    struct block **blocks;
    int n, room;
    int word, bit; /* where the next window may begin */
};

static void
set(words *w, int word, int bit)
{
    (*w)[word] |= 1ull << bit;
}

static struct block *
place(struct arena *a, struct sieve *s, int items)
{
    if (s->n > 0 && s->bit + items > 64) {
        s->word++;
        s->bit = 0;
    }
    if (s->n > 0 && s->word < WORDS)
        return s->blocks[s->n - 1];
    if (s->n == s->room) {
        struct block **old = s->blocks;
        s->room = s->room ? s->room * 2 : 8;
        s->blocks = arena_calloc(a, (size_t)s->room, sizeof *s->blocks);
        if (old)
            memcpy(s->blocks, old, (size_t)s->n * sizeof *old);
    }
    s->word = s->bit = 0;
    return s->blocks[s->n++] = arena_calloc(a, 1, sizeof(struct block));
}

static void
add(struct arena *a, struct sieve *s, const struct window *w, int owner)
{
    struct block *b = place(a, s, w->n);
    int word = s->word, bit = s->bit;
    set(&b->begin, word, bit);
    for (int i = 0; i < w->n; i++) {
        const struct window_item *x = &w->v[i];
        for (int c = 0; c < 256; c++)
            if (bytes_has(&x->set, (unsigned char)c))
                set(&b->of_byte[c], word, bit + i);
        if (x->again)
            set(&b->again, word, bit + i);
        if (x->optional) {
            set(&b->optional, word, bit + i);
            if (!w->v[i - 1].optional)
                set(&b->before, word, bit + i - 1);
            if (!w->v[i + 1].optional)
                set(&b->end, word, bit + i);
        }
        b->any_again |= x->again;
        b->any_optional |= x->optional;
    }
    set(&b->last, word, bit + w->n - 1);
    b->owner[word * 64 + bit + w->n - 1] = owner;
    s->bit += w->n;
}

/* Plain windows are cheaper: they get blocks of their own. */
static int
form(const struct window *w)
{
    int form = 0;
    for (int i = 0; i < w->n; i++)
        form |= w->v[i].optional ? 3 : w->v[i].again ? 1 : 0;
    return form;
}

struct sieve *
sieve_new(struct arena *a, const struct windows *w, const int *owners, int n)
{
    static const int forms[] = {3, 1, 0};
    struct sieve *s = arena_calloc(a, 1, sizeof *s);
    for (size_t f = 0; f < sizeof forms / sizeof *forms; f++)
        for (int i = 0; i < n; i++)
            for (int k = 0; k < w[i].n; k++)
                if (form(&w[i].v[k]) == forms[f])
                    add(a, s, &w[i].v[k], owners[i]);
    return s;
}

size_t
sieve_bytes(const struct sieve *s)
{
    return (size_t)s->n * sizeof(struct block);
}

/* ------------------------------------------------------------------ running */

static inline __attribute__((always_inline)) void
run(const struct block *b, const unsigned char *p, size_t n, bool again, bool optional, words *out)
{
    words state = {0}, found = {0};
    for (size_t i = 0; i < n; i++) {
        words next = (state + state) | b->begin;
        if (again)
            next |= state & b->again;
        state = next & b->of_byte[p[i]];
        if (optional) {
            words ends = state | b->end;
            state |= b->optional & (~(ends - b->before) ^ ends);
        }
        found |= state;
    }
    *out = found & b->last;
}

static inline __attribute__((always_inline)) void
run_block(const struct block *b, const unsigned char *p, size_t n, words *out)
{
    if (b->any_optional)
        run(b, p, n, true, true, out);
    else if (b->any_again)
        run(b, p, n, true, false, out);
    else
        run(b, p, n, false, false, out);
}

static void
run_anywhere(const struct block *b, const unsigned char *p, size_t n, words *out)
{
    run_block(b, p, n, out);
}

#ifdef __x86_64__
__attribute__((target("avx2"))) static void
run_avx2(const struct block *b, const unsigned char *p, size_t n, words *out)
{
    run_block(b, p, n, out);
}
#endif

/* The same code, for processors that do it in half the steps. */
static void
run_best(const struct block *b, const unsigned char *p, size_t n, words *out)
{
#ifdef __x86_64__
    if (__builtin_cpu_supports("avx2")) {
        run_avx2(b, p, n, out);
        return;
    }
#endif
    run_anywhere(b, p, n, out);
}

void
sieve_run(const struct sieve *s, const char *p, size_t n, uint64_t *found)
{
    for (int i = 0; i < s->n; i++) {
        const struct block *b = s->blocks[i];
        words hit;
        run_best(b, (const unsigned char *)p, n, &hit);
        for (int w = 0; w < WORDS; w++)
            for (uint64_t left = hit[w]; left; left &= left - 1) {
                int owner = b->owner[w * 64 + __builtin_ctzll(left)];
                found[owner / 64] |= 1ull << (owner % 64);
            }
    }
}
