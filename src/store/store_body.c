#include "store_body.h"
#include "../common/arena.h"
#include "../common/err.h"
#include "../common/token.h"
#include "../common/when.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <openssl/evp.h>
#include <zstd.h>

#define ORG_KEY_AAD "org-key"
#define LEVEL 3
#define LARGEST (1024L * 1024 * 1024) /* message_size's own upper limit */

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct org_key {
    struct org_key *next;
    char org[37];
    unsigned char key[32];
} * keys;

static bool
cached_key(const char *org, unsigned char key[32])
{
    bool found = false;
    pthread_mutex_lock(&lock);
    for (struct org_key *k = keys; k && !found; k = k->next)
        if (strcmp(k->org, org) == 0) {
            memcpy(key, k->key, 32);
            found = true;
        }
    pthread_mutex_unlock(&lock);
    return found;
}

static void
remember_key(const char *org, const unsigned char key[32])
{
    struct org_key *k = calloc(1, sizeof *k);
    if (!k)
        bug("out of memory");
    memcpy(k->org, org, 36);
    memcpy(k->key, key, 32);
    pthread_mutex_lock(&lock);
    k->next = keys;
    keys = k;
    pthread_mutex_unlock(&lock);
}

static int
org_key(struct db *db, struct arena *a, const char *org, const unsigned char master[32],
        unsigned char key[32], struct err *e)
{
    struct db_rows r;
    size_t n;
    if (cached_key(org, key))
        return 0;
    if (DB_QUERY(db, NULL, a, STMT_BODY_ORG_KEY, &r, e, P_TEXT(org)))
        return -1;
    if (!r.n)
        return err_set(e, ERR_NOTFOUND, "org", "no such organisation");
    const unsigned char *sealed = row_bytes(a, &r, 0, 0, &n);
    if (n != 32 + SEAL_OVERHEAD || !token_open(master, ORG_KEY_AAD, sealed, n, key))
        return err_set(e, ERR_ENV, "org-key",
                       "the organisation's key does not open with this master key");
    remember_key(org, key);
    return 0;
}

/* ---------------------------------------------------------------- sealing */

struct store_sealer {
    ZSTD_CCtx *zstd;
    ZSTD_inBuffer in;
    EVP_CIPHER_CTX *cipher; /* NULL: all is sealed, the tag may not be written yet */
    unsigned char *out, tag[SEAL_TAG];
    size_t room, tag_at;
    bool begun;
    unsigned char nonce[SEAL_NONCE];
};

static size_t
piece_room(size_t raw_len)
{
    size_t all = ZSTD_compressBound(raw_len) + SEAL_OVERHEAD;
    return all < STORE_BODY_PIECE ? all : STORE_BODY_PIECE;
}

int
store_body_key(struct db *db, struct arena *a, const char *org, const unsigned char master[32],
               unsigned char key[32], struct err *e)
{
    return org_key(db, a, org, master, key, e);
}

struct store_sealer *
store_sealer_new(const unsigned char key[32], const char *message_id, const unsigned char *raw,
                 size_t n)
{
    struct store_sealer *s = calloc(1, sizeof *s);
    if (!s || !(s->zstd = ZSTD_createCCtx()) || !(s->out = malloc(s->room = piece_room(n))))
        bug("out of memory");
    if (ZSTD_isError(ZSTD_CCtx_setParameter(s->zstd, ZSTD_c_compressionLevel, LEVEL)) ||
        ZSTD_isError(ZSTD_CCtx_setPledgedSrcSize(s->zstd, n)))
        bug("zstd: no such level");
    s->in = (ZSTD_inBuffer){raw, n, 0};
    s->cipher = token_seal_begin(key, message_id, s->nonce);
    return s;
}

/* Compresses behind what the piece has, seals that in its place. */
static size_t
seal_more(struct store_sealer *s, size_t at)
{
    ZSTD_outBuffer z = {s->out + at, s->room - at, 0};
    size_t left = ZSTD_compressStream2(s->zstd, &z, &s->in, ZSTD_e_end);
    if (ZSTD_isError(left))
        bug("zstd: %s", ZSTD_getErrorName(left));
    token_seal_more(s->cipher, s->out + at, z.pos, s->out + at);
    if (left == 0)
        token_seal_end(&s->cipher, s->tag);
    return at + z.pos;
}

const unsigned char *
store_sealer_piece(struct store_sealer *s, size_t *n, bool *last)
{
    size_t at = 0, tag;
    if (!s->begun) {
        memcpy(s->out, s->nonce, at = SEAL_NONCE);
        s->begun = true;
    }
    while (s->cipher && at < s->room)
        at = seal_more(s, at);
    if (!s->cipher) {
        tag = SEAL_TAG - s->tag_at < s->room - at ? SEAL_TAG - s->tag_at : s->room - at;
        memcpy(s->out + at, s->tag + s->tag_at, tag);
        s->tag_at += tag;
        at += tag;
    }
    *n = at;
    *last = !s->cipher && s->tag_at == SEAL_TAG;
    return s->out;
}

void
store_sealer_free(struct store_sealer **sp)
{
    struct store_sealer *s = *sp;
    *sp = NULL;
    if (!s)
        return;
    EVP_CIPHER_CTX_free(s->cipher);
    ZSTD_freeCCtx(s->zstd);
    free(s->out);
    free(s);
}

/* ---------------------------------------------------------------- reading */

static int
damaged(struct err *e, const char *why)
{
    return err_set(e, ERR_ENV, "body-damaged", "the stored bytes are damaged: %s", why);
}

static int
gone(struct err *e)
{
    return err_set(e, ERR_NOTFOUND, "body", "the original bytes are not stored any more");
}

/* The pieces that were read do not fit together. Bytes that nobody needs any more are deleted from their first piece on, also
 * while somebody reads them: then nothing is damaged. */
static int
damaged_or_gone(struct db *db, struct arena *a, const char *org, const char *message_id, struct err *e)
{
    struct db_rows r;
    if (DB_QUERY(db, NULL, a, STMT_BODY_FIRST, &r, e, P_TEXT(message_id), P_TEXT(org)))
        return -1;
    return r.n ? damaged(e, "seal") : gone(e);
}

static int
unpack(struct arena *a, const unsigned char *z, size_t zn, int64_t bytes, unsigned char **raw,
       size_t *n, struct err *e)
{
    unsigned long long size = ZSTD_getFrameContentSize(z, zn);
    if (size == ZSTD_CONTENTSIZE_ERROR || size == ZSTD_CONTENTSIZE_UNKNOWN || size > LARGEST ||
        (int64_t)size != bytes)
        return damaged(e, "length");
    *raw = arena_alloc(a, size + 1);
    *n = ZSTD_decompress(*raw, size, z, zn);
    return ZSTD_isError(*n) || *n != size ? damaged(e, "compression") : 0;
}

int
store_body_get(struct db *db, struct arena *a, const char *org, const char *message_id,
               const unsigned char master[32], unsigned char **raw, size_t *n, struct err *e)
{
    struct db_rows want, got;
    unsigned char key[32], sum[32];
    size_t len, total = 0, at = 0;
    if (org_key(db, a, org, master, key, e) ||
        DB_QUERY(db, NULL, a, STMT_BODY_EXPECT, &want, e, P_TEXT(message_id), P_TEXT(org)) ||
        DB_QUERY(db, NULL, a, STMT_BODY_GET, &got, e, P_TEXT(message_id), P_TEXT(org)))
        return -1;
    if (!want.n || !got.n)
        return gone(e);
    const unsigned char **pieces = arena_calloc(a, (size_t)got.n, sizeof *pieces);
    size_t *lengths = arena_calloc(a, (size_t)got.n, sizeof *lengths);
    for (int i = 0; i < got.n; i++) {
        pieces[i] = row_bytes(a, &got, i, 0, &lengths[i]);
        total += lengths[i];
    }
    unsigned char *sealed = arena_alloc(a, total), *z = arena_alloc(a, total);
    for (int i = 0; i < got.n; at += lengths[i++])
        memcpy(sealed + at, pieces[i], lengths[i]);
    if (total < SEAL_OVERHEAD || !token_open(key, message_id, sealed, total, z))
        return damaged_or_gone(db, a, org, message_id, e);
    if (unpack(a, z, total - SEAL_OVERHEAD, row_int(&want, 0, 1), raw, n, e))
        return -1;
    token_sha256(*raw, *n, sum);
    if (!token_equal(sum, row_bytes(a, &want, 0, 0, &len), 32) || len != 32)
        return damaged(e, "SHA-256");
    return 0;
}

struct chunk {
    struct chunk *next;
    const unsigned char *p;
    size_t n;
};

/* What was sealed, opened piece by piece. Nonce and tag may lie across pieces. */
struct opening {
    EVP_CIPHER_CTX *cipher; /* NULL: the nonce is not whole yet */
    const unsigned char *key;
    const char *message_id;
    unsigned char nonce[SEAL_NONCE];
    size_t nonce_len;
    unsigned char tag[SEAL_TAG]; /* the last bytes so far */
    size_t tag_len;
    struct arena *mem; /* of the compressed bytes that are kept until the tag is known to be right */
    struct chunk *first, **end;
    size_t want; /* so many more are enough for the beginning */
};

static void
keep_open(struct opening *o, const unsigned char *p, size_t n)
{
    size_t keep = o->want < n ? o->want : n;
    if (!keep)
        return;
    struct chunk *c = arena_alloc(o->mem, sizeof *c);
    *c = (struct chunk){NULL, arena_memdup(o->mem, p, keep), keep};
    *o->end = c;
    o->end = &c->next;
    o->want -= keep;
}

static void
open_piece(struct opening *o, struct arena *scratch, const unsigned char *p, size_t n)
{
    size_t take = SEAL_NONCE - o->nonce_len < n ? SEAL_NONCE - o->nonce_len : n;
    memcpy(o->nonce + o->nonce_len, p, take);
    o->nonce_len += take, p += take, n -= take;
    if (o->nonce_len < SEAL_NONCE)
        return;
    if (!o->cipher)
        o->cipher = token_open_begin(o->key, o->message_id, o->nonce);
    size_t all = o->tag_len + n, open = all > SEAL_TAG ? all - SEAL_TAG : 0;
    unsigned char *in = arena_alloc(scratch, all + 1), *out = arena_alloc(scratch, open + 1);
    memcpy(in, o->tag, o->tag_len);
    memcpy(in + o->tag_len, p, n);
    token_open_more(o->cipher, in, open, out);
    memcpy(o->tag, in + open, o->tag_len = all - open);
    keep_open(o, out, open);
}

/* 1: there was a piece behind *seq, 0: it was the last. */
static int
next_piece(struct db *db, struct opening *o, const char *org, int64_t *seq, struct err *e)
{
    struct arena *scratch = arena_new();
    struct db_rows r;
    size_t n;
    int rc = DB_QUERY(db, NULL, scratch, STMT_BODY_PIECE, &r, e, P_TEXT(o->message_id), P_TEXT(org),
                      p_int(scratch, *seq));
    if (!rc && r.n) {
        *seq = row_int(&r, 0, 0);
        const unsigned char *p = row_bytes(scratch, &r, 0, 1, &n);
        open_piece(o, scratch, p, n);
        rc = 1;
    }
    arena_free(&scratch);
    return rc;
}

/* As much memory as there is of the beginning: the frame says how long the whole is. */
static int
room_for(const struct chunk *first, size_t max, size_t *room, struct err *e)
{
    unsigned long long size = first ? ZSTD_getFrameContentSize(first->p, first->n) : 0;
    if (size == ZSTD_CONTENTSIZE_ERROR || size == ZSTD_CONTENTSIZE_UNKNOWN || size > LARGEST)
        return damaged(e, "length");
    *room = size < max ? (size_t)size : max;
    return 0;
}

static int
unpack_begin(struct arena *a, const struct opening *o, size_t max, unsigned char **raw, size_t *n,
             struct err *e)
{
    size_t left = 0, room = 0;
    if (room_for(o->first, max, &room, e))
        return -1;
    ZSTD_DStream *z = ZSTD_createDStream();
    ZSTD_outBuffer out = {*raw = arena_alloc(a, room + 1), room, 0};
    if (!z)
        bug("out of memory");
    for (const struct chunk *c = o->first; c && !ZSTD_isError(left) && out.pos < room; c = c->next) {
        ZSTD_inBuffer in = {c->p, c->n, 0};
        size_t before;
        do {
            before = in.pos + out.pos;
            left = ZSTD_decompressStream(z, &out, &in);
        } while (!ZSTD_isError(left) && left && out.pos < room && in.pos + out.pos > before);
    }
    ZSTD_freeDStream(z);
    *n = out.pos;
    return ZSTD_isError(left) || out.pos < room ? damaged(e, "compression") : 0;
}

/* 0: all pieces were read, in time. */
static int
read_all(struct db *db, struct opening *o, const char *org, int64_t until, struct err *e)
{
    int64_t seq = -1;
    int rc;
    while ((rc = next_piece(db, o, org, &seq, e)) > 0)
        if (when_mono() >= until)
            return err_set(e, ERR_ENV, "body-late", "the stored bytes could not be read in time");
    return rc;
}

int
store_body_begin(struct db *db, struct arena *a, const char *org, const char *message_id,
                 const unsigned char master[32], size_t max, int64_t until, unsigned char **raw,
                 size_t *n, struct err *e)
{
    unsigned char key[32];
    struct opening o = {.key = key, .message_id = message_id, .want = ZSTD_compressBound(max)};
    if (org_key(db, a, org, master, key, e))
        return -1;
    o.mem = arena_new();
    o.end = &o.first;
    int rc = read_all(db, &o, org, until, e);
    bool good = o.cipher && token_open_end(&o.cipher, o.tag);
    if (rc == 0)
        rc = !o.nonce_len ? gone(e)
           : !good        ? damaged_or_gone(db, a, org, message_id, e)
                          : unpack_begin(a, &o, max, raw, n, e);
    arena_free(&o.mem);
    return rc;
}

int
store_body_size(struct db *db, struct arena *a, const char *org, const char *message_id,
                int64_t *bytes, struct err *e)
{
    struct db_rows r;
    if (DB_QUERY(db, NULL, a, STMT_BODY_EXPECT, &r, e, P_TEXT(message_id), P_TEXT(org)))
        return -1;
    if (!r.n)
        return gone(e);
    *bytes = row_int(&r, 0, 1);
    return 0;
}

int
store_body_may_see(struct db *db, struct arena *a, const char *org, const char *message_id,
                   const struct store_session *s, struct err *e)
{
    struct db_rows r;
    if (DB_QUERY(db, NULL, a, STMT_BODY_MAY_SEE, &r, e, P_BYTES(s->hash, 32), P_TEXT(s->surface),
                 p_int(a, s->idle), p_int(a, s->absolute), P_TEXT(org), P_TEXT(message_id)))
        return -1;
    if (!r.n)
        return err_set(e, ERR_DENIED, "session", "there is no such session");
    return row_bool(&r, 0, 0) ? 0 : err_set(e, ERR_DENIED, "message", "not this account's message");
}
