/*
 * DKIM signing (RFC 6376 5, RFC 8301, RFC 8463). Deterministic: the time is given, and both kinds
 * of signature are the same for the same input.
 */
#ifndef SEKISHO_DKIM_SIGN_H
#define SEKISHO_DKIM_SIGN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "auth_canon.h"
#include "auth_write.h"

struct arena;
struct auth_private;
struct err;

struct dkim_sign_options {
    const char *domain, *selector; /* A-labels */
    const char *identity;          /* i=; NULL: none */
    enum auth_canon header, body;
    /* Names of fields, ended by NULL. Every field of the message with such a name is signed; From
     * always is. */
    const char *const *headers;
    enum auth_oversign oversign;
    int64_t time;    /* t=, seconds since 1970 */
    int64_t expires; /* x=, 0: none */
    const struct auth_private *key;
};

/* "DKIM-Signature: ...", folded, with CRLF at the end: to be put before the message's first field.
 * NULL and *e: ERR_INPUT "domain", "selector", "identity", "headers", "expires", ERR_ENV "signature"
 * when OpenSSL did not sign. */
char *dkim_sign(struct arena *a, const struct auth_message *m, const struct dkim_sign_options *o,
                struct err *e);

#endif
