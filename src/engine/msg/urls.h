/* Finding and reading addresses of web pages. */
#ifndef SEKISHO_URLS_H
#define SEKISHO_URLS_H

#include <stddef.h>

struct arena;
struct msg;

/* Host of an absolute URL in lower case, "" when it has none (mailto:, cid:, relative). */
char *url_host(struct arena *a, const char *url);
/* Adds all that stand in the text (http, https, ftp, www.) to m. */
void urls_in_text(struct msg *m, const char *text, size_t n, const char *part);
/* Adds one from markup, if it names a host. */
void urls_add(struct msg *m, const char *url, const char *source, const char *part);

#endif
