/* Names of hosts: which can be, and where their domain begins. */
#include "view.h"
#include "ruleset.h"
#include "../../common/arena.h"
#include "../../common/suffixes.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <idn2.h>
#include <string.h>
#include <strings.h>

bool
domain_tld_known(const struct ruleset *set, const char *tld, size_t n)
{
    char lower[64];
    if (n == 0 || n >= sizeof lower)
        return false;
    for (size_t i = 0; i < n; i++)
        lower[i] = (char)tolower((unsigned char)tld[i]);
    lower[n] = '\0';
    if (set->tlds.used)
        return names_get(&set->tlds, lower, n) != NULL;
    return suffixes_is_listed(lower, false);
}

/* A dot, and a suffix behind it that is known. */
bool
domain_valid(const struct ruleset *set, struct span host)
{
    const char *dot = host.n ? memrchr(host.p, '.', host.n) : NULL;
    if (!dot)
        return false;
    for (size_t i = 0; i < host.n; i++)
        if (isspace((unsigned char)host.p[i]))
            return false;
    return domain_tld_known(set, dot + 1, host.n - (size_t)(dot + 1 - host.p));
}

static bool
label(const char *p, size_t n, bool underscore)
{
    if (n < 1 || n > 63 || p[0] == '-' || p[n - 1] == '-')
        return false;
    for (size_t i = 0; i < n; i++)
        if (!isalnum((unsigned char)p[i]) && p[i] != '-' && (p[i] != '_' || !underscore))
            return false;
    return true;
}

/* At least two labels of letters, digits and hyphens (RFC 1123 2.1). */
bool
domain_fqdn(struct span host)
{
    int labels = 1;
    while (host.n > 0 && host.p[host.n - 1] == '.')
        host.n--;
    if (host.n == 0 || host.n > 253)
        return false;
    for (size_t i = 0; i < host.n; i++)
        labels += host.p[i] == '.';
    if (labels < 2)
        return false;
    for (const char *p = host.p, *end = host.p + host.n; labels > 0; labels--) {
        const char *dot = memchr(p, '.', (size_t)(end - p));
        size_t n = (size_t)((dot ? dot : end) - p);
        if (!label(p, n, labels > 2))
            return false;
        p += n + 1;
    }
    return true;
}

static bool
four_numbers(const char *p, size_t n)
{
    char text[16];
    struct in_addr in;
    if (n >= sizeof text)
        return false;
    memcpy(text, p, n);
    text[n] = '\0';
    return inet_pton(AF_INET, text, &in) == 1;
}

bool
domain_is_ip(struct span host)
{
    char text[64];
    struct in6_addr in;
    if (host.n >= 2 && host.p[0] == '[' && host.p[host.n - 1] == ']')
        host = (struct span){host.p + 1, host.n - 2};
    if (host.n == 0 || host.n >= sizeof text)
        return false;
    memcpy(text, host.p, host.n);
    text[host.n] = '\0';
    return four_numbers(host.p, host.n) || inet_pton(AF_INET6, text, &in) == 1;
}

static size_t
dots(struct span s)
{
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++)
        n += s.p[i] == '.';
    return n;
}

/* Two or three labels that are a suffix: the label before belongs to the domain. */
static bool
suffix(const struct ruleset *set, struct span s)
{
    size_t n = dots(s) + 1;
    if (set->tlds.used)
        return n == 2   ? names_get(&set->tlds2, s.p, s.n) != NULL
               : n == 3 ? names_get(&set->tlds3, s.p, s.n) != NULL
                        : false;
    char text[256];
    if (n < 2 || s.n >= sizeof text)
        return false;
    memcpy(text, s.p, s.n);
    text[s.n] = '\0';
    return suffixes_is_public(text);
}

struct span
domain_trim(const struct ruleset *set, struct arena *a, struct span host)
{
    struct span s = span_lower(a, host), before;
    while (s.n > 0 && *s.p == '.')
        s.p++, s.n--;
    while (s.n > 0 && s.p[s.n - 1] == '.')
        s.n--;
    for (before = s; dots(s) > 0 && !suffix(set, s);) {
        const char *dot = memchr(s.p, '.', s.n);
        before = s;
        s.n -= (size_t)(dot + 1 - s.p);
        s.p = dot + 1;
    }
    return s.n == before.n ? s : before;
}

static bool
begins(struct span s, const char *text)
{
    size_t n = strlen(text);
    return s.n >= n && strncasecmp(s.p, text, n) == 0;
}

static struct span
behind_last(struct span s, char c)
{
    const char *at = s.n ? memrchr(s.p, c, s.n) : NULL;
    return at ? (struct span){at + 1, s.n - (size_t)(at + 1 - s.p)} : s;
}

static struct span
before_any(struct span s, const char *chars)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] && strchr(chars, s.p[i]))
            return (struct span){s.p, i};
    return s;
}

/* What stands between the scheme and the path. */
static struct span
authority(struct span s)
{
    size_t i = 0;
    while (i < s.n && isalpha((unsigned char)s.p[i]))
        i++;
    if (i > 0 && i < s.n && s.p[i] == ':') {
        i++;
        for (int k = 0; k < 2 && i < s.n && s.p[i] == '/'; k++)
            i++;
        s.p += i, s.n -= i;
    }
    s = before_any(s, "/?#");
    s = behind_last(s, '@');
    size_t n = s.n;
    while (n > 0 && isdigit((unsigned char)s.p[n - 1]))
        n--;
    return n > 0 && s.p[n - 1] == ':' ? (struct span){s.p, n - 1} : s;
}

static struct span
ascii_host(struct arena *a, struct span host)
{
    char *out = NULL;
    bool ascii = true;
    for (size_t i = 0; i < host.n; i++)
        ascii &= (unsigned char)host.p[i] < 0x80;
    if (!ascii &&
        idn2_to_ascii_8z(arena_memdup(a, host.p, host.n), &out, IDN2_NONTRANSITIONAL) == IDN2_OK) {
        struct span s = span_of(arena_strdup(a, out));
        idn2_free(out);
        return s;
    }
    return span_lower(a, host);
}

bool
domain_of_uri(const struct ruleset *set, struct arena *a, struct span uri, struct span *domain,
              struct span *host)
{
    struct span s;
    if (begins(uri, "javascript:") || begins(uri, "cid:") || begins(uri, "file:"))
        return false;
    if (begins(uri, "mailto:")) {
        s = before_any((struct span){uri.p + 7, uri.n - 7}, "?");
        const char *at = s.n ? memchr(s.p, '@', s.n) : NULL;
        if (!at || at != memrchr(s.p, '@', s.n))
            return false;
        s = behind_last(s, '@');
    } else {
        s = authority(uri);
    }
    if (s.n == 0)
        return false;
    *host = ascii_host(a, s);
    if (domain_is_ip(*host)) {
        *domain = *host;
        return true;
    }
    if (!domain_fqdn(*host) || !domain_valid(set, *host))
        return false;
    *domain = domain_trim(set, a, *host);
    return true;
}

/* ------------------------------------------------------------------ addresses in numbers */

size_t
ip_length(const char *p)
{
    size_t n = strspn(p, "0123456789.");
    char text[64];
    struct in6_addr in;
    while (n > 6) {
        if (n < 16 && four_numbers(p, n))
            return n;
        n--;
    }
    n = strspn(p, "0123456789abcdefABCDEF:.");
    if (strncasecmp(p, "ipv6:", 5) == 0)
        return ip_length(p + 5) ? ip_length(p + 5) + 5 : 0;
    if (n < 3 || n >= sizeof text || !memchr(p, ':', n))
        return 0;
    memcpy(text, p, n);
    text[n] = '\0';
    return inet_pton(AF_INET6, text, &in) == 1 ? n : 0;
}

/* Networks that no mail comes from over the internet: RFC 6890. */
bool
ip_private(const char *ip)
{
    struct in_addr in;
    struct in6_addr in6;
    if (strncasecmp(ip, "ipv6:", 5) == 0)
        ip += 5;
    if (inet_pton(AF_INET, ip, &in) == 1) {
        unsigned long n = ntohl(in.s_addr);
        return n >> 24 == 10 || n >> 24 == 127 || n >> 20 == 0xac1 || n >> 16 == 0xc0a8 ||
               n >> 16 == 0xa9fe || n >> 22 == 0x191;
    }
    if (inet_pton(AF_INET6, ip, &in6) != 1)
        return false;
    return IN6_IS_ADDR_LOOPBACK(&in6) || (in6.s6_addr[0] & 0xfe) == 0xfc ||
           IN6_IS_ADDR_LINKLOCAL(&in6);
}
