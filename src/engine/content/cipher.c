#include "cipher.h"

#include "../../common/arena.h"

#include <openssl/evp.h>
#include <stdint.h>
#include <string.h>

size_t
cipher_digest(const char *name, const void *p, size_t n, const void *q, size_t m,
              unsigned char *out)
{
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    const EVP_MD *md = EVP_get_digestbyname(name);
    unsigned len = 0;
    if (ctx && md && EVP_DigestInit_ex(ctx, md, NULL) && EVP_DigestUpdate(ctx, p, n) &&
        EVP_DigestUpdate(ctx, q, m))
        EVP_DigestFinal_ex(ctx, out, &len);
    EVP_MD_CTX_free(ctx);
    return len;
}

bool
cipher_aes(const unsigned char *key, int key_bytes, const unsigned char *iv, const unsigned char *p,
           size_t n, unsigned char *out)
{
    EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
    const EVP_CIPHER *kinds[] = {EVP_aes_128_cbc(), EVP_aes_192_cbc(), EVP_aes_256_cbc(),
                                 EVP_aes_128_ecb(), EVP_aes_192_ecb(), EVP_aes_256_ecb()};
    int size = key_bytes == 16 ? 0 : key_bytes == 24 ? 1 : 2, got = 0;
    bool ok = ctx && n % 16 == 0 && n < INT32_MAX &&
              EVP_DecryptInit_ex(ctx, kinds[size + (iv ? 0 : 3)], NULL, key, iv) &&
              EVP_CIPHER_CTX_set_padding(ctx, 0) && EVP_DecryptUpdate(ctx, out, &got, p, (int)n);
    EVP_CIPHER_CTX_free(ctx);
    return ok;
}

/* RC4, which OpenSSL has only in a module that the sandbox cannot load. */
void
cipher_rc4(const unsigned char *key, size_t key_len, size_t skip, unsigned char *p, size_t n)
{
    unsigned char s[256];
    unsigned i = 0, j = 0;
    for (i = 0; i < 256; i++)
        s[i] = (unsigned char)i;
    for (i = 0; i < 256; i++) {
        unsigned char t = s[i];
        j = (j + t + key[i % key_len]) & 255;
        s[i] = s[j];
        s[j] = t;
    }
    i = j = 0;
    for (size_t k = 0; k < skip + n; k++) {
        i = (i + 1) & 255;
        unsigned char t = s[i];
        j = (j + t) & 255;
        s[i] = s[j];
        s[j] = t;
        if (k >= skip)
            p[k - skip] ^= s[(s[i] + s[j]) & 255];
    }
}

size_t
cipher_utf16(struct arena *a, const char *s, size_t most, unsigned char **out)
{
    size_t n = 0;
    unsigned char *o = *out = arena_alloc(a, strlen(s) * 4 + 4);
    while (*s && n < most * 2) {
        const unsigned char *u = (const unsigned char *)s;
        int more = *u >= 0xf0 ? 3 : *u >= 0xe0 ? 2 : *u >= 0xc0 ? 1 : 0;
        uint32_t c = more == 3 ? *u & 7u : more == 2 ? *u & 15u : more == 1 ? *u & 31u : *u;
        for (int i = 1; i <= more && u[i]; i++)
            c = c << 6 | (u[i] & 63u);
        s += strnlen(s, (size_t)more + 1);
        if (c > 0xffff) {
            uint32_t high = 0xd800 + ((c - 0x10000) >> 10);
            o[n++] = (unsigned char)high, o[n++] = (unsigned char)(high >> 8);
            c = 0xdc00 + ((c - 0x10000) & 0x3ff);
        }
        o[n++] = (unsigned char)c, o[n++] = (unsigned char)(c >> 8);
    }
    return n;
}
