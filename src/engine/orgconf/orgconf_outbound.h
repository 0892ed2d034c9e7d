/* Domains whose senders may use the outbound port, and from where. */
#ifndef SEKISHO_ORGCONF_OUTBOUND_H
#define SEKISHO_ORGCONF_OUTBOUND_H

#include <stdbool.h>

#include "../../common/ipnet.h"

struct orgconf_network {
    const char *domain_id;
    bool has_net;
    struct ipnet net;
};
struct orgconf_outbound {
    int n;
    const struct orgconf_network *list; /* sorted by domain_id */
};

enum outbound_may {
    OUTBOUND_OFF, /* not switched on for the domain */
    OUTBOUND_NOT, /* not from this address */
    OUTBOUND_LISTED,
};
enum outbound_may orgconf_outbound_may(const struct orgconf_outbound *o, const char *domain_id,
                                       const struct ipnet *client); /* NULL: not known */
/* Is it an outbound server of any domain? */
bool orgconf_outbound_any(const struct orgconf_outbound *o, const struct ipnet *client);

#endif
