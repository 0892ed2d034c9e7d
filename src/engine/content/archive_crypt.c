#include "archive_crypt.h"

#include "content.h"
#include "crypt_7z.h"
#include "crypt_rar3.h"
#include "crypt_rar5.h"
#include "passwords.h"
#include "../../common/arena.h"

#include <archive.h>
#include <archive_entry.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#define CHECKED (16 * 1024 * 1024) /* bytes of files by which a password is checked */
#define CHUNK 65536

typedef void *opener(struct arena *a, const unsigned char *p, size_t n);
typedef size_t roomer(const void *x);
typedef unsigned char *trier(const void *x, const char *password, size_t *out,
                             struct crypt_sum *sum);

#define OPEN_AND_ROOM(id)                                                     \
    static void *open_##id(struct arena *a, const unsigned char *p, size_t n) \
    {                                                                         \
        return crypt_##id##_open(a, p, n);                                    \
    }                                                                         \
    static size_t room_##id(const void *x)                                    \
    {                                                                         \
        return crypt_##id##_room(x);                                          \
    }
OPEN_AND_ROOM(7z)
OPEN_AND_ROOM(rar5)
OPEN_AND_ROOM(rar3)
#undef OPEN_AND_ROOM

static unsigned char *
try_7z(const void *x, const char *password, size_t *out, struct crypt_sum *sum)
{
    (void)sum; /* libarchive checks it */
    return crypt_7z_try(x, password, out);
}

static unsigned char *
try_rar5(const void *x, const char *password, size_t *out, struct crypt_sum *sum)
{
    (void)sum; /* the format has a value to check passwords with */
    return crypt_rar5_try(x, password, out);
}

static unsigned char *
try_rar3(const void *x, const char *password, size_t *out, struct crypt_sum *sum)
{
    return crypt_rar3_try(x, password, out, sum);
}

static const struct format {
    enum archive_kind kind;
    const char *mark;
    size_t nmark;
    opener *open;
    roomer *room;
    trier *try;
    bool
        rest; /* with no password it leaves out what is encrypted: libarchive takes that for damaged */
} formats[] = {
    {ARCHIVE_7Z, "7z\xbc\xaf\x27\x1c", 6, open_7z, room_7z, try_7z, false},
    {ARCHIVE_RAR, "Rar!\x1a\7\1", 8, open_rar5, room_rar5, try_rar5, true},
    {ARCHIVE_RAR, "Rar!\x1a\7", 7, open_rar3, room_rar3, try_rar3, true},
};

/* false: damaged. *left: bytes that may still be read. */
static bool
file_reads(struct archive *r, int64_t *left, const uint32_t *crc)
{
    unsigned char chunk[CHUNK];
    uLong sum = 0;
    la_ssize_t n;

    while (*left > 0 && (n = archive_read_data(r, chunk, sizeof chunk)) != 0) {
        if (n < 0)
            return false;
        sum = crc32(sum, chunk, (uInt)n);
        *left -= n;
    }
    return *left <= 0 || !crc || *crc == sum;
}

/* All files of the beginning: a wrong password gives others than their checksums say. */
static bool
files_read(struct archive *r, const struct crypt_sum *sum)
{
    struct archive_entry *e;
    int64_t left = CHECKED;
    int rc = ARCHIVE_OK, number = 0;

    while (left > 0 && ((rc = archive_read_next_header(r, &e)) == ARCHIVE_OK || rc == ARCHIVE_WARN))
        if (!file_reads(r, &left, sum->known && number++ == sum->number ? &sum->crc : NULL))
            return false;
    return left <= 0 || rc == ARCHIVE_EOF;
}

static bool
reads(const unsigned char *p, size_t n, const struct crypt_sum *sum)
{
    struct archive *r = archive_read_new();
    bool ok = r && archive_read_support_format_7zip(r) == ARCHIVE_OK &&
              archive_read_support_format_rar(r) == ARCHIVE_OK &&
              archive_read_support_format_rar5(r) == ARCHIVE_OK &&
              archive_read_open_memory(r, p, n) == ARCHIVE_OK && files_read(r, sum);

    if (r)
        archive_read_free(r);
    return ok;
}

static bool
fits(const struct format *x, const void *crypt, const char *password, struct archive_plain *out)
{
    struct crypt_sum sum = {0};

    out->p = x->try(crypt, password, &out->n, &sum);
    if (out->p && reads(out->p, out->n, &sum))
        return true;
    free(out->p);
    out->p = NULL;
    return false;
}

static enum archive_crypt
decrypt(const struct format *x, struct content *c, const struct content_file *f, const void *crypt,
        struct archive_plain *out)
{
    struct password_walk w;
    const char *password = NULL;
    size_t room = x->room(crypt);
    struct crypt_sum sum;

    if (!content_hold(c, f, (int64_t)room))
        return ARCHIVE_CRYPT_LOCKED; /* an exception says so */
    out->held = room;
    passwords_begin(&w, c, f, PASSWORDS_DEAR);
    while ((password = passwords_next(&w)) && !fits(x, crypt, password, out))
        ;
    if (password) {
        passwords_opened(&w);
        return ARCHIVE_CRYPT_OPENED;
    }
    passwords_failed(&w, "");
    if (x->rest)
        out->p = x->try(crypt, NULL, &out->n, &sum);
    return ARCHIVE_CRYPT_LOCKED;
}

enum archive_crypt
archive_crypt(struct content *c, const struct content_file *f, enum archive_kind kind,
              struct archive_plain *out)
{
    *out = (struct archive_plain){0};
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        const struct format *x = &formats[i];
        /* self-extracting: behind a program */
        const unsigned char *at = kind == x->kind ? memmem(f->p, f->n, x->mark, x->nmark) : NULL;
        void *crypt = at ? x->open(content_scratch(c), at, f->n - (size_t)(at - f->p)) : NULL;
        if (crypt)
            return decrypt(x, c, f, crypt, out);
    }
    return ARCHIVE_CRYPT_NONE;
}

void
archive_plain_drop(struct content *c, const struct content_file *f, struct archive_plain *x)
{
    content_hold(c, f, -(int64_t)x->held);
    free(x->p);
    *x = (struct archive_plain){0};
}
