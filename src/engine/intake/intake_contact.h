/*
 * Does the recipient know the sender? One question to the database for each inbound message (contact/contact.h judges its
 * answer), and what it should know from now on for the queue of the gate's writer: so a mail waits for one
 * indexed look-up and for no write. Without an answer there is no finding; no mail waits or is refused for it.
 */
#ifndef SEKISHO_INTAKE_CONTACT_H
#define SEKISHO_INTAKE_CONTACT_H

struct ending;

#define CONTACTS_WAITING 5000
#define CONTACTS_BATCH 500

/* When facts and authentication are there: adds the findings. */
void intake_contact(struct ending *x);
/* After the message was stored. Only copies that are delivered make anybody known: what is held says nothing of whom
 * people trust. Outbound: whom our people write to, unless it was a machine that answered. */
void intake_contact_note(const struct ending *x);

/* Whose outbound mail it is: the address in From, since answers go there; "" when that is not of the sender's
 * organisation. */
const char *intake_own_address(const struct ending *x);

#endif
