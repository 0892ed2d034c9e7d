/* Looks the sender up for the checks behind it. D06: a sender who is blocked by the envelope is refused before the content is looked at. */
#include "check.h"
#include "intake_senders.h"

bool
check_sender_list(struct check *k)
{
    if (senders_of_envelope(k) < 0)
        return true;
    if (k->sender.verdict != SENDER_BLOCKED)
        return false;
    return check_refuse(k, 550, "5.7.1", "Sender is blocked by the recipient", "sender-blocked",
                        k->sender.pattern);
}
