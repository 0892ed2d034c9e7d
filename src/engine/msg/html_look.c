#include "html_look.h"
#include "../../common/buf.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define FAR 400.0f /* px to the left or above: nobody scrolls there */

const struct html_look html_look_plain = {
    .size = 16, .opacity = 1, .color = 0x000000, .background = 0xffffff};

/* What counts for the element itself only. */
struct box {
    bool not_displayed, own_block, inline_only, cell, cuts, clipped, lifted, scaled;
    float left, top, right, margin_left, margin_top, height, max_height, width, max_width;
};

static void
place(struct box *box, const struct css_declaration *d)
{
    float *const lengths[CSS_PROPERTIES] = {
        [CSS_LEFT] = &box->left,          [CSS_TOP] = &box->top,
        [CSS_RIGHT] = &box->right,        [CSS_MARGIN_LEFT] = &box->margin_left,
        [CSS_HEIGHT] = &box->height,      [CSS_MARGIN_TOP] = &box->margin_top,
        [CSS_WIDTH] = &box->width,        [CSS_MAX_HEIGHT] = &box->max_height,
        [CSS_MAX_WIDTH] = &box->max_width};
    bool *const flags[CSS_PROPERTIES] = {[CSS_OVERFLOW] = &box->cuts,
                                         [CSS_CLIP] = &box->clipped,
                                         [CSS_POSITION] = &box->lifted,
                                         [CSS_SCALE] = &box->scaled};
    if (lengths[d->property])
        *lengths[d->property] = d->number;
    else if (flags[d->property])
        *flags[d->property] = d->number > 0;
}

static void
declare(struct html_look *look, const struct html_look *around, struct box *box,
        const struct css_declaration *d)
{
    switch (d->property) {
    case CSS_DISPLAY:
        box->not_displayed = d->number == 1;
        box->own_block = d->number > 1;
        break;
    case CSS_VISIBILITY:
        look->invisible = d->number > 0;
        break;
    case CSS_SIZE:
        look->size = d->relative ? around->size * d->number : d->number;
        break;
    case CSS_COLOR:
        look->color = d->color;
        break;
    case CSS_BACKGROUND:
        look->background = d->color == CSS_CLEAR ? around->background : d->color;
        break;
    case CSS_OPACITY:
        look->opacity = around->opacity * d->number;
        break;
    case CSS_INDENT:
        look->indent = d->number > CSS_AUTO ? d->number : 0;
        break;
    case CSS_MSO_HIDE:
        look->outlook_hides = d->number > 0;
        break;
    default:
        place(box, d);
    }
}

static bool
none(float length)
{
    return length > CSS_AUTO && length <= 1;
}

static bool
far(float length)
{
    return length > CSS_AUTO && length <= -FAR;
}

/* Sizes mean nothing to text in a line (<span>), and cells of tables grow with what is in them. */
static bool
has_size(const struct box *box)
{
    return !box->cell && (!box->inline_only || box->own_block || box->lifted);
}

static enum html_hiding
box_hides(const struct box *box)
{
    bool small =
        none(box->height) || none(box->max_height) || none(box->width) || none(box->max_width);
    if (box->not_displayed)
        return HTML_NOT_DISPLAYED;
    if (has_size(box) && (box->scaled || (box->cuts && small)))
        return HTML_NO_ROOM;
    if (box->clipped && box->lifted)
        return HTML_NO_ROOM;
    if (far(box->margin_left) || far(box->margin_top) ||
        (box->lifted && (far(box->left) || far(box->top) || far(box->right))))
        return HTML_ELSEWHERE;
    return HTML_SHOWN;
}

/* Elements that are lines of their own, whose sizes count. */
static bool
is_block(const char *name)
{
    static const char *const blocks[] = {
        "div",   "p",    "body",     "center",  "blockquote", "ul",      "ol",     "li",
        "dl",    "dd",   "dt",       "pre",     "h1",         "h2",      "h3",     "h4",
        "h5",    "h6",   "header",   "footer",  "section",    "article", "main",   "nav",
        "aside", "form", "fieldset", "address", "figure",     "dir",     "button", "marquee"};
    for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++)
        if (strcmp(name, blocks[i]) == 0)
            return true;
    return false;
}

static bool
is_cell(const char *name)
{
    return strcmp(name, "td") == 0 || strcmp(name, "th") == 0 || strcmp(name, "tr") == 0 ||
           strcmp(name, "table") == 0 || strcmp(name, "tbody") == 0 || strcmp(name, "thead") == 0;
}

/* ------------------------------------------------------------------ attributes */

static void
color_attribute(const struct html_token *t, enum html_attribute which, struct buf *b, uint32_t *out)
{
    uint32_t c;
    if (!t->at[which].set)
        return;
    *out = css_color(html_value(t, which, b), &c) && c < CSS_UNKNOWN ? c : CSS_UNKNOWN;
}

static void
attributes(struct html_look *look, struct box *box, const struct html_token *t, struct buf *b)
{
    static const float sizes[] = {16, 10, 13, 16, 18, 24, 32, 48};
    bool body = strcmp(t->name, "body") == 0, font = strcmp(t->name, "font") == 0;
    if (t->at[HTML_A_hidden].set || (strcmp(t->name, "dialog") == 0 && !t->at[HTML_A_open].set))
        box->not_displayed = true; /* a style may say otherwise */
    if (font)
        color_attribute(t, HTML_A_color, b, &look->color);
    if (body)
        color_attribute(t, HTML_A_text, b, &look->color);
    if (t->at[HTML_A_bgcolor].set && *html_value(t, HTML_A_bgcolor, b))
        color_attribute(t, HTML_A_bgcolor, b, &look->background);
    if (t->at[HTML_A_background].set)
        look->background = CSS_UNKNOWN;
    if (font && t->at[HTML_A_size].set) {
        int size = abs(atoi(html_value(t, HTML_A_size, b)));
        look->size = sizes[size > 7 ? 3 : size];
    }
    /* Links have a colour of their own. */
    if (strcmp(t->name, "a") == 0 && t->at[HTML_A_href].set)
        look->color = 0x0000ee;
}

void
html_look_apply(struct html_look *look, const struct html_token *t, const struct css_block *blocks,
                int n, struct buf *scratch)
{
    const struct html_look around = *look;
    struct box box = {
        .height = CSS_AUTO, .max_height = CSS_AUTO, .width = CSS_AUTO, .max_width = CSS_AUTO};
    box.inline_only = !is_block(t->name);
    box.cell = is_cell(t->name);
    attributes(look, &box, t, scratch);
    for (int important = 0; important < 2; important++)
        for (int i = 0; i < n; i++)
            for (int k = 0; k < blocks[i].n; k++)
                if (blocks[i].list[k].important == (bool)important)
                    declare(look, &around, &box, &blocks[i].list[k]);
    enum html_hiding hides = box_hides(&box);
    if (!look->hides)
        look->hides = hides;
}

enum html_hiding
html_look_hides(const struct html_look *look)
{
    if (look->hides)
        return look->hides;
    if (look->invisible)
        return HTML_NOT_DISPLAYED;
    if (look->size < HTML_TINY)
        return HTML_NO_SIZE;
    if (look->opacity < 0.05f)
        return HTML_NO_CONTRAST;
    if (look->indent <= -FAR)
        return HTML_ELSEWHERE;
    if (!css_contrast(look->color, look->background))
        return HTML_NO_CONTRAST;
    return HTML_SHOWN;
}
