#include "token.h"
#include "arena.h"
#include "err.h"
#include "when.h"

#include <ctype.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/kdf.h>
#include <pthread.h>
#include <string.h>
#include <sys/random.h>

void
token_random(void *out, size_t n)
{
    unsigned char *p = out;
    while (n) {
        ssize_t got = getrandom(p, n, 0);
        if (got <= 0)
            bug("getrandom failed: no safe randomness"); /* F-38 */
        p += got;
        n -= (size_t)got;
    }
}

static void
uuid_text(const unsigned char b[16], char out[UUID_LEN + 1])
{
    static const char hex[] = "0123456789abcdef";
    for (int i = 0; i < 16; i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10)
            *out++ = '-';
        *out++ = hex[b[i] >> 4];
        *out++ = hex[b[i] & 15];
    }
    *out = '\0';
}

/* RFC 9562 6.2 method 1: a 12-bit counter behind the milliseconds keeps ids of one process in order;
 * when it runs over, the time part moves on by one. */
void
token_uuid7(char out[UUID_LEN + 1])
{
    static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    static int64_t last;
    static unsigned counter;
    unsigned char b[16];

    token_random(b, sizeof b);
    pthread_mutex_lock(&lock);
    int64_t now = when_now();
    if (now > last) {
        last = now;
        counter = (unsigned)(b[6] & 0x07) << 8 | b[7];
    } else if (++counter > 0xfff) {
        last++;
        counter = 0;
    }
    for (int i = 0; i < 6; i++)
        b[i] = (unsigned char)(last >> (40 - 8 * i));
    b[6] = (unsigned char)(0x70 | counter >> 8);
    b[7] = (unsigned char)counter;
    pthread_mutex_unlock(&lock);
    b[8] = (unsigned char)(0x80 | (b[8] & 0x3f));
    uuid_text(b, out);
}

bool
token_is_uuid(const char *s)
{
    if (!s)
        return false;
    for (int i = 0; i < UUID_LEN; i++) {
        bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        if (dash ? s[i] != '-' : !isxdigit((unsigned char)s[i]))
            return false;
    }
    return s[UUID_LEN] == '\0';
}

static int
hex_value(char c)
{
    return isdigit((unsigned char)c) ? c - '0' : tolower((unsigned char)c) - 'a' + 10;
}

int64_t
token_uuid7_ms(const char *uuid)
{
    if (!token_is_uuid(uuid) || uuid[14] != '7')
        return -1;
    int64_t ms = 0;
    for (int i = 0; i < 13; i++)
        if (uuid[i] != '-')
            ms = ms << 4 | hex_value(uuid[i]);
    return ms;
}

char *
token_hex(struct arena *a, const void *p, size_t n)
{
    static const char hex[] = "0123456789abcdef";
    const unsigned char *b = p;
    char *out = arena_alloc(a, n * 2 + 1);
    for (size_t i = 0; i < n; i++) {
        out[2 * i] = hex[b[i] >> 4];
        out[2 * i + 1] = hex[b[i] & 15];
    }
    return out;
}

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

char *
token_base64url(struct arena *a, const void *p, size_t n)
{
    const unsigned char *b = p;
    char *out = arena_alloc(a, n / 3 * 4 + 5), *o = out;
    for (size_t i = 0; i < n; i += 3) {
        size_t left = n - i;
        unsigned v = (unsigned)b[i] << 16 | (left > 1 ? (unsigned)b[i + 1] << 8 : 0) |
                     (left > 2 ? b[i + 2] : 0);
        *o++ = alphabet[v >> 18];
        *o++ = alphabet[v >> 12 & 63];
        if (left > 1)
            *o++ = alphabet[v >> 6 & 63];
        if (left > 2)
            *o++ = alphabet[v & 63];
    }
    return out;
}

unsigned char *
token_unbase64url(struct arena *a, const char *s, size_t *n)
{
    size_t len = strlen(s), o = 0;
    unsigned char *out = arena_alloc(a, len / 4 * 3 + 4);
    unsigned v = 0;
    int bits = 0;
    if (len % 4 == 1)
        return NULL;
    for (size_t i = 0; i < len; i++) {
        const char *at = strchr(alphabet, s[i]);
        if (!at)
            return NULL;
        v = v << 6 | (unsigned)(at - alphabet);
        bits += 6;
        if (bits >= 8) {
            bits -= 8;
            out[o++] = (unsigned char)(v >> bits);
        }
    }
    if (v & ((1u << bits) - 1)) /* one text for one value: spare bits are zero */
        return NULL;
    *n = o;
    return out;
}

char *
token_text(struct arena *a, size_t n)
{
    unsigned char *b = arena_alloc(a, n);
    token_random(b, n);
    return token_base64url(a, b, n);
}

/* EVP_sha256() would be looked up at each use. Never freed. */
static EVP_MD *fetched_sha256;

static void
fetch_sha256(void)
{
    fetched_sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
    if (!fetched_sha256)
        bug("no SHA-256");
}

void
token_sha256(const void *p, size_t n, unsigned char out[32])
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, fetch_sha256);
    if (!EVP_Digest(p, n, out, NULL, fetched_sha256, NULL))
        bug("SHA-256 failed");
}

void
token_hmac(const void *key, size_t key_len, const void *p, size_t n, unsigned char out[32])
{
    unsigned len = 32;
    if (!HMAC(EVP_sha256(), key, (int)key_len, p, n, out, &len) || len != 32)
        bug("HMAC failed");
}

void
token_derive(const void *secret, size_t n, const char *purpose, unsigned char out[32])
{
    size_t len = 32;
    EVP_PKEY_CTX *c = EVP_PKEY_CTX_new_id(EVP_PKEY_HKDF, NULL);
    if (!c || EVP_PKEY_derive_init(c) <= 0 || EVP_PKEY_CTX_set_hkdf_md(c, EVP_sha256()) <= 0 ||
        EVP_PKEY_CTX_set1_hkdf_key(c, secret, (int)n) <= 0 ||
        EVP_PKEY_CTX_add1_hkdf_info(c, (const unsigned char *)purpose, (int)strlen(purpose)) <= 0 ||
        EVP_PKEY_derive(c, out, &len) <= 0 || len != 32)
        bug("HKDF failed");
    EVP_PKEY_CTX_free(c);
}

bool
token_equal(const void *a, const void *b, size_t n)
{
    return CRYPTO_memcmp(a, b, n) == 0;
}

EVP_CIPHER_CTX *
token_seal_begin(const unsigned char key[32], const char *aad, unsigned char nonce[SEAL_NONCE])
{
    EVP_CIPHER_CTX *c = EVP_CIPHER_CTX_new();
    int len;
    token_random(nonce, 12);
    if (!c || !EVP_EncryptInit_ex(c, EVP_aes_256_gcm(), NULL, key, nonce) ||
        !EVP_EncryptUpdate(c, NULL, &len, (const unsigned char *)aad, (int)strlen(aad)))
        bug("AES-GCM failed");
    return c;
}

void
token_seal_more(EVP_CIPHER_CTX *c, const void *in, size_t n, void *out)
{
    int len;
    BUG_IF(n > 0x7fffffff);
    if (!EVP_EncryptUpdate(c, out, &len, in, (int)n))
        bug("AES-GCM failed");
}

void
token_seal_end(EVP_CIPHER_CTX **c, unsigned char tag[SEAL_TAG])
{
    unsigned char nothing[16];
    int len;
    if (!EVP_EncryptFinal_ex(*c, nothing, &len) ||
        !EVP_CIPHER_CTX_ctrl(*c, EVP_CTRL_GCM_GET_TAG, 16, tag))
        bug("AES-GCM failed");
    EVP_CIPHER_CTX_free(*c);
    *c = NULL;
}

void
token_seal(const unsigned char key[32], const char *aad, const void *in, size_t n, void *out)
{
    unsigned char *p = out;
    EVP_CIPHER_CTX *c = token_seal_begin(key, aad, p);
    token_seal_more(c, in, n, p + SEAL_NONCE);
    token_seal_end(&c, p + SEAL_NONCE + n);
}

EVP_CIPHER_CTX *
token_open_begin(const unsigned char key[32], const char *aad, const unsigned char nonce[SEAL_NONCE])
{
    EVP_CIPHER_CTX *c = EVP_CIPHER_CTX_new();
    int len;
    if (!c || !EVP_DecryptInit_ex(c, EVP_aes_256_gcm(), NULL, key, nonce) ||
        !EVP_DecryptUpdate(c, NULL, &len, (const unsigned char *)aad, (int)strlen(aad)))
        bug("AES-GCM failed");
    return c;
}

void
token_open_more(EVP_CIPHER_CTX *c, const void *in, size_t n, void *out)
{
    int len;
    BUG_IF(n > 0x7fffffff);
    if (!EVP_DecryptUpdate(c, out, &len, in, (int)n))
        bug("AES-GCM failed");
}

bool
token_open_end(EVP_CIPHER_CTX **c, const unsigned char tag[SEAL_TAG])
{
    unsigned char nothing[16], want[SEAL_TAG];
    int len;
    memcpy(want, tag, SEAL_TAG);
    bool ok = EVP_CIPHER_CTX_ctrl(*c, EVP_CTRL_GCM_SET_TAG, SEAL_TAG, want) &&
              EVP_DecryptFinal_ex(*c, nothing, &len) > 0;
    EVP_CIPHER_CTX_free(*c);
    *c = NULL;
    return ok;
}

bool
token_open(const unsigned char key[32], const char *aad, const void *in, size_t n, void *out)
{
    const unsigned char *p = in;
    if (n < SEAL_OVERHEAD || n - SEAL_OVERHEAD > 0x7fffffff)
        return false;
    size_t text = n - SEAL_OVERHEAD;
    EVP_CIPHER_CTX *c = token_open_begin(key, aad, p);
    token_open_more(c, p + SEAL_NONCE, text, out);
    return token_open_end(&c, p + SEAL_NONCE + text);
}
