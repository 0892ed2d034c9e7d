/*
 * C11: domains that take mail for listed recipients only. Asked here and not by Postfix on the
 * inbound port, so that the refusal is written down like the others. The list is not in memory: it may
 * be long, and only domains that check ask for it.
 */
#include "../../common/err.h"
#include "../../store/store_recipient.h"
#include "../orgconf/orgconf_domains.h"
#include "check.h"
#include "gate.h"
#include "intake_conn.h"
#include "sources.h"

bool
check_recipient(struct check *k)
{
    struct err e;
    bool valid;

    if (!k->domain->check_recipients)
        return false;
    if (store_recipient_valid(k->g->db, k->m->arena, k->domain->org, k->domain->domain_id,
                              k->r->key, &valid, &e) < 0)
        return check_refuse(k, 451, "4.3.0", "Temporary failure, try again later", "", "");
    if (valid)
        return false;
    if (!k->m->guessed)
        sources_note_guess(k->g->sources, k->c->client_ip);
    k->m->guessed = true;
    return check_refuse(k, 550, "5.1.1", "No such recipient here", "recipient-invalid", k->r->key);
}
