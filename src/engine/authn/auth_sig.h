/*
 * The signature fields of DKIM (RFC 6376 3.5) and ARC (RFC 8617 4.1.2, 4.1.3): reading them, and
 * the digest of the header that they sign (RFC 6376 3.7).
 *
 * Reading costs no cryptography and no question to DNS.
 */
#ifndef SEKISHO_AUTH_SIG_H
#define SEKISHO_AUTH_SIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "auth_canon.h"
#include "auth_key.h"
#include "auth_tags.h"

struct arena;

#define AUTH_SIG_NAMES 200      /* names in h= */
#define AUTH_SIG_NAME_BYTES 128 /* one name in h= */
#define AUTH_SIG_B_BYTES 1024   /* the signature itself; 4096 bits are 512 */
#define AUTH_INSTANCE_MAX 50    /* RFC 8617 4.2.1 */

enum auth_sig_kind {
    AUTH_SIG_DKIM,
    AUTH_SIG_AMS, /* ARC-Message-Signature */
    AUTH_SIG_AS,  /* ARC-Seal: no h=, no bh=; cv= is left to the caller (tags) */
};

struct auth_sig {
    enum auth_sig_kind kind;
    const struct auth_field *field;
    struct auth_tags tags;
    const char *algorithm; /* as written, lower case: "rsa-sha256"; "" when it could not be read */
    enum auth_key_type type;
    const char *domain;   /* d=, lower-case A-labels; "" when it could not be read */
    const char *selector; /* s=, the same */
    const char *identity; /* i= decoded, or "@" and the domain (DKIM) */
    const char *identity_domain;
    int instance; /* i= (ARC) */
    enum auth_canon header, body;
    int64_t length;        /* l=, -1: none */
    int64_t time, expires; /* t=, x=: seconds since 1970, -1: none */
    int n;                 /* names in h= */
    const struct auth_text *names;
    bool from_named; /* From is among them */
    uint8_t body_hash[AUTH_HASH_BYTES];
    const uint8_t *signature;
    size_t signature_len;
};

/* NULL and everything filled; or the code of what is wrong, with what could be read. Codes:
 * "tags-…" (auth_tags.h), "tag-missing", "version", "algorithm", "algorithm-sha1", "canon", "query",
 * "domain", "selector", "identity", "instance", "length", "time", "expires", "headers",
 * "headers-limit", "headers-from", "body-hash-syntax", "signature-syntax". */
const char *auth_sig_parse(struct arena *a, const struct auth_field *f, enum auth_sig_kind kind,
                           struct auth_sig *out);

/* Gives the fields that h= names to the sink, each name the last field not yet taken (RFC 6376
 * 5.4.2), then the signature's own field without the value of b=. AUTH_SIG_DKIM, AUTH_SIG_AMS. */
void auth_sig_header(struct arena *a, const struct auth_sig *s, const struct auth_message *m,
                     const struct auth_sink *to);
/* Only the own field, with the value of b= taken out and no CRLF. */
void auth_sig_own_field(struct arena *a, const struct auth_sig *s, const struct auth_sink *to);
/* SHA-256 of auth_sig_header(). */
void auth_sig_digest(struct arena *a, const struct auth_sig *s, const struct auth_message *m,
                     uint8_t digest[AUTH_HASH_BYTES]);

/* A sink that is a running SHA-256. */
struct auth_sha;
struct auth_sha *auth_sha_new(struct arena *a);
struct auth_sink auth_sha_sink(struct auth_sha *s);
void auth_sha_end(struct auth_sha *s, uint8_t digest[AUTH_HASH_BYTES]);

#endif
