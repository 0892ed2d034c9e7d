#include <arpa/inet.h>
#include <ctype.h>
#include <pthread.h>
#include <stdbool.h>
#include <string.h>
#include <unicode/uidna.h>
#include <unicode/uspoof.h>

#include "../../common/arena.h"
#include "../../common/buf.h"
#include "../../common/err.h"
#include "../../common/jsonx.h"
#include "../../common/suffixes.h"
#include "url.h"
#include "url_host.h"

/* ---------------------------------------------------------------- ICU, opened once */

static UIDNA *idna;
static USpoofChecker *spoof;

static void
open_icu(void)
{
    UErrorCode ec = U_ZERO_ERROR;

    idna = uidna_openUTS46(UIDNA_CHECK_BIDI | UIDNA_CHECK_CONTEXTJ |
                               UIDNA_NONTRANSITIONAL_TO_ASCII | UIDNA_NONTRANSITIONAL_TO_UNICODE,
                           &ec);
    spoof = uspoof_open(&ec);
    uspoof_setRestrictionLevel(spoof, USPOOF_MODERATELY_RESTRICTIVE);
    uspoof_setChecks(spoof, USPOOF_RESTRICTION_LEVEL, &ec);
    BUG_IF(U_FAILURE(ec) || !idna || !spoof);
}

static void
need_icu(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;

    pthread_once(&once, open_icu);
}

/* ---------------------------------------------------------------- pieces */

static int
hex(char c)
{
    return isdigit((unsigned char)c)    ? c - '0'
           : isxdigit((unsigned char)c) ? tolower((unsigned char)c) - 'a' + 10
                                        : -1;
}

/* %XX once, as browsers do it. NUL ends the host: no name has one. */
static char *
unescaped(struct arena *a, const char *p, size_t n, struct url *out)
{
    char *copy = arena_alloc(a, n + 1), *o = copy;

    for (size_t i = 0; i < n; i++) {
        char c = p[i];

        if (c == '%' && i + 2 < n && hex(p[i + 1]) >= 0 && hex(p[i + 2]) >= 0) {
            c = (char)(hex(p[i + 1]) << 4 | hex(p[i + 2]));
            i += 2;
            out->disguised = true;
        }
        *o++ = c;
    }
    *o = '\0';
    return copy;
}

static bool
is_ascii(const char *s)
{
    for (; *s; s++)
        if ((unsigned char)*s >= 0x80)
            return false;
    return true;
}

static void
lower(char *s)
{
    for (; *s; s++)
        *s = (char)tolower((unsigned char)*s);
}

/* The forbidden domain code points of the standard end the host: browsers refuse such an address, and a program that
 * does not will hardly look behind them. */
static void
cut_forbidden(char *host, const char *more, struct url *out)
{
    for (char *s = host; *s; s++) {
        if ((unsigned char)*s <= 0x20 || *s == 0x7f || strchr("#/:<>?@[\\]^|", *s) ||
            strchr(more, *s)) {
            out->broken = true;
            *s = '\0';
            return;
        }
    }
}

static void
cut_dots(char *host)
{
    size_t n = strlen(host);

    while (n && host[n - 1] == '.')
        host[--n] = '\0';
}

/* ---------------------------------------------------------------- names */

/* Joiners are refused by browsers where the script has no use for them; careless programs drop them. */
static char *
without_joiners(struct arena *a, const char *s)
{
    char *copy = arena_alloc(a, strlen(s) + 1), *o = copy;

    while (*s) {
        if (strncmp(s, "\xe2\x80\x8c", 3) == 0 || strncmp(s, "\xe2\x80\x8d", 3) == 0)
            s += 3;
        else
            *o++ = *s++;
    }
    return copy;
}

static char *
to_ascii(struct arena *a, const char *name, bool *bad)
{
    UIDNAInfo info = UIDNA_INFO_INITIALIZER;
    UErrorCode ec = U_ZERO_ERROR;
    char *o = arena_alloc(a, URL_HOST_BYTES * 4 + 1);
    int32_t n = uidna_nameToASCII_UTF8(idna, name, -1, o, URL_HOST_BYTES * 4, &info, &ec);
    const uint32_t ignored = UIDNA_ERROR_EMPTY_LABEL | UIDNA_ERROR_LABEL_TOO_LONG |
                             UIDNA_ERROR_DOMAIN_NAME_TOO_LONG | UIDNA_ERROR_LEADING_HYPHEN |
                             UIDNA_ERROR_TRAILING_HYPHEN | UIDNA_ERROR_HYPHEN_3_4;

    *bad = U_FAILURE(ec) || (info.errors & ~ignored);
    if (U_FAILURE(ec))
        return arena_strdup(a, name);
    o[n] = '\0';
    if (is_ascii(o))
        return o;
    *bad = true; /* labels that are no names are left as they are, marked by U+FFFD */
    return arena_strdup(a, name);
}

static void
mixed_scripts(const char *shown, struct url *out)
{
    while (*shown && !out->mixed_script) {
        UErrorCode ec = U_ZERO_ERROR;
        size_t n = strcspn(shown, ".");
        int32_t r = uspoof_check2UTF8(spoof, shown, (int32_t)n, NULL, &ec);

        out->mixed_script = U_SUCCESS(ec) && r != 0;
        shown += n + (shown[n] == '.');
    }
}

/* What people see of a host in A-labels. */
static void
shown_name(struct arena *a, struct url *out)
{
    UIDNAInfo info = UIDNA_INFO_INITIALIZER;
    UErrorCode ec = U_ZERO_ERROR;
    size_t room = strlen(out->host) * 4 + 1;
    char *o;
    int32_t n;

    out->shown_host = out->host;
    if (!strstr(out->host, "xn--"))
        return;
    need_icu();
    o = arena_alloc(a, room + 1);
    n = uidna_nameToUnicodeUTF8(idna, out->host, -1, o, (int32_t)room, &info, &ec);
    if (U_FAILURE(ec) || info.errors)
        return;
    o[n] = '\0';
    out->shown_host = jsonx_utf8(a, o, (size_t)n);
    out->idn = !is_ascii(out->shown_host);
    if (out->idn)
        mixed_scripts(out->shown_host, out);
}

static char *
domain_name(struct arena *a, char *name, struct url *out)
{
    bool bad = false;
    char *host = name;

    if (is_ascii(name)) {
        lower(name);
        if (strstr(name, "xn--")) {
            need_icu();
            host = to_ascii(a, name, &bad);
        }
        out->broken |= bad;
        return host;
    }
    need_icu();
    host = to_ascii(a, jsonx_utf8(a, name, strlen(name)), &bad);
    if (bad) {
        out->broken = true;
        host = to_ascii(a, without_joiners(a, jsonx_utf8(a, name, strlen(name))), &bad);
    }
    if (!strstr(host, "xn--"))
        out->disguised =
            true; /* wide letters, wide dots, invisible characters: all of it was ASCII in disguise */
    return host;
}

/* ---------------------------------------------------------------- addresses */

static void
ipv6(struct arena *a, const char *p, size_t n, struct url *out)
{
    const char *close = memchr(p, ']', n);
    char text[INET6_ADDRSTRLEN];
    struct in6_addr six;
    size_t len = close ? (size_t)(close - p) - 1 : n - 1;

    out->broken |= !close || close != p + n - 1;
    if (len >= sizeof text || !len) {
        out->broken = true;
        return;
    }
    memcpy(text, p + 1, len);
    text[len] = '\0';
    if (inet_pton(AF_INET6, text, &six) != 1) {
        text[strcspn(text, "%")] = '\0'; /* a zone has no place in an address */
        out->broken = true;
        if (inet_pton(AF_INET6, text, &six) != 1)
            return;
    }
    out->odd_ip = IN6_IS_ADDR_V4MAPPED(&six) || IN6_IS_ADDR_V4COMPAT(&six);
    inet_ntop(AF_INET6, &six, text, sizeof text);
    /* Browsers write the last two groups in hex, as all the others. */
    char *v4 = strchr(text, '.') ? strrchr(text, ':') : NULL;
    if (v4)
        out->host = arena_printf(a, "[%.*s:%x:%x]", (int)(v4 - text), text,
                                 six.s6_addr[12] << 8 | six.s6_addr[13],
                                 six.s6_addr[14] << 8 | six.s6_addr[15]);
    else
        out->host = arena_printf(a, "[%s]", text);
    out->ip = true;
}

static bool
ipv4(struct arena *a, struct url *out)
{
    unsigned v;
    bool plain;
    int is = url_ipv4(out->host, &v, &plain);

    if (is < 0)
        out->broken = true;
    if (is <= 0)
        return is < 0;
    out->ip = true;
    out->odd_ip = !plain;
    out->host = arena_printf(a, "%u.%u.%u.%u", v >> 24, v >> 16 & 255, v >> 8 & 255, v & 255);
    return true;
}

/* ---------------------------------------------------------------- all together */

const char *
url_domain_of(struct arena *a, const char *host)
{
    unsigned v;
    bool plain;
    const char *d;

    if (!*host || *host == '[' || url_ipv4(host, &v, &plain))
        return "";
    d = suffixes_registrable(suffixes(), host);
    return d ? arena_strdup(a, d) : "";
}

void
url_host_read(struct arena *a, const char *p, size_t n, bool special, struct url *out)
{
    char *name;

    if (n > URL_HOST_BYTES) {
        out->broken = true;
        n = URL_HOST_BYTES;
    }
    if (n && *p == '[') {
        ipv6(a, p, n, out);
        out->shown_host = out->host;
        return;
    }
    name = special ? domain_name(a, unescaped(a, p, n, out), out) : arena_strndup(a, p, n);
    cut_forbidden(name, special ? "%" : "", out);
    if (!special)
        lower(name);
    cut_dots(name);
    out->broken |= strlen(name) > URL_DOMAIN_BYTES;
    out->host = name;
    if (special && ipv4(a, out)) {
        out->shown_host = out->host;
        return;
    }
    shown_name(a, out);
    out->domain = url_domain_of(a, out->host);
}
