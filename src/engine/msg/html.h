/*
 * A small HTML tokenizer that never fails: text, links, images and breaks, in the order of the
 * source. Not a browser: it only has to see at least what a browser would show. Linear in the
 * input.
 */
#ifndef SEKISHO_HTML_H
#define SEKISHO_HTML_H

#include <stdbool.h>
#include <stddef.h>

struct arena;

/* All texts are lent for the time of the call. */
struct html_events {
    void *ctx;
    /* Decoded text (entities resolved), not NUL-terminated. hidden: inside an element that is not
     * shown (display:none, hidden, zero size). */
    void (*text)(void *ctx, const char *p, size_t n, bool hidden);
    void (*block)(void *ctx);                  /* a line ends here */
    void (*link)(void *ctx, const char *href); /* <a href>, <area>, <form action>; NULL: </a> */
    void (*image)(void *ctx, const char *src, const char *alt);
    void (*other)(void *ctx,
                  const char *url); /* what else is loaded or opened: frames, styles ... */
};

/* UTF-8 text of an HTML part. Members of events may be NULL. */
void html_walk(struct arena *a, const char *p, size_t n, const struct html_events *ev);

#endif
