/* Filled boxes as a picture: codes that a PDF page or an SVG draws. */
#include "qr.h"
#include "image.h"
#include "../../common/arena.h"

#include <math.h>
#include <string.h>

#define LEAST 100
#define SIDE 1000 /* pixels of the picture */
#define EDGE 40
#define LINES 4000000 /* of pixels that are painted */

static bool
ground(const struct qr_box *b, float biggest)
{
    return !(b->x1 - b->x0 <= biggest && b->y1 - b->y0 <= biggest);
}

static void
paint(struct image *im, const struct qr_box *b, const struct qr_box *all, float side, int *lines)
{
    int x0 = EDGE + (int)lrintf((b->x0 - all->x0) / side * SIDE),
        x1 = EDGE + (int)lrintf((b->x1 - all->x0) / side * SIDE),
        y0 = EDGE + (int)lrintf((b->y0 - all->y0) / side * SIDE),
        y1 = EDGE + (int)lrintf((b->y1 - all->y0) / side * SIDE);
    if (x0 < 0 || y0 < 0 || x1 > im->w || y1 > im->h)
        return;
    for (int y = y0; y<y1 && * lines> 0; y++, (*lines)--)
        memset(im->gray + (size_t)y * (size_t)im->w + x0, 0, (size_t)(x1 > x0 ? x1 - x0 : 0));
}

void
qr_boxes(const struct qr_place *at, const struct qr_box *boxes, int n, float biggest)
{
    struct qr_box all = {1e9f, 1e9f, -1e9f, -1e9f};
    int used = 0, lines = LINES;
    for (int i = 0; i < n; i++) {
        const struct qr_box *b = &boxes[i];
        if (ground(b, biggest))
            continue;
        all.x0 = b->x0 < all.x0 ? b->x0 : all.x0, all.y0 = b->y0 < all.y0 ? b->y0 : all.y0;
        all.x1 = b->x1 > all.x1 ? b->x1 : all.x1, all.y1 = b->y1 > all.y1 ? b->y1 : all.y1;
        used++;
    }
    float w = all.x1 - all.x0, h = all.y1 - all.y0, side = w > h ? w : h;
    if (used < LEAST || !(side > 0) || !isfinite(side) || !qr_budget(at, SIDE * SIDE))
        return;
    struct arena *a = arena_new();
    struct image im = {.w = SIDE + 2 * EDGE, .h = SIDE + 2 * EDGE};
    im.gray = arena_calloc(a, (size_t)im.w, (size_t)im.h);
    memset(im.gray, 255, (size_t)im.w * (size_t)im.h);
    for (int i = 0; i < n; i++)
        if (!ground(&boxes[i], biggest))
            paint(&im, &boxes[i], &all, side, &lines);
    qr_picture(at, &im);
    arena_free(&a);
}
