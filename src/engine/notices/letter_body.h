/* The two bodies of a letter, written side by side (letter.h). */
#ifndef SEKISHO_LETTER_BODY_H
#define SEKISHO_LETTER_BODY_H

#include <stdbool.h>

#include "letter.h"

struct buf;

struct letter_body {
    struct arena *a;
    const char *base;
    bool plain;
    struct buf *text, *html, *foot_text, *foot_html;
    bool facts; /* a list of facts is open */
};

void letter_body_begin(struct letter_body *b, struct arena *a, const char *base, bool plain);
void letter_body_title(struct letter_body *b, const char *text);
void letter_body_text(struct letter_body *b, const char *text, bool small);
void letter_body_button(struct letter_body *b, const char *label, const char *path);
void letter_body_fact(struct letter_body *b, const char *label, const char *value);
void letter_body_facts_end(struct letter_body *b);
void letter_body_item(struct letter_body *b, const struct letter_item *item);
void letter_body_foot_link(struct letter_body *b, const char *label, const char *path);
/* Foot and frame; both texts with CRLF. */
void letter_body_end(struct letter_body *b, const struct letter_head *head, const char *subject,
                     const char **text, const char **html);

#endif
