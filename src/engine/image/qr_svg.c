/*
 * QR codes as SVG programs write them: a <rect> for each module, or paths of horizontal and vertical strokes.
 * Transforms, and curves, are not followed: modules of one code share them.
 */
#include "qr.h"
#include "../content/bytes.h"
#include "../../common/arena.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define BOXES 40000
#define NUMBER 32

struct drawing {
    struct qr_box *boxes;
    int n;
    struct qr_box path;
    float x, y;
    bool open;
};

static double
number(const char **p, const char *end)
{
    char text[NUMBER];
    size_t n = 0;
    while (*p < end && (isspace((unsigned char)**p) || **p == ','))
        (*p)++;
    for (const char *s = *p; s < end && n < NUMBER - 1; s++) {
        bool sign = *s == '-' || *s == '+';
        if (!isdigit((unsigned char)*s) && *s != '.' && !(sign && n == 0))
            break;
        text[n++] = *s;
    }
    text[n] = '\0';
    *p += n;
    double v = strtod(text, NULL);
    return fabs(v) < 1e6 ? v : 0;
}

static void
add(struct drawing *d, struct qr_box b)
{
    /* A stroke has no height: it is as thick as a module. */
    if (b.y1 - b.y0 < 1e-6f)
        b.y0 -= 0.5f, b.y1 += 0.5f;
    if (b.x1 > b.x0 && b.y1 > b.y0 && d->n < BOXES)
        d->boxes[d->n++] = b;
}

static void
point(struct drawing *d)
{
    if (!d->open)
        d->path = (struct qr_box){d->x, d->y, d->x, d->y};
    d->open = true;
    d->path.x0 = fminf(d->path.x0, d->x), d->path.x1 = fmaxf(d->path.x1, d->x);
    d->path.y0 = fminf(d->path.y0, d->y), d->path.y1 = fmaxf(d->path.y1, d->y);
}

static void
end_subpath(struct drawing *d)
{
    if (d->open)
        add(d, d->path);
    d->open = false;
}

static void
path(struct drawing *d, const char *p, const char *end)
{
    char command = 0;
    float x0 = 0, y0 = 0;
    d->x = d->y = 0;
    while (p < end) {
        const char *before = p;
        if (isspace((unsigned char)*p) || *p == ',') {
            p++;
            continue;
        }
        if (isalpha((unsigned char)*p))
            command = *p++;
        bool relative = islower((unsigned char)command);
        switch (tolower((unsigned char)command)) {
        case 'm':
            end_subpath(d);
            d->x = (float)number(&p, end) + (relative ? d->x : 0);
            d->y = (float)number(&p, end) + (relative ? d->y : 0);
            x0 = d->x, y0 = d->y;
            point(d);
            command = relative ? 'l' : 'L';
            break;
        case 'l':
            d->x = (float)number(&p, end) + (relative ? d->x : 0);
            d->y = (float)number(&p, end) + (relative ? d->y : 0);
            point(d);
            break;
        case 'h':
            d->x = (float)number(&p, end) + (relative ? d->x : 0);
            point(d);
            break;
        case 'v':
            d->y = (float)number(&p, end) + (relative ? d->y : 0);
            point(d);
            break;
        case 'z':
            end_subpath(d);
            d->x = x0, d->y = y0;
            break;
        default:
            return; /* curves */
        }
        if (p == before)
            p++;
    }
    end_subpath(d);
}

/* Value of an attribute of the tag; its length in *n. */
static const char *
value(const char *tag, size_t len, const char *name, size_t *n)
{
    const char *at = (const char *)bytes_find((const unsigned char *)tag, len, name);
    *n = 0;
    if (!at)
        return tag;
    at += strlen(name);
    const char *close = memchr(at, name[strlen(name) - 1], (size_t)(tag + len - at));
    *n = close ? (size_t)(close - at) : 0;
    return at;
}

static float
side(const char *tag, size_t len, const char *name)
{
    size_t n;
    const char *v = value(tag, len, name, &n);
    return n ? (float)number(&v, v + n) : 0;
}

static void
rect(struct drawing *d, const char *tag, size_t len)
{
    size_t n;
    const char *fill = value(tag, len, " fill=\"", &n);
    if (n && (strncasecmp(fill, "#fff", 4) == 0 || strncasecmp(fill, "white", 5) == 0 ||
              strncasecmp(fill, "none", 4) == 0))
        return;
    float x = side(tag, len, " x=\""), y = side(tag, len, " y=\"");
    add(d,
        (struct qr_box){x, y, x + side(tag, len, " width=\""), y + side(tag, len, " height=\"")});
}

void
qr_svg(const struct qr_place *at, const char *p, size_t n)
{
    const char *end = p + n;
    struct arena *a = arena_new();
    struct drawing d = {.boxes = arena_calloc(a, BOXES, sizeof *d.boxes)};
    while (p < end && (p = memchr(p, '<', (size_t)(end - p)))) {
        const char *gt = memchr(p, '>', (size_t)(end - p)), *stop = gt ? gt : end;
        size_t len = (size_t)(stop - p), dn;
        if (len > 5 && strncasecmp(p, "<rect", 5) == 0) {
            rect(&d, p, len);
        } else if (len > 5 && strncasecmp(p, "<path", 5) == 0) {
            const char *data = value(p, len, " d=\"", &dn), *fill;
            size_t fn;
            fill = value(p, len, " fill=\"", &fn);
            if (!(fn >= 4 && strncasecmp(fill, "#fff", 4) == 0))
                path(&d, data, data + dn);
        }
        p = stop < end ? stop + 1 : end;
    }
    /* The ground is as large as all of it; a module's row is not. */
    float most = 0;
    for (int i = 0; i < d.n; i++)
        most = fmaxf(most, d.boxes[i].x1);
    qr_boxes(at, d.boxes, d.n, most * 0.7f);
    arena_free(&a);
}
