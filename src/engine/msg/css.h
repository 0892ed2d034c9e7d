/*
 * The few properties of CSS by which text is hidden, read from style attributes and style sheets as browsers do: comments,
 * escapes, any case, any unit. Everything else is read over. Linear.
 */
#ifndef SEKISHO_CSS_H
#define SEKISHO_CSS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf;

#define CSS_DECLARATIONS 40
#define CSS_TEXT 8192    /* bytes of one block that are read */
#define CSS_AUTO (-1e6f) /* a length that is not given in numbers */
#define CSS_UNKNOWN \
    0x01000000u               /* a colour that nobody can tell: a picture, a gradient, a variable */
#define CSS_CLEAR 0x02000000u /* no colour at all: transparent */

enum css_property {
    CSS_DISPLAY,    /* number: 0 = inline, 1 = none, 2 = a box */
    CSS_VISIBILITY, /* 1 = hidden */
    CSS_SIZE,       /* of letters: px, or a factor if relative */
    CSS_COLOR,
    CSS_BACKGROUND,
    CSS_OPACITY,
    CSS_INDENT, /* px, as all that follow up to MAX_WIDTH */
    CSS_LEFT,
    CSS_TOP,
    CSS_RIGHT,
    CSS_MARGIN_LEFT,
    CSS_MARGIN_TOP,
    CSS_HEIGHT,
    CSS_MAX_HEIGHT,
    CSS_WIDTH,
    CSS_MAX_WIDTH,
    CSS_OVERFLOW, /* 1 = hidden */
    CSS_CLIP,     /* 1 = nothing is left */
    CSS_POSITION, /* 1 = absolute or fixed */
    CSS_SCALE,    /* 1 = to nothing */
    CSS_MSO_HIDE, /* 1 = hidden in Outlook */
    CSS_PROPERTIES
};

struct css_declaration {
    uint8_t property;
    bool important, relative;
    float number;
    uint32_t color; /* 0xRRGGBB, CSS_UNKNOWN or CSS_CLEAR */
};

/* "a:b;c:d" as declarations, at most CSS_DECLARATIONS; how many. The buffer is used for the time of the call. */
int css_read(struct buf *b, const char *p, size_t n, struct css_declaration *out);
/* A colour as CSS or, forgiving, as attributes have it ("ffffff"). false: none. */
bool css_color(const char *text, uint32_t *out);
/* The text without comments, with escapes resolved, in lower case and with single blanks; it lives in the buffer. */
char *css_plain(struct buf *b, const char *p, size_t n);
/* Can people tell the two apart? Unknown colours: yes. */
bool css_contrast(uint32_t text, uint32_t background);

#endif
