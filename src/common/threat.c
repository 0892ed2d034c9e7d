#include "threat.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "addr.h"
#include "arena.h"
#include "err.h"
#include "ipnet.h"
#include "suffixes.h"

static const char *const type_names[] = {
    [THREAT_FILE] = "file", [THREAT_URL] = "url",       [THREAT_DOMAIN] = "domain",
    [THREAT_IP] = "ip",     [THREAT_SENDER] = "sender", [THREAT_HOST] = "host",
};

const char *
threat_type_name(enum threat_type t)
{
    return type_names[t];
}

enum threat_type
threat_type_named(const char *name)
{
    int t = 0;

    while (t < THREAT_TYPES && strcmp(type_names[t], name) != 0)
        t++;
    return (enum threat_type)t;
}

const char *
threat_problem_text(enum threat_problem p)
{
    static const char *const texts[] = {
        [THREAT_FINE] = "",
        [THREAT_UNREADABLE] = "not a file hash, URL, domain, IP address or e-mail address",
        [THREAT_OTHER_HASH] = "files are named by their SHA-256 (64 characters)",
        [THREAT_SHARED] = "is shared by many owners, so it would name all of them",
        [THREAT_LONG] = "is too long",
    };

    return texts[p];
}

/* ---------------------------------------------------------------- hosts */

/* Public lists' own word, private suffixes (github.io) too. */
static bool
is_shared(const char *domain)
{
    return suffixes_is_public(domain);
}

static bool
is_plain_host(const char *s)
{
    for (; *s; s++)
        if (!islower((unsigned char)*s) && !isdigit((unsigned char)*s) && *s != '-' && *s != '.' &&
            *s != '_')
            return false;
    return true;
}

/* Browsers take 0x7f000001, 127.1 and 2130706433 for addresses: whatever ends in a number. */
static bool
numeric_host(const char *host, char out[IPNET_TEXT])
{
    const char *last = strrchr(host, '.');
    struct in_addr in;

    last = last ? last + 1 : host;
    if (!isdigit((unsigned char)*last) || strlen(host) > 60 || !inet_aton(host, &in))
        return false;
    return inet_ntop(AF_INET, &in, out, IPNET_TEXT) != NULL;
}

/* n bytes of a host as they stand in a URL, without port. NULL: it is none. */
static const char *
normal_host(struct arena *a, const char *p, size_t n)
{
    char *host = arena_strndup(a, p, n), ip[IPNET_TEXT], *domain;
    struct ipnet net;

    if (n > 2 && *host == '[' && host[n - 1] == ']') {
        host[n - 1] = '\0';
        if (!ipnet_address(host + 1, &net))
            return NULL;
        ipnet_text(&net, ip);
        return arena_strdup(a, ip);
    }
    for (char *c = host; *c; c++)
        *c = (char)tolower((unsigned char)*c);
    while (n > 0 && host[n - 1] == '.')
        host[--n] = '\0';
    if (!n || n > DOMAIN_MAX * 4)
        return NULL;
    if (numeric_host(host, ip))
        return arena_strdup(a, ip);
    if (is_plain_host(host))
        return n <= DOMAIN_MAX && *host != '.' && !strstr(host, "..") ? host : NULL;
    return addr_domain(a, host, &domain, NULL) == 0 ? domain : NULL;
}

/* ---------------------------------------------------------------- URLs */

static int
hex(char c)
{
    if (isdigit((unsigned char)c))
        return c - '0';
    c = (char)tolower((unsigned char)c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool
is_unreserved(int c)
{
    return (c < 0x80 && isalnum(c)) || c == '-' || c == '.' || c == '_' || c == '~';
}

/* RFC 3986 6.2.2: escapes of plain characters are undone, all others in capitals; what needs an escape gets one.
 * n becomes the new length; the memory has three times the old one. */
static char *
normal_escapes(struct arena *a, const char *p, size_t *n)
{
    static const char digits[] = "0123456789ABCDEF";
    char *out = arena_alloc(a, *n * 3 + 1), *o = out;

    for (size_t i = 0; i < *n; i++) {
        int c = (unsigned char)p[i];
        bool escaped = c == '%' && i + 2 < *n && hex(p[i + 1]) >= 0 && hex(p[i + 2]) >= 0;
        if (escaped) {
            c = hex(p[i + 1]) << 4 | hex(p[i + 2]);
            i += 2;
        }
        if (escaped ? is_unreserved(c) : c > 0x20 && c < 0x7f && c != '%') {
            *o++ = (char)c;
            continue;
        }
        *o++ = '%';
        *o++ = digits[c >> 4];
        *o++ = digits[c & 15];
    }
    *o = '\0';
    *n = (size_t)(o - out);
    return out;
}

/* RFC 3986 5.2.4, in place, of a path that begins with "/". Backslashes are slashes, as browsers have it. */
static void
remove_dots(char *path)
{
    char *out = path, *p = path;

    for (char *c = path; *c; c++)
        if (*c == '\\')
            *c = '/';
    while (*p) {
        size_t n = 1 + strcspn(p + 1, "/");
        bool last = p[n] == '\0';
        if (n == 2 && p[1] == '.') {
            if (last)
                *out++ = '/';
        } else if (n == 3 && p[1] == '.' && p[2] == '.') {
            while (out > path && *--out != '/')
                ;
            if (last)
                *out++ = '/';
        } else {
            memmove(out, p, n);
            out += n;
        }
        p += n;
    }
    if (out == path)
        *out++ = '/';
    *out = '\0';
}

/* Browsers leave line ends and tabs out, wherever they stand. */
static char *
without_breaks(struct arena *a, const char *url)
{
    char *out = arena_strdup(a, url), *o = out;

    for (const char *p = out; *p; p++)
        if (*p != '\t' && *p != '\r' && *p != '\n')
            *o++ = *p;
    *o = '\0';
    return out;
}

/* Where the host begins; NULL: not a scheme whose pages are looked up. *port: the usual one of the scheme. */
static const char *
behind_scheme(const char *p, const char **port)
{
    static const struct {
        const char *name, *port;
    } schemes[] = {{"http:", "80"}, {"https:", "443"}, {"ftp:", "21"}};

    for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++) {
        size_t n = strlen(schemes[i].name);
        if (strncasecmp(p, schemes[i].name, n) == 0) {
            *port = schemes[i].port;
            p += n;
            return p + strspn(p, "/\\");
        }
    }
    return NULL;
}

/* p, n: user, host and port. */
static const char *
authority(struct arena *a, const char *p, size_t n, const char *usual, const char **port)
{
    const char *end = p + n, *at = memrchr(p, '@', n), *colon;

    p = at ? at + 1 : p;
    colon = memrchr(p, ':', (size_t)(end - p));
    if (colon && memchr(colon, ']', (size_t)(end - colon)))
        colon = NULL;
    *port = "";
    if (colon) {
        const char *digits = colon + 1;
        while (digits < end - 1 && *digits == '0')
            digits++;
        if (end - digits > 5)
            return NULL;
        *port = arena_strndup(a, digits, (size_t)(end - digits));
        if ((*port)[strspn(*port, "0123456789")])
            return NULL;
        if (strcmp(*port, usual) == 0)
            *port = "";
        end = colon;
    }
    if (memchr(p, '%', (size_t)(end - p))) {
        n = (size_t)(end - p);
        p = normal_escapes(a, p, &n);
        end = p + n;
    }
    return normal_host(a, p, (size_t)(end - p));
}

const char *
threat_url(struct arena *a, const char *url, const char **host)
{
    const char *usual, *p, *port, *name, *query;
    size_t n, path_len;
    char *path;
    bool v6;

    if (strlen(url) > 4 * THREAT_VALUE)
        return NULL;
    url = without_breaks(a, url + strspn(url, " \t\r\n"));
    if (!(p = behind_scheme(url, &usual)))
        return NULL;
    n = strcspn(p, "/\\?#");
    if (!(name = authority(a, p, n, usual, &port)))
        return NULL;
    if (host)
        *host = name;
    p += n;
    n = strcspn(p, "?#");
    path_len = n ? n : 1;
    path = normal_escapes(a, n ? p : "/", &path_len);
    remove_dots(path);
    p += n;
    n = *p == '?' ? strcspn(p, "#") : 0;
    while (n > 1 && (unsigned char)p[n - 1] <= ' ')
        n--;
    query = n > 1 ? normal_escapes(a, p, &n) : "";
    v6 = strchr(name, ':') != NULL;
    p = arena_printf(a, "%s%s%s%s%s%s%s", v6 ? "[" : "", name, v6 ? "]" : "", *port ? ":" : "",
                     port, path, query);
    return strlen(p) <= THREAT_VALUE ? p : NULL;
}

/* ---------------------------------------------------------------- what people write */

#define SCHEME_MAX 9 /* "https[:]//" is written so, too */

/* hxxp://evil[.]example -> http://evil.example. Only in front of the path: there, it would be something else. */
static char *
armed(struct arena *a, const char *text)
{
    char *out = arena_alloc(a, strlen(text) + 1), *o = out;
    const char *slashes = text + strcspn(text, "/?#"), *end = text;
    bool scheme = strncmp(slashes, "//", 2) == 0 && slashes > text &&
                  slashes - text <= SCHEME_MAX && strchr(":]", slashes[-1]);

    if (scheme)
        end = slashes + 2;
    end += strcspn(end, "/?#");
    if (scheme && strncasecmp(text, "hxxp", 4) == 0) { /* a host may begin so, too */
        memcpy(o, "http", 4);
        o += 4;
        text += 4;
    }
    while (text < end) {
        bool dot = strncmp(text, "[.]", 3) == 0 || strncmp(text, "(.)", 3) == 0;
        bool at = strncmp(text, "[@]", 3) == 0;
        bool colon = strncmp(text, "[:]", 3) == 0;
        *o++ = dot ? '.' : at ? '@' : colon ? ':' : *text;
        text += dot || at || colon ? 3 : 1;
    }
    memcpy(o, text, strlen(text) + 1);
    return out;
}

static size_t
all_hex(const char *s)
{
    size_t n = 0;

    while (hex(s[n]) >= 0)
        n++;
    return s[n] ? 0 : n;
}

/* What needs no IDNA: feeds have a million of them. */
static bool
plain_labels(const char *s)
{
    size_t n, all = strlen(s);

    if (all > DOMAIN_MAX || !is_plain_host(s))
        return false;
    for (;; s += n + 1) {
        n = strcspn(s, ".");
        if (n == 0 || n > 63 || *s == '-' || s[n - 1] == '-' ||
            (n > 3 && s[2] == '-' && s[3] == '-'))
            return false;
        if (!s[n])
            return strspn(s, "0123456789") < n; /* the last one is no number */
    }
}

static enum threat_problem
parse_domain(struct arena *a, const char *text, struct threat *out)
{
    bool below = strncmp(text, "*.", 2) == 0;
    char *domain;

    text += below ? 2 : *text == '.' ? 1 : 0;
    if (!strchr(text, '.') && *text && is_plain_host(text))
        return suffixes_is_listed(text, false) ? THREAT_SHARED : THREAT_UNREADABLE;
    /* "_" is not for people's domains, but hosts of attackers have it */
    if (plain_labels(text))
        domain = arena_strdup(a, text);
    else if (addr_domain(a, text, &domain, NULL) < 0)
        return THREAT_UNREADABLE;
    if (is_shared(domain))
        return THREAT_SHARED;
    *out = (struct threat){THREAT_DOMAIN, below ? arena_printf(a, "*.%s", domain) : domain};
    return THREAT_FINE;
}

static enum threat_problem
parse_url(struct arena *a, const char *text, struct threat *out)
{
    const char *host, *value, *port;

    if (!behind_scheme(text, &port))
        text = arena_printf(a, "http://%s", text);
    value = threat_url(a, text, &host);
    if (!value)
        return strlen(text) > THREAT_VALUE ? THREAT_LONG : THREAT_UNREADABLE;
    if (!strchr(host, '.') && !strchr(host, ':'))
        return THREAT_UNREADABLE;
    *out = (struct threat){THREAT_URL, value};
    return THREAT_FINE;
}

static char *
lower(struct arena *a, const char *text)
{
    char *out = arena_strdup(a, text);

    for (char *c = out; *c; c++)
        *c = (char)tolower((unsigned char)*c);
    return out;
}

enum threat_problem
threat_parse(struct arena *a, const char *text, struct threat *out)
{
    size_t digits, n = strlen(text);
    char ip[IPNET_TEXT];
    struct ipnet net;
    struct addr addr;

    while (n > 0 && isspace((unsigned char)*text))
        text++, n--;
    while (n > 0 && isspace((unsigned char)text[n - 1]))
        n--;
    if (n > 4 * THREAT_VALUE)
        return THREAT_LONG;
    text = armed(a, arena_strndup(a, text, n));
    if (strncasecmp(text, "mailto:", 7) == 0)
        text += 7;
    digits = all_hex(text);
    if (digits == 64) {
        *out = (struct threat){THREAT_FILE, lower(a, text)};
        return THREAT_FINE;
    }
    if (digits == 32 || digits == 40 || digits == 96 || digits == 128)
        return THREAT_OTHER_HASH;
    if (ipnet_address(text, &net)) {
        ipnet_text(&net, ip);
        *out = (struct threat){THREAT_IP, arena_strdup(a, ip)};
        return THREAT_FINE;
    }
    if (ipnet_parse(text, &net, NULL) == 0)
        return THREAT_UNREADABLE; /* networks are for rules about the connection */
    if (strpbrk(text, "/?") || strchr(text, ':'))
        return parse_url(a, text, out);
    if (!strchr(text, '@'))
        return parse_domain(a, lower(a, text), out);
    if (addr_parse(a, text, &addr, NULL) < 0)
        return THREAT_UNREADABLE;
    *out = (struct threat){THREAT_SENDER, addr.key};
    return THREAT_FINE;
}

/* ---------------------------------------------------------------- looking up */

int
threat_domain_candidates(struct arena *a, const char *domain, struct threat *out)
{
    const char *starts[THREAT_LABELS];
    int labels = 0, n = 0;
    const char *p = domain + strlen(domain);

    /* from the end: of a name with very many labels the first ones say nothing */
    while (p > domain && labels < THREAT_LABELS) {
        do
            p--;
        while (p > domain && p[-1] != '.');
        starts[labels++] = p;
        if (p > domain)
            p--;
    }
    out[n++] = (struct threat){THREAT_HOST, domain};
    for (int i = labels - 1; i >= 1; i--) { /* never a top-level domain */
        out[n++] = (struct threat){THREAT_DOMAIN, starts[i]};
        if (starts[i] != domain)
            out[n++] = (struct threat){THREAT_DOMAIN, arena_printf(a, "*.%s", starts[i])};
    }
    return n;
}

int
threat_candidates(struct arena *a, const char *key, const char *host, struct threat *out)
{
    const char *query = strchr(key, '?'), *slash = strchr(key, '/');
    size_t path = query ? (size_t)(query - key) : strlen(key);
    struct ipnet net;
    int n = 0, folders = 0;

    out[n++] = (struct threat){THREAT_URL, key};
    if (query)
        out[n++] = (struct threat){THREAT_URL, arena_strndup(a, key, path)};
    for (size_t i = path; slash && i > (size_t)(slash - key) + 1 && folders < THREAT_FOLDERS; i--)
        if (key[i - 1] == '/' && i != path) {
            out[n++] = (struct threat){THREAT_URL, arena_strndup(a, key, i)};
            folders++;
        }
    if (ipnet_address(host, &net)) {
        out[n++] = (struct threat){THREAT_IP, host};
        return n;
    }
    return n + threat_domain_candidates(a, host, out + n);
}
