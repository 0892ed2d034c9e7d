/*
 * Addresses of header fields, taken as they are written in mail, not as RFC 5322 has them: names without
 * quotes, missing brackets, comments. One entry after the other up to a comma or semicolon.
 */
#include "view.h"
#include "../../common/arena.h"
#include "../../common/buf.h"

#include <ctype.h>
#include <string.h>

struct reader {
    struct arena *a;
    const char *p, *end;
};

static const char *
blanks(const char *p, const char *end)
{
    while (p < end && isspace((unsigned char)*p))
        p++;
    return p;
}

/* Behind a quoted string; NULL: it is not closed. */
static const char *
quoted(const char *p, const char *end)
{
    for (p++; p < end; p++) {
        if (*p == '\\' && p + 1 < end)
            p++;
        else if (*p == '"')
            return p + 1;
    }
    return NULL;
}

/* Behind a comment without others inside; NULL: it is none. */
static const char *
comment(const char *p, const char *end)
{
    if (p >= end || *p != '(')
        return NULL;
    for (p++; p < end && *p != '('; p++) {
        if (*p == '\\' && p + 1 < end)
            p++;
        else if (*p == ')')
            return p + 1;
    }
    return NULL;
}

/* Behind words and quoted strings. */
static const char *
phrase(const char *p, const char *end)
{
    while (p < end) {
        if (*p == '"') {
            const char *q = quoted(p, end);
            if (!q)
                return p;
            p = q;
        } else if (*p == ',' || *p == ';' || *p == '<') {
            return p;
        } else {
            p++;
        }
    }
    return p;
}

static bool
local_char(char c)
{
    return c && !isspace((unsigned char)c) && !strchr("@<>()[],:;", c);
}

/* Behind user@host; NULL: it is none. */
static const char *
mailbox(const char *p, const char *end)
{
    const char *start = p;
    if (p < end && *p == '"') {
        p = quoted(p, end);
        if (!p)
            return NULL;
    } else {
        while (p < end && local_char(*p))
            p++;
    }
    if (p == start || p >= end || *p != '@')
        return NULL;
    start = ++p;
    if (p < end && *p == '[') {
        while (p < end && *p != ']')
            p++;
        return p < end ? p + 1 : NULL;
    }
    while (p < end && *p != '"' && (local_char(*p) || *p == '@'))
        p++;
    return p > start ? p : NULL;
}

static struct span
without_comments(struct arena *a, struct span s)
{
    const char *end = s.p + s.n, *q;
    struct buf *b;
    if (!s.n || !memchr(s.p, '(', s.n))
        return s;
    b = buf_new(a, 0);
    for (const char *p = s.p; p < end;) {
        if ((q = comment(p, end)))
            p = q;
        else
            buf_char(b, *p++);
    }
    return (struct span){buf_cstr(b), b->len};
}

/* Quotes and comments are no part of a name. */
static struct span
plain_phrase(struct arena *a, struct span s)
{
    struct buf *b = buf_new(a, 0);
    const char *end = s.p + s.n, *q;
    for (const char *p = s.p; p < end;) {
        if (*p == '"' && (q = quoted(p, end))) {
            for (p++; p < q - 1; p++)
                if (*p != '\\' || p[1] == '\\')
                    buf_char(b, *p);
            p = q;
        } else {
            for (q = p; q < end && *q != '"';)
                q++;
            struct span words = without_comments(a, (struct span){p, (size_t)(q - p)});
            buf_add(b, words.p, words.n);
            if (q < end && !quoted(q, end))
                q = end;
            p = q == p ? p + 1 : q;
        }
    }
    return (struct span){buf_cstr(b), b->len};
}

static bool
whole_mailbox(struct span s)
{
    return s.n && mailbox(s.p, s.p + s.n) == s.p + s.n;
}

/* With one "@", and quotes in pairs. */
static struct span
checked(struct span s)
{
    size_t quotes = 0, first = s.n;
    for (size_t i = 0; i < s.n; i++) {
        quotes += s.p[i] == '"';
        if (s.p[i] == '@' && first == s.n)
            first = i;
        else if (s.p[i] == '@') {
            s.n = i;
            break;
        }
    }
    if (quotes == 1 || (s.n >= 3 && memcmp(s.p, "\"\"@", 3) == 0))
        return (struct span){0};
    return s;
}

static void
finish(struct arena *a, struct view_address *x, struct span words, struct span note)
{
    x->phrase = words.p ? plain_phrase(a, words) : words;
    if (x->phrase.p && !x->address.p && whole_mailbox(x->phrase)) {
        struct span s = checked(x->phrase);
        const char *at = s.p ? memchr(s.p, '@', s.n) : NULL;
        if (at && domain_fqdn((struct span){at + 1, s.n - (size_t)(at + 1 - s.p)})) {
            x->address = s;
            x->phrase = (struct span){0};
        }
    }
    if (x->phrase.p && (x->phrase.n == 0 || (x->address.p && x->phrase.n == x->address.n &&
                                             memcmp(x->phrase.p, x->address.p, x->phrase.n) == 0)))
        x->phrase = (struct span){0};
    if (!x->phrase.p && note.p)
        x->phrase = note;
}

/* `words <address>`; NULL: it is something else. */
static const char *
bracketed(struct reader *r, const char *p, struct span *words, struct span *address)
{
    const char *q = phrase(p, r->end), *close;
    *words = (struct span){q > p ? p : NULL, (size_t)(q - p)};
    if (q >= r->end || *q != '<' || !(close = memchr(q, '>', (size_t)(r->end - q))))
        return NULL;
    struct span s = span_trim((struct span){q + 1, (size_t)(close - q - 1)});
    s = without_comments(r->a, s);
    *address = whole_mailbox(s) ? checked(s) : (struct span){0};
    for (p = close + 1;;) { /* some programs write it twice */
        q = blanks(p, r->end);
        if (q >= r->end || *q != '<' || !(close = memchr(q, '>', (size_t)(r->end - q))))
            return p;
        p = close + 1;
    }
}

/* false: nothing that can be read stands there. */
static bool
entry(struct reader *r, struct view_address *x)
{
    struct span words = {0}, note = {0};
    const char *p = blanks(r->p, r->end), *start = p, *q;
    *x = (struct view_address){0};
    q = bracketed(r, p, &words, &x->address);
    if (!q) {
        q = mailbox(p, r->end);
        const char *after = q ? blanks(q, r->end) : NULL;
        if (after && after < r->end && *after == '(' && comment(after, r->end))
            after = blanks(comment(after, r->end), r->end);
        if (q && (after == r->end || *after == ',' || *after == ';')) {
            x->address = checked((struct span){p, (size_t)(q - p)});
            words = (struct span){0};
        } else {
            q = phrase(p, r->end);
            if (q == p)
                return false;
        }
    }
    p = blanks(q, r->end);
    q = comment(p, r->end);
    if (q) {
        note = (struct span){p + 1, (size_t)(q - p - 2)};
        p = blanks(q, r->end);
    }
    if (p < r->end && *p != ',' && *p != ';')
        return false;
    finish(r->a, x, words, note);
    r->p = p < r->end ? p + 1 : p;
    return r->p > start || x->address.p || x->phrase.p;
}

/* What is left and cannot be read may still hold <addresses>. */
static int
rescue(struct reader *r, struct view_address *out, int n, int max)
{
    const char *p = r->p, *q;
    while (n < max && p < r->end && (p = memchr(p, '<', (size_t)(r->end - p)))) {
        q = mailbox(p + 1, r->end);
        if (q && q < r->end && *q == '>') {
            struct span s = checked((struct span){p + 1, (size_t)(q - p - 1)});
            if (s.p)
                out[n++] = (struct view_address){.address = s};
        }
        p++;
    }
    return n;
}

/* "Friends: a@example, b@example;": the group's name goes. */
static const char *
behind_group(const char *p, const char *end)
{
    const char *colon = NULL;
    for (const char *q = p; q < end && !strchr("\"()<>", *q); q++)
        if (*q == ':' && q > p)
            colon = q;
    return colon ? colon + 1 : p;
}

int
view_addresses(struct view *v, struct span value, struct view_address *out, int max)
{
    struct reader r = {.a = v->a};
    int n = 0;
    value = span_trim(value);
    r.p = behind_group(value.p, value.p + value.n);
    r.end = value.p + value.n;
    while (n < max && blanks(r.p, r.end) < r.end) {
        if (!entry(&r, &out[n]))
            return rescue(&r, out, n, max);
        n += out[n].address.p || out[n].phrase.p;
    }
    return n;
}
