/* B04: mail of a domain's senders comes from its outbound servers. A null sender has no domain yet: it comes
 * from anybody's, and the question is asked again at the end of the message. */
#include "check.h"
#include "intake_conn.h"
#include "outbound.h"

bool
check_outbound(struct check *k)
{
    const char *text;

    if (outbound_refusal(k->g, k->c, k->m, k->domain, &text) < 0)
        return check_refuse(k, 451, "4.3.0", "Temporary failure, try again later", "", "");
    k->conf = k->m->conf;
    return text && check_refuse(k, 550, "5.7.1", text, "ip-not-allowed", k->c->client_ip);
}
