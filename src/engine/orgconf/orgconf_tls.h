/* What the domains want of TLS when mail comes in: the entries that are switched on. */
#ifndef SEKISHO_ORGCONF_TLS_H
#define SEKISHO_ORGCONF_TLS_H

#include <stdbool.h>

struct orgconf_peer {
    const char *org, *domain_id; /* domain_id "": for domains without an entry that applies */
    const char *peer;            /* domain of the other side, "*": the others */
    int min_version;             /* 12, 13 */
    bool mandatory;
};
struct orgconf_tls {
    int n;
    const struct orgconf_peer *list; /* sorted by org, domain_id, peer */
};

/* The domain's entry for the peer, its entry for the others, then those for other domains; NULL: none. */
const struct orgconf_peer *orgconf_tls_peer(const struct orgconf_tls *t, const char *org,
                                            const char *domain_id, const char *peer);
/* "TLSv1.3" is 13; "" and what is not understood 0. */
int orgconf_tls_version(const char *text);

#endif
