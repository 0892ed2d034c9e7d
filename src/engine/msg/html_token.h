/*
 * HTML as tags, comments and text, by the HTML standard's tokenizer where it matters to what is shown
 * (13.2.5). Never fails; linear in the input. Nothing is copied: tokens point into the source.
 */
#ifndef SEKISHO_HTML_TOKEN_H
#define SEKISHO_HTML_TOKEN_H

#include <stdbool.h>
#include <stddef.h>

struct buf;

#define HTML_NAME 24    /* bytes of a tag's name that are kept */
#define HTML_VALUE 8192 /* bytes of a value that html_value() gives */

/* HTML_A_x for each attribute that has a meaning here; others are read over. */
enum html_attribute {
    HTML_A_none,
#define A(id, name) HTML_A_##id,
#include "html_attributes.def"
#undef A
    HTML_A_count
};

enum html_kind { HTML_TEXT, HTML_START, HTML_END, HTML_COMMENT, HTML_DONE };

struct html_token {
    enum html_kind kind;
    const char *p; /* text (references not resolved), comment, or the tag without its "<" and ">" */
    size_t n;
    bool plain;           /* text without references: of <xmp> and CDATA */
    char name[HTML_NAME]; /* lower case */
    bool self_closing;    /* "/>" */
    bool handler;         /* it has onload= or the like */
    struct {
        const char *p;
        size_t n;
        bool set; /* the first of a name counts */
    } at[HTML_A_count];
};

struct html_reader {
    const char *p, *end;
    bool foreign; /* set by the caller inside <svg> and <math>: CDATA is text there */
};

/* The next one; kind HTML_DONE at the end. */
void html_next(struct html_reader *r, struct html_token *t);
/* What stands between the start tag that was just read and its end tag, which is passed over: for elements whose
 * content is no markup (script, style, textarea ...). */
void html_raw(struct html_reader *r, const char *name, const char **p, size_t *n);
/* Decoded value, "" without it; valid until the buffer is used again. */
const char *html_value(const struct html_token *t, enum html_attribute which, struct buf *b);

#endif
