#include "intake_eom.h"

#include <stdio.h>
#include <string.h>

#include "../../common/addr.h"
#include "../../common/arena.h"
#include "../../common/err.h"
#include "../../common/evlog.h"
#include "../../common/settings.h"
#include "../../common/token.h"
#include "../../common/when.h"
#include "../act/dispose.h"
#include "../authn/auth_results.h"
#include "../msg/msg.h"
#include "../orgconf/orgconf.h"
#include "../orgconf/orgconf_domains.h"
#include "../policy/policy.h"
#include "gate.h"
#include "ending.h"
#include "intake_conn.h"
#include "intake_room.h"
#include "intake_rules.h"
#include "intake_scan.h"
#include "intake_sign.h"

#define NO_ROOM "No room for this message now, try again later"

/* ---------------------------------------------------------------- before the scan */

static int
get_bytes(struct ending *x)
{
    x->j.raw = mail_bytes(x->m, &x->j.raw_len);
    if (x->m->forged.too_many)
        return ending_refuse(x, 554, "5.6.0", "Too many X-Sekisho fields");
    if (x->m->trouble == MAIL_TOO_LARGE)
        return ending_refuse(x, 552, "5.3.4", "Message too large");
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
    };
    x->j.env = &x->env;
}

/* ---------------------------------------------------------------- judging and answering */

/* Outbound mail with a null sender belongs to the organisation of its From field. */
static int
find_sender_org(struct ending *x)
{
    const struct orgconf_domain *domain;
    struct addr from;

    if (!x->c->outbound || x->m->sender_org[0])
        return 0;
    addr_envelope(x->m->arena, x->msg->from, &from);
    if (intake_domain(x->g, x->m, from.domain, &domain) < 0)
        return ending_refuse(x, 451, "4.3.0", "Temporary failure, try again later");
    if (!domain)
        return ending_refuse(x, 550, "5.7.1", "This gateway does not send mail for that sender");
    memcpy(x->m->sender_org, domain->org, sizeof x->m->sender_org);
    return 0;
}

/* Whoever runs the gateway may ask for proof of ownership. */
static bool
unproven(const struct ending *x, const struct mail_recipient *r)
{
    const struct orgconf_domain *d;

    if (x->c->outbound || !settings_int(SET_require_ownership))
        return false;
    d = orgconf_domain(x->m->conf->domains, r->domain);
    return d && !d->proven;
}

static void
judge(struct ending *x)
{
    x->j.msg = x->msg;
    /* A worker is not trusted with what identifies the message. */
    x->msg->bytes = (int64_t)x->j.raw_len;
    token_sha256(x->j.raw, x->j.raw_len, x->msg->sha256);
    x->j.decisions = arena_calloc(x->m->arena, (size_t)x->m->nrecipients, sizeof *x->j.decisions);
    for (int i = 0; i < x->m->nrecipients; i++) {
        struct policy_for who = {.recipient = x->m->recipients[i].key,
                                 .unproven = unproven(x, &x->m->recipients[i])};
        x->j.decisions[i] = policy_decide(x->msg, &who);
    }
}

static int
remove_header(void *ctx, char *name, int ordinal)
{
    milter_remove_header(ctx, name, ordinal);
    return 0;
}

static void
edit_passing(struct ending *x)
{
    char score[48];

    (void)own_headers_remove(&x->m->forged, remove_header, x->out);
    for (int i = 0; i < x->m->nrecipients; i++)
        if (x->j.decisions[i].disposition != DISP_DELIVER)
            milter_remove_recipient(x->out, x->m->recipients[i].original);
    (void)snprintf(score, sizeof score, "%.1f / %.1f", policy_score(x->msg), POLICY_THRESHOLD);
    milter_add_header(x->out, "X-Sekisho-Verdict", policy_verdict(x->msg));
    milter_add_header(x->out, "X-Sekisho-Score", score);
    milter_add_header(x->out, "X-Sekisho-Id", x->j.message_id);
    if (x->j.auth)
        milter_insert_header(x->out, AUTH_RESULTS_FIELD,
                             auth_results_value(x->m->arena, x->g->node, x->j.auth));
    intake_sign_insert(x);
}

static enum milter_answer
answer(struct ending *x)
{
    switch (dispose_answer(x->c, &x->j)) {
    case ANSWER_DISCARD:
        return MILTER_DISCARD;
    case ANSWER_REJECT:
        return milter_refuse(x->out, 550, "5.7.1", "Message refused by policy");
    case ANSWER_ACCEPT:
        break;
    }
    edit_passing(x);
    return MILTER_CONTINUE;
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
    if (get_bytes(&x) < 0 || intake_scan(&x) < 0 || find_sender_org(&x) < 0)
        return milter_refuse(o, x.code, x.enhanced, x.text);
    judge(&x);
    if (intake_sign(&x) < 0)
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
    return answer(&x);
}
