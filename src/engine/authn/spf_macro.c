#include "spf_macro.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <inttypes.h>
#include <string.h>

#include "../../common/arena.h"
#include "../../common/buf.h"
#include "spf.h"

#define DOMAIN_BYTES 253
/* A macro makes many bytes of few. Nobody needs more than this before cutting. */
#define EXPANDED_MAX 65536

struct macro {
    char letter; /* lower case; '%', ' ' and '-' for %%, %_ and %- */
    bool escape; /* written in upper case */
    bool reverse;
    unsigned keep;     /* right-hand parts, 0: all */
    const char *delim; /* any number of them; n 0: "." */
    size_t ndelim;
};

/* Reads the macro-expand at s ("%..."). Returns what is behind it, NULL when it is none. */
static const char *
read_macro(const char *s, const char *end, bool exp, struct macro *m)
{
    *m = (struct macro){.letter = '\0'};
    if (end - s < 2)
        return NULL;
    if (s[1] == '%' || s[1] == '-' || s[1] == '_') {
        m->letter = s[1] == '_' ? ' ' : s[1];
        return s + 2;
    }
    if (s[1] != '{' || end - s < 4)
        return NULL;
    m->letter = (char)tolower((unsigned char)s[2]);
    m->escape = isupper((unsigned char)s[2]) != 0;
    if (!m->letter || !strchr(exp ? "slodiphvcrt" : "slodiphv", m->letter))
        return NULL;
    s += 3;
    if (s < end && isdigit((unsigned char)*s)) {
        for (; s < end && isdigit((unsigned char)*s); s++)
            if (m->keep < 1000)
                m->keep = m->keep * 10 + (unsigned)(*s - '0');
        if (m->keep == 0)
            return NULL; /* 7.1: if there are digits, the number is not zero */
    }
    if (s < end && (*s == 'r' || *s == 'R')) {
        m->reverse = true;
        s++;
    }
    m->delim = s;
    while (s < end && *s && strchr(".-+,/_=", *s))
        s++;
    m->ndelim = (size_t)(s - m->delim);
    return s < end && *s == '}' ? s + 1 : NULL;
}

/* Behind the last macro of a macro-string; NULL: a syntax error. */
static const char *
last_macro(const char *s, const char *end, bool exp)
{
    const char *behind = s;
    struct macro m;

    while (s < end) {
        if (*s == '%') {
            s = behind = read_macro(s, end, exp, &m);
            if (!s)
                return NULL;
        } else if ((*s > ' ' && *s <= '~') || (exp && *s == ' ')) {
            s++;
        } else {
            return NULL;
        }
    }
    return behind;
}

bool
spf_macro_string_ok(const char *s, size_t n, bool exp)
{
    return last_macro(s, s + n, exp) != NULL;
}

/* toplabel: letters, digits and hyphens, not only digits, no hyphen at either end. */
static bool
is_top_label(const char *s, size_t n)
{
    bool only_digits = true;

    if (n == 0 || s[0] == '-' || s[n - 1] == '-')
        return false;
    for (size_t i = 0; i < n; i++) {
        if (!isalnum((unsigned char)s[i]) && s[i] != '-')
            return false;
        only_digits = only_digits && isdigit((unsigned char)s[i]);
    }
    return !only_digits;
}

bool
spf_domain_spec_ok(const char *s, size_t n)
{
    const char *end = s + n, *behind = last_macro(s, end, false), *dot;

    if (!behind || n == 0)
        return false;
    if (behind == end && behind > s)
        return true;
    if (end[-1] == '.')
        end--;
    dot = memrchr(behind, '.', (size_t)(end - behind));
    return dot && is_top_label(dot + 1, (size_t)(end - dot - 1));
}

/* ------------------------------------------------------------------ values */

const char *
spf_dotted_ip(struct arena *a, const struct spf_values *v)
{
    static const char hex[] = "0123456789abcdef";
    char *s;

    if (!v->v6)
        return arena_printf(a, "%d.%d.%d.%d", v->ip[0], v->ip[1], v->ip[2], v->ip[3]);
    s = arena_alloc(a, 64);
    for (int i = 0; i < 32; i++) {
        s[2 * i] = hex[i % 2 ? v->ip[i / 2] & 15 : v->ip[i / 2] >> 4];
        s[2 * i + 1] = i < 31 ? '.' : '\0';
    }
    return s;
}

static const char *
readable_ip(struct arena *a, const struct spf_values *v)
{
    char *s = arena_alloc(a, INET6_ADDRSTRLEN);
    return inet_ntop(v->v6 ? AF_INET6 : AF_INET, v->ip, s, INET6_ADDRSTRLEN);
}

static const char *
value_of(struct arena *a, char letter, const struct spf_values *v)
{
    switch (letter) {
    case 's':
        return v->sender;
    case 'l':
        return v->local;
    case 'o':
        return v->sender_domain;
    case 'd':
        return v->domain;
    case 'i':
        return spf_dotted_ip(a, v);
    case 'p':
        return v->validated(v->arg, v->domain);
    case 'v':
        return v->v6 ? "ip6" : "in-addr";
    case 'h':
        return v->helo;
    case 'c':
        return readable_ip(a, v);
    case 'r':
        return v->receiver;
    default: /* 't' */
        return arena_printf(a, "%" PRId64, v->now);
    }
}

/* ------------------------------------------------------------------ expansion */

static void
add_escaped(struct buf *out, const char *s, size_t n, bool escape)
{
    if (!escape) {
        buf_add(out, s, n);
        return;
    }
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)s[i];
        /* "unreserved" of RFC 3986 2.3, ASCII whatever the locale */
        if (c < 0x80 && (isalnum(c) || strchr("-._~", c)))
            buf_char(out, (char)c);
        else
            buf_printf(out, "%%%02X", c);
    }
}

static bool
is_delim(const struct macro *m, char c)
{
    return m->ndelim ? memchr(m->delim, c, m->ndelim) != NULL : c == '.';
}

static void
add_value(struct buf *out, const struct macro *m, const char *s)
{
    size_t n = strlen(s), parts = 1, skip, from, to;

    for (size_t i = 0; i < n; i++)
        parts += is_delim(m, s[i]);
    /* Of the parts in their final order, those on the right stay. */
    skip = m->keep && m->keep < parts ? parts - m->keep : 0;
    from = 0;
    to = n;
    for (size_t k = 0; k < parts; k++) {
        if (m->reverse)
            for (from = to; from > 0 && !is_delim(m, s[from - 1]);)
                from--;
        else
            for (to = from; to < n && !is_delim(m, s[to]);)
                to++;
        if (k > skip)
            buf_char(out, '.');
        if (k >= skip)
            add_escaped(out, s + from, to - from, m->escape);
        if (m->reverse)
            to = from > 0 ? from - 1 : 0;
        else
            from = to + 1;
    }
}

static struct buf *
expand(struct arena *a, const char *s, size_t n, bool exp, const struct spf_values *v)
{
    const char *end = s + n;
    struct buf *out = buf_new(a, EXPANDED_MAX);
    struct macro m;

    buf_add(out, "", 0);
    while (s < end && !out->truncated) {
        if (*s != '%') {
            buf_char(out, *s++);
            continue;
        }
        s = read_macro(s, end, exp, &m);
        if (!s)
            return NULL;
        if (m.letter == '-')
            buf_str(out, "%20");
        else if (m.letter == '%' || m.letter == ' ')
            buf_char(out, m.letter);
        else
            add_value(out, &m, value_of(a, m.letter, v));
    }
    return out->truncated ? NULL : out;
}

const char *
spf_expand_domain(struct arena *a, const char *spec, const struct spf_values *v)
{
    struct buf *b = expand(a, spec, strlen(spec), false, v);
    const char *s, *dot;

    if (!b)
        return "";
    if (b->len > 0 && b->data[b->len - 1] == '.')
        b->data[--b->len] = '\0';
    for (s = buf_cstr(b); strlen(s) > DOMAIN_BYTES; s = dot + 1) {
        dot = strchr(s + (strlen(s) - DOMAIN_BYTES - 1), '.');
        if (!dot)
            return "";
    }
    return s;
}

const char *
spf_expand_text(struct arena *a, const char *text, size_t n, const struct spf_values *v)
{
    struct buf *b;

    if (n > SPF_EXPLANATION_MAX || !spf_macro_string_ok(text, n, true))
        return NULL;
    b = expand(a, text, n, true, v);
    if (!b || b->len > SPF_EXPLANATION_MAX)
        return NULL;
    for (size_t i = 0; i < b->len; i++)
        if (b->data[i] < ' ' || b->data[i] > '~')
            return NULL;
    return buf_cstr(b);
}
