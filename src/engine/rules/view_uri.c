/*
 * The addresses of a mail: those that a mail program makes links of in its text, and those of its markup;
 * each in all the forms that it may be meant in.
 */
#include "view.h"
#include "ruleset.h"
#include "../../common/arena.h"
#include "../../common/buf.h"

#include <ctype.h>
#include <idn2.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define RUN 2048    /* characters of an address in text behind its beginning */
#define MAILBOX 251 /* on each side of "@" */
#define FORMS 40    /* of one address */
#define HOST 253

static bool
in(char c, const char *set)
{
    return c && strchr(set, c);
}

/* ------------------------------------------------------------------ in text */

static bool
ends_uri(char c)
{
    return !c || isspace((unsigned char)c) || in(c, "><\"`}]{[|\x1b\xa0");
}

static bool
ends_mailbox(char c)
{
    return ends_uri(c) || in(c, ",('") || (unsigned char)c >= 0x80;
}

static bool
is_word(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

/* p: NUL-terminated text of n bytes. An address may begin at i. */
static bool
may_begin(const char *p, size_t n, size_t i)
{
    bool before = i > 0 && is_word(p[i - 1]), here = i < n && is_word(p[i]);
    if (before != here)
        return true;
    return i > 0 && (isspace((unsigned char)p[i - 1]) || in(p[i - 1], "><\"'`,{[(|\x1b\xa0") ||
                     (i >= 3 && p[i - 3] == '\x1b' && p[i - 2] == '('));
}

static size_t
run(const char *p, size_t most, bool (*ends)(char c))
{
    size_t n = 0;
    while (n <= most && !ends(p[n]))
        n++;
    return n <= most ? n : 0;
}

/* http://..., www2.... */
static size_t
with_scheme(const char *p)
{
    static const char *const schemes[] = {"http://", "https://", "ftp://"};
    size_t start = 0, n;
    if (!in(*p, "hHfFwW"))
        return 0;
    for (size_t i = 0; i < 3 && !start; i++)
        if (strncasecmp(p, schemes[i], strlen(schemes[i])) == 0)
            start = strlen(schemes[i]);
    if (!start && strncasecmp(p, "ftp.", 4) == 0)
        start = 4;
    if (!start && strncasecmp(p, "www", 3) == 0) {
        start = 3;
        while (start < 5 && isdigit((unsigned char)p[start]))
            start++;
        start = p[start] == '.' ? start + 1 : 0;
    }
    n = start ? run(p + start, RUN, ends_uri) : 0;
    return n ? start + n : 0;
}

static size_t
mail(const char *p, size_t to_at)
{
    size_t n;
    if ((*p == 'm' || *p == 'M') && strncasecmp(p, "mailto:", 7) == 0 &&
        (n = run(p + 7, RUN, ends_mailbox)))
        return n + 7;
    if (to_at == 0 || to_at > MAILBOX)
        return 0;
    for (size_t i = 0; i < to_at; i++)
        if (ends_mailbox(p[i]))
            return 0;
    n = run(p + to_at + 1, MAILBOX, ends_mailbox);
    return n ? to_at + 1 + n : 0;
}

/* example.com:80/path, where the suffix is known. */
static size_t
bare(const struct ruleset *set, const char *p, size_t *host)
{
    size_t n = 0, more;
    while (n <= HOST + 1 && (isalnum((unsigned char)p[n]) || in(p[n], "._-")))
        n++;
    *host = n > 0 && p[n - 1] == '.' ? n - 1 : n;
    if (n > HOST || *host < 3 || !isalnum((unsigned char)*p))
        return 0;
    const char *dot = memrchr(p, '.', *host);
    if (!dot || dot == p || !domain_tld_known(set, dot + 1, *host - (size_t)(dot + 1 - p)))
        return 0;
    if (p[n] == ':') {
        more = strspn(p + n + 1, "0123456789");
        if (more >= 1 && more <= 5)
            n += 1 + more;
    }
    if (p[n] == '/' && (more = run(p + n + 1, RUN, ends_uri)))
        n += 1 + more;
    return ends_uri(p[n]) ? n : 0;
}

static bool
may_begin_bare(const char *p, size_t i)
{
    return i == 0 || isspace((unsigned char)p[i - 1]) ||
           in(p[i - 1], "!\"#$&'()*+,/:;<=>?@[\\]^`{|}~\x1b\xa0");
}

/* A parenthesis around it, and signs at its end, belong to the sentence. */
static struct span
sentence_free(struct span s)
{
    const char *open = memchr(s.p, '(', s.n);
    size_t before = open ? (size_t)(open - s.p) : s.n;
    const char *close = before ? memrchr(s.p, ')', before) : NULL;
    if (close)
        s.n = (size_t)(close - s.p);
    while (s.n > 0 && in(s.p[s.n - 1], "-~!@#^&*()_+=:;'?,."))
        s.n--;
    return s;
}

static bool
begins(struct span s, const char *text)
{
    size_t n = strlen(text);
    return s.n >= n && strncasecmp(s.p, text, n) == 0;
}

static struct span
prefixed(struct view *v, const char *prefix, struct span s)
{
    char *p = arena_printf(v->a, "%s%.*s", prefix, (int)s.n, s.p);
    return (struct span){p, strlen(p)};
}

/* %41 -> A where that is a printable sign, and the other way round for what is not. */
static struct span
unescaped(struct arena *a, struct span s)
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
        } else if (c <= ' ' || c >= 0x7f || in((char)c, "\"%<>")) {
            buf_printf(b, "%%%02x", c);
        } else {
            buf_char(b, (char)c);
        }
    }
    return (struct span){buf_cstr(b), b->len};
}

static bool
escaped(struct span s)
{
    for (size_t i = 0; i + 2 < s.n; i++)
        if (s.p[i] == '%' && isxdigit((unsigned char)s.p[i + 1]) &&
            isxdigit((unsigned char)s.p[i + 2]))
            return true;
    return false;
}

/* The address that is meant; n 0: none. */
static struct span
meant(struct view *v, struct span s, bool is_mail)
{
    static const struct span none = {0};
    const char *at = s.n ? memchr(s.p, '@', s.n) : NULL, *slash;
    if (is_mail && !at)
        return none;
    if (begins(s, "mid:") || begins(s, "cid:"))
        return none;
    if (begins(s, "http:") || begins(s, "https:") || begins(s, "ftp:") || begins(s, "mailto:"))
        return s;
    if (begins(s, "ftp."))
        return prefixed(v, "ftp://", s);
    if (begins(s, "www"))
        for (size_t i = 3; i < s.n && i < 6; i++)
            if (s.p[i] == '.')
                return prefixed(v, "http://", s);
    slash = s.n ? memchr(s.p, '/', s.n) : NULL;
    if (at && !(slash && slash + 1 < at)) {
        size_t host = s.n - (size_t)(at + 1 - s.p);
        if (host < 2 || !memchr(at + 2, '.', host - 1))
            return none;
        return prefixed(v, "mailto:", s);
    }
    return s.n && memchr(s.p, '.', s.n) ? prefixed(v, "http://", s) : none;
}

static bool
mail_host_valid(struct view *v, struct span s)
{
    const char *at = memchr(s.p, '@', s.n);
    size_t n = 0, left = at ? s.n - (size_t)(at + 1 - s.p) : 0;
    while (n < left && !in(at[1 + n], "?&>"))
        n++;
    while (n >= 3 && memcmp(at + 1 + n - 3, "%20", 3) == 0)
        n -= 3;
    return at && domain_valid(v->set, (struct span){at + 1, n});
}

static void keep(struct view *v, struct names *seen, struct span uri, bool only_valid);

static void
found(struct view *v, struct names *seen, struct names *raw, struct span s, bool is_mail)
{
    static char yes[] = "yes";
    s = sentence_free(s);
    if (names_get(raw, s.p, s.n) || raw->used > VIEW_URIS)
        return;
    names_put(raw, s.p, s.n, yes);
    size_t scheme = 0;
    while (scheme < s.n && is_word(s.p[scheme]))
        scheme++;
    if (scheme > 0 && scheme < s.n && s.p[scheme] == ':' && s.n - scheme <= 3 &&
        strspn(s.p + scheme + 1, "/") >= s.n - scheme - 1)
        return;
    s = meant(v, s, is_mail);
    if (s.n == 0)
        return;
    if (begins(s, "mailto:")) {
        if (escaped(s))
            s = unescaped(v->a, s);
        if (!mail_host_valid(v, s))
            return;
    }
    keep(v, seen, s, true);
}

static void
search(struct view *v, struct names *seen, struct names *raw, struct span line)
{
    const char *p = arena_memdup(v->a, line.p, line.n);
    size_t at = 0, host;
    for (size_t i = 0; i < line.n;) {
        if (at < i + 1) {
            const char *next = memchr(p + i, '@', line.n - i);
            at = next ? (size_t)(next - p) : SIZE_MAX;
        }
        if (!may_begin(p, line.n, i)) {
            i++;
            continue;
        }
        size_t to_at = at == SIZE_MAX ? 0 : at - i, n = with_scheme(p + i);
        bool is_mail = false;
        if (!n && (n = mail(p + i, to_at)))
            is_mail = true;
        if (!n && may_begin_bare(p, i) && (n = bare(v->set, p + i, &host)) &&
            !domain_fqdn((struct span){p + i, host})) {
            i += n; /* taken, and thrown away */
            continue;
        }
        if (n)
            found(v, seen, raw, (struct span){p + i, n}, is_mail);
        i += n ? n : 1;
    }
}

/* ------------------------------------------------------------------ forms of one */

static bool
has(const struct spans *all, struct span s)
{
    for (int i = 0; i < all->n; i++)
        if (all->v[i].n == s.n && memcmp(all->v[i].p, s.p, s.n) == 0)
            return true;
    return false;
}

static void
form(struct view *v, struct spans *out, struct span s)
{
    if (out->n < FORMS && !has(out, s))
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
    if (strncmp(w->rest, port, n) != 0 || is_word(w->rest[n]))
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
    if (escaped(s))
        s = unescaped(v->a, s);
    size_t i = 0;
    while (i < s.n && (is_word(s.p[i]) || s.p[i] == '-'))
        i++;
    if (i == 0 || i >= s.n || s.p[i] != ':')
        s = prefixed(v, begins(s, "ftp.") ? "ftp://" : "http://", s);
    i = begins(s, "http://") ? 7 : begins(s, "https://") ? 8 : 0;
    if (i) {
        size_t end = i;
        while (end < s.n && !in(s.p[end], "/?#"))
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
    return s.n <= 1 || in(*s.p, "#?&") || (*s.p == '/' && s.p[1] != '/');
}

/* All forms of an address (decoded, redirected, host in numbers ...), itself first. */
static void
uri_forms(struct view *v, struct span uri, struct spans *out)
{
    struct web w;
    uri = without_line_ends(v->a, uri);
    form(v, out, uri);
    for (int hops = 0; hops < 10 && !hollow(uri); hops++) {
        const char *colon = memchr(uri.p, ':', uri.n), *at = memchr(uri.p, '@', uri.n),
                   *next = NULL;
        if (begins(uri, "mailto:") || (at && (!colon || at < colon))) {
            mail_forms(v, uri, out);
            return;
        }
        struct span better = mended(v, uri);
        form(v, out, better);
        if (split(v->a, better, &w)) {
            next = redirected(v, &w);
            host_forms(v, &w, out);
        }
        if (!next || has(out, span_of(next)))
            return;
        uri = span_of(next);
        form(v, out, uri);
    }
}

/* ------------------------------------------------------------------ absolute addresses, RFC 3986 5.2 */

struct pieces {
    struct span scheme, authority, path, query, fragment; /* p NULL: not there */
};

static struct span
until(struct span *s, const char *chars)
{
    size_t n = 0;
    while (n < s->n && !in(s->p[n], chars))
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
    } else if (t->authority.p && begins(t->authority, "www")) {
        buf_str(b, "http:");
    } else if (t->authority.p && begins(t->authority, "ftp")) {
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

/* ------------------------------------------------------------------ all of them */

static void
keep(struct view *v, struct names *seen, struct span uri, bool only_valid)
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
    if (begins(uri, "mailto:"))
        return;
    for (int i = 0; i < hosts.n && v->hosts.n < VIEW_URIS; i++)
        if (!has(&v->hosts, hosts.v[i]))
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
        search(v, &seen, &raw, text->v[i]);
    for (int i = 0; i < v->nparts; i++) {
        struct html_info *h = v->parts[i].html;
        for (int k = 0; h && k < h->nuris; k++)
            keep(v, &seen, h->uris[k]->uri, false);
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
