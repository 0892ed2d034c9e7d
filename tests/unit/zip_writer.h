/* Zips as no library would write them: each number of both tables may be chosen. */
#ifndef SEKISHO_TEST_ZIP_WRITER_H
#define SEKISHO_TEST_ZIP_WRITER_H

#include <stdint.h>
#include <string.h>
#include <zlib.h>

#include "common/arena.h"
#include "common/buf.h"

struct zip_file {
    const char *name;
    const void *data;
    size_t n;
    int method; /* 0 stored, 8 deflated; negative: stored as said, deflated in truth */
    const char *central_name; /* NULL: the same */
    int central_method;       /* -1: the same */
    int64_t central_size;     /* -1: the same */
    bool only_local, only_central;
};

static inline void
zip_le(struct buf *b, uint64_t v, int bytes)
{
    for (int i = 0; i < bytes; i++)
        buf_char(b, i < 8 ? (char)(v >> 8 * i) : 0);
}

static inline struct buf *
zip_deflate(struct arena *a, const void *p, size_t n)
{
    struct buf *b = buf_new(a, 0);
    z_stream z = {0};
    unsigned char out[65536];
    int rc;
    deflateInit2(&z, 6, Z_DEFLATED, -15, 9, Z_DEFAULT_STRATEGY);
    z.next_in = (unsigned char *)(uintptr_t)p;
    z.avail_in = (uInt)n;
    do {
        z.next_out = out;
        z.avail_out = sizeof out;
        rc = deflate(&z, Z_FINISH);
        buf_add(b, out, sizeof out - z.avail_out);
    } while (rc == Z_OK);
    deflateEnd(&z);
    return b;
}

/* Adds a whole zip to out, whose offsets count from its own beginning. */
static inline void
zip_write(struct arena *a, struct buf *out, const struct zip_file *files, int n)
{
    struct buf *central = buf_new(a, 0);
    size_t start = out->len;
    int listed = 0;
    for (int i = 0; i < n; i++) {
        const struct zip_file *f = &files[i];
        uint32_t sum = (uint32_t)crc32(0, f->data, (uInt)f->n);
        int method = f->method < 0 ? 0 : f->method;
        struct buf *packed = f->method ? zip_deflate(a, f->data, f->n) : NULL;
        const void *p = packed ? packed->data : f->data;
        size_t size = packed ? packed->len : f->n, at = out->len - start;
        size_t plain = f->method < 0 ? size : f->n;
        if (!f->only_central) {
            buf_add(out, "PK\3\4\24\0\0\0", 8);
            zip_le(out, (uint64_t)method, 2);
            zip_le(out, 0, 4);
            zip_le(out, sum, 4);
            zip_le(out, size, 4);
            zip_le(out, plain, 4);
            zip_le(out, strlen(f->name), 2);
            zip_le(out, 0, 2);
            buf_str(out, f->name);
            buf_add(out, p, size);
        }
        if (f->only_local)
            continue;
        const char *name = f->central_name ? f->central_name : f->name;
        listed++;
        buf_add(central, "PK\1\2\24\0\24\0\0\0", 10);
        zip_le(central, (uint64_t)(f->central_method >= 0 ? f->central_method : method), 2);
        zip_le(central, 0, 4);
        zip_le(central, sum, 4);
        zip_le(central, size, 4);
        zip_le(central, f->central_size >= 0 ? (uint64_t)f->central_size : plain, 4);
        zip_le(central, strlen(name), 2);
        zip_le(central, 0, 12);
        zip_le(central, f->only_central ? 0 : at, 4);
        buf_str(central, name);
    }
    size_t at = out->len - start;
    buf_add(out, central->data ? central->data : "", central->len);
    buf_add(out, "PK\5\6\0\0\0\0", 8);
    zip_le(out, (uint64_t)listed, 2);
    zip_le(out, (uint64_t)listed, 2);
    zip_le(out, central->len, 4);
    zip_le(out, at, 4);
    zip_le(out, 0, 2);
}

#define ZIP_FILE(name_, data_, n_)                                                \
    {                                                                             \
        .name = name_, .data = data_, .n = n_, .method = 8, .central_method = -1, \
        .central_size = -1                                                        \
    }

#endif
