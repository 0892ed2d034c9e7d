/* PNG by libpng: row by row, as grey on white. libpng leaves by longjmp() when something is wrong. */
#include "image.h"
#include "../../common/arena.h"

#include <png.h>
#include <string.h>

struct source {
    const unsigned char *p;
    size_t left;
};

struct reading {
    struct source in;
    struct image_sink sink;
    unsigned char *row;
    bool begun;
};

static void
more(png_structp png, png_bytep out, png_size_t n)
{
    struct source *s = png_get_io_ptr(png);
    if (n > s->left)
        png_error(png, "short");
    memcpy(out, s->p, n);
    s->p += n;
    s->left -= n;
}

static void
quiet(png_structp png, png_const_charp text)
{
    (void)png, (void)text;
}

static void
fail(png_structp png, png_const_charp text)
{
    (void)text;
    png_longjmp(png, 1);
}

/* Codes are dark on light: what is transparent is paper. */
static void
as_gray(png_structp png, png_infop info)
{
    png_color_16 white = {.red = 255, .green = 255, .blue = 255, .gray = 255};
    png_set_scale_16(png);
    png_set_expand(png);
    if (png_get_valid(png, info, PNG_INFO_tRNS) ||
        (png_get_color_type(png, info) & PNG_COLOR_MASK_ALPHA))
        png_set_background(png, &white, PNG_BACKGROUND_GAMMA_SCREEN, 0, 1.0);
    if (png_get_color_type(png, info) & PNG_COLOR_MASK_COLOR)
        png_set_rgb_to_gray(png, PNG_ERROR_ACTION_NONE, -1, -1);
    png_set_strip_alpha(png);
}

static void
limits(png_structp png)
{
    png_set_user_limits(png, IMAGE_SIDE, IMAGE_SIDE);
    png_set_chunk_cache_max(png, 100);
    png_set_chunk_malloc_max(png, 4 * 1024 * 1024);
    /* Nothing but the pixels is wanted; text and profiles may be packed bombs. */
    png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, NULL, -1);
    png_set_crc_action(png, PNG_CRC_QUIET_USE, PNG_CRC_QUIET_USE);
}

static enum image_result
interlaced(struct arena *a, png_structp png, int w, int h, struct reading *r)
{
    unsigned char *all;
    if ((int64_t)w * h > IMAGE_WHOLE)
        return IMAGE_BIG;
    all = arena_calloc(a, (size_t)h, (size_t)w);
    for (int pass = 0; pass < 7; pass++)
        for (int y = 0; y < h; y++)
            png_read_row(png, all + (size_t)y * (size_t)w, NULL);
    for (int y = 0; y < h; y++)
        image_sink_row(&r->sink, all + (size_t)y * (size_t)w);
    return IMAGE_OK;
}

static enum image_result
rows(struct arena *a, png_structp png, png_infop info, struct reading *r)
{
    int w, h;
    limits(png);
    png_set_read_fn(png, &r->in, more);
    png_read_info(png, info);
    w = (int)png_get_image_width(png, info);
    h = (int)png_get_image_height(png, info);
    if ((int64_t)w * h > IMAGE_PIXELS) /* not what the first chunk seemed to be */
        return IMAGE_BIG;
    as_gray(png, info);
    int passes = png_set_interlace_handling(png);
    png_read_update_info(png, info);
    if (png_get_rowbytes(png, info) != (size_t)w)
        return IMAGE_BROKEN;
    image_sink_begin(&r->sink, a, w, h);
    r->begun = true;
    if (passes > 1)
        return interlaced(a, png, w, h, r);
    r->row = arena_alloc(a, (size_t)w);
    for (int y = 0; y < h; y++) {
        png_read_row(png, r->row, NULL);
        image_sink_row(&r->sink, r->row);
    }
    return IMAGE_OK;
}

enum image_result
image_png(struct arena *a, const unsigned char *p, size_t n, image_take *take, void *ctx)
{
    /* In the arena, since locals may be lost by longjmp(). */
    struct reading *r = arena_alloc(a, sizeof *r);
    enum image_result result;
    png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, NULL, fail, quiet);
    png_infop info = png ? png_create_info_struct(png) : NULL;
    r->in = (struct source){p, n};
    if (!info)
        result = IMAGE_BROKEN;
    else if (setjmp(png_jmpbuf(png)))
        result = IMAGE_BROKEN;
    else
        result = rows(a, png, info, r);
    png_destroy_read_struct(&png, &info, NULL);
    if (r->begun && r->sink.row)
        take(ctx, &r->sink.im);
    return result;
}
