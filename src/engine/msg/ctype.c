#include "ctype.h"
#include "../../common/arena.h"

#include <string.h>
#include <strings.h>

static bool
blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static const char *
skip_blank(const char *p, const char *end)
{
    while (p < end && blank(*p))
        p++;
    return p;
}

static void
add(struct arena *a, struct ctype *t, const char *p, size_t n)
{
    for (int i = 0; i < t->n && i < CTYPE_BOUNDARIES; i++)
        if (strlen(t->boundary[i]) == n && memcmp(t->boundary[i], p, n) == 0)
            return;
    if (t->n < CTYPE_BOUNDARIES)
        t->boundary[t->n] = arena_strndup(a, p, n);
    t->odd |= n == 0;
    t->n++;
}

/* Bytes that a reader may end at, drop or replace. */
static bool
strange(const char *p, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if ((unsigned char)p[i] < 0x20 || (unsigned char)p[i] >= 0x7f)
            return true;
    return false;
}

/* "..." : with its escapes and without them; returns what stands behind. */
static const char *
quoted(struct arena *a, struct ctype *t, const char *p, const char *end)
{
    char *plain = arena_alloc(a, (size_t)(end - p) + 1);
    size_t n = 0;
    const char *q = p + 1;
    for (; q < end && *q != '"'; q++) {
        if (*q == '\\' && q + 1 < end) {
            t->odd = true;
            q++;
        }
        plain[n++] = *q;
    }
    if (q == end || strange(plain, n) || (n && blank(plain[n - 1])))
        t->odd = true;
    add(a, t, plain, n);
    while (n && blank(plain[n - 1])) /* some cut it off */
        n--;
    add(a, t, plain, n);
    q += q < end;
    if (q < end && !blank(*q) && *q != ';')
        t->odd = true;
    return q;
}

static const char *
token(struct arena *a, struct ctype *t, const char *p, const char *end)
{
    const char *q = p;
    while (q < end && !blank(*q) && *q != ';')
        q++;
    if (strange(p, (size_t)(q - p)) || memchr(p, '"', (size_t)(q - p)) ||
        memchr(p, '(', (size_t)(q - p)) || *p == '\'')
        t->odd = true;
    add(a, t, p, (size_t)(q - p));
    return q;
}

/* What follows the word "boundary": a value, or something that is no parameter. */
static const char *
parameter(struct arena *a, struct ctype *t, const char *p, const char *end)
{
    const char *start = p, *value;
    bool odd = false;
    while (p < end && (blank(*p) || *p == '*' || (*p >= '0' && *p <= '9') || *p == '(')) {
        odd |= !blank(*p);
        if (*p == '(') {
            const char *close = memchr(p, ')', (size_t)(end - p));
            if (!close)
                return start;
            p = close;
            if (p + 1 < end && p[1] == ')')
                p++;
        }
        p++;
    }
    if (p == end || *p != '=')
        return start;
    t->odd |= odd;
    value = skip_blank(p + 1, end);
    if (value == end)
        return end;
    p = *value == '"' ? quoted(a, t, value, end) : token(a, t, value, end);
    const char *word = memmem(value, (size_t)(p - value), "=?", 2);
    if (word && memmem(word + 2, (size_t)(p - word) - 2, "?=", 2))
        t->odd = true;
    return p;
}

/* The type itself, read generously: spaces, quotes and controls are dropped. */
static void
read_type(const char *p, const char *end, struct ctype *t)
{
    char flat[24];
    size_t n = 0;
    for (; p < end && n < sizeof flat - 1 && *p != ';'; p++)
        if ((unsigned char)*p > 0x20 && (unsigned char)*p < 0x7f && *p != '"' && *p != '\'')
            flat[n++] = *p;
    flat[n] = '\0';
    t->multipart = strncasecmp(flat, "multipart", 9) == 0 || strcasestr(flat, "multipart/");
    t->message = strncasecmp(flat, "message/rfc822", 14) == 0 ||
                 strncasecmp(flat, "message/global", 14) == 0 ||
                 strncasecmp(flat, "message/news", 12) == 0;
}

void
ctype_read(struct arena *a, const char *value, size_t n, struct ctype *out)
{
    const char *p = value, *end = value + n, *checked = value;
    int found = 0;
    *out = (struct ctype){0};
    read_type(p, end, out);
    for (; p + 8 < end; p++) {
        if ((*p | 0x20) != 'b' || strncasecmp(p, "boundary", 8) != 0)
            continue;
        if (++found > 16) { /* each costs time and memory */
            out->odd = true;
            return;
        }
        int before = out->n;
        const char *next = parameter(a, out, p + 8, end);
        for (; out->n > before && checked < p; checked++) /* what readers may lose their way at */
            out->odd |= *checked == '(' || *checked == '\\' || (unsigned char)*checked >= 0x7f ||
                        ((unsigned char)*checked < 0x20 && !blank(*checked));
        p = next - 1;
    }
}
