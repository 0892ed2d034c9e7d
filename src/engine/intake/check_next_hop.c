/*
 * A12: Postfix finds the next hop by the recipient alone (map_next_hop), whoever sends. Somebody who added a domain
 * that is not his would get everybody's mail for it. So outbound mail of others for such a domain waits: it is
 * better to see that it does not arrive than to have it arrive there.
 */
#include <string.h>

#include "../../common/evlog.h"
#include "../orgconf/orgconf_domains.h"
#include "check.h"
#include "intake_conn.h"
#include "outbound.h"

bool
check_next_hop(struct check *k)
{
    const struct orgconf_domain *d = orgconf_domain(k->conf->domains, k->r->domain);

    if (!outbound_unproven(d) || strcmp(d->org, k->org) == 0)
        return false;
    evlog(EVLOG_WARN, "outbound.unproven-next-hop", "domain", d->name, "org", d->org, "sender",
          k->m->sender, NULL);
    return check_refuse(k, 451, "4.7.1",
                        "An organisation here says that the recipient's domain is its own and has "
                        "not proved it; ask the administrator of this gateway",
                        "", "");
}
