#include "crypt_rar3.h"

#include "bytes.h"
#include "cipher.h"
#include "../../common/arena.h"

#include <openssl/evp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#define MARK "Rar!\x1a\7"
#define MARK_BYTES 7
#define BLOCKS 10000
#define ROUNDS 0x40000
#define BATCH 128
#define PASSWORD_UNITS 127 /* of UTF-16 */
#define SALT 8
#define KEYS 4       /* kept: files and headers may have salts of their own */
#define KEYS_MADE 64 /* while one password is tried, some 10 ms each; RAR writes one or two salts */
#define HEAD 7       /* bytes of every header */
#define FILE_HEAD 32 /* bytes of a file's header before its name */
#define OLDEST 29    /* version of the format from which on the cipher is AES */

enum type { MAIN = 0x73, FILE_BLOCK, COMMENT, OLD_SUB = 0x77, SUB = 0x7a, END };
enum { MAIN_VOLUME = 1, MAIN_LOCKED = 0x80 };
enum { FILE_BEFORE = 1, FILE_AFTER = 2, FILE_LOCKED = 4, FILE_LARGE = 0x100, FILE_SALT = 0x400 };
enum { HAS_DATA = 0x8000 };

struct crypt_rar3 {
    const unsigned char *p;
    size_t n;
};

/* ---------------------------------------------------------------- reading */

struct block {
    const unsigned char *p; /* its header */
    size_t n;
    unsigned type, flags;
    uint64_t data;
};

static bool
read_block(const unsigned char *p, size_t n, struct block *b)
{
    if (n < HEAD)
        return false;
    *b = (struct block){.p = p, .type = p[2], .flags = bytes_le16(p + 3), .n = bytes_le16(p + 5)};
    if (b->n < HEAD || b->n > n || ((b->type == FILE_BLOCK || b->type == SUB) && b->n < FILE_HEAD))
        return false;
    /* the marks of old comments and of signatures have other checksums: they are not of files */
    if ((b->type == FILE_BLOCK || b->type == SUB || b->type == MAIN) &&
        (crc32(0, p + 2, (uInt)(b->n - 2)) & 0xffff) != bytes_le16(p))
        return false;
    if (b->flags & HAS_DATA || b->type == FILE_BLOCK || b->type == SUB)
        b->data = b->n < HEAD + 4 ? 0 : bytes_le32(p + HEAD);
    if ((b->type == FILE_BLOCK || b->type == SUB) && b->flags & FILE_LARGE) {
        if (b->n < FILE_HEAD + 8)
            return false;
        b->data |= (uint64_t)bytes_le32(p + FILE_HEAD) << 32;
    }
    return true;
}

/* Where the salt stands in the header of a file. 0: nowhere. */
static size_t
salt_at(const struct block *b)
{
    size_t at = FILE_HEAD + (b->flags & FILE_LARGE ? 8 : 0) + bytes_le16(b->p + 26);

    return b->flags & FILE_SALT && at + SALT <= b->n ? at : 0;
}

static bool
is_old(const struct block *b)
{
    return b->p[24] < OLDEST || b->flags & (FILE_BEFORE | FILE_AFTER);
}

/* ---------------------------------------------------------------- keys */

struct key {
    unsigned char salt[SALT], key[16], iv[16];
    size_t nsalt;
    bool made;
};

struct writing {
    struct arena *a;
    unsigned char *pw;
    size_t npw;
    struct key keys[KEYS], *last; /* last: what make_key() gave */
    int made;
    int files;            /* written */
    struct crypt_sum sum; /* of the first that was encrypted */
    struct bytes_room to;
};

/* The start value is made of the digests after each sixteenth of the rounds has begun. */
static bool
hash_rounds(const struct writing *w, struct key *k)
{
    unsigned char batch[BATCH * (2 * PASSWORD_UNITS + SALT + 3)], digest[20];
    size_t unit = w->npw + k->nsalt + 3;
    EVP_MD_CTX *ctx = EVP_MD_CTX_new(), *copy = EVP_MD_CTX_new();
    bool ok = ctx && copy && EVP_DigestInit_ex(ctx, EVP_sha1(), NULL);

    for (size_t i = 0; i < BATCH; i++) {
        memcpy(batch + i * unit, w->pw, w->npw);
        memcpy(batch + i * unit + w->npw, k->salt, k->nsalt);
    }
    for (uint32_t i = 0; i < ROUNDS && ok; i += BATCH) {
        size_t first = i % (ROUNDS / 16) == 0 ? unit : 0;
        for (uint32_t n = 0; n < BATCH; n++) {
            unsigned char *count = batch + (n + 1) * unit - 3;
            count[0] = (unsigned char)(i + n);
            count[1] = (unsigned char)((i + n) >> 8);
            count[2] = (unsigned char)((i + n) >> 16);
        }
        if (first) {
            ok = EVP_DigestUpdate(ctx, batch, unit) && EVP_MD_CTX_copy_ex(copy, ctx) &&
                 EVP_DigestFinal_ex(copy, digest, NULL);
            k->iv[i / (ROUNDS / 16)] = digest[19];
        }
        ok = ok && EVP_DigestUpdate(ctx, batch + first, BATCH * unit - first);
    }
    ok = ok && EVP_DigestFinal_ex(ctx, digest, NULL);
    for (size_t i = 0; i < 16; i++)
        k->key[i] = digest[i / 4 * 4 + 3 - i % 4];
    EVP_MD_CTX_free(ctx);
    EVP_MD_CTX_free(copy);
    return ok;
}

/* salt NULL: none, as the first versions wrote. */
static bool
make_key(struct writing *w, const unsigned char *salt)
{
    size_t n = salt ? SALT : 0;

    for (int i = 0; i < KEYS; i++) {
        w->last = &w->keys[i];
        if (w->last->made && w->last->nsalt == n && (!n || !memcmp(w->last->salt, salt, n)))
            return true;
    }
    if (w->made == KEYS_MADE)
        return false;
    w->last = &w->keys[w->made++ % KEYS];
    *w->last = (struct key){.nsalt = n};
    if (n)
        memcpy(w->last->salt, salt, n);
    w->last->made = hash_rounds(w, w->last);
    return w->last->made;
}

/* ---------------------------------------------------------------- writing */

static void
le(unsigned char *p, uint32_t v, int bytes)
{
    for (int i = 0; i < bytes; i++)
        p[i] = (unsigned char)(v >> 8 * i);
}

/* Checksum over the header from its type on. */
static bool
put_head(struct writing *w, unsigned char *p, size_t n)
{
    le(p + 5, (uint32_t)n, 2);
    le(p, (uint32_t)crc32(0, p + 2, (uInt)(n - 2)), 2);
    return bytes_put(&w->to, p, n);
}

/* Without a password: without the files that are encrypted. */
static bool
put_file(struct writing *w, const struct block *b, const unsigned char *data)
{
    size_t salt = salt_at(b), n = b->n;
    unsigned char *head = arena_memdup(w->a, b->p, b->n);
    uint64_t size = bytes_le32(b->p + 11), bytes = b->data;

    if (!(b->flags & FILE_LOCKED)) {
        w->files++;
        return bytes_put(&w->to, b->p, b->n) && bytes_put(&w->to, data, (size_t)b->data);
    }
    if (!w->pw)
        return true;
    if (size && !w->sum.known)
        w->sum = (struct crypt_sum){true, w->files, bytes_le32(b->p + 16)};
    w->files++;
    if (is_old(b) || b->data % 16 || !make_key(w, salt ? b->p + salt : NULL))
        return false;
    if (salt) {
        memmove(head + salt, head + salt + SALT, n - salt - SALT);
        n -= SALT;
    }
    if (b->p[25] == 0x30 && !(b->flags & FILE_LARGE) && size < bytes)
        bytes = size; /* stored: without the padding of the cipher */
    le(head + 3, b->flags & ~(unsigned)(FILE_LOCKED | FILE_SALT), 2);
    le(head + HEAD, (uint32_t)bytes, 4);
    if (!put_head(w, head, n) || b->data > w->to.room - w->to.n ||
        (b->data &&
         !cipher_aes(w->last->key, 16, w->last->iv, data, (size_t)b->data, w->to.p + w->to.n)))
        return false;
    w->to.n += (size_t)bytes;
    return true;
}

static bool
put_one(struct writing *w, const struct block *b, const unsigned char *data)
{
    unsigned char *head;

    if (b->type == FILE_BLOCK)
        return put_file(w, b, data);
    if (b->type == END)
        return bytes_put(&w->to, b->p, b->n);
    if (b->type != MAIN) /* in no file */
        return true;
    head = arena_memdup(w->a, b->p, b->n);
    le(head + 3, b->flags & ~(unsigned)MAIN_LOCKED, 2);
    return put_head(w, head, b->n);
}

/* A header that is encrypted, behind its salt; *used: bytes in the file. */
static bool
read_locked_block(struct writing *w, const unsigned char *p, size_t n, struct block *b,
                  size_t *used)
{
    unsigned char first[16], *plain;
    size_t whole;

    if (!w->pw || n < SALT + 16 || !make_key(w, p) ||
        !cipher_aes(w->last->key, 16, w->last->iv, p + SALT, 16, first))
        return false;
    whole = ((size_t)bytes_le16(first + 5) + 15) / 16 * 16;
    if (first[2] < MAIN || first[2] > END || whole < 16 || whole > n - SALT)
        return false;
    plain = arena_alloc(w->a, whole);
    *used = SALT + whole;
    return cipher_aes(w->last->key, 16, w->last->iv, p + SALT, whole, plain) &&
           read_block(plain, whole, b);
}

/* ---------------------------------------------------------------- all */

struct crypt_rar3 *
crypt_rar3_open(struct arena *a, const unsigned char *p, size_t n)
{
    struct crypt_rar3 *c = arena_alloc(a, sizeof *c);
    struct block b;

    *c = (struct crypt_rar3){p, n};
    if (n < MARK_BYTES || memcmp(p, MARK, MARK_BYTES) != 0)
        return NULL;
    for (size_t at = MARK_BYTES, i = 0; i < BLOCKS && read_block(p + at, n - at, &b); i++) {
        at += b.n;
        if (b.type == MAIN && b.flags & MAIN_VOLUME)
            return NULL;
        if (b.type == MAIN && b.flags & MAIN_LOCKED)
            return c;
        if (b.type == FILE_BLOCK && b.flags & FILE_LOCKED && b.data)
            return is_old(&b) ? NULL : c;
        if (b.type == END || b.data > n - at)
            return NULL;
        at += (size_t)b.data;
    }
    return NULL;
}

size_t
crypt_rar3_room(const struct crypt_rar3 *c)
{
    return c->n + 4096;
}

static bool
rewrite(struct writing *w, const struct crypt_rar3 *c)
{
    size_t at = MARK_BYTES, used;
    bool locked = false;
    struct block b;

    if (!bytes_put(&w->to, MARK, MARK_BYTES))
        return false;
    for (int i = 0; i < BLOCKS && at < c->n; i++) {
        if (locked ? !read_locked_block(w, c->p + at, c->n - at, &b, &used)
                   : !read_block(c->p + at, c->n - at, &b))
            return false;
        at += locked ? used : b.n;
        if (b.data > c->n - at || !put_one(w, &b, c->p + at))
            return false;
        locked |= b.type == MAIN && b.flags & MAIN_LOCKED;
        if (b.type == END)
            return true;
        at += (size_t)b.data;
    }
    return at >= c->n; /* else there are files that nobody would see */
}

unsigned char *
crypt_rar3_try(const struct crypt_rar3 *c, const char *password, size_t *out, struct crypt_sum *sum)
{
    struct writing w = {.a = arena_new(),
                        .to = {malloc(crypt_rar3_room(c)), 0, crypt_rar3_room(c)}};
    unsigned char *p = w.to.p;

    if (password)
        w.npw = cipher_utf16(w.a, password, PASSWORD_UNITS, &w.pw);
    if (w.npw > 2 * PASSWORD_UNITS)
        w.npw = 2 * PASSWORD_UNITS;
    if (p && !rewrite(&w, c)) {
        free(p);
        p = NULL;
    }
    *out = w.to.n;
    *sum = w.sum;
    arena_free(&w.a);
    return p;
}
