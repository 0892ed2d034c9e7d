#include "crypt_pdf.h"
#include "cipher.h"
#include "pdf.h"
#include "../../common/arena.h"

#include <openssl/evp.h>
#include <string.h>

static const unsigned char pad[32] = {
    0x28, 0xbf, 0x4e, 0x5e, 0x4e, 0x75, 0x8a, 0x41, 0x64, 0x00, 0x4e, 0x56, 0xff, 0xfa, 0x01, 0x08,
    0x2e, 0x2e, 0x00, 0xb6, 0xd0, 0x68, 0x3e, 0x80, 0x2f, 0x0c, 0xa9, 0xfe, 0x64, 0x53, 0x69, 0x7a};

/* ------------------------------------------------------------------ reading */

static void
string_of(const struct pdf *d, const struct pdf_object *o, const char *key, unsigned char *to,
          size_t room)
{
    struct pdf_lexer l;
    if (pdf_get(d, o, key, &l) && pdf_next(&l) == PDF_STRING)
        memcpy(to, l.s, l.n < room ? l.n : room);
}

static void
read_id(const struct pdf *d, struct crypt_pdf *c)
{
    for (const char *p = d->p; (p = memmem(p, (size_t)(d->end - p), "/ID", 3)); p += 3) {
        struct pdf_lexer l = {.a = d->a, .p = p + 3, .end = d->end};
        if (pdf_next(&l) != PDF_LIST || pdf_next(&l) != PDF_STRING)
            continue;
        c->id_len = l.n < sizeof c->id ? l.n : sizeof c->id;
        memcpy(c->id, l.s, c->id_len);
        return;
    }
}

/* The dictionary: an object of its own, or in the trailer. */
static bool
find(const struct pdf *d, struct pdf_object *out)
{
    for (const char *p = d->p; (p = memmem(p, (size_t)(d->end - p), "/Encrypt", 8)); p += 8) {
        struct pdf_lexer l = {.a = d->a, .p = p + 8, .end = d->end};
        enum pdf_token t = pdf_next(&l);
        if (t == PDF_OPEN) {
            *out = (struct pdf_object){.p = p + 8, .end = d->end};
            return true;
        }
        if (t == PDF_NUMBER && l.number > 0 && l.number < INT32_MAX) {
            const struct pdf_object *o = pdf_object(d, (int)l.number);
            if (o) {
                *out = *o;
                return true;
            }
        }
    }
    return false;
}

/* The name of the crypt filter's method stands somewhere in the dictionary of filters. */
static bool
says(const struct pdf_object *o, const char *word)
{
    size_t n = (size_t)(o->end - o->p);
    return memmem(o->p, n > 4096 ? 4096 : n, word, strlen(word)) != NULL;
}

enum crypt_pdf_state
crypt_pdf_read(struct pdf *d, struct crypt_pdf *c)
{
    struct pdf_object o;
    const char *handler;
    struct pdf_lexer l;
    if (!find(d, &o))
        return CRYPT_PDF_NONE;
    *c = (struct crypt_pdf){.metadata = true};
    int version = (int)pdf_int(d, &o, "V", 0);
    c->revision = (int)pdf_int(d, &o, "R", 0);
    c->rights = (uint32_t)pdf_int(d, &o, "P", 0);
    int64_t bits = pdf_int(d, &o, "Length", 40);
    c->key_bytes = version == 1 ? 5 : version >= 5 ? 32 : version == 4 ? 16 : (int)bits / 8;
    string_of(d, &o, "O", c->o, sizeof c->o);
    string_of(d, &o, "U", c->u, sizeof c->u);
    string_of(d, &o, "OE", c->oe, sizeof c->oe);
    string_of(d, &o, "UE", c->ue, sizeof c->ue);
    if (pdf_get(d, &o, "EncryptMetadata", &l) && pdf_next(&l) == PDF_WORD && *l.s == 'f')
        c->metadata = false;
    c->aes = version >= 4 && (says(&o, "AESV2") || says(&o, "AESV3"));
    c->plain_streams =
        version >= 4 && pdf_name(d, &o, "StmF", &handler) && strcmp(handler, "Identity") == 0;
    read_id(d, c);
    if (!pdf_name(d, &o, "Filter", &handler) || strcmp(handler, "Standard") != 0 || version < 1 ||
        version > 5 || c->revision < 2 || c->revision > 6 || c->key_bytes < 5 ||
        c->key_bytes > 32 || (c->revision < 5 && c->key_bytes > 16))
        return CRYPT_PDF_FOREIGN;
    return CRYPT_PDF_KNOWN;
}

/* ------------------------------------------------------------------ revisions 2 to 4 */

static void
padded(const unsigned char *pw, size_t n, unsigned char *out)
{
    n = n > 32 ? 32 : n;
    memcpy(out, pw, n);
    memcpy(out + n, pad, 32 - n);
}

static void
again(unsigned char *h, size_t n, int times)
{
    for (int i = 0; i < times; i++)
        cipher_digest("MD5", h, n, "", 0, h);
}

static bool
try_user(struct crypt_pdf *c, const unsigned char *padded_pw)
{
    unsigned char all[32 + 32 + 4 + 64 + 4], h[64], sum[64];
    size_t n = 0, key = (size_t)c->key_bytes;
    memcpy(all, padded_pw, 32);
    memcpy(all + 32, c->o, 32);
    n = 64;
    for (int i = 0; i < 4; i++)
        all[n++] = (unsigned char)(c->rights >> (8 * i));
    memcpy(all + n, c->id, c->id_len);
    n += c->id_len;
    if (c->revision >= 4 && !c->metadata) {
        memset(all + n, 0xff, 4);
        n += 4;
    }
    cipher_digest("MD5", all, n, "", 0, h);
    if (c->revision >= 3)
        again(h, key, 50);
    memcpy(c->key, h, key);
    if (c->revision == 2) {
        memcpy(sum, pad, 32);
        cipher_rc4(c->key, key, 0, sum, 32);
        return memcmp(sum, c->u, 32) == 0;
    }
    cipher_digest("MD5", pad, 32, c->id, c->id_len, sum);
    for (int i = 0; i < 20; i++) {
        unsigned char turned[32];
        for (size_t k = 0; k < key; k++)
            turned[k] = c->key[k] ^ (unsigned char)i;
        cipher_rc4(turned, key, 0, sum, 16);
    }
    return memcmp(sum, c->u, 16) == 0;
}

/* The owner's password opens what the user's is sealed in. */
static bool
try_owner(struct crypt_pdf *c, const unsigned char *padded_pw)
{
    unsigned char h[64], user[32];
    size_t key = (size_t)c->key_bytes;
    cipher_digest("MD5", padded_pw, 32, "", 0, h);
    if (c->revision >= 3)
        again(h, key, 50);
    memcpy(user, c->o, 32);
    for (int i = c->revision == 2 ? 0 : 19; i >= 0; i--) {
        unsigned char turned[32];
        for (size_t k = 0; k < key; k++)
            turned[k] = h[k] ^ (unsigned char)i;
        cipher_rc4(turned, key, 0, user, 32);
    }
    return try_user(c, user);
}

/* ------------------------------------------------------------------ revisions 5 and 6 */

static size_t
aes_128_encrypt(const unsigned char *key, const unsigned char *iv, const unsigned char *p, size_t n,
                unsigned char *out)
{
    EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
    int got = 0;
    if (ctx && EVP_EncryptInit_ex(ctx, EVP_aes_128_cbc(), NULL, key, iv) &&
        EVP_CIPHER_CTX_set_padding(ctx, 0))
        EVP_EncryptUpdate(ctx, out, &got, p, (int)n);
    EVP_CIPHER_CTX_free(ctx);
    return (size_t)got;
}

/* ISO 32000-2, algorithm 2.B. */
static void
hash_2b(struct arena *a, const unsigned char *pw, size_t n, const unsigned char *salt,
        const unsigned char *user, size_t user_len, int revision, unsigned char *out)
{
    unsigned char *in = arena_alloc(a, n + 8 + user_len), k[64];
    unsigned char *many = arena_alloc(a, 64 * (n + 64 + user_len));
    unsigned char *e = arena_alloc(a, 64 * (n + 64 + user_len) + 16);
    size_t klen = 32;
    memcpy(in, pw, n);
    memcpy(in + n, salt, 8);
    memcpy(in + n + 8, user, user_len);
    cipher_digest("SHA256", in, n + 8 + user_len, "", 0, k);
    for (int i = 0; revision >= 6 && i < 1000; i++) {
        size_t one = n + klen + user_len, len = one * 64;
        unsigned mod = 0;
        for (size_t r = 0; r < 64; r++) {
            memcpy(many + r * one, pw, n);
            memcpy(many + r * one + n, k, klen);
            memcpy(many + r * one + n + klen, user, user_len);
        }
        if (aes_128_encrypt(k, k + 16, many, len, e) != len)
            break;
        for (int b = 0; b < 16; b++)
            mod += e[b];
        klen = cipher_digest(mod % 3 == 0   ? "SHA256"
                             : mod % 3 == 1 ? "SHA384"
                                            : "SHA512",
                             e, len, "", 0, k);
        if (i >= 63 && e[len - 1] <= i - 31)
            break;
    }
    memcpy(out, k, 32);
}

static bool
try_new(struct arena *a, struct crypt_pdf *c, const unsigned char *pw, size_t n)
{
    unsigned char h[32], zero[16] = {0};
    n = n > 127 ? 127 : n;
    hash_2b(a, pw, n, c->u + 32, c->u, 0, c->revision, h);
    if (memcmp(h, c->u, 32) == 0) {
        hash_2b(a, pw, n, c->u + 40, c->u, 0, c->revision, h);
        return cipher_aes(h, 32, zero, c->ue, 32, c->key);
    }
    hash_2b(a, pw, n, c->o + 32, c->u, 48, c->revision, h);
    if (memcmp(h, c->o, 32) != 0)
        return false;
    hash_2b(a, pw, n, c->o + 40, c->u, 48, c->revision, h);
    return cipher_aes(h, 32, zero, c->oe, 32, c->key);
}

bool
crypt_pdf_try(struct arena *a, struct crypt_pdf *c, const char *password)
{
    unsigned char p[32];
    size_t n = strlen(password);
    if (c->revision >= 5)
        return try_new(a, c, (const unsigned char *)password, n);
    padded((const unsigned char *)password, n, p);
    return try_user(c, p) || try_owner(c, p);
}

/* ------------------------------------------------------------------ content */

unsigned char *
crypt_pdf_bytes(struct arena *a, const struct crypt_pdf *c, int num, int gen, bool stream,
                const unsigned char *p, size_t *n)
{
    unsigned char *out = arena_memdup(a, p, *n), key[64], in[32 + 9];
    size_t len = (size_t)c->key_bytes;
    if (stream && c->plain_streams)
        return out;
    memcpy(key, c->key, 32);
    if (c->revision < 5) {
        memcpy(in, c->key, len);
        for (int i = 0; i < 3; i++)
            in[len + (size_t)i] = (unsigned char)((unsigned)num >> (8 * i));
        in[len + 3] = (unsigned char)gen;
        in[len + 4] = (unsigned char)((unsigned)gen >> 8);
        memcpy(in + len + 5, "sAlT", 4);
        cipher_digest("MD5", in, len + (c->aes ? 9 : 5), "", 0, key);
        len = len + 5 > 16 ? 16 : len + 5;
    }
    if (!c->aes) {
        cipher_rc4(key, len, 0, out, *n);
        return out;
    }
    size_t body = *n < 32 ? 0 : (*n - 16) / 16 * 16;
    if (!body || !cipher_aes(key, (int)len, p, p + 16, body, out)) {
        *n = 0;
        return out;
    }
    unsigned char last = out[body - 1];
    *n = last >= 1 && last <= 16 ? body - last : body;
    return out;
}
