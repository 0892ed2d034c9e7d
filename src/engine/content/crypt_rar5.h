/*
 * RAR 5 archives that are encrypted (AES-256-CBC, key by PBKDF2-HMAC-SHA256; facts from RAR's TechNote, "RAR 5.0 archive format").
 * With the password, the same archive is made without the encryption, for who reads archives.
 */
#ifndef SEKISHO_CRYPT_RAR5_H
#define SEKISHO_CRYPT_RAR5_H

#include <stdbool.h>
#include <stddef.h>

struct arena;
struct crypt_rar5;

/* p: n bytes that begin as a RAR 5, borrowed. NULL: nothing of it is encrypted, or not in a way that is read here (a
 * volume of several, no check value). */
struct crypt_rar5 *crypt_rar5_open(struct arena *a, const unsigned char *p, size_t n);
/* Bytes that crypt_rar5_try() takes at most. */
size_t crypt_rar5_room(const struct crypt_rar5 *c);
/* The archive without encryption, for free(); password NULL: without what is encrypted in it. NULL: not the password. */
unsigned char *crypt_rar5_try(const struct crypt_rar5 *c, const char *password, size_t *out);

#endif
