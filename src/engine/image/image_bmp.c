/* BMP without compression: 1, 4, 8, 24 and 32 bits a pixel (the forms that programs write today). */
#include "image.h"
#include "../../common/arena.h"

#include <string.h>

struct bmp {
    const unsigned char *p;
    size_t n;
    uint32_t head, pixels_at, colours;
    int w, h, bits;
    bool top_down;
    const unsigned char *palette;
    int entry; /* bytes of one colour in the palette */
};

static uint32_t
le32(const unsigned char *p)
{
    return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static bool
read_head(struct bmp *b)
{
    const unsigned char *p = b->p;
    b->pixels_at = le32(p + 10);
    b->head = le32(p + 14);
    if (b->head == 12 && b->n >= 26) { /* the oldest form */
        b->w = p[18] | p[19] << 8;
        b->h = p[20] | p[21] << 8;
        b->bits = p[24] | p[25] << 8;
        b->entry = 3;
    } else if (b->head >= 40 && b->head <= 1000 && b->n >= 54) {
        int32_t h = (int32_t)le32(p + 22);
        b->w = (int32_t)le32(p + 18);
        b->top_down = h < 0;
        b->h = h < 0 ? (h == INT32_MIN ? 0 : -h) : h;
        b->bits = p[28] | p[29] << 8;
        b->entry = 4;
        if (le32(p + 30) != 0 && le32(p + 30) != 3)
            return false;
    } else {
        return false;
    }
    b->palette = p + 14 + b->head;
    b->colours = b->bits <= 8 ? 1u << b->bits : 0;
    if (14 + (size_t)b->head + (size_t)b->colours * (size_t)b->entry > b->n)
        return false;
    return b->w > 0 && b->h > 0 && b->w <= IMAGE_SIDE && b->h <= IMAGE_SIDE &&
           (b->bits == 1 || b->bits == 4 || b->bits == 8 || b->bits == 24 || b->bits == 32);
}

static void
gray_row(const struct bmp *b, const unsigned char *in, unsigned char *out)
{
    for (int x = 0; x < b->w; x++) {
        const unsigned char *c;
        if (b->bits > 8) {
            c = in + (size_t)x * (size_t)b->bits / 8;
        } else {
            unsigned per = 8 / (unsigned)b->bits, i = (unsigned)x;
            unsigned shift = 8 - (unsigned)b->bits * (i % per + 1);
            c = b->palette + (in[i / per] >> shift & (b->colours - 1)) * (unsigned)b->entry;
        }
        out[x] = image_gray(c[2], c[1], c[0]);
    }
}

enum image_result
image_bmp(struct arena *a, const unsigned char *p, size_t n, image_take *take, void *ctx)
{
    struct bmp b = {.p = p, .n = n};
    if (!read_head(&b))
        return IMAGE_BROKEN;
    if ((int64_t)b.w * b.h > IMAGE_PIXELS)
        return IMAGE_BIG;
    size_t stride = ((size_t)b.w * (size_t)b.bits + 31) / 32 * 4;
    if (b.pixels_at > n || (n - b.pixels_at) / stride < (size_t)b.h)
        return IMAGE_BROKEN;
    struct image_sink sink;
    unsigned char *row = arena_alloc(a, (size_t)b.w);
    image_sink_begin(&sink, a, b.w, b.h);
    for (int y = 0; y < b.h; y++) {
        size_t line = (size_t)(b.top_down ? y : b.h - 1 - y);
        gray_row(&b, p + b.pixels_at + line * stride, row);
        image_sink_row(&sink, row);
    }
    take(ctx, &sink.im);
    return IMAGE_OK;
}
