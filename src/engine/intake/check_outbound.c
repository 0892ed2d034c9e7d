/* B04: mail of a domain's senders comes from its outbound servers. A null sender has no domain yet:
 * the same question is asked at the end of the message. */
#include "check.h"
#include "intake_conn.h"
#include "outbound.h"

bool
check_outbound(struct check *k)
{
    const char *text = k->domain ? outbound_refusal(k->g, k->c, k->m, k->domain) : NULL;

    return text && check_refuse(k, 550, "5.7.1", text, "ip-not-allowed", k->c->client_ip);
}
