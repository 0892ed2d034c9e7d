/* Files of many kinds, small and whole enough for programs that open them. */
#ifndef SEKISHO_TEST_FILE_MAKER_H
#define SEKISHO_TEST_FILE_MAKER_H

#include <string.h>
#include <zlib.h>

#include <archive.h>
#include <archive_entry.h>

#include "zip_writer.h"

#define MADE_EICAR                                 \
    "X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-" \
    "ANTIVIRUS-TEST-FILE!$H+H*"

static inline void
made_be(struct buf *b, uint32_t v, int bytes)
{
    while (bytes--)
        buf_char(b, (char)(v >> 8 * bytes));
}

static inline void
made_fill(struct buf *b, size_t n)
{
    while (n--)
        buf_char(b, 0);
}

static inline void
made_chunk(struct buf *b, const char *type, const void *p, size_t n)
{
    uint32_t sum = (uint32_t)crc32(crc32(0, (const unsigned char *)type, 4), p, (uInt)n);
    made_be(b, (uint32_t)n, 4);
    buf_add(b, type, 4);
    buf_add(b, p, n);
    made_be(b, n ? sum : (uint32_t)crc32(0, (const unsigned char *)type, 4), 4);
}

/* One black point; text: a comment in it, NULL: none. */
static inline void
made_png(struct buf *b, const char *text)
{
    buf_add(b, "\x89PNG\r\n\x1a\n", 8);
    made_chunk(b, "IHDR", "\0\0\0\1\0\0\0\1\10\0\0\0\0", 13);
    if (text)
        made_chunk(b, "tEXt", text, strlen(text));
    made_chunk(b, "IDAT", "\x78\x9c\x63\x60\0\0\0\2\0\1", 10);
    made_chunk(b, "IEND", "", 0);
}

static inline void
made_jpeg(struct buf *b, const char *comment)
{
    buf_add(b, "\xff\xd8\xff\xe0\0\x10JFIF\0\1\1\0\0\1\0\1\0\0", 20);
    if (comment) {
        buf_add(b, "\xff\xfe", 2);
        made_be(b, (uint32_t)strlen(comment) + 2, 2);
        buf_str(b, comment);
    }
    buf_add(b, "\xff\xd9", 2);
}

static inline void
made_gif(struct buf *b)
{
    buf_add(b, "GIF89a\1\0\1\0\x80\0\0\0\0\0\xff\xff\xff,\0\0\0\0\1\0\1\0\0\2\2D\1\0;", 35);
}

static inline void
made_bmp(struct buf *b)
{
    buf_add(b, "BM\x3a\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0\1\0\0\0\1\0\0\0\1\0\x18\0", 30);
    made_fill(b, 28);
}

static inline void
made_pdf(struct buf *b)
{
    buf_str(b,
            "%PDF-1.4\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n2 0 obj\n"
            "<</Type/Pages/Kids[]/Count 0>>\nendobj\nxref\n0 3\ntrailer\n<</Size 3/Root 1 0 R>>\n"
            "startxref\n0\n%%EOF\n");
}

/* With a head that Windows would start. */
static inline void
made_pe(struct buf *b)
{
    size_t start = b->len;
    buf_add(b, "MZ\x90\0\3\0\0\0\4\0\0\0\xff\xff\0\0", 16);
    made_fill(b, 60 - 16);
    zip_le(b, 0x80, 4);
    made_fill(b, 0x80 - 64);
    buf_add(b, "PE\0\0\x4c\1\1\0", 8);
    made_fill(b, 512 - (b->len - start));
}

static inline void
made_zip(struct arena *a, struct buf *b, const char *name, const void *p, size_t n)
{
    struct zip_file f[] = {ZIP_FILE(name, p, n)};
    zip_write(a, b, f, 1);
}

static inline void
made_eicar_zip(struct arena *a, struct buf *b)
{
    made_zip(a, b, "eicar.com", MADE_EICAR, sizeof MADE_EICAR - 1);
}

/* RAR 1.5 to 4: mark, head, one stored file, end. */
static inline void
made_rar(struct arena *a, struct buf *b, const char *name, const void *p, size_t n)
{
    struct buf *h = buf_new(a, 0);
    buf_add(b, "Rar!\x1a\7\0", 7);
    buf_add(b, "\xcf\x90\x73\0\0\x0d\0\0\0\0\0\0\0", 13);
    buf_add(h, "\x74\0\x80", 3);
    zip_le(h, 32 + strlen(name), 2);
    zip_le(h, n, 4);
    zip_le(h, n, 4);
    buf_char(h, 0);
    zip_le(h, (uint32_t)crc32(0, p, (uInt)n), 4);
    zip_le(h, 0, 4);
    buf_add(h, "\x14\x30", 2);
    zip_le(h, strlen(name), 2);
    zip_le(h, 0x20, 4);
    buf_str(h, name);
    zip_le(b, crc32(0, (unsigned char *)h->data, (uInt)h->len) & 0xffff, 2);
    buf_add(b, h->data, h->len);
    buf_add(b, p, n);
    buf_add(b, "\xc4\x3d\x7b\0\x40\7\0", 7);
}

/* One stored file in one block. */
static inline void
made_cab(struct buf *b, const char *name, const void *p, size_t n)
{
    size_t files = 36 + 8, data = files + 16 + strlen(name) + 1;
    buf_add(b, "MSCF\0\0\0\0", 8);
    zip_le(b, data + 8 + n, 4);
    zip_le(b, 0, 4);
    zip_le(b, files, 4);
    zip_le(b, 0, 4);
    buf_add(b, "\3\1\1\0\1\0\0\0\0\0\0\0", 12);
    zip_le(b, data, 4);
    zip_le(b, 1, 2);
    zip_le(b, 0, 2);
    zip_le(b, n, 4);
    zip_le(b, 0, 4);
    zip_le(b, 0, 2);
    zip_le(b, 0, 4);
    zip_le(b, 0x20, 2);
    buf_add(b, name, strlen(name) + 1);
    zip_le(b, 0, 4); /* no checksum */
    zip_le(b, n, 2);
    zip_le(b, n, 2);
    buf_add(b, p, n);
}

static inline void
made_archive(struct arena *a, struct buf *b, int (*format)(struct archive *), const char *name,
             const void *data, size_t n)
{
    struct archive *w = archive_write_new();
    struct archive_entry *e = archive_entry_new();
    size_t used = 0, room = 1 << 20;
    char *p = arena_alloc(a, room);
    format(w);
    archive_write_open_memory(w, p, room, &used);
    archive_entry_set_pathname(e, name);
    archive_entry_set_size(e, (int64_t)n);
    archive_entry_set_filetype(e, AE_IFREG);
    archive_entry_set_perm(e, 0644);
    archive_write_header(w, e);
    archive_write_data(w, data, n);
    archive_entry_free(e);
    archive_write_close(w);
    archive_write_free(w);
    buf_add(b, p, used);
}

/* A tar whose first member has that name, so that something else seems to begin there. */
static inline void
made_tar(struct buf *b, const char *name, const void *p, size_t n)
{
    char h[512] = {0};
    unsigned sum = 0;
    memcpy(h, name, strlen(name));
    memcpy(h + 100,
           "0000644\0"
           "0000000\0"
           "0000000\0",
           24);
    snprintf(h + 124, 13, "%011zo", n);
    memcpy(h + 136, "00000000000", 12);
    memset(h + 148, ' ', 8);
    h[156] = '0';
    memcpy(h + 257, "ustar\00000", 8);
    for (int i = 0; i < 512; i++)
        sum += (unsigned char)h[i];
    snprintf(h + 148, 8, "%06o", sum);
    buf_add(b, h, 512);
    buf_add(b, p, n);
    made_fill(b, (512 - n % 512) % 512 + 1024);
}

/* A compound file of that class, as far as its head goes. */
static inline void
made_ole(struct buf *b, const void *class_id)
{
    buf_add(b, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 8);
    made_fill(b, 16);
    buf_add(b, "\x3e\0\3\0\xfe\xff\x09\0\6\0", 10);
    made_fill(b, 10);
    zip_le(b, 1, 4);
    zip_le(b, 0, 4);
    zip_le(b, 0, 4);
    zip_le(b, 4096, 4);
    made_fill(b, 512 - 60);
    made_fill(b, 80);
    buf_add(b, class_id, 16);
    made_fill(b, 512 - 96);
}

#endif
