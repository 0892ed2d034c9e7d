#include "image.h"
#include "../../common/arena.h"

#include <string.h>

unsigned char
image_gray(unsigned r, unsigned g, unsigned b)
{
    return (unsigned char)((r * 77 + g * 150 + b * 29) >> 8);
}

void
image_sink_begin(struct image_sink *s, struct arena *a, int w, int h)
{
    int k = 1;
    while ((int64_t)(w / k) * (h / k) > IMAGE_KEPT)
        k++;
    *s = (struct image_sink){.w = w, .h = h, .factor = k};
    s->im.w = w / k ? w / k : 1;
    s->im.h = h / k ? h / k : 1;
    s->im.gray = arena_alloc(a, (size_t)s->im.w * (size_t)s->im.h);
    memset(s->im.gray, 255, (size_t)s->im.w * (size_t)s->im.h);
    s->sums = arena_calloc(a, (size_t)s->im.w, sizeof *s->sums);
}

static void
flush_row(struct image_sink *s, unsigned char *out)
{
    unsigned area = (unsigned)(s->factor * s->factor);
    for (int x = 0; x < s->im.w; x++)
        out[x] = (unsigned char)(s->sums[x] / area);
    memset(s->sums, 0, (size_t)s->im.w * sizeof *s->sums);
}

void
image_sink_row(struct image_sink *s, const unsigned char *gray)
{
    int y = s->row / s->factor;
    if (y >= s->im.h || s->row >= s->h)
        return;
    unsigned char *out = s->im.gray + (size_t)y * (size_t)s->im.w;
    s->row++;
    if (s->factor == 1) {
        memcpy(out, gray, (size_t)s->im.w);
        return;
    }
    for (int x = 0, i = 0; x < s->im.w && i < s->w; x++)
        for (int k = 0; k < s->factor && i < s->w; k++)
            s->sums[x] += gray[i++];
    if (s->row % s->factor == 0)
        flush_row(s, out);
}

/* ------------------------------------------------------------------ headers */

static uint32_t
be(const unsigned char *p, int n)
{
    uint32_t v = 0;
    while (n-- > 0)
        v = v << 8 | *p++;
    return v;
}

static uint32_t
le(const unsigned char *p, int n)
{
    uint32_t v = 0;
    while (n-- > 0)
        v = v << 8 | p[n];
    return v;
}

/* What the file says may be anything. */
static int64_t
area(int64_t w, int64_t h)
{
    w = w < 0 ? -w : w;
    h = h < 0 ? -h : h;
    if (w > IMAGE_SIDE || h > IMAGE_SIDE)
        return w && h ? (int64_t)IMAGE_SIDE * IMAGE_SIDE : 0;
    return w * h;
}

/* The frame header, by the lengths of the segments before it. */
static int64_t
jpeg_claim(const unsigned char *p, size_t n)
{
    size_t at = 2;
    while (at + 9 < n) {
        if (p[at] != 0xff) {
            at++;
            continue;
        }
        unsigned char kind = p[at + 1];
        if (kind >= 0xc0 && kind <= 0xcf && kind != 0xc4 && kind != 0xc8 && kind != 0xcc)
            return area(be(p + at + 5, 2), be(p + at + 7, 2));
        if (kind == 0xff || kind == 0 || kind == 1 || (kind >= 0xd0 && kind <= 0xd8))
            at++;
        else if (kind == 0xda || kind == 0xd9)
            return 1;
        else
            at += 2 + be(p + at + 2, 2);
    }
    return 1;
}

/* Behind data blocks. */
static size_t
behind_blocks(const unsigned char *p, size_t n, size_t at)
{
    while (at < n && p[at])
        at += p[at] + 1u;
    return at + 1;
}

/* The frames may be larger than the screen that the header speaks of. */
static int64_t
gif_claim(const unsigned char *p, size_t n)
{
    int64_t biggest = area(le(p + 6, 2), le(p + 8, 2)), all = 0;
    size_t at = 13 + (p[10] & 0x80 ? 3u * (2u << (p[10] & 7)) : 0);
    for (int frames = 0; frames < IMAGE_FRAMES && at + 11 < n;) {
        if (p[at] == 0x21) {
            at = behind_blocks(p, n, at + 2);
            continue;
        }
        if (p[at] != 0x2c)
            break;
        int64_t one = area(le(p + at + 5, 2), le(p + at + 7, 2));
        biggest = one > biggest ? one : biggest;
        all += one;
        frames++;
        at += 11 + (p[at + 9] & 0x80 ? 3u * (2u << (p[at + 9] & 7)) : 0);
        at = behind_blocks(p, n, at);
    }
    if (biggest > IMAGE_PIXELS || all < biggest)
        return biggest;
    return all > IMAGE_PIXELS ? IMAGE_PIXELS : all;
}

static int64_t
bmp_claim(const unsigned char *p)
{
    int64_t w = (int32_t)le(p + 18, 4), h = (int32_t)le(p + 22, 4);
    if (le(p + 14, 4) == 12)
        w = le(p + 18, 2), h = le(p + 20, 2);
    return area(w, h);
}

enum kind { OTHER, PNG, JPEG, GIF, BMP };

static enum kind
kind_of(const unsigned char *p, size_t n)
{
    if (n >= 33 && memcmp(p, "\x89PNG\r\n\x1a\n\0\0\0\rIHDR", 16) == 0)
        return PNG;
    if (n >= 12 && memcmp(p, "\xff\xd8\xff", 3) == 0)
        return JPEG;
    if (n >= 13 && memcmp(p, "GIF8", 4) == 0)
        return GIF;
    if (n >= 30 && memcmp(p, "BM", 2) == 0 && (p[14] == 12 || (p[14] >= 40 && p[14] <= 124)) &&
        p[15] == 0 && p[16] == 0 &&
        p[17] == 0) /* the length of its header: "BM" alone may be text */
        return BMP;
    return OTHER;
}

int64_t
image_claim(const unsigned char *p, size_t n)
{
    switch (kind_of(p, n)) {
    case PNG:
        return area(be(p + 16, 4), be(p + 20, 4));
    case JPEG:
        return jpeg_claim(p, n);
    case GIF:
        return gif_claim(p, n);
    case BMP:
        return bmp_claim(p);
    default:
        return 0;
    }
}

enum image_result
image_read(struct arena *a, const unsigned char *p, size_t n, image_take *take, void *ctx,
           int64_t *pixels)
{
    int64_t claim = image_claim(p, n);
    if (pixels)
        *pixels = claim;
    if (claim > IMAGE_PIXELS)
        return IMAGE_BIG;
    switch (kind_of(p, n)) {
    case PNG:
        return image_png(a, p, n, take, ctx);
    case JPEG:
        return image_jpeg(a, p, n, take, ctx);
    case GIF:
        return image_gif(a, p, n, take, ctx);
    case BMP:
        return image_bmp(a, p, n, take, ctx);
    default:
        return IMAGE_OTHER;
    }
}
