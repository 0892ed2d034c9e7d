/* The addresses of markup as rules see them: links, pictures, forms, what a base makes of them. */
#include "view_html_in.h"
#include "../../common/arena.h"

#include <string.h>
#include <strings.h>

struct span
html_uri_trim(struct html *h, struct span s)
{
    s = span_trim(s);
    while (s.n >= 2 && memcmp(s.p, "\xc2\xa0", 2) == 0)
        s.p += 2, s.n -= 2;
    while (s.n >= 2 && memcmp(s.p + s.n - 2, "\xc2\xa0", 2) == 0)
        s.n -= 2;
    s = span_trim(s);
    if (s.n > VIEW_URI) {
        h->info->uri_cut = true;
        s.n = VIEW_URI;
    }
    return s;
}

struct html_uri *
html_uri_entry(struct html *h, struct span s)
{
    struct html_info *i = h->info;
    struct html_uri *u = names_get(&i->by_uri, s.p, s.n);
    if (u || i->nuris >= VIEW_URIS)
        return u;
    u = arena_alloc(h->v->a, sizeof *u);
    u->uri = (struct span){arena_memdup(h->v->a, s.p, s.n), s.n};
    names_put(&i->by_uri, s.p, s.n, u);
    if (i->nuris == i->uri_room) {
        struct html_uri **old = i->uris;
        i->uri_room = i->uri_room ? i->uri_room * 2 : 16;
        i->uris = arena_calloc(h->v->a, (size_t)i->uri_room, sizeof(struct html_uri *));
        if (old)
            memcpy(i->uris, old, (size_t)i->nuris * sizeof(struct html_uri *));
    }
    return i->uris[i->nuris++] = u;
}

static bool
begins(struct span s, const char *text)
{
    size_t n = strlen(text);
    return s.n >= n && strncasecmp(s.p, text, n) == 0;
}

static void
push_uri(struct html *h, unsigned type, struct span s)
{
    s = html_uri_trim(h, s);
    if (s.n == 0)
        return;
    if (!begins(s, "data:") && !begins(s, "mailto:") && !begins(s, "file:") && !begins(s, "cid:") &&
        !begins(s, "tel:"))
        s = uri_target(h->v->a, h->base, s);
    struct html_uri *u = s.n ? html_uri_entry(h, s) : NULL;
    if (u)
        u->types |= type;
}

const struct span *
html_attribute(const struct tag *t, const char *name)
{
    for (int i = t->nattr - 1; i >= 0; i--)
        if (span_is(t->attr[i].name, name))
            return &t->attr[i].value;
    return NULL;
}

/* `href`, or what a broken tag has made of it: `x/href`. */
static const struct span *
broken_attribute(const struct tag *t, const char *name)
{
    size_t n = strlen(name);
    for (int i = 0; i < t->nattr; i++) {
        struct span s = t->attr[i].name;
        if (s.n > n + 1 && strncasecmp(s.p + s.n - n, name, n) == 0 && s.p[s.n - n - 1] == '/' &&
            html_wordy(s.p + s.n - n - 2, 1))
            return &t->attr[i].value;
    }
    return html_attribute(t, name);
}

static void
push_attribute(struct html *h, unsigned type, const struct span *value)
{
    if (value)
        push_uri(h, type, *value);
}

static void
set_base(struct html *h, struct span s)
{
    s = html_uri_trim(h, s);
    push_uri(h, URI_OTHER, s);
    if (!begins(s, "http:") && !begins(s, "https:") && !begins(s, "ftp:"))
        return;
    const char *slash = memrchr(s.p, '/', s.n);
    if (slash && (size_t)(slash - s.p) > 7) { /* a file's name at its end goes */
        struct span file = {slash + 1, s.n - (size_t)(slash - s.p) - 1};
        const char *dot = file.n ? memchr(file.p, '.', file.n) : NULL;
        size_t ext = dot ? file.n - (size_t)(dot - file.p) - 1 : 0;
        if (dot && dot > file.p && ext >= 2 && ext <= 4)
            s.n = (size_t)(slash - s.p) + 1;
    }
    const char *end = s.n && s.p[s.n - 1] == '/' ? "" : "/";
    h->base = span_of(arena_printf(h->v->a, "%.*s%s", (int)s.n, s.p, end));
}

static void
meta_refresh(struct html *h, const struct tag *t)
{
    const struct span *equiv = html_attribute(t, "http-equiv"),
                      *content = html_attribute(t, "content");
    if (!equiv || !content || !span_has(*equiv, "refresh"))
        return;
    const char *s = arena_memdup(h->a, content->p, content->n), *at = strcasestr(s, "url");
    if (!at || !at[3 + strspn(at + 3, " \t\r\n")] || at[3 + strspn(at + 3, " \t\r\n")] != '=')
        return;
    at += 3 + strspn(at + 3, " \t\r\n") + 1;
    at += strspn(at, " \t\r\n");
    push_uri(h, URI_OTHER, (struct span){at, strcspn(at, ";")});
}

void
html_uris_of(struct html *h, const char *name, const struct tag *t)
{
    if (strcmp(name, "a") == 0 || strcmp(name, "area") == 0 || strcmp(name, "link") == 0) {
        push_attribute(h, strcmp(name, "a") == 0 ? URI_A : URI_OTHER, broken_attribute(t, "href"));
        push_attribute(h, URI_OTHER, html_attribute(t, "data-saferedirecturl"));
    } else if (strcmp(name, "form") == 0) {
        push_attribute(h, URI_OTHER, html_attribute(t, "action"));
    } else if (strcmp(name, "base") == 0) {
        if (html_attribute(t, "href"))
            set_base(h, *html_attribute(t, "href"));
    } else if (strcmp(name, "meta") == 0) {
        meta_refresh(h, t);
    } else if (strcmp(name, "body") == 0 || strcmp(name, "table") == 0 || strcmp(name, "tr") == 0 ||
               strcmp(name, "td") == 0) {
        push_attribute(h, URI_OTHER, html_attribute(t, "background"));
    } else {
        push_attribute(h, strcmp(name, "iframe") == 0 ? URI_IFRAME : URI_OTHER,
                       broken_attribute(t, "src"));
    }
}
