#include "pdf_filter.h"
#include "bytes.h"
#include "../../common/arena.h"
#include "../../common/buf.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static const unsigned char *
ascii_hex(struct arena *a, const unsigned char *p, size_t n, size_t *out)
{
    unsigned char *to = arena_alloc(a, n / 2 + 2);
    size_t o = 0;
    int high = -1;
    for (size_t i = 0; i < n && p[i] != '>'; i++) {
        if (!isxdigit(p[i]))
            continue;
        int v = isdigit(p[i]) ? p[i] - '0' : tolower(p[i]) - 'a' + 10;
        if (high < 0) {
            high = v;
        } else {
            to[o++] = (unsigned char)(high * 16 + v);
            high = -1;
        }
    }
    if (high >= 0)
        to[o++] = (unsigned char)(high * 16);
    *out = o;
    return to;
}

static const unsigned char *
ascii_85(struct arena *a, const unsigned char *p, size_t n, size_t *out)
{
    unsigned char *to = arena_alloc(a, n * 4 + 8); /* "z" is four zeros */
    uint32_t v = 0;
    int k = 0;
    size_t o = 0;
    for (size_t i = 0; i < n && p[i] != '~'; i++) {
        if (p[i] == 'z' && k == 0) {
            memset(to + o, 0, 4);
            o += 4;
        }
        if (p[i] < '!' || p[i] > 'u')
            continue;
        v = v * 85 + (uint32_t)(p[i] - '!');
        if (++k == 5) {
            for (int b = 3; b >= 0; b--)
                to[o++] = (unsigned char)(v >> (8 * b));
            v = 0;
            k = 0;
        }
    }
    if (k > 1) {
        for (int i = k; i < 5; i++)
            v = v * 85 + 84;
        for (int b = 3; b > 4 - k; b--)
            to[o++] = (unsigned char)(v >> (8 * b));
    }
    *out = o;
    return to;
}

static const unsigned char *
run_length(struct arena *a, const unsigned char *p, size_t n, size_t limit, size_t *out, bool *over)
{
    struct buf *b = buf_new(a, limit);
    for (size_t i = 0; i < n && p[i] != 128 && !b->truncated;) {
        size_t len = p[i];
        if (len < 128) {
            size_t take = len + 1 < n - i - 1 ? len + 1 : n - i - 1;
            buf_add(b, p + i + 1, take);
            i += take + 1;
        } else {
            for (size_t k = 0; i + 1 < n && k < 257 - len; k++)
                buf_char(b, (char)p[i + 1]);
            i += 2;
        }
    }
    *over = b->truncated;
    *out = b->len;
    return (const unsigned char *)buf_cstr(b);
}

/* The LZW of TIFF: codes grow one earlier than in GIF, high bits first. */
static const unsigned char *
lzw(struct arena *a, const unsigned char *p, size_t n, size_t limit, size_t *out, bool *over)
{
    struct table {
        short prefix[4097];
        unsigned char last[4097], first[4097], stack[4098];
    } *t = arena_alloc(a, sizeof *t);
    struct buf *b = buf_new(a, limit);
    uint32_t bits = 0;
    int nbits = 0, width = 9, next = 258, before = -1;
    for (int i = 0; i < 256; i++)
        t->prefix[i] = -1, t->first[i] = t->last[i] = (unsigned char)i;
    for (size_t i = 0; i < n && !b->truncated;) {
        while (nbits < width && i < n) {
            bits = bits << 8 | p[i++];
            nbits += 8;
        }
        if (nbits < width)
            break;
        int code = (int)(bits >> (nbits - width) & ((1u << width) - 1)), depth = 0, c = code;
        nbits -= width;
        if (code == 257)
            break;
        if (code == 256) {
            width = 9, next = 258, before = -1;
            continue;
        }
        if (code > next || (before < 0 && code > 255) || (code == next && before < 0))
            break;
        if (code == next) {
            t->stack[depth++] = t->first[before];
            c = before;
        }
        for (; c >= 0 && depth < 4097; c = t->prefix[c])
            t->stack[depth++] = t->last[c];
        if (before >= 0 && next < 4096) {
            t->prefix[next] = (short)before;
            t->first[next] = t->first[before];
            t->last[next] = t->stack[depth - 1];
            next++;
            width = next >= 2047 ? 12 : next >= 1023 ? 11 : next >= 511 ? 10 : 9;
        }
        before = code;
        while (depth)
            buf_char(b, (char)t->stack[--depth]);
    }
    *over = b->truncated;
    *out = b->len;
    return (const unsigned char *)buf_cstr(b);
}

static int
paeth(int left, int up, int corner)
{
    int p = left + up - corner, a = abs(p - left), b = abs(p - up), c = abs(p - corner);
    return a <= b && a <= c ? left : b <= c ? up : corner;
}

/* PNG's predictors: each row has its kind in front. */
static unsigned char *
png_rows(struct arena *a, const struct pdf_predictor *pr, const unsigned char *p, size_t n,
         size_t *out)
{
    size_t pixel = ((size_t)pr->colors * (size_t)pr->bits + 7) / 8;
    size_t row = ((size_t)pr->colors * (size_t)pr->bits * (size_t)pr->columns + 7) / 8;
    unsigned char *to = arena_alloc(a, n + 1), *above = arena_alloc(a, row + 1), *o = to;
    for (; n > 1; p += row + 1) {
        size_t len = n - 1 < row ? n - 1 : row;
        for (size_t i = 0; i < len; i++) {
            int left = i >= pixel ? o[i - pixel] : 0, up = above[i],
                corner = i >= pixel ? above[i - pixel] : 0;
            int add = *p == 1   ? left
                      : *p == 2 ? up
                      : *p == 3 ? (left + up) / 2
                      : *p == 4 ? paeth(left, up, corner)
                                : 0;
            o[i] = (unsigned char)(p[i + 1] + add);
        }
        above = o;
        o += len;
        n -= len + 1;
        if (len < row)
            break;
    }
    *out = (size_t)(o - to);
    return to;
}

static const unsigned char *
predicted(struct arena *a, const struct pdf_predictor *pr, unsigned char *p, size_t n, size_t *out)
{
    if (pr->kind >= 10 && pr->colors <= 32 && pr->bits <= 16)
        return png_rows(a, pr, p, n, out);
    if (pr->kind == 2 && pr->bits == 8 && pr->colors <= 32) {
        size_t row = (size_t)pr->colors * (size_t)pr->columns;
        for (size_t i = 0; i < n; i++)
            if (i % row >= (size_t)pr->colors)
                p[i] = (unsigned char)(p[i] + p[i - (size_t)pr->colors]);
    }
    *out = n;
    return p;
}

static bool
is(const char *name, const char *full, const char *brief)
{
    return strcmp(name, full) == 0 || strcmp(name, brief) == 0;
}

const unsigned char *
pdf_filter(struct arena *a, const char *name, const struct pdf_predictor *pr,
           const unsigned char *p, size_t n, size_t limit, size_t *out, bool *over)
{
    if (is(name, "FlateDecode", "Fl")) {
        size_t got;
        unsigned char *q = bytes_inflate(a, p, n, false, limit, &got, over);
        if (!q && n > 2) /* a broken head */
            q = bytes_inflate(a, p + 2, n - 2, true, limit, &got, over);
        if (!q)
            return NULL;
        return predicted(a, pr, q, got, out);
    }
    if (is(name, "LZWDecode", "LZW")) {
        size_t got;
        const unsigned char *q = lzw(a, p, n, limit, &got, over);
        return predicted(a, pr, arena_memdup(a, q, got), got, out);
    }
    if (is(name, "RunLengthDecode", "RL"))
        return run_length(a, p, n, limit, out, over);
    if (n > limit) {
        *over = true;
        n = limit;
    }
    if (is(name, "ASCIIHexDecode", "AHx"))
        return ascii_hex(a, p, n, out);
    if (is(name, "ASCII85Decode", "A85")) {
        *over |= n > limit / 4;
        return ascii_85(a, p, n > limit / 4 ? limit / 4 : n, out);
    }
    return NULL;
}
