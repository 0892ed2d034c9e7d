/* The addresses that stand in a tag: links, pictures, forms, frames, lists of sources, styles, redirections. */
#ifndef SEKISHO_HTML_ADDRESS_H
#define SEKISHO_HTML_ADDRESS_H

#include <stdbool.h>
#include <stddef.h>

struct arena;
struct buf;
struct html_events;
struct html_token;
struct url;

struct html_address {
    struct arena *a;
    const struct html_events *ev;
    struct buf *one, *two;
    struct url *base; /* NULL: there was no <base href> with a host */
    size_t bytes;     /* of addresses that were joined with the base */
};

void html_address_init(struct html_address *h, struct arena *a, const struct html_events *ev);
/* A start tag: link, image and other events. */
void html_address_tag(struct html_address *h, const struct html_token *t);
/* url(...) and @import of styles. */
void html_address_css(struct html_address *h, const char *p, size_t n);

#endif
