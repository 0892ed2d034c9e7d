/*
 * RAR archives of the format of RAR 3 and 4 that are encrypted (AES-128-CBC, key by many rounds of SHA-1; the format is in
 * RAR's TechNote up to version 4, the key in libarchive's and other readers' notes). The ciphers of RAR 2 and before are
 * not read. With the password, the same archive is made without the encryption, for who reads archives.
 */
#ifndef SEKISHO_CRYPT_RAR3_H
#define SEKISHO_CRYPT_RAR3_H

#include <stdbool.h>
#include <stddef.h>

#include "crypt_sum.h"

struct arena;
struct crypt_rar3;

/* p: n bytes that begin as a RAR of the old format, borrowed. NULL: nothing of it is encrypted, or not in a way that is read here (a
 * volume of several, an old cipher). */
struct crypt_rar3 *crypt_rar3_open(struct arena *a, const unsigned char *p, size_t n);
/* Bytes that crypt_rar3_try() takes at most. */
size_t crypt_rar3_room(const struct crypt_rar3 *c);
/* The archive without encryption, for free(); password NULL: without what is encrypted in it. NULL: not the password. Where only files are encrypted, a wrong password
 * passes: then *sum does not fit to what is in the archive. */
unsigned char *crypt_rar3_try(const struct crypt_rar3 *c, const char *password, size_t *out,
                              struct crypt_sum *sum);

#endif
