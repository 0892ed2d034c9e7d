/*
 * 7z files that are encrypted (7zAES: AES-256-CBC, key by many rounds of SHA-256; facts from 7-Zip's DOC/7zFormat.txt and
 * Methods.txt). With the password, the same archive is made without the encryption, for who reads archives.
 */
#ifndef SEKISHO_CRYPT_7Z_H
#define SEKISHO_CRYPT_7Z_H

#include <stdbool.h>
#include <stddef.h>

struct arena;
struct crypt_7z;

/* p: n bytes that begin as a 7z, borrowed. NULL: nothing of it is encrypted, or it cannot be read at all. */
struct crypt_7z *crypt_7z_open(struct arena *a, const unsigned char *p, size_t n);
/* Bytes that crypt_7z_try() takes at most. */
size_t crypt_7z_room(const struct crypt_7z *c);
/* The archive without encryption, for free(). NULL: not the password. A wrong password may pass: then what is in
 * the archive has wrong checksums. */
unsigned char *crypt_7z_try(const struct crypt_7z *c, const char *password, size_t *out);

#endif
