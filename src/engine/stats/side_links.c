/* Where links lead: domains and words of their paths, and whether they are the sender's. */
#include "sides.h"
#include "collect.h"
#include "../msg/msg.h"
#include "../../common/arena.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#define PATH_WORDS 8
#define PATH_BYTES 300

struct seen {
    int links, hosts, own, pictures;
};

static void
host_shape(struct collect *c, const char *host)
{
    size_t labels = 1, hyphens = 0, digits = 0, n = strlen(host);
    for (const char *p = host; *p; p++) {
        labels += *p == '.';
        hyphens += *p == '-';
        digits += isdigit((unsigned char)*p) != 0;
    }
    if (strspn(host, "0123456789.") == n || *host == '[') {
        collect_fact(c, STATS_LINKS, "link: ", "IP address");
        return;
    }
    collect_number(c, STATS_LINKS, "link's host, labels: ", labels > 6 ? 6 : labels);
    collect_size(c, STATS_LINKS, "link's host, length: ", n);
    collect_size(c, STATS_LINKS, "link's host, digits: ", digits);
    collect_number(c, STATS_LINKS, "link's host, hyphens: ", hyphens > 4 ? 4 : hyphens);
    if (strstr(host, "xn--"))
        collect_fact(c, STATS_LINKS, "link's host: ", "other letters");
}

static void
path_words(struct collect *c, const char *path)
{
    char word[32];
    size_t n = 0, total = strnlen(path, PATH_BYTES);
    int taken = 0;
    for (size_t i = 0; i <= total && taken < PATH_WORDS; i++) {
        unsigned char ch = i < total ? (unsigned char)path[i] : '/';
        if (isalpha(ch) && n < sizeof word - 1) {
            word[n++] = (char)tolower(ch);
            continue;
        }
        word[n] = '\0';
        if (n >= 3 && n <= 14 && !isdigit(ch)) {
            collect_fact(c, STATS_LINKS, "link's path: ", word);
            taken++;
        }
        n = isdigit(ch) ? sizeof word - 1 : 0; /* what digits stand in is an id, not a word */
        if (n && i + 1 < total && !isalnum((unsigned char)path[i + 1]))
            n = 0;
    }
}

static void
path_shape(struct collect *c, const char *url)
{
    const char *p = strstr(url, "://"), *path, *query;
    size_t depth = 0;
    p = p ? p + 3 : url;
    path = p + strcspn(p, "/?#");
    if (memchr(p, '@', (size_t)(path - p)))
        collect_fact(c, STATS_LINKS, "link: ", "name before host");
    if (memchr(p, ':', (size_t)(path - p)))
        collect_fact(c, STATS_LINKS, "link: ", "port");
    query = strpbrk(path, "?#");
    for (const char *s = path; *s && s != query; s++)
        depth += *s == '/';
    collect_number(c, STATS_LINKS, "link's path, depth: ", depth > 6 ? 6 : depth);
    collect_size(c, STATS_LINKS, "link's path, length: ", strnlen(path, 4096));
    collect_fact(c, STATS_LINKS, "link's query: ", query ? *query == '?' ? "yes" : "anchor" : "no");
    size_t n = query ? (size_t)(query - path) : strnlen(path, 4096);
    const char *end = side_ending(c->a, arena_strndup(c->a, path, n), 6);
    if (*end && !strpbrk(end, "/=&"))
        collect_fact(c, STATS_LINKS, "link's file: ", end);
    path_words(c, path);
}

static void
one_url(struct collect *c, const struct msg_url *u, const char *sender, struct seen *s)
{
    const char *domain = side_domain(c->a, u->host);
    if (!*u->host)
        return;
    s->links++;
    s->own += *domain && strcmp(domain, sender) == 0;
    host_shape(c, u->host);
    if (*domain) {
        collect_fact(c, STATS_LINKS, "link to ", domain);
        collect_fact(c, STATS_LINKS, "link to host in ", side_ending(c->a, domain, 20));
    }
    path_shape(c, u->url);
}

/* A text that looks like an address and leads elsewhere. */
static bool
shows_other(struct arena *a, const struct msg_link *l)
{
    const char *t = l->text, *h = strstr(l->href, "://");
    t = strncasecmp(t, "https://", 8) == 0 ? t + 8 : strncasecmp(t, "http://", 7) == 0 ? t + 7 : t;
    size_t n = strspn(t, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-."),
           k = h ? strcspn(h + 3, "/?#:") : 0;
    if (!h || n < 4 || !memchr(t, '.', n) || (t[n] && !strchr("/ ?", t[n])))
        return false;
    const char *shown = side_domain(a, arena_strndup(a, t, n));
    return *shown && strcmp(shown, side_domain(a, arena_strndup(a, h + 3, k))) != 0;
}

void
side_links(struct collect *c, const struct msg *m)
{
    struct seen s = {0};
    const char *at = strchr(m->from, '@'), *sender = at ? side_domain(c->a, at + 1) : "";
    int other = 0, pictures = 0, links = m->nlinks < STATS_URLS ? m->nlinks : STATS_URLS;
    for (int i = 0; i < m->nurls && i < STATS_URLS; i++)
        one_url(c, &m->urls[i], sender, &s);
    for (int i = 0; i < links; i++) {
        other += shows_other(c->a, &m->links[i]);
        pictures += !*m->links[i].text;
    }
    collect_size(c, STATS_LINKS, "links: ", (uint64_t)s.links);
    if (s.links > 0)
        collect_fact(c, STATS_LINKS, "links to the sender's domain: ",
                     s.own == 0         ? "none"
                     : s.own == s.links ? "all"
                                        : "some");
    if (other)
        collect_fact(c, STATS_LINKS, "link: ", "shows another host");
    if (pictures)
        collect_fact(c, STATS_LINKS, "link: ", pictures == links ? "pictures only" : "picture");
}
