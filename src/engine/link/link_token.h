/*
 * Links in mails that act without signing in (security.md T-L1 to T-L4): what a link is for, under a MAC.
 *
 * The text is base64url of 105 bytes: version, purpose, allowed actions, generation of keys (2 bytes), expiry (seconds since
 * 1970, 4 bytes), four ids of 16 bytes, HMAC-SHA-256 of all that. Numbers are big-endian. Each purpose has keys of its own, one
 * for each generation, derived from the master key (RFC 5869). One value has exactly one text.
 *
 * Only the engine makes and reads them: the web programs have no key.
 */
#ifndef SEKISHO_LINK_TOKEN_H
#define SEKISHO_LINK_TOKEN_H

#include <stdbool.h>
#include <stdint.h>

struct arena;

enum link_purpose {
    LINK_MESSAGE = 1,     /* the page of one held message */
    LINK_UNSUBSCRIBE = 2, /* no more digests for a mailbox (RFC 8058) */
};

/* Bits. */
enum link_action {
    LINK_DELIVER = 1,
    LINK_ALLOW = 2, /* deliver and allow the sender */
    LINK_READ = 4,
    LINK_DELETE = 8,
    LINK_BLOCK = 16, /* delete and block the sender */
    LINK_ASK = 32,   /* ask an admin to deliver */
};

#define LINK_TEXT 140 /* characters */

struct link_token {
    enum link_purpose purpose;
    unsigned actions;
    int kid;         /* 1 to 65535 */
    int64_t expires; /* seconds since 1970 */
    char org[37], message[37], recipient[37];
    char digest[37]; /* of the mail that brought it */
};

/* The text, in the arena. */
char *link_token_make(struct arena *a, const unsigned char master[32], const struct link_token *t);
/* false: it was not made by us for this purpose. Says nothing about expiry, use and revocation. */
bool link_token_read(struct arena *a, const unsigned char master[32], const char *text,
                     enum link_purpose purpose, struct link_token *out);

/* "deliver" and so on; 0 when it is none. */
unsigned link_action_of(const char *name);
const char *link_action_name(unsigned action); /* of one bit */

/* The token of a form on the page of a link, good until `until` (seconds): proof that the page was seen. */
char *link_form_make(struct arena *a, const unsigned char master[32], const char *link,
                     int64_t until);
bool link_form_good(struct arena *a, const unsigned char master[32], const char *link,
                    const char *form, int64_t now);

#endif
