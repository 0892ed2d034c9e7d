/*
 * DKIM verification (RFC 6376 6, RFC 8301, RFC 8463), results as RFC 8601 2.7.1 names them.
 *
 * What is limited before any cryptography: the first DKIM_FIELDS signature fields are read, and of
 * those that can be read DKIM_TRIED are verified, the ones of the author's domain first. A mail of
 * a hundred signatures costs what one of five costs.
 *
 * Stricter than RFC 6376, on purpose: a signature that leaves a part of the body unsigned (l=) is
 * "policy", not "pass" (anybody can append to such mail), and so is one with a short key, and one
 * that leaves a From field unsigned (RFC 6376 8.15: it may be the one that people see).
 */
#ifndef SEKISHO_DKIM_VERIFY_H
#define SEKISHO_DKIM_VERIFY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;
struct auth_keys;
struct auth_message;

#define DKIM_FIELDS 12
#define DKIM_TRIED 5
#define DKIM_CLOCK_SKEW 300 /* seconds that t= may be ahead of us without being told */

enum dkim_status {
    DKIM_NONE,
    DKIM_PASS,
    DKIM_FAIL,
    DKIM_POLICY,
    DKIM_NEUTRAL,
    DKIM_TEMPERROR,
    DKIM_PERMERROR,
};

struct dkim_result {
    enum dkim_status status;
    const char *code; /* why not pass; NULL for pass. Those of auth_sig.h and auth_key.h, and
                       * "body-hash", "signature" (fail); "length-uncovered", "from-unsigned", "expired",
                       * "too-many" (policy); "length-beyond", "key-mismatch", "identity-strict",
                       * "fields-limit" (permerror) */
    const char *domain, *selector, *identity, *algorithm; /* "" when they could not be read */
    const char *signature_start;                          /* first characters of b= (RFC 6008) */
    int field;                                            /* index in the message's fields */
    int key_bits;                                         /* 0: not known */
    bool testing; /* t=y in the key record: the signer only tries */
    bool secure;  /* the key came with DNSSEC */
    bool expired, future;
    bool from_signed;   /* every From field of the message is signed */
    uint64_t uncovered; /* canonical bytes of the body behind l= */
    int64_t time, expires;
};

struct dkim_verdict {
    enum dkim_status best; /* pass if any, else temperror, policy, fail, neutral, permerror; none */
    int n;                 /* in the order of the fields, at most DKIM_FIELDS */
    const struct dkim_result *results;
    int ignored; /* signature fields behind the first DKIM_FIELDS */
};

/* now in seconds since 1970. from_domain (lower-case A-labels) says which signatures matter most,
 * NULL when there is no single one. All in the arena; the message must outlive the results. */
void dkim_verify(struct arena *a, const struct auth_message *m, struct auth_keys *keys, int64_t now,
                 const char *from_domain, struct dkim_verdict *out);

/* Only asks for the keys that dkim_verify() will want: no cryptography. */
void dkim_ask(struct arena *a, const struct auth_message *m, struct auth_keys *keys, int64_t now,
              const char *from_domain);

const char *dkim_status_name(enum dkim_status s); /* "pass" */

#endif
