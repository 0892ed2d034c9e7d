/* Tells administrators about mail that a check of sender authentication stopped (E12). */
#ifndef SEKISHO_INTAKE_NOTICES_H
#define SEKISHO_INTAKE_NOTICES_H

struct ending;

#define NOTICES_WAITING 2000
#define NOTICES_BATCH 200

/* After the message was stored: what the rules want told goes to the queue of the gate's writer. One
 * entry for each address, however many recipients there are. */
void intake_notices(const struct ending *x);

#endif
