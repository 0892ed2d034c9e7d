/*
 * DKIM signatures of mail that leaves (RFC 6376, 8463), one for each key of its domain that signs
 * now: at the gate for what passes, in the release job for what was held.
 *
 * d= is From's domain if it has keys, else the sender's, and only when both are of one organisational
 * domain.
 */
#ifndef SEKISHO_OUTBOUND_SIGN_H
#define SEKISHO_OUTBOUND_SIGN_H

#include <stddef.h>

struct arena;
struct err;
struct orgconf_dkim;

struct outbound_mail {
    const char *org;    /* whose mail it is: keys of others do not sign it */
    const char *sender; /* without <>; "" = null sender */
    const void *raw;    /* nothing of it may be changed afterwards, but fields of ours */
    size_t n;
    const char *id_name, *id; /* of the message, for the log: "queue_id", "4cXy..." */
};

struct outbound_signatures {
    int n;
    const char **fields; /* "DKIM-Signature: ...", folded, with CRLF at the end */
};

/* In the arena. None for a message that nobody signs: no keys, no author, two of them, an author who
 * is not of the sender's organisational domain. -1 and ERR_ENV "not-signed": a key is there and
 * cannot sign. That is our fault: what should be signed does not leave unsigned, it is tried again
 * later. */
int outbound_sign(struct arena *a, const struct orgconf_dkim *keys,
                  const struct outbound_mail *mail, struct outbound_signatures *out, struct err *e);

#endif
