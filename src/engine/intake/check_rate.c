/* B08 to B10: rates of message-recipients. Over a limit is a refusal for now. Counted by mailbox and by source: tags
 * (user+1@) and the addresses of one IPv6 network are no way round. */
#include "../../common/addr.h"
#include "../../common/arena.h"
#include "../../common/ipnet.h"
#include "../../common/settings.h"
#include "../../common/when.h"
#include "../orgconf/orgconf_connection.h"
#include "check.h"
#include "gate.h"
#include "intake_conn.h"
#include "rates.h"

static const struct {
    const char *name;
    int seconds;
} windows[RATE__COUNT] = {
    [RATE_IN_IP] = {"in-ip", 60},           [RATE_IN_RECIPIENT] = {"in-to", 60},
    [RATE_IN_DOMAIN] = {"in-domain", 3600}, [RATE_OUT_IP] = {"out-ip", 300},
    [RATE_OUT_SENDER] = {"out-from", 600},  [RATE_OUT_DOMAIN] = {"out-domain", 3600},
};

static struct rate
rate_of(const struct check *k, const struct conn_rules *rules, enum conn_rate which, const char *of)
{
    return (struct rate){
        *of ? arena_printf(k->m->arena, "%s %s %.320s", windows[which].name, k->org, of) : "",
        windows[which].seconds, rules->rate[which]};
}

static const char *
source_of(const struct check *k)
{
    char text[IPNET_TEXT];
    struct ipnet net;

    if (!ipnet_source(k->c->client_ip, &net))
        return k->c->client_ip;
    ipnet_text(&net, text);
    return arena_strdup(k->m->arena, text);
}

bool
check_rate(struct check *k)
{
    const struct conn_rules *rules = orgconf_connection(k->conf->connection, k->org);
    struct rate list[3];
    struct addr sender;

    if (!settings_int(SET_rates))
        return false;
    if (k->c->outbound) {
        addr_envelope(k->m->arena, k->m->sender, &sender);
        list[0] = rate_of(k, rules, RATE_OUT_IP, source_of(k));
        list[1] = rate_of(k, rules, RATE_OUT_SENDER, addr_mailbox(k->m->arena, sender.key));
        list[2] = rate_of(k, rules, RATE_OUT_DOMAIN, k->m->sender_domain);
    } else {
        list[0] = rate_of(k, rules, RATE_IN_IP, source_of(k));
        list[1] = rate_of(k, rules, RATE_IN_RECIPIENT, addr_mailbox(k->m->arena, k->r->key));
        list[2] = rate_of(k, rules, RATE_IN_DOMAIN, k->r->domain);
    }
    if (rates_take(k->g->rates, list, 3, when_mono()) < 0)
        return false;
    return check_refuse(k, 450, "4.7.1", "Rate limit exceeded, try again later", "rate-limit", "");
}
