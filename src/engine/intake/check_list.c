/* C01: standard lists. All zones of the organisation are asked at once. What DNS does not say now is not listed. */
#include "../../common/arena.h"
#include "../orgconf/orgconf_connection.h"
#include "check.h"
#include "check_dns.h"
#include "gate.h"
#include "intake_conn.h"

static bool
listed(const struct conn_zone *z, const struct dns_answer *answer)
{
    for (int i = 0; answer->status == DNS_OK && i < answer->n; i++)
        if (answer->records[i].len == 4 && dnsbl_codes_match(&z->codes, answer->records[i].data))
            return true;
    return false;
}

bool
check_list(struct check *k)
{
    const struct conn_rules *rules = orgconf_connection(k->conf->connection, k->org);
    struct dns_query *list;
    const char *reverse;
    struct ipnet ip;
    bool all;

    if (k->approved_source || rules->nzones == 0 || !ipnet_address(k->c->client_ip, &ip))
        return false;
    reverse = check_reverse(k->m->arena, &ip);
    list = arena_calloc(k->m->arena, (size_t)rules->nzones, sizeof *list);
    for (int i = 0; i < rules->nzones; i++)
        list[i] = (struct dns_query){
            .name = arena_printf(k->m->arena, "%s%s", reverse, rules->zones[i].zone),
            .type = DNS_A};
    all = check_ask_client(k, list, rules->nzones);
    for (int i = 0; i < rules->nzones; i++)
        if (listed(&rules->zones[i], &list[i].answer))
            return check_refuse(k, 550, "5.7.1",
                                arena_printf(k->m->arena, "Your address %s is on the list %s",
                                             k->c->client_ip, rules->zones[i].zone),
                                "ip-on-list", rules->zones[i].zone);
    return !all && check_refuse_rest(k);
}
