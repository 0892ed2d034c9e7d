/* Eval tests about attached pictures: how many, how big, by the first bytes of their files. */
#include "evals.h"
#include "../../common/arena.h"

#include <string.h>
#include <strings.h>

#define PICTURES 200

enum format { GIF, PNG, JPEG, FORMATS };
static const char *const names[FORMATS] = {"gif", "png", "jpeg"};

struct picture {
    enum format format;
    double width, height;
    const char *name;
};

static unsigned
big(const unsigned char *p, int n)
{
    unsigned v = 0;
    for (int i = 0; i < n; i++)
        v = v << 8 | p[i];
    return v;
}

static void
measure_jpeg(const unsigned char *p, size_t n, struct picture *x)
{
    size_t at = 2;
    if (n < 4 || p[0] != 0xff || p[1] != 0xd8)
        return;
    while (at + 4 <= n && p[at] == 0xff && p[at + 1] != 0xda && p[at + 1] != 0xd9) {
        unsigned mark = p[at + 1], len = big(p + at + 2, 2);
        bool frame = mark >= 0xc0 && mark <= 0xcf && mark != 0xc4 && mark != 0xc8 && mark != 0xcc;
        if (len < 2)
            return;
        if (frame && at + 9 <= n) {
            x->height = big(p + at + 5, 2);
            x->width = big(p + at + 7, 2);
            return;
        }
        at += 2 + len;
    }
}

static void
measure(struct span s, struct picture *x)
{
    const unsigned char *p = (const unsigned char *)s.p;
    if (x->format == GIF && s.n >= 10 && memcmp(p, "GIF8", 4) == 0) {
        x->width = p[6] | p[7] << 8;
        x->height = p[8] | p[9] << 8;
    } else if (x->format == PNG && s.n >= 24 && memcmp(p, "\x89PNG\r\n\x1a\n", 8) == 0) {
        x->width = big(p + 16, 4);
        x->height = big(p + 20, 4);
    } else if (x->format == JPEG) {
        measure_jpeg(p, s.n, x);
    }
}

static int
format_of(const char *type)
{
    if (strcmp(type, "image/gif") == 0)
        return GIF;
    if (strcmp(type, "image/png") == 0)
        return PNG;
    return strcmp(type, "image/jpeg") == 0 || strcmp(type, "image/jpg") == 0 ? JPEG : -1;
}

static int
pictures(struct view *v, struct picture *out)
{
    int n = 0;
    for (int i = 0; i < v->nparts && n < PICTURES; i++) {
        struct view_part *p = &v->parts[i];
        int format = p->leaf ? format_of(p->type) : -1;
        struct view_field *f =
            format >= 0 ? view_part_field(v, p, "content-transfer-encoding") : NULL;
        if (!f)
            continue;
        view_decode_field(v, f);
        if (!span_is((struct span){f->text, f->text_n}, "base64"))
            continue;
        out[n] = (struct picture){.format = (enum format)format, .name = p->name ? p->name : ""};
        measure(view_decoded(v, p), &out[n++]);
    }
    return n;
}

struct sum {
    double count, area;
};

static bool
wanted(const struct picture *p, const char *type)
{
    return strcmp(type, "all") == 0 || strcmp(type, names[p->format]) == 0;
}

static struct sum
sum_of(struct view *v, const char *type)
{
    struct picture all[PICTURES];
    struct sum s = {0};
    int n = pictures(v, all);
    for (int i = 0; i < n; i++)
        if (wanted(&all[i], type)) {
            s.count++;
            s.area += all[i].width * all[i].height;
        }
    return s;
}

bool
eval_image_count(struct view *v, const struct rule *r)
{
    double n = sum_of(v, eval_text(r, 0, "all")).count;
    return n >= eval_number(r, 1, 1) && n <= eval_number(r, 2, 1e300);
}

bool
eval_pixel_coverage(struct view *v, const struct rule *r)
{
    double area = sum_of(v, eval_text(r, 0, "all")).area;
    return area >= eval_number(r, 1, 0) && area <= eval_number(r, 2, 1e300);
}

bool
eval_image_to_text_ratio(struct view *v, const struct rule *r)
{
    double area = sum_of(v, eval_text(r, 0, "all")).area, text = 0;
    const struct spans *lines = view_text(v);
    for (int i = 0; i < lines->n; i++)
        text += (double)lines->v[i].n;
    return text > 0 && area > 0 && text / area >= eval_number(r, 1, 0) &&
           text / area < eval_number(r, 2, 0);
}

bool
eval_image_named(struct view *v, const struct rule *r)
{
    struct picture all[PICTURES];
    int n = pictures(v, all);
    for (int i = 0; i < n; i++)
        if (all[i].width * all[i].height > 0 && strcmp(all[i].name, eval_text(r, 0, "")) == 0)
            return true;
    return false;
}

bool
eval_image_size_exact(struct view *v, const struct rule *r)
{
    struct picture all[PICTURES];
    int n = pictures(v, all);
    for (int i = 0; i < n; i++)
        if (wanted(&all[i], eval_text(r, 0, "all")) && all[i].width > 0 &&
            (int)all[i].height == (int)eval_number(r, 1, -1) &&
            (int)all[i].width == (int)eval_number(r, 2, -1))
            return true;
    return false;
}

bool
eval_image_size_range(struct view *v, const struct rule *r)
{
    struct picture all[PICTURES];
    int n = pictures(v, all);
    for (int i = 0; i < n; i++)
        if (wanted(&all[i], eval_text(r, 0, "all")) && all[i].width * all[i].height > 0 &&
            all[i].height >= eval_number(r, 1, 0) && all[i].width >= eval_number(r, 2, 0) &&
            all[i].height <= eval_number(r, 3, 1e300) && all[i].width <= eval_number(r, 4, 1e300))
            return true;
    return false;
}
