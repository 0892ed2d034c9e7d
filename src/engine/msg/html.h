/*
 * HTML as people see it, as events in the order of the source: text, links, pictures and line ends; text that is not shown is
 * marked, and why (T-E1). Not a browser: reads tags as the HTML standard does (html_token.h), keeps the open elements with
 * how they look (html_look.h), and where programs differ it takes the view in which more is shown. Never fails; linear in the
 * input.
 */
#ifndef SEKISHO_HTML_H
#define SEKISHO_HTML_H

#include <stdbool.h>
#include <stddef.h>

struct arena;

#define HTML_DEPTH \
    400 /* open elements whose styles are known; text further inside looks like there */

/* Why text is not shown. */
enum html_hiding {
    HTML_SHOWN,
    HTML_NOT_DISPLAYED, /* display:none, visibility:hidden, hidden */
    HTML_NO_SIZE,       /* letters of nothing, or of a pixel */
    HTML_NO_CONTRAST,   /* the colour of the background, or transparent */
    HTML_ELSEWHERE,     /* far outside of the page */
    HTML_NO_ROOM,       /* in a box without height, or cut away */
    HTML_OUTLOOK_HIDES, /* mso-hide: shown by all others, and reported with hidden = false */
    HTML_OUTLOOK_ONLY,  /* in a conditional comment: shown by Outlook alone */
    HTML_NO_CONTENT,    /* template, datalist, iframe ...: for other uses */
    HTML_HIDINGS
};

/* All texts are lent for the time of the call. Members may be NULL. */
struct html_events {
    void *ctx;
    /* Decoded text (entities resolved), not NUL-terminated. */
    void (*text)(void *ctx, const char *p, size_t n, bool hidden);
    void (*block)(void *ctx);                  /* a line ends here */
    void (*link)(void *ctx, const char *href); /* <a href>, <area>, <form action>; NULL: </a> */
    void (*image)(void *ctx, const char *src, const char *alt);
    void (*other)(void *ctx,
                  const char *url); /* what else is loaded or opened: frames, styles ... */
};

/* For those who want to know more. */
struct html_details {
    enum html_hiding how; /* set before each call of text() */
    void *ctx;
    void (*comment)(void *ctx);                      /* stood here */
    void (*unknown_tag)(void *ctx);                  /* an element that no browser knows */
    void (*charset)(void *ctx, const char *charset); /* <meta charset>, or by http-equiv */
};

/* UTF-8 text of an HTML part. Addresses are absolute where <base href> or they themselves say so. */
void html_walk(struct arena *a, const char *p, size_t n, const struct html_events *ev);
void html_walk_details(struct arena *a, const char *p, size_t n, const struct html_events *ev,
                       struct html_details *details);

#endif
