/*
 * The addresses of a mail: those that a mail program makes links of in its text, and those of its markup;
 * each in all the forms that it may be meant in.
 */
#include "view_uri.h"
#include "../../common/arena.h"
#include "../../common/buf.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

bool
uri_begins(struct span s, const char *text)
{
    size_t n = strlen(text);
    return s.n >= n && strncasecmp(s.p, text, n) == 0;
}

struct span
uri_prefixed(struct view *v, const char *prefix, struct span s)
{
    char *p = arena_printf(v->a, "%s%.*s", prefix, (int)s.n, s.p);
    return (struct span){p, strlen(p)};
}

struct span
uri_unescaped(struct arena *a, struct span s)
{
    struct buf *b = buf_new(a, 0);
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        char hex[3] = "";
        if (c == '%' && i + 2 < s.n && isxdigit((unsigned char)s.p[i + 1]) &&
            isxdigit((unsigned char)s.p[i + 2])) {
            memcpy(hex, s.p + i + 1, 2);
            long code = strtol(hex, NULL, 16);
            if (code > 0x20 && code < 0x7f)
                buf_char(b, (char)code);
            else
                buf_add(b, s.p + i, 3);
            i += 2;
        } else if (c <= ' ' || c >= 0x7f || uri_in((char)c, "\"%<>")) {
            buf_printf(b, "%%%02x", c);
        } else {
            buf_char(b, (char)c);
        }
    }
    return (struct span){buf_cstr(b), b->len};
}

bool
uri_escaped(struct span s)
{
    for (size_t i = 0; i + 2 < s.n; i++)
        if (s.p[i] == '%' && isxdigit((unsigned char)s.p[i + 1]) &&
            isxdigit((unsigned char)s.p[i + 2]))
            return true;
    return false;
}

bool
spans_have(const struct spans *all, struct span s)
{
    for (int i = 0; i < all->n; i++)
        if (all->v[i].n == s.n && memcmp(all->v[i].p, s.p, s.n) == 0)
            return true;
    return false;
}

/* ------------------------------------------------------------------ all of them */

void
uri_keep(struct view *v, struct names *seen, struct span uri, bool only_valid)
{
    static char yes[] = "yes";
    struct spans forms = {0}, hosts = {0};
    uri_forms(v, uri, &forms);
    for (int i = 0; i < forms.n; i++) {
        struct span domain, host;
        if (forms.v[i].n > VIEW_URI) {
            v->uri_cut = true;
            forms.v[i].n = VIEW_URI;
        }
        if (domain_of_uri(v->set, v->a, forms.v[i], &domain, &host))
            spans_add(v->a, &hosts, host.p, host.n);
    }
    if (only_valid && hosts.n == 0)
        return;
    for (int i = 0; i < forms.n && v->uris.n < VIEW_URIS; i++)
        if (!names_get(seen, forms.v[i].p, forms.v[i].n)) {
            names_put(seen, forms.v[i].p, forms.v[i].n, yes);
            spans_add(v->a, &v->uris, forms.v[i].p, forms.v[i].n);
        }
    if (uri_begins(uri, "mailto:"))
        return;
    for (int i = 0; i < hosts.n && v->hosts.n < VIEW_URIS; i++)
        if (!spans_have(&v->hosts, hosts.v[i]))
            spans_add(v->a, &v->hosts, hosts.v[i].p, hosts.v[i].n);
}

const struct spans *
view_uris(struct view *v)
{
    struct names seen, raw;
    if (v->have_uris)
        return &v->uris;
    v->have_uris = true;
    names_init(&seen, v->a);
    names_init(&raw, v->a);
    const struct spans *text = view_text(v);
    for (int i = 0; i < text->n; i++)
        uri_search(v, &seen, &raw, text->v[i]);
    for (int i = 0; i < v->nparts; i++) {
        struct html_info *h = v->parts[i].html;
        for (int k = 0; h && k < h->nuris; k++)
            uri_keep(v, &seen, h->uris[k]->uri, false);
        v->uri_cut |= h && h->uri_cut;
    }
    return &v->uris;
}

const struct spans *
view_hosts(struct view *v)
{
    (void)view_uris(v);
    return &v->hosts;
}
