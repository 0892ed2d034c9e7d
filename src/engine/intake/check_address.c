/* C03, C04: approved and blocked addresses and countries, in this order: approved address, blocked address, approved
 * country, blocked country. */
#include "../../common/arena.h"
#include "../orgconf/orgconf_connection.h"
#include "check.h"
#include "countries.h"
#include "gate.h"
#include "intake_conn.h"

bool
check_address(struct check *k)
{
    const struct conn_rules *rules = orgconf_connection(k->conf->connection, k->org);
    enum conn_listed listed = CONN_NOT_LISTED;
    const char *reason = "ip-blocked", *slot = k->c->client_ip;
    char country[3];
    struct ipnet ip;

    if (ipnet_address(k->c->client_ip, &ip))
        listed = conn_rules_address(rules, &ip);
    if (listed == CONN_NOT_LISTED && rules->ncountries > 0 &&
        countries_of(k->g->countries, k->c->client_ip, country)) {
        listed = conn_rules_country(rules, country);
        reason = "country-blocked";
        slot = arena_strdup(k->m->arena, country);
    }
    k->approved_source = listed == CONN_APPROVED;
    k->no_spam_rules |= k->approved_source && rules->approved_no_spam;
    if (listed != CONN_BLOCKED)
        return false;
    return check_refuse(k, 550, "5.7.1", "Your address is blocked here", reason, slot);
}
