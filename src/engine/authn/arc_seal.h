/*
 * Adding a set to an ARC chain (RFC 8617 5.1): what we saw, and our seal on it.
 */
#ifndef SEKISHO_ARC_SEAL_H
#define SEKISHO_ARC_SEAL_H

#include <stdint.h>

#include "arc.h"

struct arena;
struct auth_private;
struct err;

struct arc_seal_options {
    const char *domain, *selector; /* A-labels */
    const char *results;           /* auth_results_value() of this message */
    /* Names of fields, ended by NULL, as in dkim_sign.h; From always is signed. */
    const char *const *headers;
    int64_t time; /* t=, seconds since 1970 */
    const struct auth_private *key;
};

/* The three fields of the new set, each with CRLF, to be put before the message's first field. found:
 * what arc_verify() said of the chain. NULL: nothing can be added (a chain that was declared broken
 * already, one with AUTH_INSTANCE_MAX sets, or one whose state is not known now); or *e is set:
 * ERR_INPUT for options that cannot be signed with, ERR_ENV. */
char *arc_seal(struct arena *a, const struct auth_message *m, const struct arc *chain,
               const struct arc_verdict *found, const struct arc_seal_options *o, struct err *e);

#endif
