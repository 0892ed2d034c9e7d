#include "phrases.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../../common/err.h"

/* In `to`: something ends in that state, so that no other table is asked for most bytes of a text. */
#define ENDS 0x8000u

/* A phrase that begins with a letter or digit is none behind another one, so two states are the start: inside of a word
 * only what ends the word is of interest, and most of a text is inside of words. */
enum { START, INSIDE, STATES };

/* Symbols of the first table: small letters and the blank, so that most steps read from one line of the processor's cache a
 * state. All others have a table of their own. */
#define NEAR 32

/* Bytes that occur in phrases, letters and digits get a number each; all others are 0 and lead to the start. */
struct phrases {
    unsigned char symbol[256];
    bool word[256]; /* small letters and digits */
    int symbols, states, n;
    uint16_t *near, *far; /* of a state and a symbol: where to go, and ENDS */
    int32_t *next;        /* the same while it is built */
    int32_t *fail;  /* of a state, while it is built: the longest end of it that begins a phrase */
    int32_t *first; /* of a state: phrase that ends there, -1 */
    int32_t *more;  /* of a state: the next state on the way of fail where one ends, 0 */
    int32_t *same;  /* of a phrase: another with the same text, -1 */
    size_t *length;
};

static void *
need(size_t n, size_t size)
{
    void *p = calloc(n ? n : 1, size);

    BUG_IF(!p);
    return p;
}

static bool
in_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

static void
insert(struct phrases *p, const char *text, int i)
{
    int32_t state = 0;

    for (const unsigned char *c = (const unsigned char *)text; *c; c++) {
        int32_t *to = &p->next[state * p->symbols + p->symbol[*c]];
        if (!*to)
            *to = p->states++;
        state = *to;
    }
    p->length[i] = strlen(text);
    p->same[i] = p->first[state];
    p->first[state] = i;
}

/* The two starts; the first states behind them go to the queue. Returns how many. */
static int
connect_starts(struct phrases *p, int32_t *queue)
{
    int32_t *start = p->next + START * p->symbols, *inside = p->next + INSIDE * p->symbols;
    int n = 0;

    for (int c = 0; c < 256; c++) {
        int s = p->symbol[c];
        int32_t fail = p->word[c] ? INSIDE : START;
        if (!s)
            continue;
        if (start[s]) {
            p->fail[start[s]] = fail;
            queue[n++] = start[s];
        } else {
            start[s] = fail;
        }
        inside[s] = p->word[c] ? INSIDE : start[s];
    }
    return n;
}

/* Breadth first: a state's fail is nearer to the start than itself. */
static void
connect(struct phrases *p)
{
    int32_t *queue = need((size_t)p->states, sizeof *queue);
    int head = 0, tail = connect_starts(p, queue);

    while (head < tail) {
        int32_t state = queue[head++], fail = p->fail[state];
        p->more[state] = p->first[fail] >= 0 ? fail : p->more[fail];
        for (int s = 1; s < p->symbols; s++) {
            int32_t *to = &p->next[state * p->symbols + s], other = p->next[fail * p->symbols + s];
            if (*to) {
                p->fail[*to] = other;
                queue[tail++] = *to;
            } else {
                *to = other;
            }
        }
    }
    free(queue);
}

static void
pack(struct phrases *p)
{
    int far = p->symbols - NEAR;

    BUG_IF(p->states >= (int)ENDS); /* the lists are compiled in */
    p->near = aligned_alloc(64, (size_t)p->states * NEAR * sizeof *p->near);
    BUG_IF(!p->near);
    memset(p->near, 0, (size_t)p->states * NEAR * sizeof *p->near);
    p->far = need((size_t)p->states * (size_t)far, sizeof *p->far);
    for (int i = 0; i < p->states; i++)
        for (int k = 0; k < p->symbols; k++) {
            int32_t s = p->next[i * p->symbols + k];
            uint16_t to = (uint16_t)((unsigned)s | (p->first[s] >= 0 || p->more[s] ? ENDS : 0));
            *(k < NEAR ? &p->near[i * NEAR + k] : &p->far[i * far + k - NEAR]) = to;
        }
    free(p->next);
    p->next = NULL;
}

static void
number(struct phrases *p)
{
    p->symbols = 1;
    for (int c = 'a'; c <= 'z'; c++)
        p->symbol[c] = (unsigned char)p->symbols++;
    p->symbol[' '] = (unsigned char)p->symbols++;
    p->symbols = NEAR;
    for (int c = 0; c < 256; c++)
        if ((p->word[c] = in_word((char)c)) && !p->symbol[c])
            p->symbol[c] = (unsigned char)p->symbols++;
}

struct phrases *
phrases_new(const char *const *list, int n)
{
    struct phrases *p = need(1, sizeof *p);
    size_t bytes = STATES;

    p->n = n;
    number(p);
    for (int i = 0; i < n; i++) {
        bytes += strlen(list[i]);
        for (const unsigned char *c = (const unsigned char *)list[i]; *c; c++)
            if (!p->symbol[*c])
                p->symbol[*c] = (unsigned char)p->symbols++;
    }
    BUG_IF(p->symbols > 256);
    p->next = need(bytes * (size_t)p->symbols, sizeof *p->next);
    p->fail = need(bytes, sizeof *p->fail);
    p->first = need(bytes, sizeof *p->first);
    p->more = need(bytes, sizeof *p->more);
    p->same = need((size_t)n, sizeof *p->same);
    p->length = need((size_t)n, sizeof *p->length);
    for (size_t i = 0; i < bytes; i++)
        p->first[i] = -1;
    p->states = STATES;
    for (int i = 0; i < n; i++)
        insert(p, list[i], i);
    connect(p);
    pack(p);
    return p;
}

void
phrases_free(struct phrases **pp)
{
    struct phrases *p = *pp;

    if (!p)
        return;
    free(p->near);
    free(p->far);
    free(p->fail);
    free(p->first);
    free(p->more);
    free(p->same);
    free(p->length);
    free(p);
    *pp = NULL;
}

static bool
whole(const char *text, size_t n, size_t at, size_t len)
{
    return !(at > 0 && in_word(text[at]) && in_word(text[at - 1])) &&
           !(at + len < n && in_word(text[at + len - 1]) && in_word(text[at + len]));
}

void
phrases_find(const struct phrases *p, const char *text, size_t n,
             void (*found)(void *ctx, int phrase, size_t at), void *ctx)
{
    const unsigned far = (unsigned)p->symbols - NEAR;
    unsigned state = START;

    for (size_t i = 0; i < n; i++) {
        if (state == INSIDE) /* bytes that do not change the state */
            while (i + 1 < n && p->word[(unsigned char)text[i]])
                i++;
        unsigned s = p->symbol[(unsigned char)text[i]];
        unsigned to = s < NEAR ? p->near[state * NEAR + s] : p->far[state * far + s - NEAR];
        state = to & ~ENDS;
        for (int32_t end = to & ENDS ? (int32_t)state : 0; end; end = p->more[end])
            for (int32_t k = p->first[end]; k >= 0; k = p->same[k]) {
                size_t at = i + 1 - p->length[k];
                if (whole(text, n, at, p->length[k]))
                    found(ctx, k, at);
            }
    }
}
