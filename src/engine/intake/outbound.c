#include "outbound.h"

#include <string.h>

#include "../../common/addr.h"
#include "../../common/arena.h"
#include "../../common/err.h"
#include "../../common/ipnet.h"
#include "../../common/settings.h"
#include "../orgconf/orgconf.h"
#include "../orgconf/orgconf_domains.h"
#include "../orgconf/orgconf_outbound.h"
#include "../orgconf/orgconf_suspended.h"
#include "gate.h"
#include "intake_conn.h"

#define CONTACT_MAX 80 /* of a domain in a reply, so that the sentence stays whole */

static bool
is_operators(const struct ipnet *client)
{
    const char *list = settings_text(SET_relay_networks);
    char word[IPNET_TEXT];
    struct ipnet net;
    struct err e;

    while (ipnet_next(&list, word))
        if (ipnet_parse(word, &net, &e) == 0 && ipnet_covers(&net, client))
            return true;
    return false;
}

bool
outbound_unproven(const struct orgconf_domain *d)
{
    return d && !d->proven && settings_int(SET_require_ownership);
}

/* Nobody sends as a domain that he only says is his: as if it were switched off, also for the operator's networks. */
static enum outbound_may
may(const struct orgconf *conf, const struct orgconf_domain *d, const struct ipnet *client)
{
    enum outbound_may is = OUTBOUND_NOT;

    if (outbound_unproven(d))
        return OUTBOUND_OFF;
    if (d)
        is = orgconf_outbound_may(conf->outbound, d->domain_id, client);
    else if (client && orgconf_outbound_any(conf->outbound, client))
        is = OUTBOUND_LISTED;
    return is == OUTBOUND_NOT && client && is_operators(client) ? OUTBOUND_LISTED : is;
}

int
outbound_refusal(struct gate *g, const struct conn *c, struct mail *m,
                 const struct orgconf_domain *d, const char **text)
{
    struct ipnet address;
    const struct ipnet *client = ipnet_address(c->client_ip, &address) ? &address : NULL;
    const bool was_domain = d;
    const struct orgconf *fresh;
    enum outbound_may is;
    struct err e;

    if (!m->conf && !(m->conf = orgconf_get(g->orgconf, m->arena, false, &e)))
        return -1;
    is = may(m->conf, d, client);
    if (is != OUTBOUND_LISTED) {
        /* One that was listed just now counts at once. */
        if (!(fresh = orgconf_get(g->orgconf, m->arena, true, &e)))
            return -1;
        m->conf = fresh; /* what d points to stays: the older one lives as long as the mail */
        d = d ? orgconf_domain(fresh->domains, d->name) : NULL;
        is = was_domain && !d ? OUTBOUND_OFF : may(m->conf, d, client);
    }
    *text = is == OUTBOUND_LISTED  ? NULL
            : outbound_unproven(d) ? "Ownership of that sender's domain is not proven yet"
            : is == OUTBOUND_OFF   ? "Outbound mail of that sender's domain is switched off"
            : d                    ? "Sender IP not allowed for that sender's domain"
                                   : "Sender IP not allowed";
    return 0;
}

/* The sender, with its tag or as the mailbox, or the client; NULL: none of them is stopped. */
static const char *
suspended_source(const struct conn *c, struct mail *m, const char *org)
{
    char client[IPNET_TEXT];
    const char *mailbox;
    struct ipnet ip;
    struct addr sender;

    addr_envelope(m->arena, m->sender, &sender);
    mailbox = addr_mailbox(m->arena, sender.key);
    if (*sender.key && orgconf_is_suspended(m->conf->suspended, org, sender.key))
        return sender.key;
    if (*mailbox && orgconf_is_suspended(m->conf->suspended, org, mailbox))
        return mailbox;
    if (!ipnet_address(c->client_ip, &ip))
        return NULL;
    ipnet_text(&ip, client);
    return orgconf_is_suspended(m->conf->suspended, org, client) ? c->client_ip : NULL;
}

const char *
outbound_suspended(const struct conn *c, struct mail *m, const char *org, const char **source)
{
    *source = suspended_source(c, m, org);
    if (!*source)
        return NULL;
    return arena_printf(m->arena,
                        "Mail from this source is stopped because it may be spam; ask the mail "
                        "administrator of %s",
                        *m->sender_domain && strlen(m->sender_domain) <= CONTACT_MAX
                            ? m->sender_domain
                            : "your organisation");
}
