/*
 * Pictures as grey pixels, for looking at QR codes. PNG, JPEG, GIF and BMP.
 *
 * Size is checked by the header, before a pixel is decoded (T-A8). Large pictures are made smaller
 * while they are read, so that the memory of one is bounded by IMAGE_KEPT, whatever it claims.
 */
#ifndef SEKISHO_IMAGE_H
#define SEKISHO_IMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;

#define IMAGE_PIXELS (64 * 1000 * 1000) /* of one picture; more is not decoded */
#define IMAGE_WHOLE (16 * 1000 * 1000) /* of one that must be decoded as a whole (interlaced ...) */
#define IMAGE_SIDE 100000
#define IMAGE_KEPT (2 * 1000 * 1000)
#define IMAGE_FRAMES 8 /* of an animation */

struct image {
    int w, h;
    unsigned char *gray; /* 0 = black; w * h bytes */
};

enum image_result {
    IMAGE_OK,
    IMAGE_OTHER,  /* of a kind that is not read here */
    IMAGE_BROKEN, /* what could be read of it was given to take() */
    IMAGE_BIG     /* more pixels than allowed */
};

typedef void image_take(void *ctx, const struct image *im);

/* Calls take() for each picture in the file (for animations: the first frames); the pixels live as
 * long as a. *pixels: what it claims, for budgets; may be NULL. */
enum image_result image_read(struct arena *a, const unsigned char *p, size_t n, image_take *take,
                             void *ctx, int64_t *pixels);
/* What the header claims, without decoding; 0: not of a kind that is read here. */
int64_t image_claim(const unsigned char *p, size_t n);

/* ---- for the readers of single formats */

/* Rows come from top to bottom and are averaged in squares when there are too many pixels. */
struct image_sink {
    struct image im;
    int w, h;   /* as in the file */
    int factor; /* of making smaller */
    int row;    /* rows that came */
    unsigned *sums;
};

void image_sink_begin(struct image_sink *s, struct arena *a, int w, int h);
void image_sink_row(struct image_sink *s, const unsigned char *gray);

enum image_result image_png(struct arena *a, const unsigned char *p, size_t n, image_take *take,
                            void *ctx);
enum image_result image_jpeg(struct arena *a, const unsigned char *p, size_t n, image_take *take,
                             void *ctx);
enum image_result image_gif(struct arena *a, const unsigned char *p, size_t n, image_take *take,
                            void *ctx);
enum image_result image_bmp(struct arena *a, const unsigned char *p, size_t n, image_take *take,
                            void *ctx);
/* Weights of ITU-R BT.601. */
unsigned char image_gray(unsigned r, unsigned g, unsigned b);

#endif
