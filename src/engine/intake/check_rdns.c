/* C07: reverse DNS, as the rule for the sender's domain asks. What DNS does not say now refuses nobody. */
#include <string.h>

#include "../../common/arena.h"
#include "../orgconf/orgconf_connection.h"
#include "check.h"
#include "check_dns.h"
#include "intake_conn.h"

#define NAMES_MAX 3 /* of one address that are looked at */

enum outcome { CONFIRMED, WRONG, NO_ROOM };

/* Does one of the names have the address? Not knowing is no reason to refuse for ever. */
static enum outcome
confirmed(struct check *k, const struct ipnet *ip, const struct dns_answer *names)
{
    struct dns_query list[NAMES_MAX];
    size_t width = ip->v6 ? 16 : 4;
    bool all;
    int n = 0;

    for (int i = 0; i < names->n && n < NAMES_MAX; i++)
        if (dns_is_name((const char *)names->records[i].data))
            list[n++] = (struct dns_query){.name = (const char *)names->records[i].data,
                                           .type = ip->v6 ? DNS_AAAA : DNS_A};
    all = check_ask_client(k, list, n);
    for (int i = 0; i < n; i++) {
        const struct dns_answer *a = &list[i].answer;
        if (a->status == DNS_TEMPERROR && all)
            return CONFIRMED;
        for (int j = 0; j < a->n; j++)
            if (a->records[j].len == width && memcmp(a->records[j].data, ip->addr, width) == 0)
                return CONFIRMED;
    }
    if (!all)
        return NO_ROOM;
    return names->n > NAMES_MAX ? CONFIRMED : WRONG; /* one that was not looked at may fit */
}

bool
check_rdns(struct check *k)
{
    const struct conn_rules *rules = orgconf_connection(k->conf->connection, k->org);
    const struct conn_rdns *rule = conn_rules_rdns(rules, k->m->sender_domain);
    struct dns_query q = {.type = DNS_PTR};
    enum outcome is;
    struct ipnet ip;

    if (k->approved_source || !rule || (!rule->missing && !rule->invalid) ||
        !ipnet_address(k->c->client_ip, &ip))
        return false;
    q.name = arena_printf(k->m->arena, "%s%s", check_reverse(k->m->arena, &ip),
                          ip.v6 ? "ip6.arpa" : "in-addr.arpa");
    if (!check_ask_client(k, &q, 1))
        return check_refuse_rest(k);
    if (q.answer.status == DNS_TEMPERROR)
        return false;
    if (q.answer.status != DNS_OK)
        return rule->missing &&
               check_refuse(k, 550, "5.7.25", "Your address has no name in reverse DNS",
                            "ptr-missing", k->c->client_ip);
    is = rule->invalid ? confirmed(k, &ip, &q.answer) : CONFIRMED;
    if (is != WRONG)
        return is == NO_ROOM && check_refuse_rest(k);
    return check_refuse(k, 550, "5.7.25",
                        "The name of your address in reverse DNS does not lead back to it",
                        "ptr-invalid", k->c->client_ip);
}
