#include "spf_parse.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "../../common/arena.h"
#include "spf_macro.h"

/* What follows the name of a mechanism (RFC 7208 section 5). */
enum argument { ARG_NONE, ARG_DOMAIN, ARG_DOMAIN_OPT, ARG_HOST_OPT, ARG_IP4, ARG_IP6 };

static const struct {
    const char *name;
    enum spf_kind kind;
    enum argument argument;
} mechanisms[] = {
    {"all", SPF_ALL, ARG_NONE},   {"include", SPF_INCLUDE, ARG_DOMAIN}, {"a", SPF_A, ARG_HOST_OPT},
    {"mx", SPF_MX, ARG_HOST_OPT}, {"ptr", SPF_PTR, ARG_DOMAIN_OPT},     {"ip4", SPF_IP4, ARG_IP4},
    {"ip6", SPF_IP6, ARG_IP6},    {"exists", SPF_EXISTS, ARG_DOMAIN},
};

const char *
spf_printable(struct arena *a, const void *text, size_t len, size_t max)
{
    const char *s = text;
    size_t kept = len > max ? max : len;
    char *out = arena_alloc(a, kept + sizeof "...");

    for (size_t i = 0; i < kept; i++)
        out[i] = s[i] >= ' ' && s[i] <= '~' ? s[i] : '?';
    memcpy(out + kept, kept < len ? "..." : "", kept < len ? 3 : 0);
    return out;
}

bool
spf_is_record(const void *text, size_t len)
{
    const char *s = text;
    return len >= 6 && strncasecmp(s, "v=spf1", 6) == 0 && (len == 6 || s[6] == ' ');
}

static bool
is(const char *s, size_t n, const char *word)
{
    return n == strlen(word) && strncasecmp(s, word, n) == 0;
}

/* Takes "/" 1*DIGIT off the end of s[0..*n): false when there is none or it cannot be a length.
 * Leading zeros are none (ip4-cidr-length, ip6-cidr-length). */
static bool
take_prefix(const char *s, size_t *n, int max, int *out)
{
    size_t i = *n;
    int bits = 0;

    while (i > 0 && isdigit((unsigned char)s[i - 1]))
        i--;
    if (i == *n || *n - i > 3 || i == 0 || s[i - 1] != '/' || (s[i] == '0' && *n - i > 1))
        return false;
    for (size_t k = i; k < *n; k++)
        bits = bits * 10 + s[k] - '0';
    if (bits > max)
        return false;
    *out = bits;
    *n = i - 1;
    return true;
}

/* dual-cidr-length at the end: [ip4-cidr-length] ["/" ip6-cidr-length]. A wrong one stays, and
 * spoils the domain-spec in front of it. */
static void
take_dual(const char *s, size_t *n, struct spf_term *t)
{
    size_t k = *n;
    int bits;

    if (take_prefix(s, &k, 128, &bits) && k > 0 && s[k - 1] == '/') {
        t->prefix6 = bits;
        *n = k - 1;
    }
    (void)take_prefix(s, n, 32, &t->prefix4);
}

/* ip4-network, ip6-network, with a prefix length of their own. s is behind the colon. */
static bool
read_network(struct arena *a, const char *s, size_t n, struct spf_term *t)
{
    bool v6 = t->kind == SPF_IP6;

    if (memchr(s, '/', n) && !take_prefix(s, &n, v6 ? 128 : 32, v6 ? &t->prefix6 : &t->prefix4))
        return false;
    return n < INET6_ADDRSTRLEN && !memchr(s, '\0', n) &&
           inet_pton(v6 ? AF_INET6 : AF_INET, arena_strndup(a, s, n), t->net) == 1;
}

/* s: what follows the name. */
static bool
read_argument(struct arena *a, const char *s, size_t n, enum argument kind, struct spf_term *t)
{
    bool colon = n > 0 && s[0] == ':';

    if (kind == ARG_NONE)
        return n == 0;
    if (kind == ARG_IP4 || kind == ARG_IP6)
        return colon && read_network(a, s + 1, n - 1, t);
    if (kind == ARG_HOST_OPT)
        take_dual(s, &n, t);
    if (n == 0)
        return kind != ARG_DOMAIN;
    if (!colon || !spf_domain_spec_ok(s + 1, n - 1))
        return false;
    t->target = arena_strndup(a, s + 1, n - 1);
    return true;
}

static bool
read_directive(struct arena *a, const char *s, size_t n, struct spf_term *t)
{
    static const char signs[] = "+-~?";
    static const enum spf_status results[] = {SPF_PASS, SPF_FAIL, SPF_SOFTFAIL, SPF_NEUTRAL};
    const char *sign = n ? memchr(signs, s[0], 4) : NULL;
    size_t name = 0;

    *t = (struct spf_term){.qualifier = sign ? results[sign - signs] : SPF_PASS,
                           .text = arena_strndup(a, s, n),
                           .prefix4 = 32,
                           .prefix6 = 128};
    if (sign)
        s++, n--;
    while (name < n && isalnum((unsigned char)s[name]))
        name++;
    for (size_t i = 0; i < sizeof mechanisms / sizeof *mechanisms; i++)
        if (is(s, name, mechanisms[i].name)) {
            t->kind = mechanisms[i].kind;
            return read_argument(a, s + name, n - name, mechanisms[i].argument, t);
        }
    return false;
}

/* name = ALPHA *( ALPHA / DIGIT / "-" / "_" / "." ), then "=": its length, 0 when it is none. */
static size_t
modifier_name(const char *s, size_t n)
{
    size_t i = 0;

    if (n == 0 || !isalpha((unsigned char)s[0]))
        return 0;
    while (i < n && (isalnum((unsigned char)s[i]) || (s[i] && strchr("-_.", s[i]))))
        i++;
    return i < n && s[i] == '=' ? i : 0;
}

/* redirect and exp at most once (6); unknown ones are ignored, but must be well formed. */
static bool
read_modifier(struct arena *a, const char *s, size_t n, size_t name, struct spf_record *out)
{
    const char *value = s + name + 1, **known = NULL;
    size_t len = n - name - 1;

    if (is(s, name, "redirect"))
        known = &out->redirect;
    else if (is(s, name, "exp"))
        known = &out->exp;
    if (!known)
        return spf_macro_string_ok(value, len, true);
    if (*known || !spf_domain_spec_ok(value, len))
        return false;
    *known = arena_strndup(a, value, len);
    return true;
}

static bool
read_term(struct arena *a, const char *s, size_t n, struct spf_record *out)
{
    size_t name = modifier_name(s, n);

    if (name)
        return read_modifier(a, s, n, name, out);
    if (!read_directive(a, s, n, &out->terms[out->n]))
        return false;
    out->n++;
    return true;
}

bool
spf_parse(struct arena *a, const void *text, size_t len, struct spf_record *out)
{
    const char *s = text, *end = s + len;
    int seen = 0;

    *out = (struct spf_record){.n = 0};
    if (len > SPF_RECORD_MAX) {
        out->problem = arena_printf(a, "a record of %zu bytes", len);
        return false;
    }
    out->terms = arena_calloc(a, SPF_TERMS_MAX, sizeof *out->terms);
    for (s += 6; s < end;) {
        const char *stop;
        if (*s == ' ') {
            s++;
            continue;
        }
        stop = memchr(s, ' ', (size_t)(end - s));
        if (!stop)
            stop = end;
        if (++seen > SPF_TERMS_MAX) {
            out->problem = "a record with too many terms";
            return false;
        }
        if (!read_term(a, s, (size_t)(stop - s), out)) {
            out->problem = arena_printf(a, "syntax error in \"%s\"",
                                        spf_printable(a, s, (size_t)(stop - s), 80));
            return false;
        }
        s = stop;
    }
    return true;
}
