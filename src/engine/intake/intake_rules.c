#include "intake_rules.h"

#include <stdbool.h>
#include <string.h>

#include "../../common/addr.h"
#include "../../common/arena.h"
#include "../../common/err.h"
#include "../../common/evlog.h"
#include "../../common/jsonx.h"
#include "../../common/settings.h"
#include "gate.h"
#include "intake_conn.h"
#include "intake_room.h"
#include "org_cache.h"

/* Addresses are kept as text: what is no UTF-8, or has control bytes, could not be delivered later
 * as it came (T-S10). */
static bool
storable(struct arena *a, const char *s)
{
    for (const char *p = s; *p; p++)
        if ((unsigned char)*p < 0x20 || *p == 0x7f)
            return false;
    return strlen(s) < ADDR_MAX && strcmp(jsonx_utf8(a, s, strlen(s)), s) == 0;
}

/* Outbound mail belongs to the organisation of its sender. A null sender says nothing: intake_end()
 * looks at the From field then. */
static enum milter_answer
check_sender(struct gate *g, struct mail *m, struct milter_out *o)
{
    struct err e = {0};
    int found;

    if (m->sender_org[0] || !m->sender[0])
        return MILTER_CONTINUE;
    found = org_cache_find(g->orgs, g->db, m->sender_domain, m->sender_org, &e);
    if (found < 0)
        return milter_refuse(o, 451, "4.3.0", "Temporary failure, try again later");
    if (found == 0)
        return milter_refuse(o, 550, "5.7.1", "This gateway does not send mail for that sender");
    return MILTER_CONTINUE;
}

enum milter_answer
intake_recipient(struct gate *g, struct conn *c, const char *address, struct milter_out *o)
{
    struct mail *m = c->mail;
    struct mail_recipient *r;
    struct err e = {0};
    char org[37] = "";
    int found;

    if (!room_for(m->declared)) { /* better now than after its bytes have come */
        turned_away(&room_full, "intake.memory-full");
        return milter_refuse(o, 452, "4.3.1", "No room for this message now, try again later");
    }
    if (m->nrecipients >= settings_int(SET_message_recipients))
        return milter_refuse(o, 452, "4.5.3", "Too many recipients, send the rest separately");
    if (!storable(m->arena, address))
        return milter_refuse(o, 553, "5.1.3", "Bad recipient address");
    if (!storable(m->arena, m->sender))
        return milter_refuse(o, 553, "5.1.7", "Bad sender address");
    if (c->outbound) {
        enum milter_answer s = check_sender(g, m, o);
        if (s == MILTER_CONTINUE)
            mail_add_recipient(m, address)->org = m->sender_org;
        return s;
    }
    r = mail_add_recipient(m, address);
    found = org_cache_find(g->orgs, g->db, r->domain, org, &e);
    if (found == 1) {
        r->org = arena_strdup(m->arena, org);
        return MILTER_CONTINUE;
    }
    m->nrecipients--;
    if (found < 0)
        return milter_refuse(o, 451, "4.3.0", "Temporary failure, try again later");
    return milter_refuse(o, 550, "5.7.1", "This gateway does not take mail for that domain");
}
