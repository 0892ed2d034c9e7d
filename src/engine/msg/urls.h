/* Finding and reading addresses of web pages. */
#ifndef SEKISHO_URLS_H
#define SEKISHO_URLS_H

#include <stdbool.h>
#include <stddef.h>

struct arena;
struct msg;

/* Host of an absolute URL in canonical form (url/url.h), "" when it has none (mailto:, cid:, relative). */
char *url_host(struct arena *a, const char *url);
/* Where an address stands: what m keeps of it. scratch holds what is thrown away afterwards. */
struct url_place {
    struct msg *m;
    struct arena *scratch;
    const char *source, *part; /* "text" or "html"; the part's id */
};

/* Adds all that stand in the text (http, https, ftp, www.). */
void urls_in_text(const struct url_place *at, const char *text, size_t n);
/* Adds one from markup, if it names a host, and those that are wrapped in it; false when it does not. */
bool urls_add(const struct url_place *at, const char *url);

#endif
