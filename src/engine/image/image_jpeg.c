/* JPEG by libjpeg-turbo, which can decode at 1/2, 1/4 and 1/8 of the size at less cost. */
#include "image.h"
#include "../../common/arena.h"

#include <setjmp.h>
#include <stdio.h>
#include <jpeglib.h>

#define SCANS 64 /* of a progressive picture: each costs as much as the whole */

struct reading {
    struct jpeg_decompress_struct j;
    struct jpeg_error_mgr error;
    struct jpeg_progress_mgr progress;
    jmp_buf out;
    struct image_sink sink;
    bool begun;
};

static void
fail(j_common_ptr j)
{
    struct reading *r = j->client_data;
    longjmp(r->out, 1);
}

static void
quiet(j_common_ptr j)
{
    (void)j;
}

static void
quiet_level(j_common_ptr j, int level)
{
    (void)j, (void)level;
}

static void
count_scans(j_common_ptr j)
{
    struct reading *r = j->client_data;
    if (r->j.input_scan_number > SCANS)
        fail(j);
}

static enum image_result
rows(struct arena *a, struct reading *r, const unsigned char *p, size_t n)
{
    jpeg_create_decompress(&r->j);
    r->j.client_data = r;
    r->j.progress = &r->progress;
    r->progress.progress_monitor = count_scans;
    jpeg_mem_src(&r->j, p, n);
    jpeg_read_header(&r->j, TRUE);
    int64_t pixels = (int64_t)r->j.image_width * r->j.image_height;
    if (pixels > (jpeg_has_multiple_scans(&r->j) ? IMAGE_WHOLE : IMAGE_PIXELS) ||
        r->j.image_width > IMAGE_SIDE || r->j.image_height > IMAGE_SIDE)
        return IMAGE_BIG;
    r->j.scale_num = 8;
    r->j.scale_denom = 8;
    while (r->j.scale_num > 1 && pixels * r->j.scale_num * r->j.scale_num / 64 > IMAGE_KEPT)
        r->j.scale_num /= 2;
    r->j.out_color_space = r->j.jpeg_color_space == JCS_CMYK || r->j.jpeg_color_space == JCS_YCCK
                               ? JCS_CMYK
                               : JCS_GRAYSCALE;
    r->j.dct_method = JDCT_IFAST;
    jpeg_start_decompress(&r->j);
    int w = (int)r->j.output_width, parts = r->j.output_components;
    image_sink_begin(&r->sink, a, w, (int)r->j.output_height);
    r->begun = true;
    unsigned char *row = arena_calloc(a, (size_t)w, (size_t)parts);
    while (r->j.output_scanline < r->j.output_height) {
        if (jpeg_read_scanlines(&r->j, &row, 1) != 1)
            return IMAGE_BROKEN;
        if (parts == 4) /* CMYK, as Adobe writes it: inverted */
            for (int x = 0; x < w; x++)
                row[x] = (unsigned char)(image_gray(row[x * 4], row[x * 4 + 1], row[x * 4 + 2]) *
                                         row[x * 4 + 3] / 255);
        image_sink_row(&r->sink, row);
    }
    return IMAGE_OK;
}

enum image_result
image_jpeg(struct arena *a, const unsigned char *p, size_t n, image_take *take, void *ctx)
{
    struct reading *r = arena_alloc(a, sizeof *r);
    enum image_result result;
    r->j.err = jpeg_std_error(&r->error);
    r->error.error_exit = fail;
    r->error.output_message = quiet;
    r->error.emit_message = quiet_level;
    r->j.client_data = r;
    if (setjmp(r->out))
        result = IMAGE_BROKEN;
    else
        result = rows(a, r, p, n);
    jpeg_destroy_decompress(&r->j);
    if (r->begun && r->sink.row)
        take(ctx, &r->sink.im);
    return result;
}
