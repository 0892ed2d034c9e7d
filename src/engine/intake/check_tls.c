/* C08, inbound: mail of a peer that must come encrypted. Opportunistic asks for nothing: who accepts
 * clear text gains nothing by refusing an old version. */
#include "../../common/arena.h"
#include "../orgconf/orgconf_domains.h"
#include "../orgconf/orgconf_tls.h"
#include "check.h"
#include "intake_conn.h"

bool
check_tls(struct check *k)
{
    const struct orgconf_peer *p =
        orgconf_tls_peer(k->conf->tls, k->org, k->domain->domain_id, k->m->sender_domain);

    if (!p || !p->mandatory || orgconf_tls_version(k->m->tls) >= p->min_version)
        return false;
    return check_refuse(k, 550, "5.7.10",
                        p->min_version >= 13
                            ? "Encryption needed: send this mail over TLS 1.3"
                            : "Encryption needed: send this mail over TLS 1.2 or newer",
                        "tls-required", k->m->sender_domain);
}
