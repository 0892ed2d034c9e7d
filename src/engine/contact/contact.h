/*
 * What it says of a mail whether its recipients know the sender (F27, N5). The first mail of a stranger is a note; it weighs
 * something only together with what strangers who cheat want: money, passwords, answers at another address. A
 * known name with an unknown address is what those have who found out whom somebody trusts. Senders who have been
 * authenticated on several days, or whom the recipients wrote to, weigh a little less.
 *
 * Judged by the gate, since who the sender is and whether that is proven is known only behind the worker
 * (intake/intake_contact.c asks the database). Pure.
 */
#ifndef SEKISHO_CONTACT_H
#define SEKISHO_CONTACT_H

#include <stdbool.h>

struct msg;
struct store_contact;

/* Adds findings. org: of the findings; "" = for everybody. proven: the From address was authenticated. */
void contact_judge(struct msg *m, const struct store_contact *known, const char *org, bool proven);

#endif
