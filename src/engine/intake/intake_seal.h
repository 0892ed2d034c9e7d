/*
 * Our ARC set on mail from outside (RFC 8617 5.1): what we saw before we handed it on, sealed with the
 * key of the recipient's domain, so that the servers behind us can believe it.
 */
#ifndef SEKISHO_INTAKE_SEAL_H
#define SEKISHO_INTAKE_SEAL_H

#include "ending.h"

/* Above the message, when somebody gets it, the rule for the first of them uses ARC, and his domain has a
 * key that signs. A message that cannot be sealed passes unsealed: nothing is lost by that. tagged: the
 * subject changes, so it is not signed. */
void intake_seal_insert(struct ending *x, bool tagged);

#endif
