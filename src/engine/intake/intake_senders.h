/*
 * Sender lists in the gate: one query for each recipient before the content is known, and one for each
 * organisation at the end of the message, when the From field and its proofs are known, too. None for
 * organisations that never had an entry.
 */
#ifndef SEKISHO_INTAKE_SENDERS_H
#define SEKISHO_INTAKE_SENDERS_H

#include <stdbool.h>

#include "../policy/sender_decide.h"

struct check;
struct ending;

/* At RCPT TO, by the envelope: fills k->sender and k->skips. Nothing is proven yet, so approvals that need a proof do
 * not count. -1: refused (check_refuse()). */
int senders_of_envelope(struct check *k);

/* At the end: fills x->j.senders, one per recipient, and x->j.proof. -1: refused (ending_refuse()). */
int senders_of_message(struct ending *x);

/* Of recipient i: rules about spam do not apply. */
bool senders_skip_spam(const struct ending *x, int i);
/* Every recipient blocks the sender. */
bool senders_refuse_all(const struct ending *x);

/* "envelope-sender" or "header-sender" for X-Sekisho-Approved-Sender; NULL: no field. A copy that goes to
 * several recipients has it only when it is true for all of them. */
const char *senders_header(const struct ending *x);

#endif
