#include "pdf_page.h"
#include "pdf.h"
#include "../image/qr.h"
#include "../../common/arena.h"
#include "../../common/buf.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define OPERANDS 16
#define SQUARES 40000
#define BIGGEST 100 /* points: what is larger is no module */
#define STACK 32

struct matrix {
    double a, b, c, d, e, f;
};

struct drawing {
    struct arena *arena;
    struct buf *out;
    struct matrix m, saved[STACK];
    bool dark, was_dark[STACK];
    int depth;
    double n[OPERANDS];
    int nn;
    /* strings of a TJ list, or the one before Tj */
    struct buf *line;
    struct qr_box path; /* of the subpath that is open */
    bool open;
    struct qr_box *boxes;
    int nboxes, marked; /* boxes[marked..]: of this path, not painted yet */
};

static bool
is(const struct pdf_lexer *l, const char *word)
{
    size_t n = strlen(word);
    return l->n == n && memcmp(l->s, word, n) == 0;
}

/* ------------------------------------------------------------------ text */

static void
add_string(struct drawing *d, const char *s, size_t n)
{
    bool wide = n > 1 && n % 2 == 0 && s[0] == 0;
    for (size_t i = wide ? 1 : 0; i < n; i += wide ? 2 : 1)
        if ((unsigned char)s[i] >= 0x20)
            buf_char(d->line, s[i]);
}

static void
show(struct drawing *d)
{
    buf_add(d->out, buf_cstr(d->line), d->line->len);
    buf_clear(d->line);
}

/* ------------------------------------------------------------------ squares */

static void
point(struct drawing *d, double x, double y)
{
    float px = (float)(d->m.a * x + d->m.c * y + d->m.e),
          py = (float)(d->m.b * x + d->m.d * y + d->m.f);
    if (!isfinite(px) || !isfinite(py))
        return;
    if (!d->open) {
        d->path = (struct qr_box){px, py, px, py};
        d->open = true;
        return;
    }
    d->path.x0 = px < d->path.x0 ? px : d->path.x0;
    d->path.x1 = px > d->path.x1 ? px : d->path.x1;
    d->path.y0 = py < d->path.y0 ? py : d->path.y0;
    d->path.y1 = py > d->path.y1 ? py : d->path.y1;
}

static void
end_subpath(struct drawing *d)
{
    if (d->open && d->nboxes < SQUARES && d->path.x1 > d->path.x0 && d->path.y1 > d->path.y0)
        d->boxes[d->nboxes++] = d->path;
    d->open = false;
}

static void
paint(struct drawing *d, bool filled)
{
    end_subpath(d);
    if (!filled || !d->dark)
        d->nboxes = d->marked;
    d->marked = d->nboxes;
}

static void
concat(struct drawing *d)
{
    struct matrix o = d->m, n = {d->n[0], d->n[1], d->n[2], d->n[3], d->n[4], d->n[5]};
    d->m = (struct matrix){n.a * o.a + n.b * o.c,       n.a * o.b + n.b * o.d,
                           n.c * o.a + n.d * o.c,       n.c * o.b + n.d * o.d,
                           n.e * o.a + n.f * o.c + o.e, n.e * o.b + n.f * o.d + o.f};
}

/* ------------------------------------------------------------------ operators */

static bool
text_operator(struct drawing *d, const struct pdf_lexer *l)
{
    if (is(l, "Tj") || is(l, "TJ") || is(l, "'") || is(l, "\"")) {
        if (!is(l, "Tj") && !is(l, "TJ"))
            buf_char(d->out, '\n');
        show(d);
    } else if (is(l, "Td") || is(l, "TD") || is(l, "T*") || is(l, "Tm") || is(l, "ET")) {
        /* A new place on the same line may be the next letter of a word, so no blank is put in there. */
        if (!is(l, "Td") || (d->nn == 2 && fabs(d->n[1]) > 0.01))
            buf_char(d->out, '\n');
        buf_clear(d->line);
    } else {
        return false;
    }
    return true;
}

static void
path_operator(struct drawing *d, const struct pdf_lexer *l)
{
    if (is(l, "re") && d->nn >= 4) {
        end_subpath(d);
        point(d, d->n[0], d->n[1]);
        point(d, d->n[0] + d->n[2], d->n[1] + d->n[3]);
        end_subpath(d);
    } else if (is(l, "m") && d->nn >= 2) {
        end_subpath(d);
        point(d, d->n[0], d->n[1]);
    } else if (is(l, "l") && d->nn >= 2) {
        point(d, d->n[0], d->n[1]);
    } else if (is(l, "h")) {
        end_subpath(d);
    } else if (is(l, "f") || is(l, "F") || is(l, "f*") || is(l, "B") || is(l, "b") || is(l, "B*") ||
               is(l, "b*")) {
        paint(d, true);
    } else if (is(l, "S") || is(l, "s") || is(l, "n")) {
        paint(d, false);
    }
}

static void
state_operator(struct drawing *d, const struct pdf_lexer *l)
{
    if (is(l, "q") && d->depth < STACK) {
        d->was_dark[d->depth] = d->dark;
        d->saved[d->depth++] = d->m;
    } else if (is(l, "Q") && d->depth > 0) {
        d->m = d->saved[--d->depth];
        d->dark = d->was_dark[d->depth];
    } else if (is(l, "cm") && d->nn >= 6) {
        concat(d);
    } else if (is(l, "g") || ((is(l, "sc") || is(l, "scn")) && d->nn == 1)) {
        d->dark = d->nn < 1 || d->n[0] < 0.5;
    } else if (is(l, "rg") || ((is(l, "sc") || is(l, "scn")) && d->nn == 3)) {
        d->dark = d->nn < 3 || d->n[0] * 0.3 + d->n[1] * 0.59 + d->n[2] * 0.11 < 0.5;
    } else if (is(l, "k") || ((is(l, "sc") || is(l, "scn")) && d->nn == 4)) {
        d->dark = d->nn < 4 || d->n[3] + (d->n[0] + d->n[1] + d->n[2]) / 3 > 0.5;
    } else {
        path_operator(d, l);
    }
}

/* ------------------------------------------------------------------ all of it */

void
pdf_page(struct arena *a, const char *p, size_t n, struct buf *out, const struct qr_place *at)
{
    struct drawing d = {.arena = a, .out = out, .m = {1, 0, 0, 1, 0, 0}, .dark = true};
    struct pdf_lexer l = {.a = a, .p = p, .end = p + n};
    d.line = buf_new(a, 65536);
    d.boxes = arena_calloc(a, SQUARES, sizeof *d.boxes);
    for (enum pdf_token t; (t = pdf_next(&l)) != PDF_END;) {
        if (t == PDF_NUMBER) {
            /* In a list of strings, a large step to the right is a blank. */
            if (l.number < -180 && d.line->len)
                buf_char(d.line, ' ');
            if (d.nn < OPERANDS)
                d.n[d.nn++] = l.number;
        } else if (t == PDF_STRING) {
            add_string(&d, l.s, l.n);
        } else if (t == PDF_WORD) {
            if (!text_operator(&d, &l))
                state_operator(&d, &l);
            d.nn = 0;
        }
    }
    /* Upside down, since PDF counts from below. */
    for (int i = 0; i < d.nboxes; i++) {
        float top = -d.boxes[i].y1;
        d.boxes[i].y1 = -d.boxes[i].y0;
        d.boxes[i].y0 = top;
    }
    qr_boxes(at, d.boxes, d.nboxes, BIGGEST);
}
