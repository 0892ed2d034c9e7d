/*
 * Whether the parts of a message that name an organisation name the same one: From, the domains that sign it (RFC 6376),
 * its links. Mail of those who write in their own name agrees in at least one of them; what is sent by way of
 * somebody else's account, server or page does not.
 *
 * It is what the mail says of itself: that a signature verifies is for authentication to say (authn/).
 */
#ifndef SEKISHO_ORIGIN_H
#define SEKISHO_ORIGIN_H

#include <stdbool.h>

struct msg;

struct origin {
    const char *host;    /* of From; "": unreadable */
    const char *address; /* of From, in lower case */
    bool signed_own;     /* a signature names From's organisation */
    bool by_service;     /* ... a service that sends for others signs, or gave the Message-ID */
    bool forwarded;      /* by several hops that sealed it (RFC 8617): signatures may be lost */
    const char *signer;  /* the first organisation that signs; "": none */
    int own, known,
        elsewhere;     /* links: to From's organisation or brand, to social networks, to others */
    int shared;        /* of those elsewhere: to where anybody may put pages */
    const char *link;  /* the first host elsewhere; "": none */
    const char *page;  /* ... that is shared */
    int targets;       /* organisations elsewhere, at most 2 are told apart */
    bool only_tracked; /* all links elsewhere lead by way of services that send for others */
    bool modern;       /* made by programs of today: a link uses https, or the text is UTF-8 */
    bool to_self;      /* From is a recipient, too */
    bool conversation; /* an answer or forwarded mail, by its fields and by its subject */
    bool service;      /* From is of a service that sends for others */
    bool freemail;     /* ... at a domain where anybody gets a mailbox */
};

/* Made once a message, in its arena. Never NULL. */
const struct origin *origin_of(struct msg *m);
/* Nothing that can be compared agrees with From, and a link leads elsewhere. */
bool origin_disagrees(const struct origin *o);

#endif
