/*
 * QR codes that are drawn with characters: full, half and quarter blocks, Braille, squares, or two letters.
 * A drawing is a run of lines that hold nothing but such characters. Each character becomes 2 by 4 dots, a wide
 * one 4 by 4.
 */
#include "qr.h"
#include "image.h"
#include "../msg/msg.h"
#include "../../common/arena.h"

#include <stdint.h>
#include <string.h>

#define COLUMNS 400
#define LINES 400
#define LEAST_COLUMNS 20
#define LEAST_LINES 10
#define GAP 2 /* empty lines between two of a drawing: HTML makes them */

/* Characters of a drawing. 0..0xff: dots, bit 0 = top left, bit 1 = top right, then down. */
#define WIDE 0x100
#define SYMBOL_A 0x200
#define SYMBOL_B 0x400

struct drawing {
    const struct qr_place *at;
    struct arena *arena;
    uint16_t *cells[LINES]; /* made when a line is the first to need them: few texts have any */
    int lengths[LINES];
    int lines, empty;
    uint32_t a, b; /* the two letters, 0 = not seen */
};

static uint32_t
decode(const char **p, const char *end)
{
    const unsigned char *s = (const unsigned char *)*p;
    int more = *s >= 0xf0 ? 3 : *s >= 0xe0 ? 2 : *s >= 0xc0 ? 1 : 0;
    uint32_t c = more == 3 ? *s & 7u : more == 2 ? *s & 15u : more == 1 ? *s & 31u : *s;
    if (more >= end - *p)
        more = 0;
    for (int i = 1; i <= more; i++)
        c = c << 6 | (s[i] & 63u);
    *p += more + 1;
    return c;
}

/* Braille numbers its dots down the left column, then the right one; the last row came later. */
static int
braille(uint32_t c)
{
    static const unsigned char to[8] = {0, 2, 4, 1, 3, 5, 6, 7};
    int dots = 0;
    for (int i = 0; i < 8; i++)
        if (c >> i & 1)
            dots |= 1 << to[i];
    return dots;
}

static int
block(uint32_t c)
{
    /* U+2580 to U+259F. Eighths are taken for the nearest quarter of the height. */
    static const unsigned char dots[32] = {0x0f, 0xc0, 0xc0, 0xf0, 0xf0, 0xf0, 0xfc, 0xfc,
                                           0xff, 0xff, 0xff, 0x55, 0x55, 0x55, 0x55, 0x00,
                                           0xaa, 0x00, 0xff, 0xff, 0x03, 0xaa, 0x50, 0xa0,
                                           0x05, 0xf5, 0xa5, 0x5f, 0xaf, 0x0a, 0x5a, 0xfa};
    return dots[c - 0x2580];
}

/* -1: not of a drawing; -2: takes no room. */
static int
cell(struct drawing *d, uint32_t c)
{
    if (c == ' ' || c == 0xa0 || c == 0x2007)
        return 0;
    if (c >= 0x2580 && c <= 0x259f)
        return block(c);
    if (c >= 0x2800 && c <= 0x28ff)
        return braille(c & 0xff);
    if (c == 0x25a0 || c == 0x25fc || c == 0x2b1b || c == 0x25cf)
        return WIDE | 0xff;
    if (c == 0x25a1 || c == 0x25fb || c == 0x2b1c || c == 0x3000 || c == 0x25cb)
        return WIDE;
    if (c == '\r' || c == 0x200b || c == 0x200c || c == 0x200d || c == 0xfeff || c == 0xfe0e ||
        c == 0xfe0f || c == 0x00ad)
        return -2;
    if (c <= ' ' || c > 0x7e)
        return -1;
    if (!d->a || d->a == c) {
        d->a = c;
        return SYMBOL_A;
    }
    if (!d->b || d->b == c) {
        d->b = c;
        return SYMBOL_B;
    }
    return -1;
}

/* One letter alone is dark and blanks are light; of two letters the first is, and the other way round
 * is tried by qr_grid(). Full blocks beside them make no sense. */
static int
dots_of(uint16_t c)
{
    return c & SYMBOL_A ? 0xff : c & SYMBOL_B ? 0 : c & 0xff;
}

static bool
draw(const struct drawing *d, bool square)
{
    int w = 0;
    struct arena *a = arena_new();
    for (int y = 0; y < d->lines; y++) {
        int len = 0;
        for (int x = 0; x < d->lengths[y]; x++)
            len += square || (d->cells[y][x] & WIDE) ? 4 : 2;
        w = len > w ? len : w;
    }
    unsigned char *dark = arena_calloc(a, (size_t)w, (size_t)d->lines * 4);
    for (int y = 0; y < d->lines; y++) {
        for (int x = 0, at = 0; x < d->lengths[y]; x++) {
            int wide = square || (d->cells[y][x] & WIDE) ? 4 : 2, dots = dots_of(d->cells[y][x]);
            for (int i = 0; i < 4; i++)
                for (int k = 0; k < wide; k++)
                    dark[((size_t)y * 4 + (size_t)i) * (size_t)w + (size_t)(at + k)] =
                        dots >> (i * 2 + k * 2 / wide) & 1;
            at += wide;
        }
    }
    bool found = qr_grid(d->at, dark, w, d->lines * 4, 2, 2);
    arena_free(&a);
    return found;
}

static void
end_of_drawing(struct drawing *d)
{
    int widest = 0;
    for (int y = 0; y < d->lines; y++)
        widest = d->lengths[y] > widest ? d->lengths[y] : widest;
    if (d->lines >= LEAST_LINES && widest >= LEAST_COLUMNS && !draw(d, false))
        draw(d, true);
    d->lines = d->empty = 0;
    d->a = d->b = 0;
}

/* Cells of one line; -1: the line is not of a drawing. */
static int
read_line(struct drawing *d, const char *p, const char *end, uint16_t *out)
{
    int n = 0, filled = 0;
    while (p < end) {
        int c = cell(d, decode(&p, end));
        if (c == -2)
            continue;
        if (c < 0 || n == COLUMNS)
            return -1;
        out[n++] = (uint16_t)c;
        filled = c != 0 && c != WIDE ? n : filled;
    }
    return filled ? n : 0;
}

static void
line(struct drawing *d, const char *p, const char *end)
{
    uint16_t row[COLUMNS];
    int n = d->lines < LINES ? read_line(d, p, end, row) : -1;
    if (n < 0) {
        bool again = d->lines > 0;
        end_of_drawing(d);
        if (again) /* it may begin the next one, with other letters */
            n = read_line(d, p, end, row);
        if (n < 0)
            d->a = d->b = 0;
    }
    if (n > 0) {
        if (!d->cells[d->lines])
            d->cells[d->lines] = arena_calloc(d->arena, COLUMNS, sizeof *row);
        memcpy(d->cells[d->lines], row, (size_t)n * sizeof *row);
        d->lengths[d->lines++] = n;
        d->empty = 0;
    } else if (n == 0 && d->lines && ++d->empty > GAP) {
        end_of_drawing(d);
    }
}

void
qr_text(const struct qr_place *at, const char *p, size_t n)
{
    const char *end = p + n;
    struct arena *a = arena_new();
    struct drawing d = {.at = at, .arena = a};
    while (p < end) {
        const char *nl = memchr(p, '\n', (size_t)(end - p)), *stop = nl ? nl : end;
        line(&d, p, stop);
        p = nl ? nl + 1 : end;
    }
    end_of_drawing(&d);
    arena_free(&a);
}
