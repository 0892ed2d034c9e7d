/*
 * DKIM keys of customers: made in the engine, sealed with the master key for one selector of one
 * domain, opened only where mail is signed. What is sealed for one name does not open under another.
 */
#ifndef SEKISHO_DKIM_KEY_H
#define SEKISHO_DKIM_KEY_H

#include <stddef.h>

#include "../authn/auth_private.h"

struct arena;
struct err;

struct dkim_new_key {
    unsigned char *sealed; /* of the PEM */
    size_t n;
    const char *record; /* "v=DKIM1; k=rsa; p=..." */
    int bits;
};

/* algorithm: "rsa-sha256" (1024, 2048, 3072 or 4096 bits), "ed25519-sha256" (bits 0 or 256).
 * -1 and ERR_INPUT "algorithm", "bits", "domain", "selector" (one label: LDH, lower case). */
int dkim_key_make(struct arena *a, const unsigned char master[32], const char *domain,
                  const char *selector, const char *algorithm, int bits, struct dkim_new_key *out,
                  struct err *e);

/* -1 and ERR_ENV "dkim-key" when it does not open, ERR_INPUT of auth_private_read(). */
int dkim_key_open(struct arena *a, const unsigned char master[32], const char *domain,
                  const char *selector, const unsigned char *sealed, size_t n,
                  struct auth_private *out, struct err *e);

#endif
