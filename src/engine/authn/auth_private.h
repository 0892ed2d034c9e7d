/*
 * Private keys for signing with DKIM and ARC: made, read from memory, and the TXT record that
 * belongs to them (RFC 6376 3.6.1, RFC 8463 3).
 *
 * The key material lives in the arena's deferred objects and is wiped with it (OpenSSL clears
 * private numbers when it frees them). Who stores a key encrypts what auth_private_pem() gives.
 */
#ifndef SEKISHO_AUTH_PRIVATE_H
#define SEKISHO_AUTH_PRIVATE_H

#include <stddef.h>
#include <stdint.h>

#include "auth_key.h"

struct arena;
struct err;

struct auth_private {
    enum auth_key_type type;
    int bits;
    struct evp_pkey_st *pkey;
};

/* All: -1 and ERR_INPUT "key-data", "key-type", "key-size" for what cannot be a signing key. */

/* PKCS#8 or traditional PEM, not encrypted; RSA of 1024 to 4096 bits or Ed25519. */
int auth_private_read(struct arena *a, const char *pem, size_t n, struct auth_private *out,
                      struct err *e);
/* The 32 bytes of RFC 8032 5.1.5. */
int auth_private_ed25519(struct arena *a, const uint8_t seed[32], struct auth_private *out,
                         struct err *e);
/* bits counts for RSA only: 1024 to 4096. */
int auth_private_make(struct arena *a, enum auth_key_type type, int bits, struct auth_private *out,
                      struct err *e);

/* PKCS#8 PEM. The caller wipes it (OPENSSL_cleanse) when it is not needed any longer. */
char *auth_private_pem(struct arena *a, const struct auth_private *k);
/* "v=DKIM1; k=rsa; p=..." */
char *auth_private_record(struct arena *a, const struct auth_private *k);

/* The signature of a SHA-256 digest (auth_key_verify). */
int auth_private_sign(struct arena *a, const struct auth_private *k, const uint8_t digest[32],
                      uint8_t **sig, size_t *n);

#endif
