#include "crypt_rar5.h"

#include "bytes.h"
#include "cipher.h"
#include "../../common/arena.h"
#include "../../common/buf.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#define MARK "Rar!\x1a\7\1"
#define MARK_BYTES 8
#define BLOCKS 10000
#define HEAD_BYTES (2 * 1024 * 1024)
#define ROUNDS_MOST 20 /* as a power of two; RAR writes 15 */
#define ROUNDS_ALL \
    (4 << ROUNDS_MOST) /* while one password is tried; RAR writes one salt for all files */
#define CHECK 12

enum type { MAIN = 1, FILE_HEAD, SERVICE, ENCRYPTION, END };
enum { HAS_EXTRA = 1, HAS_DATA = 2, FROM_BEFORE = 8, GOES_ON = 16 }; /* of a block */
enum { IS_VOLUME = 1, IS_SOLID = 4 };                                /* of the archive */
enum { HAS_TIME = 2, HAS_CRC = 4 };                                  /* of a file */
enum { HAS_CHECK = 1, SUMS_KEYED = 2, SALT = 16, RECORD_ENCRYPTION = 1 };

struct how {
    bool there;
    unsigned flags;
    int rounds;
    const unsigned char *salt, *iv, *check; /* iv NULL: of headers */
};

struct crypt_rar5 {
    const unsigned char *p;
    size_t n;
};

/* ---------------------------------------------------------------- reading */

static uint64_t
number(struct bytes_reader *r)
{
    uint64_t value = 0;

    for (int shift = 0; shift < 64; shift += 7) {
        const unsigned char *p = bytes_take(r, 1);
        if (!p)
            return 0;
        value |= (uint64_t)(*p & 127) << shift;
        if (!(*p & 128))
            return value;
    }
    r->bad = true;
    return 0;
}

struct block {
    uint64_t type, flags, data;
    const unsigned char *whole; /* from its checksum on */
    size_t nwhole;
    struct bytes_reader body, extra;
};

/* The header at p; false: none there. */
static bool
read_block(const unsigned char *p, size_t n, struct block *b)
{
    struct bytes_reader r = {p, p + n, false};
    const unsigned char *crc = bytes_take(&r, 4), *from = r.p;
    uint64_t size = number(&r), extra = 0;

    *b = (struct block){.whole = p};
    if (r.bad || !size || size > HEAD_BYTES || size > (uint64_t)(r.end - r.p))
        return false;
    r.end = r.p + size;
    b->nwhole = (size_t)(r.end - p);
    if (crc32(0, from, (uInt)(r.end - from)) != bytes_le32(crc))
        return false;
    b->type = number(&r);
    b->flags = number(&r);
    if (b->flags & HAS_EXTRA)
        extra = number(&r);
    if (b->flags & HAS_DATA)
        b->data = number(&r);
    if (r.bad || extra > (uint64_t)(r.end - r.p))
        return false;
    b->body = (struct bytes_reader){r.p, r.end - extra, false};
    b->extra = (struct bytes_reader){r.end - extra, r.end, false};
    return true;
}

static struct how
read_how(struct bytes_reader *r, bool of_file)
{
    struct how h = {.there = true};
    const unsigned char *rounds;

    if (number(r)) /* another version */
        r->bad = true;
    h.flags = (unsigned)number(r);
    rounds = bytes_take(r, 1);
    h.salt = bytes_take(r, SALT);
    h.iv = of_file ? bytes_take(r, 16) : NULL;
    h.check = h.flags & HAS_CHECK ? bytes_take(r, CHECK) : NULL;
    h.rounds = rounds ? *rounds : 0;
    if (r->bad || h.rounds > ROUNDS_MOST)
        h.check = NULL;
    return h;
}

/* How the data of a file is encrypted. */
static struct how
how_of(const struct block *b)
{
    struct bytes_reader r = b->extra;

    while (r.p < r.end && !r.bad) {
        uint64_t size = number(&r);
        struct bytes_reader record = {r.p, r.p, false};
        if (!bytes_take(&r, size))
            break;
        record.end = r.p;
        if (number(&record) == RECORD_ENCRYPTION && !record.bad)
            return read_how(&record, true);
    }
    return (struct how){0};
}

/* ---------------------------------------------------------------- keys */

struct trying {
    const char *password;
    size_t n;
    struct how last; /* whose key it is */
    long rounds;     /* of all keys */
    unsigned char key[32];
};

static bool
derive(const struct trying *t, const struct how *h, int more, unsigned char out[32])
{
    return PKCS5_PBKDF2_HMAC(t->password, (int)t->n, h->salt, SALT, (1 << h->rounds) + more,
                             EVP_sha256(), 32, out);
}

/* The check value is made by 32 rounds more than the key, folded to 8 bytes. Without one nothing is tried. */
static bool
make_key(struct trying *t, const struct how *h)
{
    unsigned char v[32], fold[8] = {0};

    if (!h->check)
        return false;
    if (t->last.there && t->last.rounds == h->rounds && !memcmp(t->last.salt, h->salt, SALT))
        return true;
    t->rounds += 2L << h->rounds;
    if (t->rounds > ROUNDS_ALL || !derive(t, h, 32, v))
        return false;
    for (int i = 0; i < 32; i++)
        fold[i % 8] ^= v[i];
    if (CRYPTO_memcmp(fold, h->check, 8) != 0)
        return false;
    t->last = *h;
    return derive(t, h, 0, t->key);
}

/* ---------------------------------------------------------------- writing */

static void
put_number(struct buf *b, uint64_t v)
{
    for (; v > 127; v >>= 7)
        buf_char(b, (char)(v | 128));
    buf_char(b, (char)v);
}

static void
put_le32(struct buf *b, uint32_t v)
{
    for (int i = 0; i < 4; i++)
        buf_char(b, (char)(v >> 8 * i));
}

/* A header with that body. */
static void
put_block(struct buf *to, struct arena *a, const struct buf *body)
{
    struct buf *b = buf_new(a, 0);

    put_number(b, body->len);
    buf_add(b, body->data, body->len);
    put_le32(to, (uint32_t)crc32(0, (const unsigned char *)b->data, (uInt)b->len));
    buf_add(to, b->data, b->len);
}

struct writing {
    struct arena *a;
    struct trying t;
    unsigned char head_key[32]; /* of headers, when they are encrypted */
    struct buf *head;           /* the header in hand */
    struct bytes_room to;
};

/* Bytes of packed data without the padding of the cipher: its blocks say how long they are. */
static uint64_t
packed_bytes(const unsigned char *p, uint64_t n)
{
    for (uint64_t at = 0; at + 3 <= n;) {
        unsigned flags = p[at], bytes = (flags >> 3 & 3) + 1;
        uint64_t size = 0;
        if (bytes > 3 || at + 2 + bytes > n)
            break;
        for (unsigned i = 0; i < bytes; i++)
            size |= (uint64_t)p[at + 2 + i] << 8 * i;
        at += 2 + bytes + size;
        if (flags & 0x40) /* the last one */
            return at < n ? at : n;
    }
    return n;
}

/* The header of a file without extra records; data: of *n bytes, which become those that are put behind it. */
static bool
put_file_head(struct writing *w, const struct block *b, const struct how *h,
              const unsigned char *data, uint64_t *n)
{
    struct bytes_reader r = b->body;
    struct buf *body = buf_new(w->a, 0);
    uint64_t flags = number(&r), size = number(&r), attributes = number(&r), how, os, nname;
    const unsigned char *time = flags & HAS_TIME ? bytes_take(&r, 4) : NULL,
                        *crc = flags & HAS_CRC ? bytes_take(&r, 4) : NULL, *name;

    how = number(&r);
    os = number(&r);
    nname = number(&r);
    name = bytes_take(&r, nname);
    if (!name)
        return false;
    if (how >> 7 & 7)
        *n = packed_bytes(data, *n);
    else if (size < *n) /* stored */
        *n = size;
    if (h->flags & SUMS_KEYED) {
        flags &= ~(uint64_t)HAS_CRC;
        crc = NULL;
    }
    put_number(body, FILE_HEAD);
    put_number(body, HAS_DATA);
    put_number(body, *n);
    put_number(body, flags);
    put_number(body, size);
    put_number(body, attributes);
    if (time)
        buf_add(body, time, 4);
    if (crc)
        buf_add(body, crc, 4);
    put_number(body, how);
    put_number(body, os);
    put_number(body, nname);
    buf_add(body, name, (size_t)nname);
    buf_clear(w->head);
    put_block(w->head, w->a, body);
    return bytes_put(&w->to, w->head->data, w->head->len);
}

/* Without a password: without the files that are encrypted. */
static bool
put_file(struct writing *w, const struct block *b, const unsigned char *data)
{
    struct how h = how_of(b);
    uint64_t n = b->data;
    unsigned char *plain;

    if (b->flags & (FROM_BEFORE | GOES_ON))
        return false;
    if (!h.there)
        return bytes_put(&w->to, b->whole, b->nwhole) && bytes_put(&w->to, data, (size_t)n);
    if (!w->t.password)
        return true;
    if (n % 16 || !make_key(&w->t, &h))
        return false;
    plain = malloc((size_t)n + 1);
    bool ok = plain && (!n || cipher_aes(w->t.key, 32, h.iv, data, (size_t)n, plain)) &&
              put_file_head(w, b, &h, plain, &n) && bytes_put(&w->to, plain, (size_t)n);
    free(plain);
    return ok;
}

static bool
put_main(struct writing *w, const struct block *b)
{
    struct bytes_reader r = b->body;
    struct buf *body = buf_new(w->a, 0);
    uint64_t flags = number(&r);

    put_number(body, MAIN);
    put_number(body, 0);
    put_number(body, flags & IS_SOLID);
    buf_clear(w->head);
    put_block(w->head, w->a, body);
    return !(flags & IS_VOLUME) && bytes_put(&w->to, w->head->data, w->head->len);
}

/* What is in no file (comments, recovery records) is left out. */
static bool
put_one(struct writing *w, const struct block *b, const unsigned char *data)
{
    switch (b->type) {
    case MAIN:
        return put_main(w, b);
    case FILE_HEAD:
        return put_file(w, b, data);
    case END:
        return bytes_put(&w->to, b->whole, b->nwhole);
    default:
        return true;
    }
}

/* ---------------------------------------------------------------- headers that are encrypted */

/* The header behind its 16 bytes of start value, decrypted; *used: bytes in the file. */
static bool
read_locked_block(struct writing *w, const unsigned char *p, size_t n, struct block *b,
                  size_t *used)
{
    unsigned char first[16], *plain;
    struct bytes_reader r = {first + 4, first + 16, false};
    uint64_t size;
    size_t whole;

    if (n < 32 || !cipher_aes(w->head_key, 32, p, p + 16, 16, first))
        return false;
    size = number(&r);
    if (r.bad || !size || size > HEAD_BYTES)
        return false;
    whole = ((size_t)(r.p - first) + (size_t)size + 15) / 16 * 16;
    if (whole > n - 16)
        return false;
    plain = arena_alloc(w->a, whole);
    *used = 16 + whole;
    return cipher_aes(w->head_key, 32, p, p + 16, whole, plain) && read_block(plain, whole, b);
}

/* ---------------------------------------------------------------- all */

struct crypt_rar5 *
crypt_rar5_open(struct arena *a, const unsigned char *p, size_t n)
{
    struct crypt_rar5 *c = arena_alloc(a, sizeof *c);
    struct block b;

    *c = (struct crypt_rar5){p, n};
    if (n < MARK_BYTES || memcmp(p, MARK, MARK_BYTES) != 0)
        return NULL;
    for (size_t at = MARK_BYTES, i = 0; i < BLOCKS && read_block(p + at, n - at, &b); i++) {
        at += b.nwhole;
        if (b.type == MAIN && number(&b.body) & IS_VOLUME)
            return NULL;
        if (b.type == ENCRYPTION)
            return read_how(&b.body, false).check ? c : NULL;
        if (b.type == FILE_HEAD && how_of(&b).there)
            return how_of(&b).check ? c : NULL;
        if (b.type == END || b.data > n - at)
            return NULL;
        at += (size_t)b.data;
    }
    return NULL;
}

size_t
crypt_rar5_room(const struct crypt_rar5 *c)
{
    return 2 * c->n + 4096;
}

static bool
rewrite(struct writing *w, const struct crypt_rar5 *c)
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
        at += locked ? used : b.nwhole;
        if (b.data > c->n - at)
            return false;
        if (b.type == ENCRYPTION && !locked) {
            struct how h = read_how(&b.body, false);
            locked = w->t.password && make_key(&w->t, &h);
            if (!locked)
                return false;
            memcpy(w->head_key, w->t.key, sizeof w->head_key);
        } else if (!put_one(w, &b, c->p + at)) {
            return false;
        }
        if (b.type == END)
            return true;
        at += (size_t)b.data;
    }
    return at >= c->n; /* else there are files that nobody would see */
}

unsigned char *
crypt_rar5_try(const struct crypt_rar5 *c, const char *password, size_t *out)
{
    struct writing w = {.a = arena_new(),
                        .t = {.password = password, .n = password ? strlen(password) : 0},
                        .to = {malloc(c->n + 4096), 0, c->n + 4096}};
    unsigned char *p = w.to.p;

    w.head = buf_new(w.a, 0);
    if (p && !rewrite(&w, c)) {
        free(p);
        p = NULL;
    }
    *out = w.to.n;
    arena_free(&w.a);
    return p;
}
