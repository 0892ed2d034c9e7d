/* GIF89a: the first frames of an animation, each as a picture of its own on a white ground. */
#include "image.h"
#include "../../common/arena.h"

#include <string.h>

#define CODES 4096

struct gif {
    const unsigned char *p, *end;
    const unsigned char *global; /* colours */
    int global_colours;
    int transparent; /* index, -1 = none */
};

/* Bytes of data blocks, one after the other. */
struct blocks {
    const unsigned char *p, *end;
    unsigned left; /* in this block */
    uint32_t bits;
    int nbits;
};

static int
next_code(struct blocks *b, int width)
{
    while (b->nbits < width) {
        if (!b->left) {
            if (b->p >= b->end || !*b->p)
                return -1;
            b->left = *b->p++;
        }
        if (b->p >= b->end)
            return -1;
        b->bits |= (uint32_t)*b->p++ << b->nbits;
        b->nbits += 8;
        b->left--;
    }
    int code = (int)(b->bits & ((1u << width) - 1));
    b->bits >>= width;
    b->nbits -= width;
    return code;
}

struct lzw {
    short prefix[CODES];
    unsigned char last[CODES], first[CODES], stack[CODES + 1];
};

/* Variable-length LZW (GIF89a, appendix F). Returns the pixels that came. */
static size_t
unpack(struct lzw *z, struct blocks *b, int size, unsigned char *out, size_t want)
{
    int clear = 1 << size, next = clear + 2, width = size + 1, before = -1;
    size_t n = 0;
    for (int i = 0; i < clear; i++)
        z->prefix[i] = -1, z->first[i] = z->last[i] = (unsigned char)i;
    while (n < want) {
        int code = next_code(b, width), depth = 0, c;
        if (code < 0 || code == clear + 1)
            break;
        if (code == clear) {
            next = clear + 2, width = size + 1, before = -1;
            continue;
        }
        if (code > next || (before < 0 && code >= clear) || (code == next && before < 0))
            break;
        c = code;
        if (code == next) { /* not in the table yet */
            z->stack[depth++] = z->first[before];
            c = before;
        }
        for (; c >= 0 && depth <= CODES; c = z->prefix[c])
            z->stack[depth++] = z->last[c];
        if (before >= 0 && next < CODES) {
            z->prefix[next] = (short)before;
            z->first[next] = z->first[before];
            z->last[next] = z->stack[depth - 1];
            if (++next == 1 << width && width < 12)
                width++;
        }
        before = code;
        while (depth && n < want)
            out[n++] = z->stack[--depth];
    }
    return n;
}

static bool
skip_blocks(struct gif *g)
{
    while (g->p < g->end && *g->p) {
        if ((size_t)(g->end - g->p) <= (size_t)*g->p + 1)
            return false;
        g->p += *g->p + 1;
    }
    g->p++;
    return g->p < g->end;
}

static void
give(struct arena *a, const struct gif *g, const unsigned char *colours, int ncolours, int w, int h,
     bool interlaced, const unsigned char *pixels, image_take *take, void *ctx)
{
    static const int from[] = {0, 4, 2, 1, 0}, step[] = {8, 8, 4, 2, 1};
    unsigned char *all = arena_calloc(a, (size_t)w, (size_t)h), map[256];
    struct image_sink sink;
    memset(map, 255, sizeof map);
    for (int i = 0; i < ncolours; i++)
        map[i] = image_gray(colours[i * 3], colours[i * 3 + 1], colours[i * 3 + 2]);
    if (g->transparent >= 0)
        map[g->transparent] = 255;
    for (int pass = interlaced ? 0 : 4; pass < (interlaced ? 4 : 5); pass++)
        for (int y = from[pass]; y < h; y += step[pass])
            for (int x = 0; x < w; x++)
                all[(size_t)y * (size_t)w + (size_t)x] = map[*pixels++];
    image_sink_begin(&sink, a, w, h);
    for (int y = 0; y < h; y++)
        image_sink_row(&sink, all + (size_t)y * (size_t)w);
    take(ctx, &sink.im);
}

static enum image_result
frame(struct arena *a, struct gif *g, image_take *take, void *ctx)
{
    if (g->end - g->p < 11)
        return IMAGE_BROKEN;
    int w = g->p[4] | g->p[5] << 8, h = g->p[6] | g->p[7] << 8, flags = g->p[8];
    const unsigned char *colours = g->global;
    int ncolours = g->global_colours;
    g->p += 9;
    if (flags & 0x80) {
        ncolours = 2 << (flags & 7);
        colours = g->p;
        if (g->end - g->p <= ncolours * 3)
            return IMAGE_BROKEN;
        g->p += ncolours * 3;
    }
    int size = *g->p++;
    if (w == 0 || h == 0 || size < 2 || size > 8)
        return IMAGE_BROKEN;
    if ((int64_t)w * h > IMAGE_WHOLE)
        return IMAGE_BIG;
    struct blocks b = {.p = g->p, .end = g->end};
    unsigned char *pixels = arena_calloc(a, (size_t)w, (size_t)h);
    size_t got =
        unpack(arena_alloc(a, sizeof(struct lzw)), &b, size, pixels, (size_t)w * (size_t)h);
    if (got)
        give(a, g, colours, ncolours, w, h, (flags & 0x40) != 0, pixels, take, ctx);
    return skip_blocks(g) && got == (size_t)w * (size_t)h ? IMAGE_OK : IMAGE_BROKEN;
}

static bool
extension(struct gif *g)
{
    if (g->end - g->p < 8)
        return false;
    if (g->p[0] == 0xf9 && g->p[1] == 4)
        g->transparent = g->p[2] & 1 ? g->p[5] : -1;
    g->p++;
    return skip_blocks(g);
}

enum image_result
image_gif(struct arena *a, const unsigned char *p, size_t n, image_take *take, void *ctx)
{
    struct gif g = {.p = p + 13, .end = p + n, .transparent = -1};
    enum image_result result = IMAGE_OK;
    if (p[10] & 0x80) {
        g.global = p + 13;
        g.global_colours = 2 << (p[10] & 7);
        if (g.end - g.p < g.global_colours * 3)
            return IMAGE_BROKEN;
        g.p += g.global_colours * 3;
    }
    for (int frames = 0; frames < IMAGE_FRAMES && result == IMAGE_OK && g.p < g.end;) {
        unsigned char kind = *g.p++;
        if (kind == 0x3b)
            break;
        if (kind == 0x2c) {
            result = frame(a, &g, take, ctx);
            frames++;
        } else if (kind != 0x21 || !extension(&g)) {
            result = IMAGE_BROKEN;
        }
    }
    return result;
}
