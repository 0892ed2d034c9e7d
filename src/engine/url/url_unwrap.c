#include "url_unwrap.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

#include "../../common/arena.h"
#include "../../common/jsonx.h"
#include "url.h"

#define ESCAPED 4 /* times that an address may be escaped */
#define TRIED 4   /* places in a path where one may begin */

/* ---------------------------------------------------------------- decoding */

static int
hex(char c)
{
    return isdigit((unsigned char)c)    ? c - '0'
           : isxdigit((unsigned char)c) ? tolower((unsigned char)c) - 'a' + 10
                                        : -1;
}

static char *
unescaped(struct arena *a, const char *p, size_t n)
{
    char *copy = arena_alloc(a, n + 1), *o = copy;

    for (size_t i = 0; i < n; i++) {
        bool is = p[i] == '%' && i + 2 < n && hex(p[i + 1]) >= 0 && hex(p[i + 2]) >= 0;

        *o = is ? (char)(hex(p[i + 1]) << 4 | hex(p[i + 2])) : p[i];
        i += is ? 2 : 0;
        o += *o != '\0';
    }
    *o = '\0';
    return jsonx_utf8(a, copy, strlen(copy));
}

/* "http://", "https:/\", "//host": the beginning of an address that has a host. */
static bool
is_address(const char *p)
{
    size_t n = strncasecmp(p, "http", 4) == 0 ? 4 : strncasecmp(p, "ftp", 3) == 0 ? 3 : 0;

    if (n == 4 && (p[4] == 's' || p[4] == 'S'))
        n++;
    return n && p[n] == ':' && (p[n + 1] == '/' || p[n + 1] == '\\');
}

/* An address that was escaped any number of times; "" when it is none. */
static const char *
address(struct arena *a, const char *p, size_t n)
{
    const char *text = arena_strndup(a, p, n);

    for (int i = 0; i < ESCAPED; i++) {
        if (is_address(text))
            return text;
        if (!strchr(text, '%'))
            break;
        text = unescaped(a, text, strlen(text));
    }
    return is_address(text) ? text : "";
}

/* n values of base64, both alphabets, as text; "" when it is none. */
static const char *
url_base64(struct arena *a, const char *p)
{
    size_t n = strspn(p, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_");
    char *out = arena_alloc(a, n + 1), *o = out;
    uint32_t bits = 0;
    int have = 0;

    for (size_t i = 0; i < n; i++) {
        int c = (unsigned char)p[i];
        int v = isupper(c)             ? c - 'A'
                : islower(c)           ? c - 'a' + 26
                : isdigit(c)           ? c - '0' + 52
                : c == '+' || c == '-' ? 62
                                       : 63;
        bits = bits << 6 | (uint32_t)v;
        have += 6;
        if (have >= 8) {
            have -= 8;
            *o = (char)(bits >> have);
            if (!*o)
                return "";
            o++;
        }
    }
    return jsonx_utf8(a, out, (size_t)(o - out));
}

/* Beginning and length of a parameter's value. */
static const char *
parameter_value(const char *query, const char *name, size_t *n)
{
    size_t len = strlen(name);

    for (const char *p = query; *p;) {
        size_t all = strcspn(p, "&;");

        if (strncmp(p, "amp;", 4) == 0) { /* escaped for HTML once too often */
            p += 4;
            continue;
        }
        if (all > len && p[len] == '=' && strncasecmp(p, name, len) == 0) {
            *n = all - len - 1;
            return p + len + 1;
        }
        p += all + (p[all] != '\0');
    }
    return NULL;
}

/* ---------------------------------------------------------------- ways to carry an address */

/* "/go/https://host/x", also escaped. A few beginnings are tried: more are no address, but work. */
static const char *
in_path(struct arena *a, const struct url *u)
{
    const char *found;
    int tried = 0;

    for (const char *p = u->path; tried < TRIED && (p = strcasestr(p, "http")); p += 4) {
        const char *colon = p + 4 + (p[4] == 's' || p[4] == 'S');

        if (*colon != ':' && *colon != '%')
            continue;
        tried++;
        if (*(found = address(a, p, strlen(p))))
            return is_address(p) && *u->query ? arena_printf(a, "%s?%s", p, u->query) : found;
    }
    return "";
}

/* In any parameter, in the path, in the fragment; escaped or as base64. */
static const char *
generic(struct arena *a, const struct url *u, const char *name)
{
    const char *places[] = {u->query, u->fragment}, *found;

    (void)name;
    for (size_t i = 0; i < 2; i++) {
        for (const char *p = places[i]; *p;) {
            size_t n = strcspn(p, "&"), key = strcspn(p, "=&");
            const char *value = key < n ? p + key + 1 : p;
            size_t len = n - (size_t)(value - p);

            if (*(found = address(a, value, len)))
                /* Not escaped: the rest belongs to the address inside as much as to this one. */
                return is_address(value) ? value : found;
            if (strncmp(value, "aHR0c", 5) == 0 && is_address(found = url_base64(a, value)))
                return found;
            p += n + (p[n] != '\0');
        }
    }
    if (*(found = in_path(a, u)))
        return found;
    if ((found = strstr(u->path, "aHR0c")) && is_address(found = url_base64(a, found)))
        return found;
    return "";
}

static const char *
parameter(struct arena *a, const struct url *u, const char *name)
{
    size_t n;
    const char *p = parameter_value(u->query, name, &n);
    const char *found = p ? address(a, p, n) : "";

    return *found ? found : generic(a, u, "");
}

/* Proofpoint v2: "-" for "%", "_" for "/". */
static const char *
dashes(struct arena *a, const struct url *u, const char *name)
{
    size_t n;
    const char *p = parameter_value(u->query, name, &n);
    char *copy = arena_strndup(a, p ? p : "", p ? n : 0);

    for (char *c = copy; *c; c++)
        *c = *c == '-' ? '%' : *c == '_' ? '/' : *c;
    return address(a, copy, strlen(copy));
}

/* "/v3/__URL__;...", "/v2/___URL___.token": one slash of "//" may be lost on the way. Characters that v3 replaced by "*" stay
 * so: they are never in the host. */
static const char *
underscores(struct arena *a, const struct url *u, const char *name)
{
    const char *start = strstr(u->path, "__"), *end;
    char *text;

    (void)name;
    if (!start)
        return "";
    start += strspn(start, "_");
    text = *u->query ? arena_printf(a, "%s?%s", start, u->query) : arena_strdup(a, start);
    if ((end = strstr(text, "__")))
        text[end - text] = '\0';
    return address(a, text, strlen(text));
}

/* Only the name of the place is told. */
static const char *
domain(struct arena *a, const struct url *u, const char *name)
{
    size_t n;
    const char *p = parameter_value(u->query, name, &n);

    return p && n ? arena_printf(a, "https://%s/", unescaped(a, p, n)) : "";
}

static const char *
base64(struct arena *a, const struct url *u, const char *name)
{
    size_t n;
    const char *p = parameter_value(u->query, name, &n);
    const char *text = p ? url_base64(a, unescaped(a, p, n)) : "";

    return is_address(text) ? text : generic(a, u, "");
}

/* Bing: "a1" and base64. */
static const char *
bing(struct arena *a, const struct url *u, const char *name)
{
    size_t n;
    const char *p = parameter_value(u->query, name, &n), *text = "";

    if (p && n > 2 && p[0] == 'a')
        text = url_base64(a, arena_strndup(a, p + 2, n - 2));
    return is_address(text) ? text : generic(a, u, "");
}

/* "/amp/s/host/path", "/c/s/host/path", "/v/host": "s" is https. */
static const char *
amp(struct arena *a, const struct url *u, const char *name)
{
    const char *p = u->path, *scheme = "http";

    (void)name;
    if (strncmp(p, "/amp/", 5) == 0)
        p += 5;
    else if (*p && p[1] && strchr("cvirsa", p[1]) && p[2] == '/')
        p += 3;
    else
        return "";
    if (strncmp(p, "s/", 2) == 0) {
        scheme = "https";
        p += 2;
    }
    if (is_address(p))
        return p;
    return memchr(p, '.', strcspn(p, "/")) ? arena_printf(a, "%s://%s", scheme, p) : "";
}

/* "www-example-com.translate.goog": dots are dashes, dashes are two. */
static const char *
translated(struct arena *a, const struct url *u, const char *name)
{
    char *host = arena_strndup(a, u->host, strcspn(u->host, ".")), *o = host;

    (void)name;
    for (const char *p = host; *p; p++) {
        bool dash = p[0] == '-' && p[1] == '-';

        *o++ = *p == '-' && !dash ? '.' : *p;
        p += dash;
    }
    *o = '\0';
    return strchr(host, '.') ? arena_printf(a, "https://%s%s", host, u->path) : "";
}

static const char *
whole_query(struct arena *a, const struct url *u, const char *name)
{
    (void)name;
    return address(a, u->query, strlen(u->query));
}

/* ---------------------------------------------------------------- table */

static const struct wrapper {
    const char *host, *path, *name;
    const char *(*open)(struct arena *, const struct url *, const char *);
} wrappers[] = {
#define WRAPPER(host, path, how, parameter) {host, path, parameter, how},
#include "wrappers.def"
#undef WRAPPER
};

/* Google has its redirector below the domain of each country. */
static bool
is_host(const char *host, const char *want)
{
    size_t n = strlen(host), len = strlen(want);

    if (strcmp(want, "google.com") == 0 &&
        (strncmp(host, "www.google.", 11) == 0 || strncmp(host, "google.", 7) == 0))
        return true;
    return n >= len && strcmp(host + n - len, want) == 0 && (n == len || host[n - len - 1] == '.');
}

const char *
url_unwrap(struct arena *a, const struct url *u)
{
    if (!*u->host)
        return "";
    for (size_t i = 0; i < sizeof wrappers / sizeof *wrappers; i++) {
        const struct wrapper *w = &wrappers[i];

        if (is_host(u->host, w->host) && strncmp(u->path, w->path, strlen(w->path)) == 0)
            return w->open(a, u, w->name);
    }
    return generic(a, u, "");
}
