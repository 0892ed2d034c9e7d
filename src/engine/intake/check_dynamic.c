/* C02: the dynamic list, our own observation of each source. Level 0 refuses nothing and only logs what the default
 * would have. */
#include "../../common/evlog.h"
#include "../orgconf/orgconf_connection.h"
#include "check.h"
#include "gate.h"
#include "intake_conn.h"
#include "sources.h"

#define DEFAULT_LEVEL 2

bool
check_dynamic(struct check *k)
{
    const struct conn_rules *rules = orgconf_connection(k->conf->connection, k->org);
    int level = rules->dynamic_level;

    if (k->approved_source ||
        !sources_listed(k->g->sources, k->c->client_ip, level ? level : DEFAULT_LEVEL))
        return false;
    if (level == 0) {
        evlog(EVLOG_INFO, "dynamic.would-refuse", "client", k->c->client_ip, "sender", k->m->sender,
              "recipient", k->r->key, NULL);
        return false;
    }
    return check_refuse(k, 450, "4.7.1",
                        "Much unwanted mail came from your address of late, try again later",
                        "ip-dynamic", "");
}
