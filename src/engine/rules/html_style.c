#include "html_style.h"
#include "../../common/arena.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const struct {
    const char *name;
    unsigned rgb;
} colors[] = {
#define COLOR(name, rgb) {#name, rgb},
#include "colors.def"
#undef COLOR
};

void
html_style_begin(struct html_style *s, struct html_info *info)
{
    s->basefont = info->max_size = info->min_size = 3;
    s->level[0] = (struct style_level){.tag = "default", .bg = 0xffffff, .size = 3};
    s->n = 1;
}

/* ------------------------------------------------------------------ colours */

static int
by_color(const void *key, const void *item)
{
    return strcmp(key, *(const char *const *)item);
}

static unsigned
byte(double v)
{
    return v < 0 ? 0 : v > 255 ? 255 : (unsigned)v;
}

/* "rgb(1, 2, 3)" or in per cent; false: something else stands there. */
static bool
rgb_numbers(const char *p, unsigned *out)
{
    unsigned rgb = 0;
    for (int i = 0; i < 3; i++) {
        char *end;
        p += strspn(p, " ,(");
        double v = strtod(p, &end);
        if (end == p)
            return false;
        v = *end == '%' ? (double)(int)(v / 100 * 255) : v;
        rgb = rgb << 8 | byte(v);
        p = end + (*end == '%');
    }
    *out = rgb;
    return true;
}

static unsigned
hex_color(const char *p)
{
    char digits[8] = "", six[8] = "";
    size_t n = 0;
    for (; *p && n < 6; p++)
        if (isxdigit((unsigned char)*p))
            digits[n++] = *p;
    if (n > 3 && n < 6)
        n = 3;
    while (n % 3 || n == 0)
        digits[n++] = '0';
    digits[n] = '\0';
    if (n == 3)
        for (int i = 0; i < 3; i++)
            six[2 * i] = six[2 * i + 1] = digits[i];
    else
        memcpy(six, digits, 7);
    return (unsigned)strtoul(six, NULL, 16);
}

/* Mail programs are said to know names, #rgb, #rrggbb and rgb(). */
static unsigned
color_of(const char *text)
{
    char lower[64];
    size_t n = 0;
    unsigned rgb;
    text += strspn(text, " \t\r\n");
    for (; n < sizeof lower - 1 && text[n]; n++)
        lower[n] = (char)tolower((unsigned char)text[n]);
    while (n > 0 && isspace((unsigned char)lower[n - 1]))
        n--;
    lower[n] = '\0';
    const void *found =
        bsearch(lower, colors, sizeof colors / sizeof *colors, sizeof *colors, by_color);
    if (found)
        return colors[((const char *)found - (const char *)colors) / sizeof *colors].rgb;
    if (strncmp(lower, "rgb(", 4) == 0 && lower[4 + strspn(lower + 4, "0123456789%, ")] == ')')
        return rgb_numbers(lower + 4, &rgb) ? rgb : COLOR_INVALID;
    if (*lower == '#' && !lower[strspn(lower, "#abcdef0123456789")])
        return hex_color(lower);
    return COLOR_INVALID;
}

/* ------------------------------------------------------------------ style="..." */

struct style_now {
    struct style_level *l;
    bool fg_transparent, bg_transparent;
};

static void
color_property(struct style_now *s, const char *value, bool back)
{
    unsigned *to = back ? &s->l->bg : &s->l->fg, rgb;
    char *important = strcasestr(value, "!important");
    if (important)
        *important = '\0';
    if (strcasecmp(value, "inherit") == 0)
        return;
    if (strcasecmp(value, "transparent") == 0)
        *(back ? &s->bg_transparent : &s->fg_transparent) = true;
    else if (strcasestr(value, "rgb"))
        *to = rgb_numbers(value + strcspn(value, "0123456789"), &rgb) ? rgb : 0;
    else
        *to = color_of(value);
}

/* `background: a b c`: the first word that is a colour. */
static void
background_property(struct style_now *s, char *value)
{
    char *rest = value, *word;
    while ((word = strsep(&rest, " ,")))
        if (*word && color_of(word) != COLOR_INVALID) {
            s->l->bg = color_of(word);
            return;
        }
}

static void
property(struct style_now *s, char *text)
{
    char *colon = strchr(text, ':'), *value;
    if (!colon)
        return;
    *colon = '\0';
    text += strspn(text, " \t\r\n");
    text[strcspn(text, " \t\r\n")] = '\0';
    value = colon + 1 + strspn(colon + 1, " \t\r\n");
    size_t n = strlen(value);
    while (n > 0 && isspace((unsigned char)value[n - 1]))
        value[--n] = '\0';
    if (n == 0)
        return;
    if (strcasecmp(text, "color") == 0)
        color_property(s, value, false);
    else if (strcasecmp(text, "background-color") == 0)
        color_property(s, value, true);
    else if (strcmp(text, "background") == 0)
        background_property(s, value);
    else if (strcmp(text, "display") == 0)
        s->l->not_displayed = strcasecmp(value, "none") == 0;
    else if (strcmp(text, "visibility") == 0)
        s->l->not_visible = strcasecmp(value, "hidden") == 0;
}

static void
style_attribute(struct style_level *l, const struct style_level *around, struct arena *a,
                struct span value)
{
    char *rest = arena_memdup(a, value.p, value.n), *one;
    struct style_now s = {.l = l};
    while ((one = strsep(&rest, ";")))
        property(&s, one);
    if (s.bg_transparent)
        l->bg = around->bg;
    if (s.fg_transparent)
        l->fg = l->bg;
}

/* ------------------------------------------------------------------ tags */

static void
font_size(struct style_level *l, int basefont, const char *text)
{
    text += strspn(text, " \t\r\n");
    if ((*text == '+' || *text == '-') && isdigit((unsigned char)text[1]))
        l->size = basefont + (int)strtol(text, NULL, 10) % 1000;
    else if (isdigit((unsigned char)*text))
        l->size = (int)(strtol(text, NULL, 10) % 1000000);
}

/* Which attributes of which elements count. */
static bool
counts(const char *tag, struct span name)
{
    static const char *const styled[] = {"table", "td", "tr", "span", "p", "div", "a"};
    bool font = strcmp(tag, "font") == 0 || strcmp(tag, "basefont") == 0;
    if (font)
        return span_is(name, "color") || span_is(name, "face") || span_is(name, "size");
    if (strcmp(tag, "body") == 0)
        return span_is(name, "text") || span_is(name, "bgcolor") || span_is(name, "link") ||
               span_is(name, "alink") || span_is(name, "vlink") || span_is(name, "background");
    if (strcmp(tag, "marquee") == 0 || ((tag[0] == 't') && span_is(name, "bgcolor")))
        return span_is(name, "bgcolor") || span_is(name, "background");
    for (size_t i = 0; i < sizeof styled / sizeof *styled; i++)
        if (strcmp(tag, styled[i]) == 0)
            return span_is(name, "style");
    return false;
}

static bool
open_somewhere(const struct html_style *s, const char *tag)
{
    for (int i = 0; i < s->n; i++)
        if (strcmp(s->level[i].tag, tag) == 0)
            return true;
    return false;
}

/* Cells and rows need no end tag. */
static void
close_cells(struct html_style *s, const char *tag)
{
    bool row = strcmp(tag, "tr") == 0;
    if (!open_somewhere(s, tag))
        return;
    while (s->n > 1) {
        const char *top = s->level[s->n - 1].tag;
        if (strcmp(top, "font") != 0 && strcmp(top, "td") != 0 && !(row && strcmp(top, "tr") == 0))
            return;
        s->n--;
    }
}

static void
apply(struct style_level *l, const struct style_level *around, int basefont, struct arena *a,
      const struct html_attr *at)
{
    if (span_is(at->name, "text") || span_is(at->name, "color"))
        l->fg = color_of(arena_memdup(a, at->value.p, at->value.n));
    else if (span_is(at->name, "size"))
        font_size(l, basefont, arena_memdup(a, at->value.p, at->value.n));
    else if (span_is(at->name, "style"))
        style_attribute(l, around, a, at->value);
    /* bgcolor and the others change nothing: so the rules were tuned */
}

void
html_style_open(struct html_style *s, struct html_info *info, struct arena *a, const char *tag,
                const struct html_attr *attr, int n)
{
    if (strcmp(tag, "th") == 0)
        tag = "td";
    if (strcmp(tag, "basefont") == 0)
        for (int i = 0; i < n; i++)
            if (span_is(attr[i].name, "size") && attr[i].value.n &&
                isdigit((unsigned char)*span_trim(attr[i].value).p)) {
                s->basefont = atoi(arena_memdup(a, attr[i].value.p, attr[i].value.n)) % 1000;
                return;
            }
    if (strcmp(tag, "td") == 0 || strcmp(tag, "tr") == 0)
        close_cells(s, tag);
    if (s->n >= STYLE_DEPTH || s->n < 1)
        return;
    const struct style_level *around = &s->level[s->n - 1];
    struct style_level *l = &s->level[s->n];
    *l = *around;
    memset(l->tag, 0, sizeof l->tag);
    memcpy(l->tag, tag, strnlen(tag, sizeof l->tag - 1));
    s->n++;
    if (strcmp(tag, "big") == 0 || strcmp(tag, "small") == 0) {
        l->size += *tag == 'b' ? 1 : -1;
        return;
    }
    for (int i = 0; i < n; i++) {
        if (!counts(tag, attr[i].name))
            continue;
        apply(l, around, s->basefont, a, &attr[i]);
        if (l->size > info->max_size)
            info->max_size = l->size;
        else if (l->size < info->min_size)
            info->min_size = l->size;
    }
}

void
html_style_close(struct html_style *s, const char *tag)
{
    if (strcmp(tag, "th") == 0)
        tag = "td";
    if (strcmp(tag, "body") == 0 || !open_somewhere(s, tag))
        return;
    while (s->n > 1 && strcmp(s->level[--s->n].tag, tag) != 0)
        ;
}

/* Weighted by how bright each colour is to the eye. */
static bool
too_close(unsigned fg, unsigned bg)
{
    double r = 0.2126 * ((int)(fg >> 16 & 255) - (int)(bg >> 16 & 255));
    double g = 0.7152 * ((int)(fg >> 8 & 255) - (int)(bg >> 8 & 255));
    double b = 0.0722 * ((int)(fg & 255) - (int)(bg & 255));
    return r * r + g * g + b * b < 144;
}

bool
html_style_hides(const struct html_style *s, struct html_info *info)
{
    const struct style_level *l = &s->level[s->n - 1];
    bool invalid = l->fg == COLOR_INVALID || l->bg == COLOR_INVALID;
    if (l->fg == l->bg || (!invalid && too_close(l->fg, l->bg)))
        return info->low_contrast = true;
    if (invalid)
        return info->invalid_color = true;
    return l->size <= 1 || l->not_displayed || l->not_visible;
}
