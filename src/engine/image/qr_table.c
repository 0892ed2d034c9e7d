/*
 * QR codes that are drawn as a table of coloured cells: bgcolor, style, or a class of a style sheet in
 * the same text. Rows and cells are only counted: a code has at least 21 of each.
 */
#include "qr.h"
#include "image.h"
#include "../content/bytes.h"
#include "../msg/msg.h"
#include "../../common/arena.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define SIDE 200
#define LEAST 21
#define NESTED 8
#define CLASSES 32

enum colour { UNSAID, LIGHT, DARK };

struct grid {
    unsigned char cells[SIDE * SIDE];
    int rows, columns, column;
    enum colour all, row;
};

struct reader {
    const struct qr_place *at;
    const char *p, *end;
    struct grid *grids; /* NESTED of them */
    int depth;
    struct {
        char name[24];
        enum colour colour;
    } classes[CLASSES];
    int nclasses;
};

/* ------------------------------------------------------------------ colours */

static enum colour
by_light(unsigned r, unsigned g, unsigned b)
{
    return image_gray(r, g, b) < 128 ? DARK : LIGHT;
}

static unsigned
hex(char c)
{
    return isdigit((unsigned char)c) ? (unsigned)(c - '0')
                                     : (unsigned)(tolower((unsigned char)c) - 'a' + 10);
}

static enum colour
of_hex(const char *p, size_t n)
{
    size_t k = 0;
    while (k < n && isxdigit((unsigned char)p[k]))
        k++;
    if (k >= 6)
        return by_light(hex(p[0]) * 16 + hex(p[1]), hex(p[2]) * 16 + hex(p[3]),
                        hex(p[4]) * 16 + hex(p[5]));
    return k >= 3 ? by_light(hex(p[0]) * 17, hex(p[1]) * 17, hex(p[2]) * 17) : UNSAID;
}

static enum colour
of_rgb(const char *p, size_t n)
{
    unsigned v[3] = {0, 0, 0};
    size_t i = 0;
    for (int k = 0; k < 3; k++) {
        while (i < n && !isdigit((unsigned char)p[i]) && p[i] != ')')
            i++;
        for (; i < n && isdigit((unsigned char)p[i]) && v[k] < 1000; i++)
            v[k] = v[k] * 10 + (unsigned)(p[i] - '0');
        v[k] = v[k] > 255 ? 255 : v[k];
    }
    return by_light(v[0], v[1], v[2]);
}

static enum colour
colour_of(const char *p, size_t n)
{
    static const char *const dark[] = {"black",   "navy",  "darkblue", "darkgreen",
                                       "maroon",  "green", "purple",   "indigo",
                                       "darkred", "blue",  "teal",     "midnightblue"};
    while (n && (isspace((unsigned char)*p) || *p == '"' || *p == '\''))
        p++, n--;
    if (n && *p == '#')
        return of_hex(p + 1, n - 1);
    if (n > 4 && strncasecmp(p, "rgb", 3) == 0)
        return of_rgb(p, n);
    for (size_t i = 0; i < sizeof dark / sizeof *dark; i++)
        if (n >= strlen(dark[i]) && strncasecmp(p, dark[i], strlen(dark[i])) == 0)
            return DARK;
    if (n >= 6 && isxdigit((unsigned char)p[0]) && isxdigit((unsigned char)p[5]) &&
        strspn(p, "0123456789abcdefABCDEF") >= 6)
        return of_hex(p, n);
    return n && isalpha((unsigned char)*p) && strncasecmp(p, "transparent", 11) != 0 ? LIGHT
                                                                                     : UNSAID;
}

/* "background:#000" or "background-color: black" in declarations. */
static enum colour
in_style(const char *p, size_t n)
{
    const char *at = (const char *)bytes_find((const unsigned char *)p, n, "background");
    if (!at)
        return UNSAID;
    const char *colon = memchr(at, ':', (size_t)(p + n - at));
    return colon ? colour_of(colon + 1, (size_t)(p + n - colon - 1)) : UNSAID;
}

/* ------------------------------------------------------------------ style sheets */

static void
style_sheet(struct reader *r, const char *p, size_t n)
{
    const char *end = p + n;
    while (p < end && r->nclasses < CLASSES && (p = memchr(p, '.', (size_t)(end - p)))) {
        size_t len = 0, most = sizeof r->classes->name - 1;
        const char *open, *close;
        p++;
        while (p + len < end && (isalnum((unsigned char)p[len]) || p[len] == '-' || p[len] == '_'))
            len++;
        if (len == 0 || len > most)
            continue;
        open = memchr(p, '{', (size_t)(end - p));
        close = open ? memchr(open, '}', (size_t)(end - open)) : NULL;
        if (!close)
            return;
        enum colour c = in_style(open, (size_t)(close - open));
        if (c != UNSAID) {
            memcpy(r->classes[r->nclasses].name, p, len);
            r->classes[r->nclasses].name[len] = '\0';
            r->classes[r->nclasses++].colour = c;
        }
        p = len < (size_t)(open - p) ? p + len : close;
    }
}

static enum colour
of_class(const struct reader *r, const char *p, size_t n)
{
    for (int i = 0; i < r->nclasses; i++)
        if (strlen(r->classes[i].name) == n && strncmp(r->classes[i].name, p, n) == 0)
            return r->classes[i].colour;
    return UNSAID;
}

/* ------------------------------------------------------------------ tags */

struct attributes {
    enum colour colour;
    int colspan;
};

/* The value at p, behind "=": sets its end. */
static const char *
value(const char **p, const char *end, size_t *n)
{
    const char *start = *p, *stop;
    while (start < end && isspace((unsigned char)*start))
        start++;
    if (start < end && (*start == '"' || *start == '\'')) {
        stop = memchr(start + 1, *start, (size_t)(end - start - 1));
        stop = stop ? stop : end;
        *p = stop < end ? stop + 1 : end;
        *n = (size_t)(stop - start - 1);
        return start + 1;
    }
    stop = start;
    while (stop < end && !isspace((unsigned char)*stop) && *stop != '>')
        stop++;
    *p = stop;
    *n = (size_t)(stop - start);
    return start;
}

static void
take(const struct reader *r, struct attributes *at, const char *name, size_t len, const char *v,
     size_t n)
{
    enum colour c = UNSAID;
    if (len == 7 && strncasecmp(name, "bgcolor", 7) == 0)
        c = colour_of(v, n);
    else if (len == 5 && strncasecmp(name, "style", 5) == 0)
        c = in_style(v, n);
    else if (len == 5 && strncasecmp(name, "class", 5) == 0)
        c = of_class(r, v, n);
    else if (len == 7 && strncasecmp(name, "colspan", 7) == 0 && n < 5)
        at->colspan = atoi(v);
    if (c != UNSAID)
        at->colour = c;
}

/* p stands behind the tag's name; afterwards behind its ">". */
static struct attributes
attributes(struct reader *r)
{
    struct attributes at = {UNSAID, 1};
    while (r->p < r->end && *r->p != '>') {
        const char *name = r->p;
        while (r->p < r->end && !isspace((unsigned char)*r->p) && *r->p != '=' && *r->p != '>')
            r->p++;
        size_t len = (size_t)(r->p - name), n;
        while (r->p < r->end && isspace((unsigned char)*r->p))
            r->p++;
        if (r->p < r->end && *r->p == '=') {
            r->p++;
            const char *v = value(&r->p, r->end, &n);
            take(r, &at, name, len, v, n);
        }
    }
    if (r->p < r->end)
        r->p++;
    return at;
}

static void
end_table(struct reader *r)
{
    if (r->depth == 0)
        return;
    struct grid *g = &r->grids[--r->depth];
    if (r->depth >= NESTED || g->rows < LEAST || g->columns < LEAST)
        return;
    struct arena *a = arena_new();
    unsigned char *dark = arena_calloc(a, (size_t)g->rows, (size_t)g->columns);
    for (int y = 0; y < g->rows; y++)
        memcpy(dark + (size_t)y * (size_t)g->columns, g->cells + (size_t)y * SIDE,
               (size_t)g->columns);
    qr_grid(r->at, dark, g->columns, g->rows, 5, 5);
    arena_free(&a);
}

static struct grid *
current(struct reader *r)
{
    return r->depth && r->depth <= NESTED ? &r->grids[r->depth - 1] : NULL;
}

static void
cell(struct grid *g, struct attributes at)
{
    enum colour c = at.colour != UNSAID ? at.colour : g->row != UNSAID ? g->row : g->all;
    int span = at.colspan < 1 ? 1 : at.colspan > SIDE ? SIDE : at.colspan;
    if (g->rows == 0 || g->rows > SIDE)
        return;
    for (; span > 0 && g->column < SIDE; span--)
        g->cells[(size_t)(g->rows - 1) * SIDE + (size_t)g->column++] = c == DARK;
    if (g->column > g->columns)
        g->columns = g->column;
}

static bool
is(const char *name, size_t n, const char *what)
{
    return strlen(what) == n && strncasecmp(name, what, n) == 0;
}

static void
begin_table(struct reader *r, enum colour c)
{
    if (r->depth < NESTED) {
        struct grid *g = &r->grids[r->depth];
        memset(g, 0, sizeof *g);
        g->all = c;
    }
    r->depth++;
}

static void
tag(struct reader *r)
{
    bool closing = r->p < r->end && *r->p == '/';
    r->p += closing;
    const char *name = r->p;
    while (r->p < r->end && isalnum((unsigned char)*r->p))
        r->p++;
    size_t n = (size_t)(r->p - name);
    if (n == 0 || n > 6)
        return;
    if (closing) {
        if (is(name, n, "table"))
            end_table(r);
        return;
    }
    struct grid *g = current(r);
    if (is(name, n, "table")) {
        begin_table(r, attributes(r).colour);
    } else if (g && is(name, n, "tr")) {
        g->row = attributes(r).colour;
        g->column = 0;
        if (g->rows < SIDE)
            g->rows++;
    } else if (g && (is(name, n, "td") || is(name, n, "th"))) {
        cell(g, attributes(r));
    } else if (is(name, n, "style")) {
        const char *end = (const char *)bytes_find((const unsigned char *)r->p,
                                                   (size_t)(r->end - r->p), "</style");
        end = end ? end : r->end;
        style_sheet(r, r->p, (size_t)(end - r->p));
        r->p = end;
    }
}

void
qr_table(const struct qr_place *at, const char *p, size_t n)
{
    struct arena *a = arena_new();
    struct reader *r = arena_alloc(a, sizeof *r);
    *r = (struct reader){.at = at, .p = p, .end = p + n};
    if (bytes_find((const unsigned char *)p, n, "<table")) {
        r->grids = arena_calloc(a, NESTED, sizeof *r->grids);
        while (r->p < r->end && (r->p = memchr(r->p, '<', (size_t)(r->end - r->p)))) {
            r->p++;
            tag(r);
        }
        while (r->depth)
            end_table(r);
    }
    arena_free(&a);
}
