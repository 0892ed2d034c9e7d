#include "crypt_7z.h"

#include "cipher.h"
#include "sevenzip.h"
#include "../../common/arena.h"
#include "../../common/buf.h"

#include <archive.h>
#include <archive_entry.h>
#include <openssl/evp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#define LEVELS 4       /* packed headers of packed headers */
#define ROUNDS_MOST 22 /* as a power of two; 7-Zip writes 19 */
#define ROUNDS_ALL \
    (UINT64_C(1) << 24)   /* while one password is tried: 7-Zip writes one salt for all */
#define PASSWORD_UNITS 64 /* of UTF-16 */
#define ROUND_BYTES (16 + 2 * PASSWORD_UNITS + 8)
#define BATCH 128

struct crypt_7z {
    struct arena *a;
    const unsigned char *p;
    size_t n;
    const unsigned char *header; /* as far as it could be unpacked without a password */
    size_t nheader;
};

/* While one password is tried: everything in it goes at the end. */
struct trying {
    const struct crypt_7z *c;
    struct arena *a;
    unsigned char *pw;
    size_t npw;
    /* the last key */
    unsigned char salt[16], key[32];
    size_t nsalt;
    int rounds; /* -1: none yet */
    uint64_t all_rounds;
};

/* ---------------------------------------------------------------- the key */

struct aes_props {
    int rounds;
    size_t nsalt, niv;
    const unsigned char *salt, *iv;
};

static bool
read_props(const struct sevenzip_coder *c, struct aes_props *out)
{
    const unsigned char *p = c->props;

    *out = (struct aes_props){0};
    if (!c->nprops)
        return false;
    out->rounds = p[0] & 63;
    if (p[0] & 0xc0) {
        if (c->nprops < 2)
            return false;
        out->nsalt = (size_t)(p[0] >> 7 & 1) + (p[1] >> 4);
        out->niv = (size_t)(p[0] >> 6 & 1) + (p[1] & 15);
    }
    out->salt = p + 2;
    out->iv = p + 2 + out->nsalt;
    return (!(p[0] & 0xc0) || c->nprops >= 2 + out->nsalt + out->niv) && out->nsalt <= 16 &&
           out->niv <= 16 && (out->rounds <= ROUNDS_MOST || out->rounds == 63);
}

/* SHA-256 over salt, password and a counter, 2^rounds times one after the other. */
static bool
hash_rounds(struct trying *t, unsigned char key[32])
{
    unsigned char batch[BATCH * ROUND_BYTES];
    size_t unit = t->nsalt + t->npw + 8;
    uint64_t all = UINT64_C(1) << t->rounds, now = all < BATCH ? all : BATCH;
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    bool ok = ctx && EVP_DigestInit_ex(ctx, EVP_sha256(), NULL);

    for (uint64_t i = 0; i < now; i++) {
        memcpy(batch + i * unit, t->salt, t->nsalt);
        memcpy(batch + i * unit + t->nsalt, t->pw, t->npw);
    }
    for (uint64_t i = 0; i < all && ok; i += now) {
        for (uint64_t k = 0; k < now; k++)
            for (size_t b = 0; b < 8; b++)
                batch[k * unit + unit - 8 + b] = (unsigned char)((i + k) >> 8 * b);
        ok = EVP_DigestUpdate(ctx, batch, (size_t)now * unit);
    }
    ok = ok && EVP_DigestFinal_ex(ctx, key, NULL);
    EVP_MD_CTX_free(ctx);
    return ok;
}

static bool
make_key(struct trying *t, const struct aes_props *p)
{
    unsigned char plain[16 + 2 * PASSWORD_UNITS + 32] = {0};

    if (t->rounds == p->rounds && t->nsalt == p->nsalt && !memcmp(t->salt, p->salt, p->nsalt))
        return true;
    t->rounds = p->rounds;
    t->nsalt = p->nsalt;
    memcpy(t->salt, p->salt, p->nsalt);
    if (p->rounds != 63) { /* else there is no hashing at all */
        t->all_rounds += UINT64_C(1) << p->rounds;
        return t->all_rounds <= ROUNDS_ALL && hash_rounds(t, t->key);
    }
    memcpy(plain, p->salt, p->nsalt);
    memcpy(plain + p->nsalt, t->pw, t->npw);
    memcpy(t->key, plain, sizeof t->key);
    return true;
}

/* ---------------------------------------------------------------- streams */

/* What a right password would not give at the beginning of what goes to that coder. */
static bool
impossible(uint64_t method, unsigned first)
{
    return (method == SEVENZIP_LZMA && first) ||
           (method == SEVENZIP_LZMA2 && first > 1 && first < 0xe0);
}

/* To whom the output of a coder with one out-stream goes; SEVENZIP_AES: to nobody. */
static uint64_t
next_method(const struct sevenzip_folder *f, int at)
{
    int out = 0, in = 0;

    for (int i = 0; i < at; i++)
        out += f->coders[i].nout;
    for (int i = 0; i < f->nbinds; i++)
        if (f->binds[i].out == out)
            for (int k = 0; k < f->ncoders; in += f->coders[k++].nin)
                if (f->binds[i].in >= in && f->binds[i].in < in + f->coders[k].nin)
                    return f->coders[k].method;
    return SEVENZIP_AES;
}

/* Which packed stream of the folder a coder reads, -1: none; and the number of its out-stream. */
static int
packed_of(const struct sevenzip_folder *f, int at, int *out)
{
    int in = 0;

    *out = 0;
    for (int i = 0; i < at; i++) {
        in += f->coders[i].nin;
        *out += f->coders[i].nout;
    }
    for (int i = 0; i < f->npacked; i++)
        if (f->packed[i] == in)
            return i;
    return -1;
}

/* Decrypts a packed stream in place, and takes its coder out of the folder; its size becomes the right one. */
static bool
decrypt(struct trying *t, struct sevenzip_folder *f, int at, unsigned char *const *streams,
        uint64_t *sizes)
{
    struct aes_props props;
    unsigned char iv[16] = {0}, first[16];
    int out, i = packed_of(f, at, &out);

    if (i < 0 || f->coders[at].nin != 1 || f->coders[at].nout != 1 ||
        !read_props(&f->coders[at], &props) || sizes[i] < 16 || sizes[i] % 16 ||
        f->unpack[out] > sizes[i] || !make_key(t, &props))
        return false;
    memcpy(iv, props.iv, props.niv);
    if (!cipher_aes(t->key, 32, iv, streams[i], 16, first) ||
        impossible(next_method(f, at), first[0]) ||
        !cipher_aes(t->key, 32, iv, streams[i], (size_t)sizes[i], streams[i]))
        return false;
    sizes[i] = f->unpack[out];
    return sevenzip_take_out(f, at);
}

/* All encrypted streams of a folder. */
static bool
decrypt_folder(struct trying *t, struct sevenzip_folder *f, unsigned char *const *streams,
               uint64_t *sizes)
{
    for (int i = 0; i < f->ncoders;)
        if (f->coders[i].method != SEVENZIP_AES)
            i++;
        else if (!decrypt(t, f, i, streams, sizes))
            return false;
    return true;
}

static bool
is_encrypted(const struct sevenzip *z)
{
    for (int i = 0; i < z->nfolders; i++)
        for (int k = 0; k < z->folders[i].ncoders; k++)
            if (z->folders[i].coders[k].method == SEVENZIP_AES)
                return true;
    return false;
}

/* Bytes of all packed streams; false: they are not all in the file. */
static bool
packed_bytes(const struct crypt_7z *c, const struct sevenzip *z, size_t *all)
{
    size_t room = c->n - SEVENZIP_START;

    *all = 0;
    if (z->pack_pos > room)
        return false;
    room -= (size_t)z->pack_pos;
    for (int i = 0; i < z->npacks; i++) {
        if (z->packs[i] > room - *all)
            return false;
        *all += (size_t)z->packs[i];
    }
    return true;
}

/* ---------------------------------------------------------------- archives again */

/* z, with its streams at from, as a file of its own; malloc'ed. t NULL: without decrypting. */
static unsigned char *
rewrite(struct arena *a, struct trying *t, struct sevenzip *z, const unsigned char *from,
        size_t all, size_t *out)
{
    struct buf *header = buf_new(a, SEVENZIP_HEADER + 65536);
    unsigned char *p = malloc(SEVENZIP_START + all), *whole, *to;
    size_t at = SEVENZIP_START;

    if (!p)
        return NULL;
    memcpy(p + SEVENZIP_START, from, all);
    to = p + SEVENZIP_START;
    for (int i = 0, pack = 0; i < z->nfolders; i++) {
        struct sevenzip_folder *f = &z->folders[i];
        unsigned char *streams[SEVENZIP_STREAMS];
        for (int k = 0; k < f->npacked; k++) {
            streams[k] = p + at;
            at += (size_t)z->packs[pack + k];
        }
        if (t && !decrypt_folder(t, f, streams, &z->packs[pack]))
            goto wrong;
        for (int k = 0; k < f->npacked; k++) {
            memmove(to, streams[k], (size_t)z->packs[pack + k]);
            to += z->packs[pack + k];
        }
        z->npacks = pack += f->npacked;
    }
    sevenzip_write(header, z);
    at = (size_t)(to - p);
    whole = header->truncated ? NULL : realloc(p, at + header->len);
    if (!whole)
        goto wrong;
    memcpy(whole + at, header->data, header->len);
    sevenzip_write_start(whole, at - SEVENZIP_START, header->data, header->len);
    *out = at + header->len;
    return whole;
wrong:
    free(p);
    return NULL;
}

/* The only file in the archive, whole. */
static unsigned char *
only_file(struct arena *a, const unsigned char *p, size_t n, size_t size)
{
    struct archive *r = archive_read_new();
    struct archive_entry *e;
    unsigned char *to = arena_alloc(a, size + 1);
    bool ok = r && archive_read_support_format_7zip(r) == ARCHIVE_OK &&
              archive_read_open_memory(r, p, n) == ARCHIVE_OK &&
              archive_read_next_header(r, &e) == ARCHIVE_OK &&
              archive_read_data(r, to, size) == (la_ssize_t)size;

    if (r)
        archive_read_free(r);
    return ok ? to : NULL;
}

/* A packed header is the only file of an archive that we make of it. NULL: wrong password, or broken. */
static const unsigned char *
unpack_header(const struct crypt_7z *c, struct arena *a, struct trying *t, struct sevenzip *z,
              size_t *n)
{
    /* one file for each folder, one in all, named "h", and the ends of what was begun */
    static const unsigned char one_file[] = "\x08\0\0\5\1\x11\5\0h\0\0\0\0";
    struct sevenzip_folder *f = z->folders;
    uint64_t size = f->unpack[f->nout - 1];
    unsigned char *file, *header = NULL;
    size_t all, nfile;

    /* what comes out in the end is what goes to no coder */
    for (int i = 0; i < f->nout; i++) {
        int k = 0;
        while (k < f->nbinds && f->binds[k].out != i)
            k++;
        if (k == f->nbinds)
            size = f->unpack[i];
    }
    if (!size || size > SEVENZIP_HEADER || !packed_bytes(c, z, &all))
        return NULL;
    z->rest = one_file;
    z->nrest = sizeof one_file;
    file = rewrite(a, t, z, c->p + SEVENZIP_START + z->pack_pos, all, &nfile);
    if (file)
        header = only_file(a, file, nfile, (size_t)size);
    free(file);
    if (header && f->has_crc && crc32(0, header, (uInt)size) != f->crc)
        return NULL;
    *n = (size_t)size;
    return header;
}

/* ---------------------------------------------------------------- all */

struct crypt_7z *
crypt_7z_open(struct arena *a, const unsigned char *p, size_t n)
{
    struct crypt_7z *c = arena_alloc(a, sizeof *c);
    struct sevenzip z;
    bool encoded = true;

    *c = (struct crypt_7z){.a = a, .p = p, .n = n};
    if (!sevenzip_start(p, n, &c->header, &c->nheader))
        return NULL;
    for (int level = 0; level < LEVELS; level++) {
        if (!sevenzip_read(a, c->header, c->nheader, &z, &encoded))
            return NULL;
        if (is_encrypted(&z))
            return c;
        if (!encoded || !(c->header = unpack_header(c, a, NULL, &z, &c->nheader)))
            return NULL;
    }
    return NULL;
}

size_t
crypt_7z_room(const struct crypt_7z *c)
{
    return c->n + c->nheader + 1024 * 1024;
}

/* Through packed headers that are encrypted to the one that is not. */
static unsigned char *
try(struct trying *t, size_t *out)
{
    const struct crypt_7z *c = t->c;
    const unsigned char *header = c->header;
    size_t n = c->nheader, all;
    struct sevenzip z;
    bool encoded;

    for (int level = 0; level < LEVELS; level++) {
        if (!sevenzip_read(t->a, header, n, &z, &encoded) || !packed_bytes(c, &z, &all))
            return NULL;
        if (!encoded)
            return rewrite(t->a, t, &z, c->p + SEVENZIP_START + z.pack_pos, all, out);
        if (!(header = unpack_header(c, t->a, t, &z, &n)))
            return NULL;
    }
    return NULL;
}

unsigned char *
crypt_7z_try(const struct crypt_7z *c, const char *password, size_t *out)
{
    struct trying t = {.c = c, .a = arena_new(), .rounds = -1};
    unsigned char *p;

    t.npw = cipher_utf16(t.a, password, PASSWORD_UNITS, &t.pw);
    if (t.npw > 2 * PASSWORD_UNITS)
        t.npw = 2 * PASSWORD_UNITS;
    p = try(&t, out);
    arena_free(&t.a);
    return p;
}
