/* Absolute addresses, RFC 3986 section 5.2: an address in markup and the base that it stands on. */
#include "view_uri.h"
#include "../../common/arena.h"
#include "../../common/buf.h"

#include <ctype.h>
#include <string.h>

struct pieces {
    struct span scheme, authority, path, query, fragment; /* p NULL: not there */
};

static struct span
until(struct span *s, const char *chars)
{
    size_t n = 0;
    while (n < s->n && !uri_in(s->p[n], chars))
        n++;
    struct span part = {s->p, n};
    s->p += n, s->n -= n;
    return part;
}

static struct pieces
pieces(struct span s)
{
    struct pieces x = {0};
    struct span rest = s, first = until(&rest, ":/?#");
    if (first.n > 0 && rest.n > 0 && *rest.p == ':') {
        x.scheme = first;
        s = (struct span){rest.p + 1, rest.n - 1};
    }
    if (s.n >= 2 && s.p[0] == '/' && s.p[1] == '/') {
        s.p += 2, s.n -= 2;
        x.authority = until(&s, "/?#");
    }
    x.path = until(&s, "?#");
    if (s.n > 0 && *s.p == '?') {
        s.p++, s.n--;
        x.query = until(&s, "#");
    }
    if (s.n > 0)
        x.fragment = (struct span){s.p + 1, s.n - 1};
    return x;
}

/* "." and ".." in a path. */
static struct span
straight(struct arena *a, struct span path)
{
    struct buf *b = buf_new(a, 0);
    const char *p = arena_memdup(a, path.p, path.n);
    if (strncmp(p, "../", 3) == 0)
        p += 2;
    else if (strncmp(p, "./", 2) == 0)
        p += 1;
    while (*p) {
        if (strncmp(p, "/./", 3) == 0 || strcmp(p, "/.") == 0) {
            p += p[2] ? 2 : 1;
            if (strcmp(p, ".") == 0)
                p = "/";
        } else if (strncmp(p, "/../", 4) == 0 || strcmp(p, "/..") == 0) {
            p = p[3] ? p + 3 : "/";
            while (b->len > 0 && b->data[b->len - 1] != '/')
                b->len--;
            b->len -= b->len > 0;
        } else {
            size_t n = strcspn(p + 1, "/") + 1;
            buf_add(b, p, n);
            p += n;
        }
    }
    return (struct span){arena_memdup(a, buf_cstr(b), b->len), b->len};
}

static struct span
merged(struct arena *a, const struct pieces *base, struct span path)
{
    if (base->authority.p && base->path.n == 0)
        return span_of(arena_printf(a, "/%.*s", (int)path.n, path.p));
    const char *slash = base->path.n ? memrchr(base->path.p, '/', base->path.n) : NULL;
    int n = slash ? (int)(slash - base->path.p) + 1 : 0;
    return span_of(arena_printf(a, "%.*s%.*s", n, n ? base->path.p : "", (int)path.n, path.p));
}

static void
put(struct buf *b, const char *before, struct span s)
{
    if (!s.p)
        return;
    buf_str(b, before);
    buf_add(b, s.p, s.n);
}

static struct span
joined(struct arena *a, const struct pieces *t)
{
    struct buf *b = buf_new(a, 0);
    if (t->scheme.n) {
        put(b, "", t->scheme);
        buf_char(b, ':');
    } else if (t->authority.p && uri_begins(t->authority, "www")) {
        buf_str(b, "http:");
    } else if (t->authority.p && uri_begins(t->authority, "ftp")) {
        buf_str(b, "ftp:");
    }
    put(b, "//", t->authority);
    put(b, "", t->path);
    put(b, "?", t->query);
    put(b, "#", t->fragment);
    return (struct span){buf_cstr(b), b->len};
}

struct span
uri_target(struct arena *a, struct span base_uri, struct span uri)
{
    struct pieces r = pieces(uri), base = {0}, t = r;
    if (base_uri.p)
        base = pieces(base_uri);
    if (r.scheme.n) {
        t.path = straight(a, r.path);
    } else if (r.authority.p) {
        t.scheme = base.scheme;
        t.path = straight(a, r.path);
    } else {
        t.scheme = base.scheme;
        t.authority = base.authority;
        if (r.path.n == 0) {
            t.path = base.path;
            t.query = r.query.p ? r.query : base.query;
        } else {
            t.path = straight(a, *r.path.p == '/' ? r.path : merged(a, &base, r.path));
        }
    }
    return joined(a, &t);
}
