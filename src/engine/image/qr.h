/*
 * QR codes (F31, T-E4): in pictures, in pictures that were cut in two, in text of block characters and in
 * tables of coloured cells. Their addresses join those of the message with the source "qr".
 */
#ifndef SEKISHO_QR_H
#define SEKISHO_QR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;
struct image;
struct msg;

#define QR_TEXTS 16                   /* codes in one picture */
#define QR_PIXELS (160 * 1000 * 1000) /* of all pictures of a message: more is an exception */

/* Where codes are found and what becomes of them. */
struct qr_place {
    struct msg *m;
    struct arena *scratch;
    const char *part;
    const char *how; /* "": a plain picture; else the trick, "text", "table", "two pictures" */
};

/* Before the sandbox closes: character sets that zbar converts from. */
void qr_prepare(void);
/* Looks for codes in a picture, reports them; true: there was one. */
bool qr_picture(const struct qr_place *at, const struct image *im);
/* Takes pixels from the budget of the message; false: it is spent, and an exception says so. */
bool qr_budget(const struct qr_place *at, int64_t pixels);
/* The same in the bytes of a picture file, with all limits; tries pictures of this message without a code
 * beside and below each other. false: it is no picture. */
bool qr_file(const struct qr_place *at, const unsigned char *p, size_t n);
/* Pictures in data: URIs of HTML or SVG. */
void qr_data_uris(const struct qr_place *at, const char *p, size_t n);
/* A grid of squares, 1 = dark. Codes of light on dark are found, too. */
bool qr_grid(const struct qr_place *at, const unsigned char *dark, int w, int h, int cell_w,
             int cell_h);
struct qr_box {
    float x0, y0, x1, y1;
};
/* Dark boxes, y downwards; those wider or higher than biggest are the ground (qr_boxes.c). */
void qr_boxes(const struct qr_place *at, const struct qr_box *boxes, int n, float biggest);
/* Rectangles and straight paths of an SVG (qr_svg.c). */
void qr_svg(const struct qr_place *at, const char *p, size_t n);
/* Block characters and the like in text (qr_text.c). */
void qr_text(const struct qr_place *at, const char *p, size_t n);
/* Tables of coloured cells in HTML (qr_table.c). */
void qr_table(const struct qr_place *at, const char *p, size_t n);

#endif
