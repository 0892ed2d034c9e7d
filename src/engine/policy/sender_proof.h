/*
 * Is the sender who he says (N7)? An approval that is bound to an authenticated domain counts only then.
 *
 * From field: DMARC passes. When the domain has no DMARC record, an aligned DKIM signature or SPF is
 * enough; when it has one, the domain's own word counts. Envelope: SPF passes for exactly that domain, or
 * a DKIM signature of the same organisation does. Keys that are only tried (t=y) prove nothing.
 */
#ifndef SEKISHO_SENDER_PROOF_H
#define SEKISHO_SENDER_PROOF_H

#include "sender_decide.h"

struct auth_outcome;
struct psl;

/* auth NULL: not checked, nothing is proven. Domains: lower case A-labels, "" when there is none. */
struct sender_proof sender_proof(const struct auth_outcome *auth, const struct psl *psl,
                                 const char *envelope_domain, const char *from_domain);

#endif
