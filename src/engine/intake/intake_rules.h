/* What is decided inside the envelope: whose mail this is. Every refusal has a code and a text. */
#ifndef SEKISHO_INTAKE_RULES_H
#define SEKISHO_INTAKE_RULES_H

#include <libmilter/mfapi.h>

struct conn;
struct gate;
struct mail;

void mail_set_sender(struct mail *m, const char *address);

/* RCPT TO: adds the recipient, or refuses it. SMFIS_CONTINUE, or the status of the reply. */
sfsistat intake_recipient(struct gate *g, SMFICTX *ctx, struct conn *c, const char *address);

#endif
