/*
 * What scanners said because nothing in a message agrees with its sender (scan/scan_origin.c), seen again when it is known
 * that the message is its sender's: a small company's own server, that signs nothing, is in its domain's SPF record.
 */
#ifndef SEKISHO_SENDER_AGREES_H
#define SEKISHO_SENDER_AGREES_H

struct auth_outcome;
struct msg;

/* Lowers those findings when From is proven (sender_proof.h). auth NULL: not checked, nothing changes. */
void sender_agrees(struct msg *m, const struct auth_outcome *auth);

#endif
