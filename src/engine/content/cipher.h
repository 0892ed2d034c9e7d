/* Digests and ciphers of documents, in the forms that their formats need. */
#ifndef SEKISHO_CIPHER_H
#define SEKISHO_CIPHER_H

#include <stdbool.h>
#include <stddef.h>

struct arena;

/* Digest of p and q together ("SHA1", "MD5" ...), at most 64 bytes; returns its length, 0 = failed. */
size_t cipher_digest(const char *name, const void *p, size_t n, const void *q, size_t m,
                     unsigned char *out);
/* Decrypts AES without padding; n is a multiple of 16; iv NULL: ECB. */
bool cipher_aes(const unsigned char *key, int key_bytes, const unsigned char *iv,
                const unsigned char *p, size_t n, unsigned char *out);
/* RC4, from skip bytes into its key stream, in place. */
void cipher_rc4(const unsigned char *key, size_t key_len, size_t skip, unsigned char *p, size_t n);
/* UTF-8 as UTF-16, little-endian, at most so many units; returns the bytes. */
size_t cipher_utf16(struct arena *a, const char *s, size_t most, unsigned char **out);

#endif
