/*
 * DKIM signatures of outbound mail that passes (act/outbound_sign.h).
 *
 * Signed is what the sender gave us, byte for byte; nothing of it is changed afterwards, and our own
 * fields are neither signed nor do they have names that are.
 */
#ifndef SEKISHO_INTAKE_SIGN_H
#define SEKISHO_INTAKE_SIGN_H

#include "ending.h"

/* Puts the signatures into x->signatures. Nothing to do for mail that nobody gets, that is not
 * outbound, or whose author is not of the sender's organisational domain. -1: a key is there and
 * cannot sign, which is our fault: mail that should be signed does not leave unsigned (451). */
int intake_sign(struct ending *x);

/* Above the message. */
void intake_sign_insert(struct ending *x);

#endif
