#include "officexml.h"
#include "../../common/arena.h"
#include "../../common/buf.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define VALUE 8192

static void
put_code(struct buf *b, unsigned long c)
{
    if (c == 0 || c > 0x10ffff || (c >= 0xd800 && c < 0xe000)) {
        buf_char(b, '?');
    } else if (c < 0x80) {
        buf_char(b, (char)c);
    } else if (c < 0x800) {
        buf_char(b, (char)(0xc0 | c >> 6));
        buf_char(b, (char)(0x80 | (c & 63)));
    } else if (c < 0x10000) {
        buf_char(b, (char)(0xe0 | c >> 12));
        buf_char(b, (char)(0x80 | (c >> 6 & 63)));
        buf_char(b, (char)(0x80 | (c & 63)));
    } else {
        buf_char(b, (char)(0xf0 | c >> 18));
        buf_char(b, (char)(0x80 | (c >> 12 & 63)));
        buf_char(b, (char)(0x80 | (c >> 6 & 63)));
        buf_char(b, (char)(0x80 | (c & 63)));
    }
}

/* Length of the reference at p, 0: it stays as it is. */
static size_t
reference(struct buf *b, const char *p, size_t n)
{
    static const struct {
        const char *name;
        char c;
    } five[] = {{"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}, {"&apos;", '\''}};
    for (size_t i = 0; i < sizeof five / sizeof *five; i++) {
        size_t len = strlen(five[i].name);
        if (n >= len && memcmp(p, five[i].name, len) == 0) {
            buf_char(b, five[i].c);
            return len;
        }
    }
    if (n > 3 && p[1] == '#') {
        bool hex = p[2] == 'x';
        unsigned long v = 0;
        size_t i = hex ? 3 : 2;
        for (; i < n && i < 12 && isxdigit((unsigned char)p[i]) && p[i] != ';'; i++) {
            int d =
                isdigit((unsigned char)p[i]) ? p[i] - '0' : tolower((unsigned char)p[i]) - 'a' + 10;
            v = v * (hex ? 16 : 10) + (unsigned long)d;
        }
        if (i < n && p[i] == ';') {
            put_code(b, v);
            return i + 1;
        }
    }
    return 0;
}

static void
decode(struct buf *b, const char *p, size_t n)
{
    const char *end = p + n;
    while (p < end) {
        const char *amp = memchr(p, '&', (size_t)(end - p));
        size_t plain = amp ? (size_t)(amp - p) : (size_t)(end - p), used;
        buf_add(b, p, plain);
        p += plain;
        if (p == end)
            return;
        used = reference(b, p, (size_t)(end - p));
        if (!used)
            buf_char(b, '&');
        p += used ? used : 1;
    }
}

/* Behind the tag's ">": a ">" in quotes does not end it. */
static const char *
tag_end(const char *p, const char *end)
{
    const char *start = p;
    char quote = 0;
    for (; p < end && p - start < 1024 * 1024; p++) {
        if (quote && *p == quote)
            quote = 0;
        else if (!quote && (*p == '"' || *p == '\''))
            quote = *p;
        else if (!quote && *p == '>')
            return p;
    }
    /* A quote that stays open would swallow the file. */
    const char *gt = memchr(start, '>', (size_t)(end - start));
    return gt ? gt : end;
}

static const char *
skip(const char *p, const char *end, const char *tail)
{
    const char *at = memmem(p, (size_t)(end - p), tail, strlen(tail));
    return at ? at + strlen(tail) : end;
}

/* <!...>: a document type with its inner subset, which is passed over unread. */
static const char *
declaration(const char *p, const char *end)
{
    const char *gt = memchr(p, '>', (size_t)(end - p));
    const char *open = memchr(p, '[', gt ? (size_t)(gt - p) : (size_t)(end - p));
    if (open)
        return skip(open, end, "]>");
    return gt ? gt + 1 : end;
}

static void
report_tag(const char *p, const char *gt, void (*tag)(void *, const struct officexml_tag *),
           void *ctx)
{
    struct officexml_tag t = {.closing = *p == '/'};
    p += t.closing;
    t.name = p;
    while (p < gt && !isspace((unsigned char)*p) && *p != '/') {
        if (*p++ == ':')
            t.name = p;
    }
    t.n = (size_t)(p - t.name);
    t.attributes = p;
    t.attributes_len = (size_t)(gt - p);
    tag(ctx, &t);
    if (!t.closing && gt > p && gt[-1] == '/') {
        t.closing = true;
        tag(ctx, &t);
    }
}

void
officexml_walk(struct arena *a, const char *p, size_t n,
               void (*tag)(void *ctx, const struct officexml_tag *t),
               void (*text)(void *ctx, const char *p, size_t n), void *ctx)
{
    const char *end = p + n;
    struct buf *b = buf_new(a, 0);
    while (p < end) {
        const char *lt = memchr(p, '<', (size_t)(end - p));
        size_t plain = lt ? (size_t)(lt - p) : (size_t)(end - p), left;
        if (plain) {
            buf_clear(b);
            decode(b, p, plain);
            text(ctx, buf_cstr(b), b->len);
        }
        p += plain;
        if (p == end)
            return;
        p++;
        left = (size_t)(end - p);
        if (left >= 3 && memcmp(p, "!--", 3) == 0) {
            p = skip(p + 3, end, "-->");
        } else if (left >= 8 && memcmp(p, "![CDATA[", 8) == 0) {
            const char *after = skip(p + 8, end, "]]>");
            size_t len = (size_t)(after - p) - 8;
            text(ctx, p + 8, len >= 3 && after[-1] == '>' ? len - 3 : len);
            p = after;
        } else if (left && *p == '!') {
            p = declaration(p, end);
        } else if (left && *p == '?') {
            p = skip(p, end, "?>");
        } else {
            const char *gt = tag_end(p, end);
            report_tag(p, gt, tag, ctx);
            p = gt < end ? gt + 1 : end;
        }
    }
}

const char *
officexml_value(struct arena *a, const struct officexml_tag *t, const char *name)
{
    const char *p = t->attributes, *end = p + t->attributes_len;
    size_t want = strlen(name);
    while (p < end) {
        while (p < end && (isspace((unsigned char)*p) || *p == '/'))
            p++;
        const char *start = p;
        while (p < end && *p != '=' && !isspace((unsigned char)*p)) {
            if (*p++ == ':')
                start = p;
        }
        size_t n = (size_t)(p - start);
        while (p < end && (isspace((unsigned char)*p) || *p == '='))
            p++;
        if (p >= end || (*p != '"' && *p != '\''))
            continue;
        const char *v = p + 1, *close = memchr(v, *p, (size_t)(end - v));
        close = close ? close : end;
        p = close < end ? close + 1 : end;
        if (n == want && strncasecmp(start, name, n) == 0) {
            struct buf *b = buf_new(a, 0);
            decode(b, v, close - v > VALUE ? VALUE : (size_t)(close - v));
            return arena_strndup(a, buf_cstr(b), b->len);
        }
    }
    return "";
}
