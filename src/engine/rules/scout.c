/*
 * A deterministic automaton that is made while it runs (Thompson, Regular Expression Search Algorithm, 1968;
 * Cox, Regular Expression Matching Can Be Simple And Fast, 2007): a state is a set of nodes of the expression,
 * and is made when a text first leads there. What is looked at for that (nodes of the state before and of the new
 * one) counts against a credit that grows with the bytes read, so a text that leads to new states all the time costs
 * no more than some looks for each byte, however large the expression is.
 */
#include "scout.h"
#include "tree.h"
#include "../../common/arena.h"

#include <string.h>

#define NODES 60000   /* of an expression */
#define COPIES 60000  /* nodes that repetitions may make at most */
#define STATES 1000   /* then it forgets all and begins again */
#define MOST 64       /* copies of one piece */
#define KEPT 131072   /* ... or when states have more nodes than this, all together */
#define CREDIT 400000 /* nodes that may be looked at, at once */
#define FOR_A_BYTE 16 /* ... more for each byte read */

enum { SPLIT = -1, FOUND = -2 };

/* A set of bytes and where it leads to; SPLIT: to a and b. */
struct node {
    int set, a, b;
};

struct state {
    const uint16_t *nodes;
    int n;
    uint32_t hash;
};

struct reached {
    const uint16_t *nodes;
    int n;
    bool found;
};

struct scout {
    struct node *nodes;
    int nnodes, room, entry;
    struct bytes *sets;
    int nsets, set_room;
    unsigned char kind_of[256]; /* bytes that no set tells apart are of one kind */
    unsigned char sample[256];  /* a byte of the kind */
    int nkinds;
    /* what it has learnt */
    struct arena *memory;
    struct state *states;
    uint16_t *next; /* of state and kind; 0: not known yet */
    uint16_t *table;
    int nstates, room_states, credit, kept;
    uint32_t places; /* in table */
    struct reached
        *begins; /* by kind: nodes that a match which begins with such a byte goes on with */
    /* while a set of nodes is put together */
    uint16_t *stack, *list;
    uint32_t *seen, turn;
};

/* ------------------------------------------------------------------ nodes */

struct making {
    struct arena *a;
    struct scout *s;
    bool full;
};

static int
new_node(struct making *m, int set, int a, int b)
{
    struct scout *s = m->s;
    if (s->nnodes == s->room) {
        struct node *old = s->nodes;
        s->room = s->room ? s->room * 2 : 64;
        s->nodes = arena_calloc(m->a, (size_t)s->room, sizeof *s->nodes);
        if (old)
            memcpy(s->nodes, old, (size_t)s->nnodes * sizeof *old);
    }
    m->full |= s->nnodes >= NODES;
    if (m->full)
        return 0;
    s->nodes[s->nnodes] = (struct node){set, a, b};
    return s->nnodes++;
}

static int
set_number(struct making *m, const struct bytes *b)
{
    struct scout *s = m->s;
    for (int i = 0; i < s->nsets; i++)
        if (memcmp(&s->sets[i], b, sizeof *b) == 0)
            return i;
    if (s->nsets == s->set_room) {
        struct bytes *old = s->sets;
        s->set_room = s->set_room ? s->set_room * 2 : 32;
        s->sets = arena_calloc(m->a, (size_t)s->set_room, sizeof *s->sets);
        if (old)
            memcpy(s->sets, old, (size_t)s->nsets * sizeof *old);
    }
    s->sets[s->nsets] = *b;
    return s->nsets++;
}

static int
size_of(const struct tree *t)
{
    int n = 1;
    for (const struct tree *x = t->first; x && n < COPIES;
         x = t->kind == TREE_REPEAT ? NULL : x->next)
        n += size_of(x) *
             (t->kind == TREE_REPEAT && t->least > 1 ? (t->least < MOST ? t->least : MOST) : 1);
    return n < COPIES ? n : COPIES;
}

static int make(struct making *m, const struct tree *t, int then);

static int
make_any(struct making *m, int then)
{
    static const struct bytes all = {{~0ull, ~0ull, ~0ull, ~0ull}};
    int split = new_node(m, SPLIT, then, then), step = new_node(m, set_number(m, &all), split, 0);
    if (!m->full)
        m->s->nodes[split].a = step;
    return split;
}

/* Pieces from the last to the first. */
static int
make_all(struct making *m, const struct tree *x, int then)
{
    const struct tree *list[256];
    int n = 0;
    while (x && n < 256) {
        list[n++] = x;
        x = x->next;
    }
    if (x)
        then = make_all(m, x, then);
    while (n > 0 && !m->full)
        then = make(m, list[--n], then);
    return then;
}

static int
make_repeat(struct making *m, const struct tree *t, int then)
{
    int room = COPIES / size_of(t->first), copies = room < MOST ? (room > 0 ? room : 1) : MOST;
    int least = t->least < copies ? t->least : copies;
    if (t->most > copies) {
        int split = new_node(m, SPLIT, then, then), body = make(m, t->first, split);
        if (!m->full)
            m->s->nodes[split].a = body;
        then = split;
    } else {
        for (int i = least, end = then; i < t->most && !m->full; i++)
            then = new_node(m, SPLIT, make(m, t->first, then), end);
    }
    for (int i = 0; i < least && !m->full; i++)
        then = make(m, t->first, then);
    return then;
}

/* The node at which t begins that goes on with then. */
static int
make(struct making *m, const struct tree *t, int then)
{
    int all;
    if (m->full)
        return 0;
    switch (t->kind) {
    case TREE_SET:
        return new_node(m, set_number(m, &t->set), then, 0);
    case TREE_ALL:
        return make_all(m, t->first, then);
    case TREE_ONE_OF:
        all = make(m, t->first, then);
        for (const struct tree *x = t->first->next; x && !m->full; x = x->next)
            all = new_node(m, SPLIT, make(m, x, then), all);
        return all;
    case TREE_REPEAT:
        return make_repeat(m, t, then);
    default:
        return make_any(m, then);
    }
}

static void
tell_bytes_apart(struct scout *s)
{
    for (int c = 0; c < 256; c++) {
        int k = 0;
        for (bool same = false; k < s->nkinds && !same; k += !same) {
            same = true;
            for (int i = 0; i < s->nsets && same; i++)
                same = bytes_has(&s->sets[i], (unsigned char)c) ==
                       bytes_has(&s->sets[i], s->sample[k]);
        }
        if (k == s->nkinds)
            s->sample[s->nkinds++] = (unsigned char)c;
        s->kind_of[c] = (unsigned char)k;
    }
}

/* ------------------------------------------------------------------ states */

/* State 0 is "not known", 1 is "found", 2 is the first. */
enum { UNKNOWN, GOAL, START };

/* Adds the nodes that can be reached from i without a byte. */
static bool
reach(struct scout *s, int i, int *n)
{
    int depth = 0;
    bool found = false;
    s->stack[depth++] = (uint16_t)i;
    while (depth > 0) {
        i = s->stack[--depth];
        if (s->seen[i] == s->turn)
            continue;
        s->seen[i] = s->turn;
        const struct node *x = &s->nodes[i];
        if (x->set == FOUND)
            found = true;
        else if (x->set == SPLIT)
            s->stack[depth++] = (uint16_t)x->a, s->stack[depth++] = (uint16_t)x->b;
        else
            s->list[(*n)++] = (uint16_t)i;
    }
    return found;
}

static void
enter(struct scout *s, uint32_t hash, int state)
{
    while (s->table[hash % s->places])
        hash++;
    s->table[hash % s->places] = (uint16_t)state;
}

static void
more_room(struct scout *s)
{
    const struct state *old = s->states;
    const uint16_t *next = s->next;
    s->room_states = s->room_states ? s->room_states * 2 : 32;
    s->places = (uint32_t)s->room_states * 2 + 1;
    s->states = arena_calloc(s->memory, (size_t)s->room_states, sizeof *s->states);
    s->next = arena_calloc(s->memory, (size_t)s->room_states * (size_t)s->nkinds, sizeof *s->next);
    s->table = arena_calloc(s->memory, s->places, sizeof *s->table);
    if (!old)
        return;
    memcpy(s->states, old, (size_t)s->nstates * sizeof *old);
    memcpy(s->next, next, (size_t)s->nstates * (size_t)s->nkinds * sizeof *next);
    for (int i = START; i < s->nstates; i++)
        enter(s, s->states[i].hash, i);
}

static void
forget(struct scout *s)
{
    arena_free(&s->memory);
    s->memory = arena_new();
    s->states = NULL;
    s->room_states = 0;
    s->nstates = START;
    s->kept = 0;
    more_room(s);
}

/* The state of the nodes in s->list. */
static int
state_of(struct scout *s, int n)
{
    uint32_t h = 2166136261u;
    size_t bytes = (size_t)n * sizeof *s->list;
    for (int i = 0; i < n; i++)
        h = (h ^ s->list[i]) * 16777619u;
    h ^= h >> 15;
    for (uint32_t at = h; s->table[at % s->places]; at++) {
        const struct state *x = &s->states[s->table[at % s->places]];
        if (x->hash == h && x->n == n && memcmp(x->nodes, s->list, bytes) == 0)
            return s->table[at % s->places];
    }
    if (s->nstates == s->room_states)
        more_room(s);
    s->states[s->nstates] = (struct state){arena_memdup(s->memory, s->list, bytes), n, h};
    enter(s, h, s->nstates);
    s->kept += n;
    return s->nstates++;
}

/* Where a byte of a kind leads to from a state. A match may begin at that byte, too. */
static int
step(struct scout *s, int from, int kind)
{
    const struct state x = s->states[from];
    const struct reached *more = &s->begins[kind];
    bool found = more->found;
    int n = 0;
    s->turn++;
    for (int i = 0; i < more->n; i++) {
        s->seen[more->nodes[i]] = s->turn;
        s->list[n++] = more->nodes[i];
    }
    for (int i = 0; i < x.n && !found; i++) {
        const struct node *node = &s->nodes[x.nodes[i]];
        if (bytes_has(&s->sets[node->set], s->sample[kind]))
            found = reach(s, node->a, &n);
    }
    s->credit -= 1 + x.n + n;
    int to = found ? GOAL : state_of(s, n);
    s->next[from * s->nkinds + kind] = (uint16_t)to;
    return to;
}

/* false: the expression matches the empty text. */
static bool
begin(struct scout *s, struct arena *a)
{
    int n = 0, all;
    s->turn = 1;
    if (reach(s, s->entry, &n))
        return false;
    uint16_t *entry = arena_memdup(a, s->list, (size_t)n * sizeof *entry);
    all = n;
    s->begins = arena_calloc(a, (size_t)s->nkinds, sizeof *s->begins);
    for (int k = 0; k < s->nkinds; k++) {
        struct reached *x = &s->begins[k];
        s->turn++;
        n = 0;
        for (int i = 0; i < all; i++)
            if (bytes_has(&s->sets[s->nodes[entry[i]].set], s->sample[k]))
                x->found |= reach(s, s->nodes[entry[i]].a, &n);
        x->nodes = arena_memdup(a, s->list, (size_t)n * sizeof *s->list);
        x->n = n;
    }
    return true;
}

/* The state at the begin of a text: nothing is open. */
static void
learn_anew(struct scout *s)
{
    forget(s);
    (void)state_of(s, 0);
}

/* ------------------------------------------------------------------ both */

static void
release(void *arg)
{
    struct scout *s = arg;
    arena_free(&s->memory);
}

struct scout *
scout_new(struct arena *a, const struct tree *t, int least)
{
    if (size_of(t) < least)
        return NULL;
    struct scout *s = arena_calloc(a, 1, sizeof *s);
    struct making m = {.a = a, .s = s};
    int end = new_node(&m, FOUND, 0, 0);
    s->entry = make(&m, t, end);
    if (m.full)
        return NULL;
    tell_bytes_apart(s);
    s->seen = arena_calloc(a, (size_t)s->nnodes, sizeof *s->seen);
    s->stack = arena_calloc(a, (size_t)s->nnodes * 2 + 2, sizeof *s->stack);
    s->list = arena_calloc(a, (size_t)s->nnodes + 1, sizeof *s->list);
    if (!begin(s, a))
        return NULL;
    s->credit = CREDIT;
    arena_defer(a, release, s);
    return s;
}

bool
scout_run(struct scout *s, const char *p, size_t n)
{
    int state = START;
    if (!s->memory)
        learn_anew(s);
    s->credit += n < CREDIT / FOR_A_BYTE ? (int)n * FOR_A_BYTE : CREDIT;
    s->credit = s->credit < CREDIT ? s->credit : CREDIT;
    const uint16_t *next = s->next;
    const unsigned char *kind_of = s->kind_of;
    const int kinds = s->nkinds;
    for (size_t i = 0; i < n; i++) {
        int kind = kind_of[(unsigned char)p[i]], to = next[state * kinds + kind];
        if (to == UNKNOWN) {
            bool full = s->nstates == STATES || s->kept > KEPT;
            if (full)
                learn_anew(s);
            if (full || s->credit <= 0)
                return true;
            to = step(s, state, kind);
            next = s->next;
        }
        if (to == GOAL)
            return true;
        state = to;
    }
    return false;
}
