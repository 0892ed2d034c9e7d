#include "vba.h"
#include "bytes.h"
#include "../../common/arena.h"
#include "../../common/buf.h"

#include <string.h>

/* One chunk of at most 4096 bytes: literals and copies of what came before in it. */
static void
chunk(struct buf *b, const unsigned char *p, const unsigned char *end)
{
    size_t start = b->len;
    while (p < end && b->len - start < 4096 && b->len < VBA_SOURCE) {
        unsigned flags = *p++;
        for (int bit = 0; bit < 8 && p < end && b->len - start < 4096; bit++) {
            if (!(flags >> bit & 1)) {
                buf_char(b, (char)*p++);
                continue;
            }
            if (end - p < 2)
                return;
            unsigned token = bytes_le16(p), bits = 4;
            size_t done = b->len - start;
            while (((size_t)1 << bits) < done && bits < 12)
                bits++;
            size_t length = (token & (0xffffu >> bits)) + 3, back = (token >> (16 - bits)) + 1;
            p += 2;
            if (back > done)
                return;
            for (; length && b->len - start < 4096; length--)
                buf_char(b, b->data[b->len - back]);
        }
    }
}

static const unsigned char *
chunks(struct buf *b, const unsigned char *p, const unsigned char *end)
{
    while (end - p > 2 && b->len < VBA_SOURCE) {
        unsigned head = bytes_le16(p);
        size_t size = (head & 0xfff) + 1;
        if ((head >> 12 & 7) != 3)
            break;
        p += 2;
        const unsigned char *stop = (size_t)(end - p) < size ? end : p + size;
        if (head & 0x8000)
            chunk(b, p, stop);
        else
            buf_add(b, p, (size_t)(stop - p));
        p = stop;
    }
    return p;
}

char *
vba_source(struct arena *a, const unsigned char *p, size_t n, size_t *len, size_t *after)
{
    static const unsigned char mark[] = "\0Attribut";
    const unsigned char *end = p + n, *at = p;
    while ((at = memmem(at, (size_t)(end - at), mark, sizeof mark - 1))) {
        if (at - p >= 3 && at[-3] == 1 && (at[-1] & 0x70) == 0x30) {
            struct buf *b = buf_new(a, 0);
            *after = (size_t)(chunks(b, at - 2, end) - p);
            if (*after < (size_t)(at - p) + 9)
                *after = (size_t)(at - p) + 9;
            *len = b->len;
            return b->data;
        }
        at++;
    }
    return NULL;
}
