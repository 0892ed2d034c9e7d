#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "../../common/arena.h"
#include "../../common/buf.h"
#include "url.h"
#include "url_host.h"

/* Schemes that browsers read with a host whatever the slashes look like. */
static const struct {
    const char *name;
    int port;
} special[] = {{"http", 80}, {"https", 443}, {"ftp", 21}, {"ws", 80}, {"wss", 443}, {"file", 0}};

/* What never has a host, even with slashes behind it. */
static const char *const hostless[] = {"javascript", "vbscript", "data", "blob",  "mailto", "tel",
                                       "sms",        "cid",      "mid",  "about", "news"};

static int
special_port(const char *scheme)
{
    for (size_t i = 0; i < sizeof special / sizeof *special; i++)
        if (strcmp(scheme, special[i].name) == 0)
            return special[i].port;
    return -1;
}

static bool
is_hostless(const char *scheme)
{
    for (size_t i = 0; i < sizeof hostless / sizeof *hostless; i++)
        if (strcmp(scheme, hostless[i]) == 0)
            return true;
    return false;
}

/* ---------------------------------------------------------------- what browsers throw away */

/* Length of an invisible character (or a blank of another kind) at p, 0 when there is none. Browsers keep them, mail
 * programs differ; in front of an address they have no meaning. */
static size_t
invisible(const char *p)
{
    static const char *const marks[] = {
        "\xc2\xa0",     "\xc2\xad",     "\xe2\x80\x8b", "\xe2\x80\x8c", "\xe2\x80\x8d",
        "\xe2\x80\x8e", "\xe2\x80\x8f", "\xe2\x81\xa0", "\xe3\x80\x80", "\xef\xbb\xbf"};
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        if (strncmp(p, marks[i], strlen(marks[i])) == 0)
            return strlen(marks[i]);
    return 0;
}

/* Without blanks and control bytes at both ends, and without tabs and line ends anywhere. */
static char *
trimmed(struct arena *a, const char *text, struct url *out)
{
    size_t n, skip;
    int parts = 0; /* slashes so far: the host stands between the second and the third */
    char *copy, *o;

    for (;;) {
        while (*text && (unsigned char)*text <= 0x20)
            text++;
        if (!(skip = invisible(text)))
            break;
        out->disguised = true;
        text += skip;
    }
    n = strnlen(text, URL_BYTES);
    while (n && (unsigned char)text[n - 1] <= 0x20)
        n--;
    o = copy = arena_alloc(a, n + 1);
    for (size_t i = 0; i < n; i++) {
        if (strchr("\t\r\n", text[i])) {
            out->disguised |= parts < 3; /* long addresses are folded, but not in the host */
            continue;
        }
        parts = strchr("?#", text[i]) ? 3 : parts + (text[i] == '/' || text[i] == '\\');
        *o++ = text[i];
    }
    *o = '\0';
    return copy;
}

/* ---------------------------------------------------------------- parts */

/* Sets scheme and returns what follows the colon; text itself if there is none. */
static const char *
read_scheme(struct arena *a, const char *text, struct url *out)
{
    size_t n = 0;
    char *scheme;

    if (!isalpha((unsigned char)*text))
        return text;
    while (isalnum((unsigned char)text[n]) || (text[n] && strchr("+-.", text[n])))
        n++;
    if (text[n] != ':' || n > 60)
        return text;
    scheme = arena_strndup(a, text, n);
    for (char *c = scheme; *c; c++)
        *c = (char)tolower((unsigned char)*c);
    out->scheme = scheme;
    return text + n + 1;
}

static bool
slash(char c, bool is_special)
{
    return c == '/' || (is_special && c == '\\');
}

static void
read_port(const char *p, size_t n, struct url *out)
{
    long v = 0;

    for (size_t i = 0; i < n; i++) {
        if (!isdigit((unsigned char)p[i])) {
            out->broken = true;
            break;
        }
        v = v * 10 + (p[i] - '0');
        if (v > 65535) {
            out->broken = true;
            return;
        }
    }
    if (n && v != special_port(out->scheme)) {
        out->port = (int)v;
        out->port_odd = true;
    }
}

/* [user[:password]@]host[:port]: the last @ counts, as in browsers. */
static void
read_authority(struct arena *a, const char *p, size_t n, bool is_special, struct url *out)
{
    const char *at = memrchr(p, '@', n), *colon = NULL;

    if (at) {
        const char *password = memchr(p, ':', (size_t)(at - p));
        out->userinfo = at != p;
        out->user = arena_strndup(a, p, (size_t)((password ? password : at) - p));
        n -= (size_t)(at + 1 - p);
        p = at + 1;
    }
    if (n && *p == '[') {
        const char *close = memchr(p, ']', n);
        if (close && close + 1 < p + n && close[1] == ':')
            colon = close + 1;
    } else {
        colon = memchr(p, ':', n);
    }
    if (colon) {
        read_port(colon + 1, n - (size_t)(colon + 1 - p), out);
        n = (size_t)(colon - p);
    }
    url_host_read(a, p, n, is_special, out);
    if (strcmp(out->scheme, "file") == 0 && strcmp(out->host, "localhost") == 0)
        out->host = out->shown_host = out->domain = "";
}

static int
hex(char c)
{
    return isdigit((unsigned char)c)    ? c - '0'
           : isxdigit((unsigned char)c) ? tolower((unsigned char)c) - 'a' + 10
                                        : -1;
}

/* Escapes that no server tells apart from the character are resolved, others written in capitals. */
static char *
plain_path(struct arena *a, const char *p)
{
    static const char digits[] = "0123456789ABCDEF";
    char *copy = arena_alloc(a, strlen(p) * 3 + 1), *o = copy;

    for (; *p; p++) {
        unsigned char c = (unsigned char)*p;
        bool escaped = c == '%' && hex(p[1]) >= 0 && hex(p[2]) >= 0;

        if (escaped) {
            c = (unsigned char)(hex(p[1]) << 4 | hex(p[2]));
            p += 2;
        }
        if (c <= 0x20 || c == 0x7f || strchr("\"<>`{}", c) ||
            (escaped && !isalnum(c) && !strchr("-._~", c))) {
            *o++ = '%', *o++ = digits[c >> 4], *o++ = digits[c & 15];
        } else {
            *o++ = (char)c;
        }
    }
    return copy;
}

/* "." and ".." (RFC 3986, 5.2.4). p begins with "/" and is changed. */
static char *
without_dots(char *p)
{
    char *o = p, *in = p;

    while (*in) {
        size_t n = 1 + strcspn(in + 1, "/");
        bool one = n == 2 && in[1] == '.', two = n == 3 && in[1] == '.' && in[2] == '.';

        if (two)
            while (o > p && *--o != '/')
                ;
        if (one || two) {
            if (!in[n])
                *o++ = '/'; /* the last one names a folder */
        } else {
            memmove(o, in, n);
            o += n;
        }
        in += n;
    }
    *o = '\0';
    return p;
}

/* Another address inside: as it is, or escaped once or more often. */
static bool
holds_address(const char *s)
{
    for (const char *p = s; (p = strcasestr(p, "http")); p += 4) {
        const char *q = p + 4 + (p[4] == 's' || p[4] == 'S');
        size_t escaped = strncasecmp(q, "%3a", 3) == 0     ? 3
                         : strncasecmp(q, "%253a", 5) == 0 ? 5
                                                           : 0;

        if (escaped || (*q == ':' && (q[1] == '/' || q[1] == '\\' || q[1] == '%')))
            return true;
    }
    return false;
}

static void
read_rest(struct arena *a, const char *p, bool is_special, struct url *out)
{
    const char *mark = strchr(p, '#'), *ask;
    size_t n;
    char *path;

    if (mark) {
        out->fragment = mark + 1;
        p = arena_strndup(a, p, (size_t)(mark - p));
    }
    if ((ask = strchr(p, '?')))
        out->query = ask + 1;
    n = ask ? (size_t)(ask - p) : strlen(p);
    path = arena_strndup(a, p, n);
    for (char *c = path; is_special && *c; c++)
        if (*c == '\\')
            *c = '/';
    out->path = *path ? path : *out->host ? "/" : "";
    out->nested =
        holds_address(out->path) || holds_address(out->query) || holds_address(out->fragment);
}

static void
write_text(struct arena *a, struct url *out)
{
    const char *ask = *out->query ? "?" : "", *path = out->path;
    char port[16] = "";

    if (!*out->host) {
        out->text = arena_printf(a, "%s:%s%s%s", out->scheme, path, ask, out->query);
        return;
    }
    if (out->port)
        (void)snprintf(port, sizeof port, ":%d", out->port);
    if (*path == '/')
        path = without_dots(plain_path(a, path));
    out->text =
        arena_printf(a, "%s://%s%s%s%s%s", out->scheme, out->host, port, path, ask, out->query);
}

/* ---------------------------------------------------------------- addresses */

static const struct url nothing = {.scheme = "",
                                   .host = "",
                                   .shown_host = "",
                                   .domain = "",
                                   .path = "",
                                   .query = "",
                                   .fragment = "",
                                   .text = "",
                                   .user = ""};

/* p stands behind "scheme:". */
static void
read_absolute(struct arena *a, const char *p, struct url *out)
{
    bool is_special = special_port(out->scheme) >= 0, file = strcmp(out->scheme, "file") == 0;
    size_t slashes = 0, n;

    while (slash(p[slashes], is_special) && (is_special || slashes < 2))
        slashes++;
    if (is_hostless(out->scheme) || (!is_special && slashes < 2) || (file && slashes != 2)) {
        /* file:////host/share is the same place as file://host/share for Windows. */
        if (!file || slashes < 4) {
            read_rest(a, p, is_special, out);
            return;
        }
    }
    for (size_t i = 0; i < slashes; i++)
        out->disguised |= p[i] == '\\' && !file;
    out->disguised |= is_special && !file && slashes != 2;
    p += slashes;
    n = strcspn(p, is_special ? "/\\?#" : "/?#");
    read_authority(a, p, n, is_special, out);
    read_rest(a, p + n, is_special, out);
    if (is_special && !file && !*out->host)
        out->broken = true;
}

bool
url_join(struct arena *a, const struct url *base, const char *text, struct url *out)
{
    const char *copy, *p;

    *out = nothing;
    copy = trimmed(a, text, out);
    p = read_scheme(a, copy, out);
    if (base && !*base->host)
        base = NULL;
    if (*out->scheme && base && strcmp(out->scheme, base->scheme) == 0 && !slash(*p, true) &&
        special_port(out->scheme) > 0) { /* "https:page" beside a page of https is relative */
        out->scheme = "";
    } else {
        p = *out->scheme ? p : copy;
    }
    if (*out->scheme) {
        read_absolute(a, p, out);
    } else if (slash(p[0], true) && slash(p[1], true)) {
        out->scheme = base ? base->scheme : "https";
        read_absolute(a, p, out);
    } else if (base && *p) {
        size_t folder = strlen(base->path);
        const char *slash_at = memrchr(base->path, '/', folder);

        *out = *base;
        out->query = out->fragment = "";
        folder = slash_at ? (size_t)(slash_at - base->path) + 1 : 0;
        if (*p == '#' || *p == '?')
            folder = strlen(base->path);
        p = slash(*p, true) ? p : arena_printf(a, "%.*s%s", (int)folder, base->path, p);
        read_rest(a, p, true, out);
    } else {
        *out = nothing;
        return false;
    }
    write_text(a, out);
    return true;
}

bool
url_parse(struct arena *a, const char *text, struct url *out)
{
    return url_join(a, NULL, text, out);
}
