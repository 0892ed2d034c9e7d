#include "html_entity.h"
#include "../../common/buf.h"

#include <ctype.h>
#include <string.h>

#define NAME_MAX_BYTES 31 /* "CounterClockwiseContourIntegral" */
#define BARE_MAX 6        /* longest name that needs no semicolon */

static const struct entity {
    const char *name, *text;
    bool bare;
} entities[] = {
#define E(name, text, bare) {name, text, bare},
#include "html_entities.def"
#undef E
};

void
html_put_code(struct buf *b, unsigned long c)
{
    char u[4];
    if (c == 0 || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
        c = 0xfffd;
    if (c < 0x80) {
        buf_char(b, (char)c);
    } else if (c < 0x800) {
        u[0] = (char)(0xc0 | c >> 6), u[1] = (char)(0x80 | (c & 63));
        buf_add(b, u, 2);
    } else if (c < 0x10000) {
        u[0] = (char)(0xe0 | c >> 12), u[1] = (char)(0x80 | (c >> 6 & 63)),
        u[2] = (char)(0x80 | (c & 63));
        buf_add(b, u, 3);
    } else {
        u[0] = (char)(0xf0 | c >> 18), u[1] = (char)(0x80 | (c >> 12 & 63)),
        u[2] = (char)(0x80 | (c >> 6 & 63));
        u[3] = (char)(0x80 | (c & 63));
        buf_add(b, u, 4);
    }
}

/* Numbers 128 to 159 mean windows-1252, for ever (13.2.5.80). */
static unsigned long
windows_1252(unsigned long c)
{
    static const unsigned short high[32] = {
        0x20ac, 0x81,   0x201a, 0x192,  0x201e, 0x2026, 0x2020, 0x2021, 0x2c6,  0x2030, 0x160,
        0x2039, 0x152,  0x8d,   0x17d,  0x8f,   0x90,   0x2018, 0x2019, 0x201c, 0x201d, 0x2022,
        0x2013, 0x2014, 0x2dc,  0x2122, 0x161,  0x203a, 0x153,  0x9d,   0x17e,  0x178};
    return c >= 0x80 && c < 0xa0 ? high[c - 0x80] : c;
}

/* p: "&#...". Bytes used, 0 when it is none. Any number of digits, as in browsers. */
static size_t
numeric(struct buf *b, const char *p, size_t left)
{
    bool hex = left > 2 && (p[2] == 'x' || p[2] == 'X');
    size_t first = hex ? 3 : 2, n = first;
    unsigned long c = 0;
    for (; n < left; n++) {
        int d = isdigit((unsigned char)p[n])           ? p[n] - '0'
                : hex && isxdigit((unsigned char)p[n]) ? tolower((unsigned char)p[n]) - 'a' + 10
                                                       : -1;
        if (d < 0)
            break;
        c = c > 0x10ffff ? c : c * (hex ? 16 : 10) + (unsigned long)d;
    }
    if (n == first)
        return 0;
    html_put_code(b, windows_1252(c));
    return n < left && p[n] == ';' ? n + 1 : n;
}

static const struct entity *
find(const char *name, size_t n)
{
    size_t low = 0, high = sizeof entities / sizeof *entities;
    while (low < high) {
        size_t mid = (low + high) / 2;
        int c = strncmp(entities[mid].name, name, n);
        if (c == 0 && entities[mid].name[n])
            c = 1;
        if (c == 0)
            return &entities[mid];
        if (c < 0)
            low = mid + 1;
        else
            high = mid;
    }
    return NULL;
}

static size_t
named(struct buf *b, const char *p, size_t left, bool attribute)
{
    size_t n = 1;
    const struct entity *e;
    while (n < left && n <= NAME_MAX_BYTES && isalnum((unsigned char)p[n]))
        n++;
    if (n > 1 && n < left && p[n] == ';' && (e = find(p + 1, n - 1))) {
        buf_str(b, e->text);
        return n + 1;
    }
    for (size_t len = n - 1 < BARE_MAX ? n - 1 : BARE_MAX; len >= 2; len--) {
        if (!(e = find(p + 1, len)) || !e->bare)
            continue;
        char next = len + 1 < left ? p[len + 1] : ' ';
        if (attribute && (next == '=' || isalnum((unsigned char)next)))
            return 0;
        buf_str(b, e->text);
        return len + 1;
    }
    return 0;
}

/* NUL bytes came here as U+2400. */
static void
add_text(struct buf *b, const char *p, size_t n)
{
    static const char nul[] = "\xe2\x90\x80";
    for (const char *mark; (mark = memmem(p, n, nul, 3));) {
        buf_add(b, p, (size_t)(mark - p));
        n -= (size_t)(mark + 3 - p);
        p = mark + 3;
    }
    buf_add(b, p, n);
}

void
html_decode(struct buf *b, const char *p, size_t n, bool attribute)
{
    const char *end = p + n;
    while (p < end) {
        const char *amp = memchr(p, '&', (size_t)(end - p));
        size_t plain = amp ? (size_t)(amp - p) : (size_t)(end - p), left, used = 0;
        add_text(b, p, plain);
        p += plain;
        left = (size_t)(end - p);
        if (!left)
            break;
        if (left > 2 && p[1] == '#')
            used = numeric(b, p, left);
        else if (left > 2)
            used = named(b, p, left, attribute);
        if (!used)
            buf_char(b, *p);
        p += used ? used : 1;
    }
}
