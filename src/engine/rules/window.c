/*
 * A part of an expression becomes a row of items that covers all that it matches, and more: alternatives lie
 * one above the other, byte by byte; what comes again and again becomes one item. Of the row the window that
 * is rarest is taken. Where alternatives have better windows each for itself, those are taken.
 */
#include "window.h"

#define ROW 64        /* items of a row; what is longer ends in "any text" */
#define COPIES 24     /* of what must come again */
#define RARE 1e-5     /* a window that is as rare as this need not be longer */
#define USELESS 2e-3  /* one that is as usual as this is not looked for */
#define ALL_USUAL 1.9 /* sum of usual(), or a little more */
#define GAP 30        /* how many ways at most what may come again adds */

struct row {
    struct window_item v[ROW];
    int n;
};

/* ------------------------------------------------------------------ how usual bytes are */

/* In a mixture of English and Japanese text, markup and addresses; whole numbers of 1/10000. */
static double
usual(unsigned char c)
{
    static const short letters[26] = {650, 130, 240, 300, 950, 180, 170, 350, 580,
                                      20,  70,  350, 230, 560, 600, 180, 15,  520,
                                      530, 750, 230, 90,  150, 30,  140, 20};
    if (c >= 'a' && c <= 'z')
        return letters[c - 'a'] / 1e4;
    if (c >= 'A' && c <= 'Z')
        return letters[c - 'A'] / 1e5 + 5e-4;
    if (c == ' ')
        return .16;
    if (c >= '0' && c <= '9')
        return .008;
    if (c == '\n' || c == '.' || c == '-' || c == '/' || c == '=')
        return .015;
    if (c >= 0xe3 && c <= 0xe9)
        return .015;
    if (c >= 0x80 && c <= 0xbf)
        return .005;
    return c >= 0xc2 ? .002 : c < 32 || c == 127 || c >= 0xc0 ? .0005 : .005;
}

static double
usual_of(const struct bytes *b)
{
    double sum = 0;
    for (int c = 0; c < 256; c++)
        if (bytes_has(b, (unsigned char)c))
            sum += usual((unsigned char)c);
    return sum / ALL_USUAL;
}

/* ------------------------------------------------------------------ rows */

static const struct window_item any = {{{~0ull, ~0ull, ~0ull, ~0ull}}, true, true, TREE_MANY};

static bool
within(const struct bytes *small, const struct bytes *large)
{
    for (int i = 0; i < 4; i++)
        if (small->bit[i] & ~large->bit[i])
            return false;
    return true;
}

/* What may be missing and is covered by x, which may come any number of times, goes into x. */
static void
row_add(struct row *r, const struct window_item *x)
{
    struct window_item item = *x;
    while (r->n > 0 && item.optional && item.again && r->v[r->n - 1].optional) {
        struct window_item *last = &r->v[r->n - 1];
        if (!last->again && !within(&last->set, &item.set))
            break;
        bytes_join(&item.set, &last->set);
        item.most = item.most + last->most < TREE_MANY ? item.most + last->most : TREE_MANY;
        r->n--;
    }
    if (r->n >= ROW - 1) { /* all that comes behind it goes into the last one */
        r->n = ROW;
        r->v[ROW - 1] = any;
        return;
    }
    r->v[r->n++] = item;
}

static void
row_join(struct row *r, const struct row *more)
{
    for (int i = 0; i < more->n; i++)
        row_add(r, &more->v[i]);
}

/* Any number of whatever is in the row. */
static struct window_item
heap_of(const struct row *r, int times)
{
    struct window_item all = {.optional = true, .again = true};
    for (int i = 0; i < r->n; i++) {
        bytes_join(&all.set, &r->v[i].set);
        all.most += r->v[i].most; /* at most ROW * TREE_MANY */
    }
    all.most = all.most > TREE_MANY / times ? TREE_MANY : all.most * times;
    return all;
}

static bool
plain(const struct row *r)
{
    for (int i = 0; i < r->n; i++)
        if (r->v[i].optional || r->v[i].again)
            return false;
    return true;
}

/* The bytes that may stand first; false: it may be empty. */
static bool
first_of(const struct row *r, struct bytes *out)
{
    for (int i = 0; i < r->n; i++) {
        bytes_join(out, &r->v[i].set);
        if (!r->v[i].optional)
            return true;
    }
    return false;
}

static void row_of(const struct tree *t, struct row *out);

static void
lay_over(struct row *out, const struct row *one, bool first)
{
    for (int i = 0; i < one->n; i++) {
        if (i == out->n)
            out->v[out->n++] = (struct window_item){.optional = !first, .most = 1};
        bytes_join(&out->v[i].set, &one->v[i].set);
    }
    for (int i = one->n; i < out->n; i++)
        out->v[i].optional = true;
}

/* Alternatives of which some repeat or may be empty: what they begin with, and a heap of the rest. */
static void
heap_up(struct row *out, const struct row *one, struct bytes *begin, bool *empty)
{
    struct window_item all = heap_of(one, 1);
    *empty |= !first_of(one, begin);
    row_add(out, &all);
}

static void
row_one_of(const struct tree *t, struct row *out)
{
    struct row one, heaps = {.n = 0};
    struct bytes begin = {{0}};
    bool simple = true, empty = false, first = true;
    out->n = 0;
    for (const struct tree *x = t->first; x; x = x->next) {
        row_of(x, &one);
        simple &= plain(&one);
        if (simple)
            lay_over(out, &one, first);
        heap_up(&heaps, &one, &begin, &empty);
        first = false;
    }
    if (simple)
        return;
    struct window_item head = {.set = begin, .most = 1}, rest = heap_of(&heaps, 1);
    out->n = 0;
    if (!empty)
        row_add(out, &head);
    row_add(out, &rest);
}

static void
row_repeat(const struct tree *t, struct row *out)
{
    struct row one;
    int copies = t->least < COPIES ? t->least : COPIES;
    out->n = 0;
    if (t->most == 0)
        return;
    row_of(t->first, &one);
    struct window_item heap = heap_of(&one, t->most);
    if (t->least == 0 && t->most == 1 && one.n <= 4) {
        for (int i = 0; i < one.n; i++) {
            one.v[i].optional = true;
            row_add(out, &one.v[i]);
        }
        return;
    }
    for (int i = 0; i < copies; i++)
        row_join(out, &one);
    if (t->most > copies && one.n == 1 && copies > 0 && !one.v[0].optional)
        out->v[out->n - 1].again = true, out->v[out->n - 1].most = t->most;
    else if (t->most > copies && one.n > 0)
        row_add(out, &heap);
}

static void
row_all(const struct tree *t, struct row *out)
{
    struct row one;
    out->n = 0;
    for (const struct tree *x = t->first; x; x = x->next) {
        row_of(x, &one);
        row_join(out, &one);
    }
}

static void
row_of(const struct tree *t, struct row *out)
{
    switch (t->kind) {
    case TREE_SET:
        out->n = 1;
        out->v[0] = (struct window_item){.set = t->set, .most = 1};
        return;
    case TREE_ALL:
        row_all(t, out);
        return;
    case TREE_ONE_OF:
        row_one_of(t, out);
        return;
    case TREE_REPEAT:
        row_repeat(t, out);
        return;
    default:
        out->n = 1;
        out->v[0] = any;
    }
}

/* ------------------------------------------------------------------ which window */

/* What an item makes of the chance of those before it: in how many ways it can be there. */
static double
factor(const struct window_item *x)
{
    double p = usual_of(&x->set), ways = p > 1 - 1.0 / GAP ? GAP : 1 / (1 - p);
    if (!x->again)
        return x->optional ? 1 + p : p;
    ways = ways < x->most + 1 ? ways : x->most + 1;
    return x->optional ? ways : p * ways;
}

static void
best_of_row(const struct row *r, struct windows *out)
{
    double factors[ROW];
    int from = 0, n = 0;
    out->n = 0;
    out->chance = 1;
    for (int i = 0; i < r->n; i++)
        factors[i] = factor(&r->v[i]);
    for (int i = 0; i < r->n; i++) {
        double chance = 1;
        for (int k = i; k < r->n && k < i + WINDOW_ITEMS && !r->v[i].optional; k++) {
            chance *= factors[k];
            if (r->v[k].optional)
                continue;
            if (chance < out->chance && (out->chance > RARE || k - i + 1 < n)) {
                out->chance = chance;
                from = i;
                n = k - i + 1;
            }
            if (chance < RARE)
                break;
        }
    }
    if (n == 0)
        return;
    out->n = 1;
    out->v[0].n = n;
    for (int i = 0; i < n; i++)
        out->v[0].v[i] = r->v[from + i];
}

/* Each window more is work for every byte. */
static double
worth(const struct windows *w)
{
    return w->n == 0 ? 1 : (w->chance + RARE) * (1 + .3 * (w->n - 1));
}

static void pick(const struct tree *t, struct windows *out);

static void
pick_of_each(const struct tree *t, struct windows *out)
{
    struct windows one;
    out->n = 0;
    out->chance = 0;
    for (const struct tree *x = t->first; x; x = x->next) {
        pick(x, &one);
        if (one.n == 0 || out->n + one.n > WINDOW_SET) {
            out->n = 0;
            return;
        }
        for (int i = 0; i < one.n; i++)
            out->v[out->n++] = one.v[i];
        out->chance += one.chance;
    }
}

static void
pick(const struct tree *t, struct windows *out)
{
    struct row row;
    struct windows other = {.n = 0};
    row_of(t, &row);
    best_of_row(&row, out);
    if (t->kind == TREE_ONE_OF) {
        pick_of_each(t, &other);
        if (worth(&other) < worth(out))
            *out = other;
    } else if (t->kind == TREE_ALL || (t->kind == TREE_REPEAT && t->least > 0)) {
        for (const struct tree *x = t->first; x; x = x->next) {
            pick(x, &other);
            if (worth(&other) < worth(out))
                *out = other;
        }
    }
}

void
windows_of(const struct tree *t, struct windows *out)
{
    pick(t, out);
    if (out->chance > USELESS)
        out->n = 0;
}
