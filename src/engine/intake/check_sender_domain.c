/* B01: the sender's domain must be one that mail can be sent back to: MX, or an address (RFC 5321 5.1); a null MX (RFC
 * 7505) says that there is none. The null sender has no domain. */
#include "../../common/arena.h"
#include "../../common/settings.h"
#include "../authn/dns_unbound.h"
#include "../orgconf/orgconf_connection.h"
#include "check.h"
#include "check_dns.h"
#include "gate.h"
#include "intake_conn.h"

enum found { FOUND, NOT_FOUND, NOT_NOW };

static enum found
meaning(const struct dns_answer *a)
{
    return a->status == DNS_OK ? FOUND : a->status == DNS_TEMPERROR ? NOT_NOW : NOT_FOUND;
}

static enum found
look(struct check *k, const char *domain)
{
    struct dns_query mx = {.name = domain, .type = DNS_MX},
                     addresses[] = {{.name = domain, .type = DNS_A},
                                    {.name = domain, .type = DNS_AAAA}};
    enum found v4, v6;

    if (!dns_is_name(domain))
        return NOT_FOUND;
    check_ask_sender(k, &mx, 1);
    if (meaning(&mx.answer) == FOUND)
        return mx.answer.n == 1 && mx.answer.records[0].data[0] == '\0' ? NOT_FOUND : FOUND;
    if (meaning(&mx.answer) == NOT_NOW || mx.answer.status == DNS_NXDOMAIN)
        return meaning(&mx.answer);
    check_ask_sender(k, addresses, 2);
    v4 = meaning(&addresses[0].answer);
    v6 = meaning(&addresses[1].answer);
    if (v4 == FOUND || v6 == FOUND)
        return FOUND;
    return v4 == NOT_NOW || v6 == NOT_NOW ? NOT_NOW : NOT_FOUND;
}

bool
check_sender_domain(struct check *k)
{
    const struct conn_rules *rules = orgconf_connection(k->conf->connection, k->org);

    if (!k->m->sender[0] || !rules->check_sender || !settings_int(SET_sender_domain))
        return false;
    switch (look(k, k->m->sender_domain)) {
    case FOUND:
        break;
    case NOT_NOW:
        /* When our own DNS is down, that is not the sender's fault, and all mail would have to wait for
         * a check that is the least of all. */
        if (!dns_unbound_works(k->g->resolver))
            return false;
        return check_refuse(k, 451, "4.1.8",
                            "The sender's domain cannot be looked up now, try again later",
                            "sender-domain-unknown-now", k->m->sender_domain);
    case NOT_FOUND:
        return check_refuse(k, 550, "5.1.8", "The sender's domain does not exist or takes no mail",
                            "sender-domain-unknown", k->m->sender_domain);
    }
    return false;
}
