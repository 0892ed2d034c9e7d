#include "packed.h"

#include <math.h>
#include <string.h>

#include "arena.h"
#include "buf.h"
#include "jsonx.h"

#define DIGITS 19

/* ------------------------------------------------------------------ writing */

static void
put(struct buf *b, uint64_t v, char end)
{
    char digits[DIGITS + 2], *p = digits + sizeof digits;

    *--p = end;
    do
        *--p = (char)('0' + v % 10);
    while ((v /= 10) > 0);
    buf_add(b, p, (size_t)(digits + sizeof digits - p));
}

void
packed_number(struct buf *b, int64_t v)
{
    put(b, v > 0 ? (uint64_t)v : 0, ';');
}

void
packed_real(struct buf *b, double v)
{
    uint64_t bits;

    memcpy(&bits, &v, sizeof bits);
    put(b, bits >> 32, ';');
    put(b, bits & UINT32_MAX, ';');
}

void
packed_text(struct buf *b, struct arena *a, const char *s)
{
    const char *text = s ? jsonx_utf8(a, s, strnlen(s, PACKED_TEXT)) : "";
    size_t n = strlen(text);

    put(b, n, ':');
    buf_add(b, text, n);
}

/* ------------------------------------------------------------------ reading */

static uint64_t
get(struct packed_reader *r, char end)
{
    const char *start = r->p;
    uint64_t v = 0;

    while (r->p < r->end && r->p - start < DIGITS && *r->p >= '0' && *r->p <= '9')
        v = v * 10 + (uint64_t)(*r->p++ - '0');
    if (r->p == start || r->p == r->end || *r->p != end || v > INT64_MAX)
        r->bad = true;
    else
        r->p++;
    return r->bad ? 0 : v;
}

int64_t
packed_get_number(struct packed_reader *r)
{
    return (int64_t)get(r, ';');
}

int
packed_get_count(struct packed_reader *r, int most)
{
    int64_t v = packed_get_number(r);

    if (v > most)
        r->bad = true;
    return r->bad ? 0 : (int)v;
}

double
packed_get_real(struct packed_reader *r)
{
    uint64_t high = get(r, ';'), low = get(r, ';'), bits;
    double v;

    if (high > UINT32_MAX || low > UINT32_MAX)
        r->bad = true;
    bits = high << 32 | low;
    memcpy(&v, &bits, sizeof v);
    if (!isfinite(v))
        r->bad = true;
    return r->bad ? 0 : v;
}

const char *
packed_get_text(struct packed_reader *r)
{
    uint64_t n = get(r, ':');
    const char *s = r->p;

    if (r->bad || n > PACKED_TEXT * 3 || n > (uint64_t)(r->end - s) || memchr(s, '\0', n) ||
        !jsonx_is_utf8(s, n)) {
        r->bad = true;
        return "";
    }
    r->p += n;
    return arena_memdup(r->a, s, n);
}
