/*
 * What the files of the tokenizer share (view_html.c): its state, one tag, and what they ask each other. All memory is
 * of the arenas in it; nothing fails.
 */
#ifndef SEKISHO_VIEW_HTML_IN_H
#define SEKISHO_VIEW_HTML_IN_H

#include "html_style.h"
#include "view.h"

#include <ctype.h>

#define ATTRIBUTES 40 /* of one tag; more are not looked at */

struct html {
    struct view *v;
    struct arena *a;
    struct html_info *info;
    struct buf *out;
    struct html_style style;
    size_t last; /* where the last piece of text begins */
    bool any;    /* there is one */
    bool last_white, last_hidden;
    struct span base;
    struct html_uri *anchor; /* the link that is or was open last */
    struct buf *anchor_text; /* NULL: none */
    struct buf *title;
    int in_anchor, in_title, in_script, in_style;
    /* looked for in vain: once is enough, or the time would grow with the square of the length */
    bool no_literal_end, no_comment_end, no_tag_end;
};

struct attribute {
    struct span name, value;
};

struct tag {
    struct span name;
    struct attribute attr[ATTRIBUTES];
    int nattr;
};

/* A letter, a digit, or something that is not ASCII. */
static inline bool
html_wordy(const char *p, size_t n)
{
    unsigned char c = n ? (unsigned char)*p : ' ';
    return n && (c >= 0x80 || isalnum(c) || (c < 0x20 && !isspace(c)) || c == 0x7f);
}

/* view_entity.c: "&nbsp;" is a blank here, all others are what they stand for. The text itself where there is none. */
struct span view_entities(struct arena *a, const char *p, size_t n);

/* view_html_uri.c. The last of that name; NULL: none. */
const struct span *html_attribute(const struct tag *t, const char *name);
/* Without the blanks around it, and cut (VIEW_URI). */
struct span html_uri_trim(struct html *h, struct span s);
/* That of an address, new or not. NULL: there are too many. */
struct html_uri *html_uri_entry(struct html *h, struct span s);
/* Notes the addresses that a tag has. name: in small letters. */
void html_uris_of(struct html *h, const char *name, const struct tag *t);

#endif
