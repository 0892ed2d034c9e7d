#include "crypt_office.h"
#include "bytes.h"
#include "cipher.h"
#include "../../common/arena.h"

#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define SEGMENT 4096
#define PASSWORD 255 /* characters: more Office takes from nobody */

/* ------------------------------------------------------------------ tools */

/* H = hash(number, H), so many times: one context, or it would be twice as slow. */
static void
spin(const char *name, unsigned char *h, size_t len, int times)
{
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    EVP_MD *md = EVP_MD_fetch(NULL, name, NULL);
    for (int i = 0; ctx && md && i < times; i++) {
        unsigned char number[4] = {(unsigned char)i, (unsigned char)(i >> 8),
                                   (unsigned char)(i >> 16), (unsigned char)(i >> 24)};
        unsigned got;
        EVP_DigestInit_ex(ctx, i ? NULL : md, NULL);
        EVP_DigestUpdate(ctx, number, 4);
        EVP_DigestUpdate(ctx, h, len);
        EVP_DigestFinal_ex(ctx, h, &got);
    }
    EVP_MD_free(md);
    EVP_MD_CTX_free(ctx);
}

/* ------------------------------------------------------------------ reading */

/* Value of an attribute in one element's text. */
static const char *
value(struct arena *a, const char *p, size_t n, const char *name)
{
    const char *find = arena_printf(a, " %s=\"", name);
    const unsigned char *at = bytes_find((const unsigned char *)p, n, find);
    if (!at)
        return "";
    const char *s = (const char *)at + strlen(find);
    return arena_strndup(a, s, strcspn(s, "\""));
}

static void
bytes_of(struct arena *a, const char *b64, unsigned char *to, size_t room, size_t *len)
{
    size_t n;
    unsigned char *p = bytes_base64(a, (const unsigned char *)b64, strlen(b64), &n, NULL);
    *len = n < room ? n : room;
    memcpy(to, p, *len);
}

static const char *
hash_name(const char *s, int *bytes)
{
    static const struct {
        const char *office, *name;
        int bytes;
    } list[] = {{"SHA512", "SHA512", 64}, {"SHA384", "SHA384", 48}, {"SHA256", "SHA256", 32},
                {"SHA1", "SHA1", 20},     {"SHA-1", "SHA1", 20},    {"MD5", "MD5", 16}};
    for (size_t i = 0; i < sizeof list / sizeof *list; i++) {
        if (strcasecmp(s, list[i].office) == 0) {
            *bytes = list[i].bytes;
            return list[i].name;
        }
    }
    return NULL;
}

static bool
read_agile(struct arena *a, struct crypt_office *c, const unsigned char *p, size_t n)
{
    const char *xml = arena_strndup(a, (const char *)p, n);
    const unsigned char *data = bytes_find((const unsigned char *)xml, strlen(xml), "<keydata ");
    const unsigned char *key =
        bytes_find((const unsigned char *)xml, strlen(xml), ":encryptedkey ");
    if (!data || !key)
        return false;
    const char *d = (const char *)data, *k = (const char *)key;
    size_t dn = strcspn(d, ">"), kn = strcspn(k, ">");
    c->hash = hash_name(value(a, k, kn, "hashAlgorithm"), &c->hash_bytes);
    c->package_hash = hash_name(value(a, d, dn, "hashAlgorithm"), &c->package_hash_bytes);
    c->spin = atoi(value(a, k, kn, "spinCount"));
    c->key_bytes = atoi(value(a, k, kn, "keyBits")) / 8;
    c->package_key_bytes = atoi(value(a, d, dn, "keyBits")) / 8;
    c->block_bytes = atoi(value(a, d, dn, "blockSize"));
    bytes_of(a, value(a, k, kn, "saltValue"), c->salt, sizeof c->salt, &c->salt_len);
    bytes_of(a, value(a, d, dn, "saltValue"), c->package_salt, sizeof c->package_salt,
             &c->package_salt_len);
    bytes_of(a, value(a, k, kn, "encryptedVerifierHashInput"), c->verifier, sizeof c->verifier,
             &c->verifier_len);
    bytes_of(a, value(a, k, kn, "encryptedVerifierHashValue"), c->verifier_hash,
             sizeof c->verifier_hash, &c->verifier_hash_len);
    bytes_of(a, value(a, k, kn, "encryptedKeyValue"), c->wrapped_key, sizeof c->wrapped_key,
             &c->wrapped_len);
    c->kind = CRYPT_AGILE;
    return c->hash && c->package_hash && c->spin >= 0 && c->spin <= 10000000 &&
           c->block_bytes == 16 && strcmp(value(a, d, dn, "cipherAlgorithm"), "AES") == 0 &&
           strcmp(value(a, d, dn, "cipherChaining"), "ChainingModeCBC") == 0 &&
           (c->key_bytes == 16 || c->key_bytes == 24 || c->key_bytes == 32) &&
           (c->package_key_bytes == 16 || c->package_key_bytes == 24 ||
            c->package_key_bytes == 32) &&
           c->verifier_len && c->verifier_len % 16 == 0 && c->wrapped_len % 16 == 0 &&
           c->wrapped_len >= (size_t)c->package_key_bytes && c->verifier_hash_len % 16 == 0 &&
           c->verifier_hash_len >= (size_t)c->hash_bytes;
}

/* EncryptionHeader and EncryptionVerifier: standard, and RC4 by CryptoAPI. */
static bool
read_header(struct crypt_office *c, const unsigned char *p, size_t n)
{
    if (n < 12)
        return false;
    size_t head = bytes_le32(p + 8);
    if (head < 32 || head > 1000 || n < 12 + head + 56)
        return false;
    uint32_t algorithm = bytes_le32(p + 12 + 8), bits = bytes_le32(p + 12 + 16);
    const unsigned char *v = p + 12 + head;
    c->key_bytes = (int)(bits / 8);
    c->salt_len = c->verifier_len = 16;
    memcpy(c->salt, v + 4, 16);
    memcpy(c->verifier, v + 20, 16);
    if (algorithm == 0x6801) {
        c->kind = CRYPT_RC4_API;
        c->verifier_hash_len = 20;
        c->key_bytes = bits == 0 ? 5 : c->key_bytes;
        if (c->key_bytes < 5 || c->key_bytes > 16)
            return false;
    } else {
        c->kind = CRYPT_STANDARD;
        c->verifier_hash_len = 32;
        if (algorithm < 0x660e || algorithm > 0x6610 || n < 12 + head + 72 ||
            (c->key_bytes != 16 && c->key_bytes != 24 && c->key_bytes != 32))
            return false;
    }
    memcpy(c->verifier_hash, v + 40, c->verifier_hash_len);
    return true;
}

bool
crypt_office_read(struct arena *a, struct crypt_office *c, const unsigned char *p, size_t n)
{
    *c = (struct crypt_office){.hashes_left = CRYPT_HASHES};
    if (n < 8)
        return false;
    unsigned major = bytes_le16(p), minor = bytes_le16(p + 2);
    if (major == 4 && minor == 4)
        return read_agile(a, c, p + 8, n - 8);
    if ((major == 2 || major == 3 || major == 4) && minor == 2)
        return read_header(c, p, n);
    if (major == 1 && minor == 1 && n >= 52) {
        c->kind = CRYPT_RC4;
        c->salt_len = c->verifier_len = c->verifier_hash_len = 16;
        memcpy(c->salt, p + 4, 16);
        memcpy(c->verifier, p + 20, 16);
        memcpy(c->verifier_hash, p + 36, 16);
        return true;
    }
    return false;
}

/* ------------------------------------------------------------------ trying */

static void
agile_key(const struct crypt_office *c, const unsigned char *h, const char *purpose,
          unsigned char *key)
{
    unsigned char out[64];
    memset(key, 0x36, 64);
    size_t n = cipher_digest(c->hash, h, (size_t)c->hash_bytes, purpose, 8, out);
    memcpy(key, out, n);
}

static bool
try_agile(struct crypt_office *c, const unsigned char *pw, size_t n)
{
    unsigned char h[64], key[64], iv[64], plain[64], hash[128], sum[64];
    if ((c->hashes_left -= c->spin + 10) < 0)
        return false;
    memset(iv, 0x36, sizeof iv);
    memcpy(iv, c->salt, c->salt_len);
    cipher_digest(c->hash, c->salt, c->salt_len, pw, n, h);
    spin(c->hash, h, (size_t)c->hash_bytes, c->spin);
    agile_key(c, h, "\xfe\xa7\xd2\x76\x3b\x4b\x9e\x79", key);
    if (!cipher_aes(key, c->key_bytes, iv, c->verifier, c->verifier_len, plain))
        return false;
    agile_key(c, h, "\xd7\xaa\x0f\x6d\x30\x61\x34\x4e", key);
    if (!cipher_aes(key, c->key_bytes, iv, c->verifier_hash, c->verifier_hash_len, hash))
        return false;
    /* The verifier is as long as the salt. */
    size_t len = c->salt_len < c->verifier_len ? c->salt_len : c->verifier_len;
    cipher_digest(c->hash, plain, len, "", 0, sum);
    if (memcmp(sum, hash, (size_t)c->hash_bytes) != 0)
        return false;
    agile_key(c, h, "\x14\x6e\x0b\xe7\xab\xac\xd0\xd6", key);
    unsigned char unwrapped[128];
    if (!cipher_aes(key, c->key_bytes, iv, c->wrapped_key, c->wrapped_len, unwrapped))
        return false;
    memcpy(c->key, unwrapped, sizeof c->key);
    return true;
}

static bool
try_standard(struct crypt_office *c, const unsigned char *pw, size_t n)
{
    unsigned char h[64], x[2][64], block[4] = {0}, plain[16], hash[32], sum[64];
    if ((c->hashes_left -= 50010) < 0)
        return false;
    cipher_digest("SHA1", c->salt, 16, pw, n, h);
    spin("SHA1", h, 20, 50000);
    cipher_digest("SHA1", h, 20, block, 4, h);
    for (int i = 0; i < 2; i++) {
        unsigned char pad[64];
        memset(pad, i ? 0x5c : 0x36, sizeof pad);
        for (int k = 0; k < 20; k++)
            pad[k] ^= h[k];
        cipher_digest("SHA1", pad, sizeof pad, "", 0, x[i]);
    }
    memcpy(c->key, x[0], 20);
    memcpy(c->key + 20, x[1], 20);
    if (!cipher_aes(c->key, c->key_bytes, NULL, c->verifier, 16, plain) ||
        !cipher_aes(c->key, c->key_bytes, NULL, c->verifier_hash, 32, hash))
        return false;
    cipher_digest("SHA1", plain, 16, "", 0, sum);
    return memcmp(sum, hash, 20) == 0;
}

static bool
check_rc4(struct crypt_office *c)
{
    unsigned char both[16 + 20], sum[64];
    const char *name = c->kind == CRYPT_RC4 ? "MD5" : "SHA1";
    memcpy(both, c->verifier, 16);
    memcpy(both + 16, c->verifier_hash, c->verifier_hash_len);
    crypt_office_block(c, 0, 0, both, 16 + c->verifier_hash_len);
    cipher_digest(name, both, 16, "", 0, sum);
    return memcmp(sum, both + 16, c->verifier_hash_len) == 0;
}

static bool
try_rc4(struct crypt_office *c, const unsigned char *pw, size_t n)
{
    unsigned char h[64], many[16 * 21];
    if ((c->hashes_left -= 10) < 0)
        return false;
    if (c->kind == CRYPT_RC4_API) {
        cipher_digest("SHA1", c->salt, 16, pw, n, c->base);
        return check_rc4(c);
    }
    cipher_digest("MD5", pw, n, "", 0, h);
    for (int i = 0; i < 16; i++) {
        memcpy(many + i * 21, h, 5);
        memcpy(many + i * 21 + 5, c->salt, 16);
    }
    cipher_digest("MD5", many, sizeof many, "", 0, c->base);
    return check_rc4(c);
}

bool
crypt_office_try(struct arena *a, struct crypt_office *c, const char *password)
{
    unsigned char *pw;
    size_t n = cipher_utf16(a, password, PASSWORD, &pw);
    switch (c->kind) {
    case CRYPT_AGILE:
        return try_agile(c, pw, n);
    case CRYPT_STANDARD:
        return try_standard(c, pw, n);
    case CRYPT_RC4:
    case CRYPT_RC4_API:
        return try_rc4(c, pw, n);
    default:
        return false;
    }
}

/* ------------------------------------------------------------------ content */

void
crypt_office_block(const struct crypt_office *c, uint32_t block, size_t at, unsigned char *p,
                   size_t n)
{
    unsigned char number[4] = {(unsigned char)block, (unsigned char)(block >> 8),
                               (unsigned char)(block >> 16), (unsigned char)(block >> 24)};
    unsigned char key[64];
    if (c->kind == CRYPT_RC4) {
        cipher_digest("MD5", c->base, 5, number, 4, key);
        cipher_rc4(key, 16, at, p, n);
        return;
    }
    cipher_digest("SHA1", c->base, 20, number, 4, key);
    if (c->key_bytes == 5) { /* 40 bits stand in a key of 128 */
        memset(key + 5, 0, 11);
        cipher_rc4(key, 16, at, p, n);
        return;
    }
    cipher_rc4(key, (size_t)c->key_bytes, at, p, n);
}

static bool
agile_segments(const struct crypt_office *c, const unsigned char *p, size_t n, unsigned char *to)
{
    for (size_t at = 0, i = 0; at < n; at += SEGMENT, i++) {
        unsigned char iv[64], number[4] = {(unsigned char)i, (unsigned char)(i >> 8),
                                           (unsigned char)(i >> 16), (unsigned char)(i >> 24)};
        size_t len = n - at < SEGMENT ? n - at : SEGMENT;
        memset(iv, 0x36, sizeof iv);
        cipher_digest(c->package_hash, c->package_salt, c->package_salt_len, number, 4, iv);
        if (!cipher_aes(c->key, c->package_key_bytes, iv, p + at, len, to + at))
            return false;
    }
    return true;
}

unsigned char *
crypt_office_package(struct arena *a, const struct crypt_office *c, const unsigned char *p,
                     size_t n, size_t *out)
{
    if (n < 24)
        return NULL;
    uint64_t size = bytes_le64(p);
    size_t whole = (n - 8) / 16 * 16;
    unsigned char *to = arena_alloc(a, whole);
    bool ok = c->kind == CRYPT_AGILE ? agile_segments(c, p + 8, whole, to)
                                     : cipher_aes(c->key, c->key_bytes, NULL, p + 8, whole, to);
    *out = size < whole ? (size_t)size : whole;
    return ok ? to : NULL;
}
