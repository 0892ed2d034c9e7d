/*
 * How an element looks, as far as it decides whether people see its text (T-E1): what it takes from the element around
 * it, its attributes and the styles that apply.
 */
#ifndef SEKISHO_HTML_LOOK_H
#define SEKISHO_HTML_LOOK_H

#include "css_sheet.h"
#include "html.h"
#include "html_token.h"

#define HTML_TINY 2.0f /* px: letters below that are dust */

struct html_look {
    enum html_hiding hides; /* the element and all below it */
    bool invisible;         /* visibility: what is below may be visible again */
    bool outlook_hides;
    float size, indent, opacity;
    uint32_t color, background;
};

/* The look of a document without any style. */
extern const struct html_look html_look_plain;

/* Changes look, which is that of the element around, by attributes and n blocks of declarations, weakest first. */
void html_look_apply(struct html_look *look, const struct html_token *t,
                     const struct css_block *blocks, int n, struct buf *scratch);
/* HTML_SHOWN when people see text that looks like that. */
enum html_hiding html_look_hides(const struct html_look *look);

#endif
