/* B13: an administrator has stopped outbound mail from a computer or a sender. */
#include "check.h"
#include "intake_conn.h"
#include "outbound.h"

bool
check_suspended(struct check *k)
{
    const char *source, *text = k->domain ? outbound_suspended(k->c, k->m, k->org, &source) : NULL;

    return text && check_refuse(k, 550, "5.7.1", text, "source-suspended", source);
}
