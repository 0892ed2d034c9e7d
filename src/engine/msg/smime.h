/*
 * What is inside a signature or an envelope of S/MIME (RFC 8551; CMS: RFC 5652), without a key and without verifying: a
 * small reader of BER, since only the way to the content is of interest, not the certificates beside it.
 */
#ifndef SEKISHO_SMIME_H
#define SEKISHO_SMIME_H

#include <stdbool.h>
#include <stddef.h>

struct arena;

#define SMIME_LAYERS \
    8 /* signatures inside signatures; honest mail has one, or three (RFC 2634, 1.1) */

enum smime_kind {
    SMIME_NOT,    /* something else */
    SMIME_BARE,   /* a signature beside the message, or certificates: nothing is inside */
    SMIME_OPEN,   /* p, n: what is inside */
    SMIME_LOCKED, /* encrypted */
    SMIME_BROKEN  /* what is inside cannot be reached; also when it is packed too tightly */
};

struct smime {
    enum smime_kind kind;
    const unsigned char *p; /* in the bytes that were given, or in the arena */
    size_t n;
    bool cut; /* it says that there is more than there is */
};

/* Also as base64, with or without the lines of PEM. Linear; takes at most as much memory as n, and CONTENT_MEMBER_BYTES
 * when it is compressed. */
void smime_open(struct arena *a, const unsigned char *p, size_t n, struct smime *out);
/* The first bytes of the binary form. */
bool smime_begins(const unsigned char *p, size_t n);
/* Does it begin with fields of MIME? */
bool smime_is_entity(const struct smime *s);
/* Also one that says nothing of its type, or says it far behind: a mail program shows it all the same. */
bool smime_may_be_entity(const struct smime *s);

#endif
