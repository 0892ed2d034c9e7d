#include "intake_eom.h"

#include <string.h>

#include "../../common/addr.h"
#include "../../common/arena.h"
#include "../../common/err.h"
#include "../../common/evlog.h"
#include "../../common/settings.h"
#include "../../common/when.h"
#include "../act/dispose.h"
#include "../msg/msg.h"
#include "../orgconf/orgconf.h"
#include "../orgconf/orgconf_domains.h"
#include "gate.h"
#include "ending.h"
#include "intake_conn.h"
#include "intake_contact.h"
#include "intake_edit.h"
#include "intake_judge.h"
#include "intake_lists.h"
#include "intake_notices.h"
#include "intake_passwords.h"
#include "intake_reputation.h"
#include "intake_room.h"
#include "intake_rules.h"
#include "intake_scan.h"
#include "outbound.h"
#include "intake_sign.h"
#include "intake_style.h"
#include "refusals.h"
#include "sources.h"
#include "whose.h"

#define NO_ROOM "No room for this message now, try again later"

/* ---------------------------------------------------------------- before the scan */

static int
get_bytes(struct ending *x)
{
    x->j.raw = mail_bytes(x->m, &x->j.raw_len);
    if (x->m->forged.too_many)
        return ending_refuse(x, 554, "5.6.0", "Too many X-Sekisho fields");
    if (x->m->trouble == MAIL_TOO_LARGE)
        return ending_block(x, 552, "5.3.4", "Message too large", "message-too-large");
    if (x->m->received > settings_int(SET_message_hops))
        return ending_block(x, 554, "5.4.6", "Too many hops, this looks like a loop",
                            "too-many-hops");
    if (!x->j.raw)
        return ending_refuse(x, 452, "4.3.1", NO_ROOM);
    return 0;
}

static void
fill_envelope(struct ending *x)
{
    const char **all = arena_calloc(x->m->arena, (size_t)x->m->nrecipients, sizeof *all);

    for (int i = 0; i < x->m->nrecipients; i++)
        all[i] = x->m->recipients[i].original;
    x->env = (struct envelope){
        .client_ip = x->c->client_ip,
        .client_name = x->c->client_name,
        .helo = x->c->helo,
        .tls = x->m->tls,
        .sender = x->m->sender,
        .recipients = all,
        .nrecipients = x->m->nrecipients,
        .direction = x->c->outbound ? "out" : "in",
        .lists = intake_lists(x),
    };
    x->j.env = &x->env;
}

/* ---------------------------------------------------------------- judging and answering */

/* Outbound mail with a null sender belongs to the organisation of its From field. */
static int
find_sender_org(struct ending *x)
{
    const struct orgconf_domain *domain;
    const char *text, *source;
    struct addr from;

    if (!x->c->outbound || x->m->sender_org[0])
        return 0;
    addr_envelope(x->m->arena, x->msg->from, &from);
    if (intake_domain(x->g, x->m, from.domain, &domain) < 0)
        return ending_refuse(x, 451, "4.3.0", "Temporary failure, try again later");
    if (!domain)
        return ending_block(x, 550, "5.7.1", "This gateway does not send mail for that sender",
                            "sender-not-managed");
    memcpy(x->m->sender_org, domain->org, sizeof x->m->sender_org); /* of refusals, too */
    if (outbound_refusal(x->g, x->c, x->m, domain, &text) < 0)
        return ending_refuse(x, 451, "4.3.0", "Temporary failure, try again later");
    if (text)
        return ending_block(x, 550, "5.7.1", text, "ip-not-allowed");
    if ((text = outbound_suspended(x->c, x->m, domain->org, &source)))
        return ending_block(x, 550, "5.7.1", text, "source-suspended");
    return 0;
}

static enum milter_answer
answer(struct ending *x)
{
    switch (dispose_answer(x->c, &x->j)) {
    case ANSWER_DISCARD:
        return MILTER_DISCARD;
    case ANSWER_REJECT:
        return milter_refuse(x->out, 550, x->enhanced, x->text);
    case ANSWER_ACCEPT:
        break;
    }
    intake_edit(x);
    return MILTER_CONTINUE;
}

/* Blocked traffic, when the refusal is one for its receivers to know of. */
static void
record(const struct ending *x)
{
    for (int i = 0; x->reason && i < x->m->nrecipients; i++) {
        const struct mail_recipient *r = &x->m->recipients[i];
        const char *org =
            r->org[0] || !x->m->conf ? r->org : whose_client(x->m->conf, x->c->client_ip);
        if (org[0])
            refusals_add(x->g->refusals, &(struct refusal){.org = org,
                                                           .outbound = x->c->outbound,
                                                           .client_ip = x->c->client_ip,
                                                           .client_name = x->c->client_name,
                                                           .helo = x->c->helo,
                                                           .sender = x->m->sender,
                                                           .recipient = r->key,
                                                           .code = x->code,
                                                           .enhanced = x->enhanced,
                                                           .reason = x->reason,
                                                           .slot = ""});
    }
}

/* What came from this address, for the dynamic list. Good is only what everybody gets: forged mail and mail of blocked
 * senders must not outweigh the bad. */
static void
note_source(const struct ending *x)
{
    static const char *const bad[] = {"malware", "phishing", "spam"};
    const char *verdict = policy_verdict(x->msg);
    bool is_bad = false, is_good = true;

    if (x->c->outbound)
        return;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        is_bad |= strcmp(verdict, bad[i]) == 0;
    for (int i = 0; i < x->m->nrecipients; i++)
        is_good &= x->j.decisions[i].disposition == DISP_DELIVER;
    if (is_bad || is_good)
        sources_note(x->g->sources, x->c->client_ip, is_bad);
}

enum milter_answer
intake_end(struct gate *g, struct conn *c, const char *queue_id, struct milter_out *o)
{
    struct ending x = {.g = g, .out = o, .c = c, .m = c->mail, .avoid = -1};
    struct err e = {0};

    x.deadline = when_mono() + settings_int(SET_message_seconds) * 1000;
    x.j.queue_id = queue_id;
    if (atomic_load(&g->stopping))
        return milter_refuse(o, 451, "4.3.2", "Restarting, try again later");
    if (x.m->nrecipients == 0)
        return milter_refuse(o, 451, "4.3.0", "Internal error, try again later");
    fill_envelope(&x);
    if (get_bytes(&x) < 0 || intake_scan(&x) < 0 || find_sender_org(&x) < 0) {
        record(&x);
        return milter_refuse(o, x.code, x.enhanced, x.text);
    }
    intake_reputation(&x);
    intake_contact(&x);
    intake_style(&x);
    if (intake_judge(&x) < 0 || intake_sign(&x) < 0)
        return milter_refuse(o, x.code, x.enhanced, x.text);
    if (dispose_store(g, c, &x.j, &e) < 0) {
        if (strcmp(e.code, DISPOSE_NO_ROOM) == 0) {
            turned_away(&room_full, "intake.memory-full");
            return milter_refuse(o, 452, "4.3.1", NO_ROOM);
        }
        evlog(EVLOG_ERROR, "store.failed", "queue_id", x.j.queue_id, "code", e.code, "reason",
              e.text, NULL);
        return milter_refuse(o, 451, "4.3.0", "Cannot store this message now, try again later");
    }
    note_source(&x);
    intake_passwords_keep(&x);
    intake_notices(&x);
    intake_contact_note(&x);
    intake_style_note(&x);
    return answer(&x);
}
