/* All forms that an address may be meant in: without escapes, with another host, what it leads on to. */
#include "view_uri.h"
#include "ruleset.h"
#include "../../common/arena.h"
#include "../../common/buf.h"

#include <ctype.h>
#include <idn2.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define FORMS 40 /* of one address */

static void
form(struct view *v, struct spans *out, struct span s)
{
    if (out->n < FORMS && !spans_have(out, s))
        spans_add(v->a, out, s.p, s.n);
}

static struct span
text_of(struct view *v, const char *s)
{
    (void)v;
    return span_of(s);
}

/* "mailto:" and everything with an "@" before a colon. */
static void
mail_forms(struct view *v, struct span s, struct spans *out)
{
    const char *p = arena_memdup(v->a, s.p, s.n), *at = strchr(p, '@');
    if (!at || at == p || !at[1])
        return;
    size_t q = strcspn(at, "?"), e = strcspn(at, "?&");
    if (at[q] == '?' && q > 1)
        form(v, out, (struct span){p, (size_t)(at - p) + q});
    if (at[e] == '&' && e > 1)
        form(v, out, (struct span){p, (size_t)(at - p) + e});
    if (strstr(p, "%20")) {
        const char *start = strncasecmp(p, "mailto:", 7) == 0 ? p + 7 : p;
        while (strncmp(start, "%20", 3) == 0)
            start += 3;
        size_t n = strcspn(at, "?&%");
        if (start < at && n > 1)
            form(v, out,
                 text_of(
                     v, arena_printf(v->a, "mailto:%.*s", (int)((size_t)(at - start) + n), start)));
    }
    const char *lt = strchr(p, '<');
    if (lt && lt < at && strcspn(p, "?&") > (size_t)(lt - p) && strchr(at, '>') > at + 1)
        form(v, out,
             text_of(v, arena_printf(v->a, "mailto:%.*s", (int)strcspn(lt + 1, ">"), lt + 1)));
}

/* &#46; and &#x2e; for signs that can stand in an address; dots of other scripts. */
static struct span
without_entities(struct arena *a, struct span s)
{
    static const char *const dots[] = {"&#12290;", "&#x3002;", "&#65294;",
                                       "&#xff0e;", "&#65377;", "&#xff61;"};
    struct buf *b;
    if (!s.n || !memmem(s.p, s.n, "&#", 2))
        return s;
    const char *p = arena_memdup(a, s.p, s.n);
    b = buf_new(a, 0);
    while (*p) {
        bool done = false;
        for (size_t i = 0; i < sizeof dots / sizeof *dots && !done; i++)
            if (strncasecmp(p, dots[i], strlen(dots[i])) == 0) {
                buf_char(b, '.');
                p += strlen(dots[i]);
                done = true;
            }
        if (!done && p[0] == '&' && p[1] == '#') {
            bool hex = p[2] == 'x';
            char *end;
            long c =
                isxdigit((unsigned char)p[2 + hex]) ? strtol(p + 2 + hex, &end, hex ? 16 : 10) : 0;
            if (c > 32 && c < 127 && *end == ';') {
                buf_char(b, (char)c);
                p = end + 1;
                done = true;
            }
        }
        if (!done)
            buf_char(b, *p++);
    }
    return (struct span){buf_cstr(b), b->len};
}

struct web {
    const char *proto;              /* "http://" */
    const char *auth, *host, *rest; /* "user@", "example.com", ":80/path" */
    bool https;
};

static bool
split(struct arena *a, struct span s, struct web *w)
{
    const char *p = arena_memdup(a, s.p, s.n);
    size_t n;
    w->https = strncasecmp(p, "https://", 8) == 0;
    if (!w->https && strncasecmp(p, "http://", 7) != 0)
        return false;
    w->proto = arena_memdup(a, p, w->https ? 8 : 7);
    p += w->https ? 8 : 7;
    n = strcspn(p, "@/?#");
    w->auth = "";
    if (p[n] == '@') {
        w->auth = arena_memdup(a, p, n + 1);
        p += n + 1;
    }
    n = strcspn(p, "/?#:");
    if (n == 0)
        return false;
    w->host = arena_memdup(a, p, n);
    w->rest = p + n;
    return true;
}

static void
web_form(struct view *v, struct spans *out, const struct web *w, const char *host, const char *rest)
{
    form(v, out, text_of(v, arena_printf(v->a, "%s%s%s", w->proto, host, rest)));
}

/* Numbers as C writes them: 0x7f, 0177, 127. -1: none. */
static long
number(const char *p, size_t n)
{
    char text[16] = "", *end;
    if (n == 0 || n >= sizeof text)
        return -1;
    memcpy(text, p, n);
    if (!isdigit((unsigned char)*text))
        return -1;
    long v = strtol(text, &end, 0);
    if (*end)
        v = strtol(text, &end, 10);
    return *end ? -1 : v;
}

/* 0x7f.1, 017.0.0.1 and 2130706433 are 127.0.0.1; NULL: it is no number. */
static const char *
as_ip(struct arena *a, const char *host)
{
    long part[4] = {0};
    int n = 0;
    for (const char *p = host; n < 4; n++) {
        size_t len = strcspn(p, ".");
        if ((part[n] = number(p, len)) < 0)
            return NULL;
        p += len;
        if (!*p) {
            n++;
            break;
        }
        p++;
        if (n == 3)
            return NULL;
    }
    if (n == 4)
        return arena_printf(a, "%ld.%ld.%ld.%ld", part[0], part[1], part[2], part[3]);
    if (n == 1)
        return arena_printf(a, "%ld.%ld.%ld.%ld", part[0] >> 24 & 255, part[0] >> 16 & 255,
                            part[0] >> 8 & 255, part[0] & 255);
    return NULL;
}

static const char *
punycode(struct arena *a, const char *host)
{
    char *out = NULL;
    bool ascii = true;
    for (const char *c = host; *c; c++)
        ascii &= (unsigned char)*c < 0x80;
    if (ascii || idn2_to_ascii_8z(host, &out, IDN2_NONTRANSITIONAL) != IDN2_OK)
        return host;
    const char *s = arena_strdup(a, out);
    idn2_free(out);
    return s;
}

/* Another address inside of this one: a redirection. */
static const char *
redirected(struct view *v, const struct web *w)
{
    const char *whole = arena_printf(v->a, "%s%s%s", w->proto, w->host, w->rest), *in_it;
    size_t start, end, n = strlen(whole);
    for (int i = 0; i < v->set->nredirectors; i++)
        if (regex_find(v->run, v->set->redirectors[i], whole, n, 0, &start, &end) > 0 &&
            regex_group(v->run, 1, &start, &end) && memchr(whole + start, '.', end - start))
            return arena_memdup(v->a, whole + start, end - start);
    for (in_it = w->rest; (in_it = strcasestr(in_it, "http")); in_it++) {
        const char *s = in_it + 4 + (in_it[4] == 's' || in_it[4] == 'S');
        if (*s == ':') {
            const char *to = arena_memdup(v->a, in_it, strcspn(in_it, "&#"));
            return strchr(to, '.') ? to : NULL;
        }
    }
    return NULL;
}

static const char *
without_port(struct arena *a, const struct web *w)
{
    const char *port = w->https ? ":443" : ":80";
    size_t n = strlen(port);
    if (strncmp(w->rest, port, n) != 0 || uri_word(w->rest[n]))
        return NULL;
    return arena_strdup(a, w->rest + n);
}

static void
host_forms(struct view *v, struct web *w, struct spans *out)
{
    const char *rest = without_port(v->a, w), *host = punycode(v->a, w->host), *ip;
    size_t n;
    if (rest)
        web_form(v, out, w, w->host, rest);
    if (host != w->host) {
        web_form(v, out, w, host, w->rest);
        w->host = host;
    }
    n = strlen(host);
    while (n > 0 && !isalnum((unsigned char)host[n - 1]))
        n--;
    if (n < strlen(host)) {
        host = arena_memdup(v->a, host, n);
        web_form(v, out, w, host, w->rest);
    }
    if ((ip = as_ip(v->a, host))) {
        web_form(v, out, w, ip, w->rest);
    } else if (!w->https && !*w->auth && strcasecmp(host, "localhost") != 0 &&
               (*w->rest != ':' || strncmp(w->rest, ":80", 3) == 0)) {
        const char *name = strncasecmp(host, "www.", 4) == 0 ? host + 4 : host;
        if (*name && !strchr(name, '.') && !domain_valid(v->set, span_of(host)))
            web_form(v, out, w, arena_printf(v->a, "www.%s.com", name), w->rest);
    }
}

/* As programs read it that are forgiving. */
static struct span
mended(struct view *v, struct span s)
{
    char *p = arena_memdup(v->a, s.p, s.n);
    size_t n = 0;
    for (char *c = p; *c; c++)
        *c = *c == '\\' ? '/' : *c;
    if (strncasecmp(p, "http:", 5) == 0 || strncasecmp(p, "https:", 6) == 0) {
        size_t colon = strcspn(p, ":") + 1;
        n = strspn(p + colon, "/");
        n = n > 2 ? 2 : n;
        p = arena_printf(v->a, "%.*s//%s", (int)colon, p, p + colon + n);
    }
    s = span_of(p);
    if (uri_escaped(s))
        s = uri_unescaped(v->a, s);
    size_t i = 0;
    while (i < s.n && (uri_word(s.p[i]) || s.p[i] == '-'))
        i++;
    if (i == 0 || i >= s.n || s.p[i] != ':')
        s = uri_prefixed(v, uri_begins(s, "ftp.") ? "ftp://" : "http://", s);
    i = uri_begins(s, "http://") ? 7 : uri_begins(s, "https://") ? 8 : 0;
    if (i) {
        size_t end = i;
        while (end < s.n && !uri_in(s.p[end], "/?#"))
            end++;
        if (end > i && end < s.n && s.p[end] != '/')
            s = text_of(
                v, arena_printf(v->a, "%.*s/%.*s", (int)end, s.p, (int)(s.n - end), s.p + end));
    }
    return without_entities(v->a, s);
}

static struct span
without_line_ends(struct arena *a, struct span s)
{
    if (!s.n || (!memchr(s.p, '\n', s.n) && !memchr(s.p, '\r', s.n)))
        return span_trim(s);
    struct buf *b = buf_new(a, 0);
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] != '\n' && s.p[i] != '\r')
            buf_char(b, s.p[i]);
    return span_trim((struct span){buf_cstr(b), b->len});
}

/* Nothing that leads anywhere. */
static bool
hollow(struct span s)
{
    return s.n <= 1 || uri_in(*s.p, "#?&") || (*s.p == '/' && s.p[1] != '/');
}

/* All forms of an address (decoded, redirected, host in numbers ...), itself first. */
void
uri_forms(struct view *v, struct span uri, struct spans *out)
{
    struct web w;
    uri = without_line_ends(v->a, uri);
    form(v, out, uri);
    for (int hops = 0; hops < 10 && !hollow(uri); hops++) {
        const char *colon = memchr(uri.p, ':', uri.n), *at = memchr(uri.p, '@', uri.n),
                   *next = NULL;
        if (uri_begins(uri, "mailto:") || (at && (!colon || at < colon))) {
            mail_forms(v, uri, out);
            return;
        }
        struct span better = mended(v, uri);
        form(v, out, better);
        if (split(v->a, better, &w)) {
            next = redirected(v, &w);
            host_forms(v, &w, out);
        }
        if (!next || spans_have(out, span_of(next)))
            return;
        uri = span_of(next);
        form(v, out, uri);
    }
}
