#include "whose.h"

#include <string.h>

#include "../../common/ipnet.h"
#include "../orgconf/orgconf.h"
#include "../orgconf/orgconf_domains.h"
#include "../orgconf/orgconf_outbound.h"

static const char *
org_of_domain(const struct orgconf_domains *d, const char *domain_id)
{
    for (int i = 0; i < d->n; i++)
        if (strcmp(d->list[i].domain_id, domain_id) == 0)
            return d->list[i].org;
    return "";
}

const char *
whose_client(const struct orgconf *conf, const char *ip)
{
    const struct orgconf_outbound *o = conf->outbound;
    const char *org = "", *other;
    struct ipnet client;

    for (int i = 0; ipnet_address(ip, &client) && i < o->n; i++) {
        if (!o->list[i].has_net || !ipnet_covers(&o->list[i].net, &client))
            continue;
        other = org_of_domain(conf->domains, o->list[i].domain_id);
        if (org[0] && strcmp(org, other) != 0)
            return "";
        org = other;
    }
    return org[0] ? org : orgconf_domains_only_org(conf->domains);
}
