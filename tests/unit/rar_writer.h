/*
 * RAR archives of both formats with one stored file that is encrypted, and perhaps a plain one in front; made by the
 * format's descriptions, independent of the reader.
 */
#ifndef SEKISHO_TEST_RAR_WRITER_H
#define SEKISHO_TEST_RAR_WRITER_H

#include <openssl/evp.h>
#include <openssl/sha.h>
#include <string.h>
#include <zlib.h>

#include "common/arena.h"
#include "common/buf.h"

static inline void
rar_le(struct buf *b, uint64_t v, int bytes)
{
    for (int i = 0; i < bytes; i++)
        buf_char(b, (char)(v >> 8 * i));
}

/* AES-CBC with zeros behind, as much as it takes. */
static inline struct buf *
rar_encrypt(struct arena *a, int bits, const unsigned char *key, const unsigned char *iv,
            const void *p, size_t n)
{
    EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
    size_t padded = (n + 15) / 16 * 16;
    unsigned char *in = arena_calloc(a, padded + 1, 1), *out = arena_calloc(a, padded + 1, 1);
    struct buf *b = buf_new(a, 0);
    int got;
    memcpy(in, p, n);
    EVP_EncryptInit_ex(ctx, bits == 128 ? EVP_aes_128_cbc() : EVP_aes_256_cbc(), NULL, key, iv);
    EVP_CIPHER_CTX_set_padding(ctx, 0);
    EVP_EncryptUpdate(ctx, out, &got, in, (int)padded);
    EVP_CIPHER_CTX_free(ctx);
    buf_add(b, out, padded);
    return b;
}

/* ------------------------------------------------------------------ RAR 5 */

struct rar5_keys {
    unsigned char key[32], check[12];
};

static inline struct rar5_keys
rar5_keys(const char *password, const unsigned char salt[16], int rounds)
{
    struct rar5_keys k = {0};
    unsigned char v[32], sum[32];
    PKCS5_PBKDF2_HMAC(password, -1, salt, 16, 1 << rounds, EVP_sha256(), 32, k.key);
    PKCS5_PBKDF2_HMAC(password, -1, salt, 16, (1 << rounds) + 32, EVP_sha256(), 32, v);
    for (int i = 0; i < 32; i++)
        k.check[i % 8] ^= v[i];
    SHA256(k.check, 8, sum);
    memcpy(k.check + 8, sum, 4);
    return k;
}

/* Body: from the type on; here all headers are shorter than 128 bytes. key NULL: plain. */
static inline void
rar5_head(struct arena *a, struct buf *to, const struct buf *body, const unsigned char *key)
{
    static const unsigned char iv[16] = "an initial value";
    struct buf *b = buf_new(a, 0), *whole = buf_new(a, 0);
    buf_char(b, (char)body->len);
    buf_add(b, body->data, body->len);
    rar_le(whole, crc32(0, (const unsigned char *)b->data, (unsigned)b->len), 4);
    buf_add(whole, b->data, b->len);
    if (key) {
        buf_add(to, iv, 16);
        whole = rar_encrypt(a, 256, key, iv, whole->data, whole->len);
    }
    buf_add(to, whole->data, whole->len);
}

static inline void
rar5_file(struct arena *a, struct buf *to, const char *name, const char *text, const char *password,
          const unsigned char *head_key)
{
    static const unsigned char salt[16] = "salt of the file", iv[16] = "value of the fil";
    struct buf *body = buf_new(a, 0), *data = buf_new(a, 0), *extra = buf_new(a, 0);
    size_t n = strlen(text);
    buf_add(data, text, n);
    if (password) {
        struct rar5_keys k = rar5_keys(password, salt, 10);
        data = rar_encrypt(a, 256, k.key, iv, text, n);
        rar_le(extra, 0x010001 << 8 | 48, 4); /* size, type 1, version 0, flags: check value */
        buf_char(extra, 10);
        buf_add(extra, salt, 16);
        buf_add(extra, iv, 16);
        buf_add(extra, k.check, 12);
        extra->data[0] = (char)(extra->len - 1);
    }
    rar_le(body, 2, 1);
    rar_le(body, password ? 3 : 2, 1);
    if (password)
        rar_le(body, extra->len, 1);
    rar_le(body, 0x80 | (data->len & 127), 1);
    rar_le(body, data->len >> 7, 1);
    rar_le(body, 4, 1); /* a CRC follows */
    rar_le(body, 0x80 | (n & 127), 1);
    rar_le(body, n >> 7, 1);
    rar_le(body, 0, 1);
    rar_le(body, crc32(0, (const unsigned char *)text, (unsigned)n), 4);
    rar_le(body, 0, 1); /* stored */
    rar_le(body, 1, 1);
    rar_le(body, strlen(name), 1);
    buf_str(body, name);
    buf_add(body, extra->data, extra->len);
    rar5_head(a, to, body, head_key);
    buf_add(to, data->data, data->len);
}

/* first NULL: only one file. heads: the headers are encrypted, too. */
static inline struct buf *
rar5(struct arena *a, const char *first, const char *text, const char *password, bool heads)
{
    static const unsigned char salt[16] = "salt of headers!";
    struct buf *b = buf_new(a, 0), *body = buf_new(a, 0);
    struct rar5_keys k = rar5_keys(password, salt, 10);
    const unsigned char *key = heads ? k.key : NULL;
    buf_add(b, "Rar!\x1a\7\1", 8);
    if (heads) {
        rar_le(body, 0x01000004, 4); /* type, flags, version, flags: check value */
        buf_char(body, 10);
        buf_add(body, salt, 16);
        buf_add(body, k.check, 12);
        rar5_head(a, b, body, NULL);
        buf_clear(body);
    }
    rar_le(body, 1, 3);
    rar5_head(a, b, body, key);
    if (first)
        rar5_file(a, b, "plain.txt", first, NULL, key);
    rar5_file(a, b, "locked.txt", text, password, key);
    buf_clear(body);
    rar_le(body, 5, 3);
    rar5_head(a, b, body, key);
    return b;
}

/* ------------------------------------------------------------------ RAR 3 */

static inline void
rar3_keys(const char *password, const unsigned char salt[8], unsigned char key[16],
          unsigned char iv[16])
{
    EVP_MD_CTX *c = EVP_MD_CTX_new(), *copy = EVP_MD_CTX_new();
    unsigned char wide[128], digest[20];
    size_t n = strlen(password);
    EVP_DigestInit_ex(c, EVP_sha1(), NULL);
    for (size_t i = 0; i < n; i++) {
        wide[2 * i] = (unsigned char)password[i];
        wide[2 * i + 1] = 0;
    }
    for (unsigned i = 0; i < 0x40000; i++) {
        unsigned char count[3] = {(unsigned char)i, (unsigned char)(i >> 8),
                                  (unsigned char)(i >> 16)};
        EVP_DigestUpdate(c, wide, 2 * n);
        EVP_DigestUpdate(c, salt, 8);
        EVP_DigestUpdate(c, count, 3);
        if (i % 0x4000 == 0) {
            EVP_MD_CTX_copy_ex(copy, c);
            EVP_DigestFinal_ex(copy, digest, NULL);
            iv[i / 0x4000] = digest[19];
        }
    }
    EVP_DigestFinal_ex(c, digest, NULL);
    for (int i = 0; i < 4; i++)
        for (int k = 0; k < 4; k++)
            key[i * 4 + k] = digest[i * 4 + 3 - k];
    EVP_MD_CTX_free(c);
    EVP_MD_CTX_free(copy);
}

static inline void
rar3_head(struct arena *a, struct buf *to, const struct buf *from_type, const char *password)
{
    static const unsigned char salt[8] = "headsalt";
    unsigned char key[16], iv[16];
    struct buf *b = buf_new(a, 0);
    rar_le(b, crc32(0, (const unsigned char *)from_type->data, (unsigned)from_type->len) & 0xffff,
           2);
    buf_add(b, from_type->data, from_type->len);
    if (password) {
        rar3_keys(password, salt, key, iv);
        buf_add(to, salt, 8);
        b = rar_encrypt(a, 128, key, iv, b->data, b->len);
    }
    buf_add(to, b->data, b->len);
}

static inline void
rar3_file(struct arena *a, struct buf *to, const char *name, const char *text, const char *password,
          const char *head_password)
{
    static const unsigned char salt[8] = "filesalt";
    unsigned char key[16], iv[16];
    struct buf *h = buf_new(a, 0), *data = buf_new(a, 0);
    size_t n = strlen(text);
    buf_add(data, text, n);
    if (password) {
        rar3_keys(password, salt, key, iv);
        data = rar_encrypt(a, 128, key, iv, text, n);
    }
    rar_le(h, 0x74, 1);
    rar_le(h, password ? 0x8404 : 0x8000, 2);
    rar_le(h, 32 + strlen(name) + (password ? 8 : 0), 2);
    rar_le(h, data->len, 4);
    rar_le(h, n, 4);
    rar_le(h, 3, 1);
    rar_le(h, crc32(0, (const unsigned char *)text, (unsigned)n), 4);
    rar_le(h, 0x3ecb5b31, 4);
    rar_le(h, 29, 1);
    rar_le(h, 0x30, 1);
    rar_le(h, strlen(name), 2);
    rar_le(h, 0x81a4, 4);
    buf_str(h, name);
    if (password)
        buf_add(h, salt, 8);
    rar3_head(a, to, h, head_password);
    buf_add(to, data->data, data->len);
}

static inline struct buf *
rar3(struct arena *a, const char *first, const char *text, const char *password, bool heads)
{
    struct buf *b = buf_new(a, 0), *h = buf_new(a, 0);
    buf_add(b, "Rar!\x1a\7", 7);
    rar_le(h, 0x73, 1);
    rar_le(h, heads ? 0x80 : 0, 2);
    rar_le(h, 13, 2);
    rar_le(h, 0, 6);
    rar3_head(a, b, h, NULL);
    if (first)
        rar3_file(a, b, "plain.txt", first, NULL, heads ? password : NULL);
    rar3_file(a, b, "locked.txt", text, password, heads ? password : NULL);
    buf_clear(h);
    rar_le(h, 0x7b, 1);
    rar_le(h, 0x4000, 2);
    rar_le(h, 7, 2);
    rar3_head(a, b, h, heads ? password : NULL);
    return b;
}

#endif
