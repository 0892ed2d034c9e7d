/*
 * Web reputation and suspicious objects for a message in the gate: feeds, DNS lists and the lists of the
 * organisations that it belongs to (reputation/look.h). No part of this refuses mail: it adds findings.
 */
#ifndef SEKISHO_INTAKE_REPUTATION_H
#define SEKISHO_INTAKE_REPUTATION_H

struct dns_query;
struct ending;

/* When the facts are there: what DNS lists should be asked, *list with its count; none when 0. The caller asks,
 * together with what else it asks. */
int intake_reputation_questions(struct ending *x, struct dns_query **list);
/* When those are answered and it is known whose mail it is: adds the findings. */
void intake_reputation(struct ending *x);

#endif
