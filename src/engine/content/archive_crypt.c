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

#define CHECKED (16 * 1024 * 1024) /* bytes of a member by which a password is checked */
#define CHUNK 65536

typedef void *opener(struct arena *a, const unsigned char *p, size_t n);
typedef size_t roomer(const void *x);
typedef unsigned char *trier(const void *x, const char *password, size_t *out);

#define FORMAT(id)                                                                   \
    static void *open_##id(struct arena *a, const unsigned char *p, size_t n)        \
    {                                                                                \
        return crypt_##id##_open(a, p, n);                                           \
    }                                                                                \
    static size_t room_##id(const void *x)                                           \
    {                                                                                \
        return crypt_##id##_room(x);                                                 \
    }                                                                                \
    static unsigned char *try_##id(const void *x, const char *password, size_t *out) \
    {                                                                                \
        return crypt_##id##_try(x, password, out);                                   \
    }
FORMAT(7z)
FORMAT(rar5)
FORMAT(rar3)
#undef FORMAT

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

/* Reads the first file that has bytes, as far as its checksum: a wrong password gives something else. */
static bool
first_file_reads(struct archive *r)
{
    char chunk[CHUNK];
    struct archive_entry *e;
    size_t all = 0;
    la_ssize_t n;
    int rc;

    while ((rc = archive_read_next_header(r, &e)) == ARCHIVE_OK || rc == ARCHIVE_WARN) {
        if (archive_entry_size_is_set(e) && archive_entry_size(e) == 0)
            continue;
        while ((n = archive_read_data(r, chunk, sizeof chunk)) > 0 && all < CHECKED)
            all += (size_t)n;
        return n >= 0;
    }
    return rc == ARCHIVE_EOF;
}

static bool
reads(const unsigned char *p, size_t n)
{
    struct archive *r = archive_read_new();
    bool ok = r && archive_read_support_format_7zip(r) == ARCHIVE_OK &&
              archive_read_support_format_rar(r) == ARCHIVE_OK &&
              archive_read_support_format_rar5(r) == ARCHIVE_OK &&
              archive_read_open_memory(r, p, n) == ARCHIVE_OK && first_file_reads(r);

    if (r)
        archive_read_free(r);
    return ok;
}

static bool
fits(const struct format *x, const void *crypt, const char *password, struct archive_plain *out)
{
    out->p = x->try(crypt, password, &out->n);
    if (out->p && reads(out->p, out->n))
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
        out->p = x->try(crypt, NULL, &out->n);
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
