/* What the scan found out about the links that a preview lists, when the message came. */
#include <string.h>

#include "../view.h"
#include "pg_held.h"

/* Is name the host itself, or a domain that it is in? */
static bool
covers(const char *name, size_t n, const char *host)
{
    size_t h = strlen(host);
    return n && n <= h && !strncasecmp(host + h - n, name, n) && (n == h || host[h - n - 1] == '.');
}

/* What lists and look-alikes name, of n bytes: a host, a domain, or a page ("host/path", perhaps with its scheme). */
static bool
named(const char *what, size_t n, const struct preview_link *link)
{
    const char *end = what + n, *scheme = strstr(what, "://"), *slash;
    if (scheme && scheme < end)
        what = scheme + 3;
    slash = memchr(what, '/', (size_t)(end - what));
    if (!slash)
        return covers(what, (size_t)(end - what), link->host);
    const char *path = strstr(link->url, "://");
    path = path ? strchr(path + 3, '/') : NULL;
    return covers(what, (size_t)(slash - what), link->host) && path &&
           !strncmp(path, slash, (size_t)(end - slash));
}

/* The finding speaks of where the link leads. Those about one link end with its host ("text → host"), those of lists and
 * look-alikes begin with the name that they are about ("host (list)", "host → imitated"). */
static bool
about(const struct pg_finding *f, const struct preview_link *link)
{
    const char *arrow = strstr(f->evidence, " \xe2\x86\x92 ");
    if (!strcmp(f->scanner, "reputation") || !strcmp(f->scanner, "lookalike"))
        return named(f->evidence, strcspn(f->evidence, " "), link);
    if (strcmp(f->scanner, "links") != 0 && strcmp(f->scanner, "url") != 0)
        return false;
    size_t n = strlen(link->host);
    const char *host = arrow ? arrow + 5 : f->evidence;
    return !strncasecmp(host, link->host, n) && (!host[n] || host[n] == ':'); /* a port */
}

void
preview_links_judge(struct preview *p, const struct pg_scan *scan)
{
    for (int i = 0; i < p->nlinks; i++) {
        struct preview_link *link = &p->links[i];
        for (int k = 0; k < scan->nfindings && *link->host && !link->verdict; k++) {
            const struct pg_finding *f = &scan->findings[k]; /* what weighs most is first */
            /* the page says so by itself */
            bool said = link->differs && !strncmp(f->code, "link-elsewhere", 14);
            if (said || !f->words || !about(f, link))
                continue;
            link->verdict = f->words;
            link->tone = *f->kind ? "danger" : "warn";
        }
    }
}
