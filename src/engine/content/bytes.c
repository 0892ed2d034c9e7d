#include "bytes.h"
#include "../../common/arena.h"
#include "../../common/buf.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>
#include <zlib.h>

/* In pieces: who looks for the next place again and again must not pay for the whole rest each time. */
#define PIECE 256

const unsigned char *
bytes_find(const unsigned char *p, size_t n, const char *word)
{
    size_t len = strlen(word);
    int low = (unsigned char)word[0], high = toupper(low);
    const unsigned char *end = p + n;
    while ((size_t)(end - p) >= len) {
        const unsigned char *stop = end - p > PIECE ? p + PIECE : end;
        const unsigned char *a = memchr(p, low, (size_t)(stop - p));
        const unsigned char *b = low == high ? NULL : memchr(p, high, (size_t)((a ? a : stop) - p));
        const unsigned char *at = b ? b : a;
        if (!at) {
            p = stop;
            continue;
        }
        if ((size_t)(end - at) < len)
            return NULL;
        if (strncasecmp((const char *)at, word, len) == 0)
            return at;
        p = at + 1;
    }
    return NULL;
}

bool
bytes_field(const unsigned char *p, size_t n)
{
    size_t i = 0;
    if (n && (p[0] == '\n' || (p[0] == '\r' && n > 1 && p[1] == '\n')))
        return true;
    while (i < n && i < 998 && p[i] > ' ' && p[i] < 127 && p[i] != ':')
        i++;
    while (i < n && i < 998 && (p[i] == ' ' || p[i] == '\t'))
        i++;
    return i && i < n && p[i] == ':' && p[0] > ' ';
}

bool
bytes_ext(const char *name, const char *ext)
{
    size_t n = strlen(name), k = strlen(ext);
    while (n && (name[n - 1] == '.' || name[n - 1] == ' '))
        n--;
    return n >= k && strncasecmp(name + n - k, ext, k) == 0;
}

bool
bytes_ext_in(const char *name, const char *const *exts)
{
    for (; *exts; exts++)
        if (bytes_ext(name, *exts))
            return true;
    return false;
}

static int
base64_digit(unsigned char c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    return c == '+' || c == '-' ? 62 : c == '/' || c == '_' ? 63 : -1;
}

unsigned char *
bytes_base64(struct arena *a, const unsigned char *p, size_t n, size_t *out, size_t *used)
{
    unsigned char *to = arena_alloc(a, n / 4 * 3 + 4);
    uint32_t bits = 0;
    int nbits = 0;
    size_t i = 0, o = 0;
    for (; i < n && p[i] != '='; i++) {
        int d = base64_digit(p[i]);
        if (d < 0)
            continue;
        bits = bits << 6 | (uint32_t)d;
        nbits += 6;
        if (nbits >= 8) {
            nbits -= 8;
            to[o++] = (unsigned char)(bits >> nbits);
        }
    }
    *out = o;
    if (used)
        *used = i;
    return to;
}

static void
put_code(struct buf *b, uint32_t c)
{
    char u[4];
    if (c < 0x80) {
        buf_char(b, (char)c);
    } else if (c < 0x800) {
        u[0] = (char)(0xc0 | c >> 6), u[1] = (char)(0x80 | (c & 63));
        buf_add(b, u, 2);
    } else if (c < 0x10000) {
        u[0] = (char)(0xe0 | c >> 12), u[1] = (char)(0x80 | (c >> 6 & 63));
        u[2] = (char)(0x80 | (c & 63));
        buf_add(b, u, 3);
    } else {
        u[0] = (char)(0xf0 | c >> 18), u[1] = (char)(0x80 | (c >> 12 & 63));
        u[2] = (char)(0x80 | (c >> 6 & 63)), u[3] = (char)(0x80 | (c & 63));
        buf_add(b, u, 4);
    }
}

static uint32_t
unit(const unsigned char *p, bool big)
{
    return big ? (uint32_t)(p[0] << 8 | p[1]) : (uint32_t)(p[0] | p[1] << 8);
}

/* to_nul: a NUL ends it, else it is left out. */
static void
put_utf16(struct buf *b, const unsigned char *p, size_t n, bool big, bool to_nul)
{
    for (size_t i = 0; i + 1 < n; i += 2) {
        uint32_t c = unit(p + i, big), d;
        if (c == 0 && to_nul)
            return;
        if (c == 0)
            continue;
        if (c >= 0xd800 && c < 0xdc00 && i + 3 < n && (d = unit(p + i + 2, big)) >= 0xdc00 &&
            d < 0xe000) {
            c = 0x10000 + ((c - 0xd800) << 10) + (d - 0xdc00);
            i += 2;
        } else if (c >= 0xd800 && c < 0xe000) {
            c = 0xfffd;
        }
        put_code(b, c);
    }
}

char *
bytes_utf16(struct arena *a, const unsigned char *p, size_t n, bool big)
{
    struct buf *b = buf_new(a, 0);
    put_utf16(b, p, n, big, true);
    return arena_strndup(a, buf_cstr(b), b->len);
}

static void
put_without_zeros(struct buf *b, const unsigned char *p, size_t n)
{
    const unsigned char *end = p + n;
    while (p < end) {
        const unsigned char *zero = memchr(p, 0, (size_t)(end - p)), *stop = zero ? zero : end;
        buf_add(b, p, (size_t)(stop - p));
        p = zero ? zero + 1 : end;
    }
}

char *
bytes_script_text(struct arena *a, const unsigned char *p, size_t n, size_t *out)
{
    size_t zeros[2] = {0, 0};
    bool little = n >= 2 && p[0] == 0xff && p[1] == 0xfe;
    bool big = n >= 2 && p[0] == 0xfe && p[1] == 0xff;
    for (size_t i = 0; i < n; i++)
        zeros[i & 1] += p[i] == 0;
    bool marked = little || big, wide = marked && zeros[little] > n / 8;
    *out = n;
    if (!marked && zeros[0] + zeros[1] == 0)
        return arena_memdup(a, p, n);
    struct buf *b = buf_new(a, 0);
    little |= !marked && zeros[1] > n / 4;
    big |= !marked && zeros[0] > n / 4;
    if (little || big)
        put_utf16(b, p + marked * 2, n - marked * 2, !little, false);
    if (little || big)
        buf_char(b, '\n');
    /* Not everybody believes a mark, or sees UTF-16 without one: cmd.exe passes over it. */
    if (!wide)
        put_without_zeros(b, p, n);
    *out = b->len;
    return b->data ? b->data : arena_memdup(a, "", 0);
}

unsigned char *
bytes_inflate(struct arena *a, const unsigned char *p, size_t n, bool raw, size_t limit,
              size_t *out, bool *over)
{
    z_stream z = {.next_in = (unsigned char *)(uintptr_t)p, .avail_in = (unsigned)n};
    struct buf *b = buf_new(a, 0);
    unsigned char chunk[16384];
    int rc = Z_OK;
    *over = false;
    *out = 0;
    if (n > UINT32_MAX || inflateInit2(&z, raw ? -15 : 15) != Z_OK)
        return NULL;
    while (rc == Z_OK && !*over) {
        z.next_out = chunk;
        z.avail_out = sizeof chunk;
        rc = inflate(&z, Z_NO_FLUSH);
        size_t got = sizeof chunk - z.avail_out;
        *over = b->len + got > limit;
        buf_add(b, chunk, *over ? limit - b->len : got);
        if (got == 0 && rc == Z_OK && z.avail_in == 0)
            break;
    }
    inflateEnd(&z);
    *out = b->len;
    return b->len ? (unsigned char *)b->data : NULL;
}

static bool
printable(unsigned c)
{
    return c >= 0x20 && c < 0xfff0 && (c < 0x7f || c >= 0xa0) && (c < 0xd800 || c >= 0xe000);
}

/* Characters of UTF-16 from p on, at most 4096; *ascii: how many of them are. */
static size_t
wide_run(const unsigned char *p, size_t n, size_t *ascii)
{
    size_t run = 0;
    *ascii = 0;
    while (run * 2 + 1 < n && run < 4096 && printable(bytes_le16(p + run * 2))) {
        *ascii += bytes_le16(p + run * 2) < 0x7f;
        run++;
    }
    return run;
}

/* Printable runs of UTF-16, one a line. They stand at odd places, too: of two readings the one with more
 * ASCII is meant, since every pair of bytes is some Chinese character. */
struct buf *
bytes_wide_text(struct arena *a, const unsigned char *p, size_t n, size_t limit)
{
    struct buf *b = buf_new(a, limit);
    for (size_t i = 0; i + 1 < n && !b->truncated;) {
        size_t ascii, next_ascii, run = wide_run(p + i, n - i, &ascii);
        if (run < 5 ||
            (ascii < run && wide_run(p + i + 1, n - i - 1, &next_ascii) && next_ascii > ascii)) {
            i++;
            continue;
        }
        buf_str(b, bytes_utf16(a, p + i, run * 2, false));
        buf_char(b, '\n');
        i += run * 2;
    }
    return b;
}

struct buf *
bytes_narrow_text(struct arena *a, const unsigned char *p, size_t n, size_t limit)
{
    struct buf *b = buf_new(a, limit);
    for (size_t i = 0; i < n && !b->truncated;) {
        size_t run = 0;
        while (i + run < n && ((p[i + run] >= 0x20 && p[i + run] < 0x7f) || p[i + run] == '\t'))
            run++;
        if (run >= 6) {
            buf_add(b, p + i, run);
            buf_char(b, '\n');
        }
        i += run + 1;
    }
    return b;
}
