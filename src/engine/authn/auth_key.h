/*
 * Public keys of DKIM and ARC: key records (RFC 6376 3.6.1), RSA and Ed25519 (RFC 8301, RFC 8463).
 *
 * A struct auth_keys belongs to one message: each record is asked for and decoded once, however
 * many signatures name it.
 */
#ifndef SEKISHO_AUTH_KEY_H
#define SEKISHO_AUTH_KEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "auth_tags.h"

struct arena;
struct dns;
struct evp_pkey_st;

#define AUTH_RSA_BITS_MIN 1024 /* RFC 8301 3.2: shorter keys are never valid */
#define AUTH_RSA_BITS_MAX 4096 /* RFC 8301 3.2: what verifiers must be able to do */
#define AUTH_KEY_RECORDS 4     /* TXT records of one name that are looked at */

enum auth_key_type { AUTH_RSA, AUTH_ED25519 };

enum auth_key_status {
    AUTH_KEY_OK,
    AUTH_KEY_TEMPERROR, /* not known now */
    AUTH_KEY_PERMERROR, /* none, revoked, or not to be used */
    AUTH_KEY_POLICY,    /* works, and is not accepted: too short, too long */
};

struct auth_key {
    enum auth_key_status status;
    const char *code; /* NULL when OK: "key-missing", "key-revoked", "key-syntax", "key-version",
                       * "key-type", "key-hash", "key-service", "key-data", "key-weak", "key-size",
                       * "key-exponent", "key-dns" */
    enum auth_key_type type;
    int bits;     /* 0 when not decoded */
    bool testing; /* t=y */
    bool strict;  /* t=s: i= has exactly the domain of d= */
    bool secure;  /* DNSSEC */
    struct evp_pkey_st *pkey;
};

struct auth_keys;
struct auth_keys *auth_keys_new(struct arena *a, struct dns *dns);
/* selector and domain in lower-case A-labels. Never NULL; lives as long as the arena. */
const struct auth_key *auth_keys_get(struct auth_keys *k, const char *selector, const char *domain);

/* Reads one record's text. */
void auth_key_parse(struct arena *a, const char *text, size_t n, struct auth_key *out);
/* Whether the signature is that of a SHA-256 digest: PKCS#1 1.5 (RFC 6376 3.3.2), or Ed25519 of the
 * digest (RFC 8463 3). */
bool auth_key_verify(const struct auth_key *k, const uint8_t digest[32], const uint8_t *sig,
                     size_t n);

#endif
