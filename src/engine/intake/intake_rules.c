#include "intake_rules.h"

#include <stdbool.h>
#include <string.h>

#include "../../common/addr.h"
#include "../../common/arena.h"
#include "../../common/err.h"
#include "../../common/evlog.h"
#include "../../common/jsonx.h"
#include "../../common/sender_skips.h"
#include "../../common/settings.h"
#include "../orgconf/orgconf_domains.h"
#include "check.h"
#include "gate.h"
#include "intake_conn.h"
#include "intake_room.h"
#include "refusals.h"
#include "whose.h"

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

int
intake_domain(struct gate *g, struct mail *m, const char *name, const struct orgconf_domain **out)
{
    struct err e;

    *out = NULL;
    if (!m->conf && !(m->conf = orgconf_get(g->orgconf, m->arena, false, &e)))
        return -1;
    *out = orgconf_domain(m->conf->domains, name);
    if (*out || !*name)
        return 0;
    /* A domain that was added just now is taken at once. */
    if (!(m->conf = orgconf_get(g->orgconf, m->arena, true, &e)))
        return -1;
    *out = orgconf_domain(m->conf->domains, name);
    return 0;
}

/* ---------------------------------------------------------------- whose mail it is */

/* Outbound mail belongs to the organisation of its sender. A null sender says nothing: intake_end()
 * looks at the From field then. */
static bool
refuse_sender(struct check *k)
{
    if (intake_domain(k->g, k->m, k->m->sender_domain, &k->domain) < 0)
        return check_refuse(k, 451, "4.3.0", "Temporary failure, try again later", "", "");
    if (!k->m->sender[0])
        return false;
    if (!k->domain) { /* forwarded mail, mostly (B11) */
        k->org = whose_client(k->m->conf, k->c->client_ip);
        return check_refuse(k, 550, "5.7.1",
                            "This gateway does not send mail for the domain of that sender. "
                            "Forwarded mail needs an envelope sender of your own domain (SRS)",
                            "sender-not-managed", k->m->sender_domain);
    }
    memcpy(k->m->sender_org, k->domain->org, sizeof k->m->sender_org);
    return false;
}

static bool
refuse_recipient(struct check *k)
{
    if (intake_domain(k->g, k->m, k->r->domain, &k->domain) < 0)
        return check_refuse(k, 451, "4.3.0", "Temporary failure, try again later", "", "");
    if (!k->domain)
        return check_refuse(k, 550, "5.7.1", "This gateway does not take mail for that domain",
                            "domain-not-managed", k->r->domain);
    return false;
}

/* ---------------------------------------------------------------- checks */

enum ports { IN = 1, OUT = 2, BOTH = 3 };

static const struct {
    const char *id;
    enum ports ports;
    check_fn *refuses;
} checks[] = {
#define CHECK(id, ports) {#id, ports, check_##id},
#include "checks.def"
#undef CHECK
    {NULL, 0, NULL},
};

static bool
refused(struct check *k)
{
    enum ports port = k->c->outbound ? OUT : IN;

    if (k->c->outbound ? refuse_sender(k) : refuse_recipient(k))
        return true;
    k->org = k->domain ? k->domain->org : "";
    k->conf = k->m->conf;
    for (size_t i = 0; checks[i].refuses; i++)
        if (checks[i].ports & port && !(k->skips & sender_skip_bit(checks[i].id)) &&
            checks[i].refuses(k))
            return true;
    return false;
}

/* Blocked traffic. What is nobody's is in the log; a trouble of ours is no refusal. */
static void
record(const struct check *k)
{
    if (!k->reason[0])
        return;
    if (!k->org[0]) {
        evlog(EVLOG_INFO, "intake.refused", "reason", k->reason, "client", k->c->client_ip,
              "sender", k->m->sender, "recipient", k->r->key, NULL);
        return;
    }
    refusals_add(k->g->refusals, &(struct refusal){.org = k->org,
                                                   .outbound = k->c->outbound,
                                                   .client_ip = k->c->client_ip,
                                                   .client_name = k->c->client_name,
                                                   .helo = k->c->helo,
                                                   .sender = k->m->sender,
                                                   .recipient = k->r->key,
                                                   .code = k->code,
                                                   .enhanced = k->enhanced,
                                                   .reason = k->reason,
                                                   .slot = k->slot});
}

/* ---------------------------------------------------------------- answers */

#define TOO_MANY "Too many recipients, send the rest separately"

/* Refused recipients of a connection between two messages that were taken, before it is ended. This is what Postfix's
 * smtpd_hard_error_limit is by default: there it is beyond the recipients that are too many (conf/postfix/main.cf.in),
 * so guessing addresses is stopped here. */
#define REFUSED_MAX 20

/* Put off only since there is so much of it: ending the connection would lose the recipients that were taken, and as
 * many would come again. */
static bool
is_excess(const struct check *k)
{
    return strcmp(k->reason, "too-many-recipients") == 0 || strcmp(k->reason, "rate-limit") == 0;
}

/* After 421 Postfix hangs up. */
static enum milter_answer
refuse(struct check *k, struct milter_out *o)
{
    if (!is_excess(k) && k->c->refused++ >= REFUSED_MAX)
        check_refuse(k, 421, "4.7.0", "Too many refused recipients", k->reason, k->slot);
    record(k);
    return milter_refuse(o, k->code, k->enhanced, k->text);
}

/* The first one of a message: its row, in the organisation that would have got or sent this copy. */
static bool
refuse_too_many(struct check *k)
{
    k->m->too_many = true;
    if (k->c->outbound)
        k->org = k->m->sender_org[0] ? k->m->sender_org : whose_client(k->m->conf, k->c->client_ip);
    else if (intake_domain(k->g, k->m, k->r->domain, &k->domain) == 0 && k->domain)
        k->org = k->domain->org;
    return check_refuse(k, 452, "4.5.3", TOO_MANY, "too-many-recipients", "");
}

/* true: refused, with check_refuse(). */
static bool
refuse_address(struct check *k, const char *address)
{
    if (!storable(k->m->arena, address))
        return check_refuse(k, 553, "5.1.3", "Bad recipient address", "", "");
    if (!storable(k->m->arena, k->m->sender))
        return check_refuse(k, 553, "5.1.7", "Bad sender address", "", "");
    return false;
}

enum milter_answer
intake_recipient(struct gate *g, struct conn *c, const char *address, struct milter_out *o)
{
    struct mail *m = c->mail;
    struct mail_recipient *r;
    struct check k = {.g = g, .c = c, .m = m, .org = "", .reason = "", .slot = ""};

    if (m->too_many)
        return milter_refuse(o, 452, "4.5.3", TOO_MANY);
    if (m->declared <= settings_int(SET_message_size) &&
        !room_for(m->declared)) { /* better now than after its bytes have come */
        turned_away(&room_full, "intake.memory-full");
        check_refuse(&k, 452, "4.3.1", "No room for this message now, try again later", "", "");
        return refuse(&k, o);
    }
    if (refuse_address(&k, address))
        return refuse(&k, o);
    k.r = r = mail_add_recipient(m, address);
    if (m->nrecipients > settings_int(SET_message_recipients) ? refuse_too_many(&k) : refused(&k)) {
        m->nrecipients--;
        return refuse(&k, o);
    }
    r->org = c->outbound ? m->sender_org : k.org;
    r->approved = k.no_spam_rules;
    r->domain_id = c->outbound ? NULL : k.domain->domain_id;
    return MILTER_CONTINUE;
}
