#include "addr.h"
#include "arena.h"
#include "buf.h"
#include "err.h"
#include "jsonx.h"
#include "suffixes.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <idn2.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define TYPED_MAX 1000 /* bytes of typed text looked at; longer is refused */

/* ------------------------------------------------------------------ what people paste */

/* Full-width forms (U+FF01…U+FF5E) become ASCII, as do the ideographic space and full stop. */
static const char *
half_width(struct arena *a, const char *s)
{
    struct buf *b = buf_new(a, 0);
    const unsigned char *u = (const unsigned char *)s;
    for (size_t i = 0; u[i]; i++) {
        if (u[i] == 0xef && (u[i + 1] == 0xbc || u[i + 1] == 0xbd) && u[i + 2] >= 0x80 && u[i + 2] < 0xc0) {
            unsigned code = (u[i + 1] == 0xbc ? 0xff00u : 0xff40u) + (u[i + 2] - 0x80u);
            if (code >= 0xff01 && code <= 0xff5e) {
                buf_char(b, (char)(code - 0xff01 + '!'));
                i += 2;
                continue;
            }
        }
        if (u[i] == 0xe3 && u[i + 1] == 0x80 && (u[i + 2] == 0x80 || u[i + 2] == 0x82)) {
            buf_char(b, u[i + 2] == 0x80 ? ' ' : '.');
            i += 2;
            continue;
        }
        buf_char(b, (char)u[i]);
    }
    return buf_cstr(b);
}

static char *
trimmed(struct arena *a, const char *s)
{
    while (isspace((unsigned char)*s))
        s++;
    size_t n = strlen(s);
    while (n && isspace((unsigned char)s[n - 1]))
        n--;
    return arena_strndup(a, s, n);
}

static bool
has_control(const char *s)
{
    for (; *s; s++)
        if ((unsigned char)*s < 0x20 || *s == 0x7f)
            return true;
    return false;
}

/* ------------------------------------------------------------------ domains */

static bool
label_ok(const char *s, size_t n)
{
    if (n == 0 || n > 63 || s[0] == '-' || s[n - 1] == '-')
        return false;
    for (size_t i = 0; i < n; i++)
        if (!isalnum((unsigned char)s[i]) && s[i] != '-' && s[i] != '_')
            return false;
    return true;
}

static bool
labels_ok(const char *domain, int least)
{
    int count = 0;
    size_t len = strlen(domain);
    if (len == 0 || len > DOMAIN_MAX)
        return false;
    for (const char *p = domain;; count++) {
        size_t n = strcspn(p, ".");
        if (!label_ok(p, n))
            return false;
        if (!p[n])
            break;
        p += n + 1;
    }
    const char *last = strrchr(domain, '.');
    last = last ? last + 1 : domain;
    bool number = strspn(last, "0123456789") == strlen(last); /* an IPv4 address is no domain */
    return count + 1 >= least && !number;
}

static char *
lower(struct arena *a, const char *s)
{
    char *copy = arena_strdup(a, s);
    for (char *p = copy; *p; p++)
        *p = (char)tolower((unsigned char)*p);
    return copy;
}

/* Nothing that IDNA would look into: labels of ASCII without "xn--" and the like. */
static bool
is_plain(const char *text)
{
    for (const char *p = text; *p; p++)
        if (!((*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z') || (*p >= '0' && *p <= '9') ||
              *p == '.' || (*p == '-' && p[1] != '-')))
            return false;
    return labels_ok(text, 1);
}

/* Lower case A-labels, or NULL. */
static char *
to_ascii(struct arena *a, const char *text)
{
    char *out = NULL;
    if (is_plain(text))
        return lower(a, text);
    if (idn2_to_ascii_8z(text, &out, IDN2_NONTRANSITIONAL | IDN2_NFC_INPUT) != IDN2_OK &&
        idn2_to_ascii_8z(text, &out, IDN2_TRANSITIONAL | IDN2_NFC_INPUT) != IDN2_OK)
        return NULL;
    char *copy = arena_strdup(a, out);
    idn2_free(out);
    for (char *p = copy; *p; p++)
        *p = (char)tolower((unsigned char)*p);
    return copy;
}

static int
bad_domain(struct err *e, const char *text)
{
    return err_set(e, ERR_INPUT, "domain", "\"%.100s\" is not a domain name; use one such as example.com", text);
}

int
addr_domain(struct arena *a, const char *text, char **out, struct err *e)
{
    if (!text || strlen(text) > TYPED_MAX || has_control(text))
        return bad_domain(e, "");
    char *s = trimmed(a, half_width(a, text));
    size_t n = strlen(s);
    if (n && s[n - 1] == '.')
        s[--n] = '\0';
    char *ascii = n ? to_ascii(a, s) : NULL;
    if (!ascii || !labels_ok(ascii, 2))
        return bad_domain(e, s);
    *out = ascii;
    return 0;
}

char *
addr_domain_unicode(struct arena *a, const char *domain)
{
    char *out = NULL;
    if (!strstr(domain, "xn--") || idn2_to_unicode_8z8z(domain, &out, 0) != IDN2_OK)
        return NULL;
    char *copy = strcmp(out, domain) == 0 ? NULL : arena_strdup(a, out);
    idn2_free(out);
    return copy;
}

/* ------------------------------------------------------------------ addresses */

static bool
local_ok(const char *s)
{
    size_t n = strlen(s);
    if (n == 0 || n > 64 || s[0] == '.' || s[n - 1] == '.' || strstr(s, ".."))
        return false;
    for (; *s; s++)
        if ((unsigned char)*s <= 0x20 || *s == 0x7f || strchr("()<>[]:;@\\,\"", *s))
            return false;
    return true;
}

static int
bad_address(struct err *e)
{
    return err_set(e, ERR_INPUT, "address", "enter an address such as name@example.com");
}

int
addr_parse(struct arena *a, const char *text, struct addr *out, struct err *e)
{
    if (!text || strlen(text) > TYPED_MAX)
        return bad_address(e);
    char *s = trimmed(a, half_width(a, text)), *open = strrchr(s, '<');
    if (open && s[strlen(s) - 1] == '>') { /* Name <address> */
        open[strlen(open) - 1] = '\0';
        s = trimmed(a, open + 1);
    }
    if (strncasecmp(s, "mailto:", 7) == 0)
        s = trimmed(a, s + 7);
    char *at = strrchr(s, '@'), *domain;
    if (!at || has_control(s))
        return bad_address(e);
    *at = '\0';
    if (!local_ok(s) || strcmp(jsonx_utf8(a, s, strlen(s)), s) != 0 || addr_domain(a, at + 1, &domain, NULL))
        return bad_address(e);
    *out = (struct addr){s, domain, arena_printf(a, "%s@%s", lower(a, s), domain)};
    return strlen(out->key) > ADDR_MAX ? bad_address(e) : 0;
}

/* "a b"@x with its quotes and backslashes taken away. */
static char *
unquote(struct arena *a, const char *s)
{
    size_t n = strlen(s);
    if (n < 2 || s[0] != '"' || s[n - 1] != '"')
        return arena_strdup(a, s);
    char *out = arena_alloc(a, n), *o = out;
    for (size_t i = 1; i < n - 1; i++) {
        if (s[i] == '\\' && i + 1 < n - 1)
            i++;
        *o++ = s[i];
    }
    return out;
}

/* A domain of an envelope. What is ASCII is taken as it is: mail does come from names that IDNA refuses, such as
 * r3---sn.example. NULL: no domain. */
static char *
envelope_domain(struct arena *a, const char *text)
{
    char *s = trimmed(a, text), *ascii;
    size_t n = strlen(s);

    if (n > TYPED_MAX)
        return NULL;
    if (n && s[n - 1] == '.')
        s[n - 1] = '\0';
    if (labels_ok(s, 1))
        return lower(a, s);
    ascii = to_ascii(a, s);
    return ascii && labels_ok(ascii, 1) ? ascii : NULL;
}

void
addr_envelope(struct arena *a, const char *text, struct addr *out)
{
    size_t n = strlen(text);
    char *s, *at, *domain;

    if (n >= 2 && text[0] == '<' && text[n - 1] == '>') {
        text++;
        n -= 2;
    }
    s = arena_strndup(a, text, n > TYPED_MAX ? TYPED_MAX : n);
    for (char *p = s; *p; p++)
        if ((unsigned char)*p < 0x20 || *p == 0x7f)
            *p = '?';
    s = jsonx_utf8(a, s, strlen(s));
    s = trimmed(a, s ? s : "");
    at = strrchr(s, '@');
    domain = at ? envelope_domain(a, at + 1) : NULL;
    if (!domain) {
        *out = (struct addr){s, "", lower(a, s)};
        return;
    }
    *at = '\0';
    s = trimmed(a, s);
    *out = (struct addr){unquote(a, s), domain, arena_printf(a, "%s@%s", lower(a, s), domain)};
}

const char *
addr_mailbox(struct arena *a, const char *key)
{
    size_t name = strcspn(key, "\"+@");
    const char *at = strchr(key, '@');

    if (name == 0 || key[name] != '+' || !at || strchr(at + 1, '@') ||
        memchr(key, '"', (size_t)(at - key)))
        return key;
    return arena_printf(a, "%.*s%s", (int)name, key, at);
}

/* ------------------------------------------------------------------ host:port */

static int
parse_port(const char *s, int *port)
{
    char *end;
    size_t n = strlen(s);
    if (n == 0 || n > 5 || strspn(s, "0123456789") != n)
        return -1;
    long v = strtol(s, &end, 10);
    *port = (int)v;
    return v >= 1 && v <= 65535 ? 0 : -1;
}

static bool
is_address(const char *s, int family)
{
    unsigned char raw[16];
    return inet_pton(family, s, raw) == 1;
}

int
addr_hostport(struct arena *a, const char *text, int def, struct hostport *out, struct err *e)
{
    if (!text || strlen(text) > TYPED_MAX || has_control(text))
        return err_set(e, ERR_INPUT, "host", "enter a server such as mail.example.com:25");
    char *s = trimmed(a, half_width(a, text)), *port = NULL;
    if (*s == '[') {
        char *close = strchr(s, ']');
        if (!close || (close[1] && close[1] != ':'))
            return err_set(e, ERR_INPUT, "host", "\"%.100s\": an IPv6 address ends with ]", s);
        port = close[1] ? close + 2 : NULL;
        *close = '\0';
        s++;
    } else if (strchr(s, ':') == strrchr(s, ':') && (port = strchr(s, ':'))) {
        *port++ = '\0';
    }
    *out = (struct hostport){.port = def};
    if (port && parse_port(port, &out->port))
        return err_set(e, ERR_INPUT, "port", "the port is a number from 1 to 65535");
    out->is_ip = is_address(s, AF_INET) || is_address(s, AF_INET6);
    if (out->is_ip) {
        out->host = s;
        return 0;
    }
    size_t n = strlen(s);
    if (n && s[n - 1] == '.')
        s[n - 1] = '\0';
    char *ascii = *s ? to_ascii(a, s) : NULL;
    if (!ascii || !labels_ok(ascii, 1))
        return err_set(e, ERR_INPUT, "host", "\"%.100s\" is neither a server name nor an IP address", s);
    out->host = ascii;
    return 0;
}

bool
addr_bare_domain(const char *host)
{
    const char *dot = strchr(host, '.');

    return dot && suffixes_is_listed(dot + 1, true) && !suffixes_is_listed(host, true);
}
