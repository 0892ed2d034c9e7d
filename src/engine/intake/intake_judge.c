#include "intake_judge.h"

#include "../../common/arena.h"
#include "../../common/token.h"
#include "../authn/auth_check.h"
#include "../orgconf/orgconf.h"
#include "../orgconf/orgconf_auth.h"
#include "../orgconf/orgconf_domains.h"
#include "../orgconf/orgconf_spam.h"
#include "../policy/auth_ruling.h"
#include "../policy/policy.h"
#include "ending.h"
#include "intake_conn.h"
#include "intake_senders.h"
#include "outbound.h"

struct auth_facts
intake_facts(const struct ending *x)
{
    return (struct auth_facts){.outcome = x->j.auth,
                               .client_ip = x->c->client_ip,
                               .sender = x->m->sender,
                               .sender_domain = x->m->sender_domain,
                               .helo = x->c->helo};
}

/* Recipients with the same rule have the same ruling. */
static const struct auth_ruling *
ruling_of(struct ending *x, int i)
{
    struct auth_facts f = intake_facts(x);
    struct auth_ruling *r;

    for (int k = 0; k < i; k++)
        if (x->rules[k] == x->rules[i])
            return x->rulings[k];
    r = arena_alloc(x->m->arena, sizeof *r);
    auth_rule_apply(x->rules[i], &f, r);
    return r;
}

/* Whoever runs the gateway may ask for proof of ownership (A12). */
static bool
unproven(const struct ending *x, int i)
{
    return !x->c->outbound &&
           outbound_unproven(orgconf_domain(x->m->conf->domains, x->m->recipients[i].domain));
}

static int
apply_auth_rules(struct ending *x)
{
    static const struct auth_ruling nothing = {.domain = "", .tag = ""};
    const struct mail_recipient *r = x->m->recipients;
    int n = x->m->nrecipients;

    if (!x->j.auth)
        return 0;
    x->rules = arena_calloc(x->m->arena, (size_t)n, sizeof *x->rules);
    x->rulings = arena_calloc(x->m->arena, (size_t)n, sizeof *x->rulings);
    for (int i = 0; i < n; i++) {
        x->rules[i] = orgconf_auth_rule(x->m->conf->auth, r[i].org, r[i].domain_id);
        if (!x->rules[i])
            return ending_refuse(x, 451, "4.3.0", "Temporary failure, try again later");
        x->rulings[i] = unproven(x, i) ? &nothing : ruling_of(x, i);
    }
    return 0;
}

/* What the sender's server is told when nobody gets it. */
static void
prepare_refusal(struct ending *x)
{
    x->enhanced = "5.7.1";
    x->text = "Message refused by policy";
    if (senders_refuse_all(x)) {
        x->text = "Sender is blocked by the recipient";
        return;
    }
    for (int i = 0; x->rulings && i < x->m->nrecipients; i++) {
        if (x->j.decisions[i].disposition != DISP_REJECT || x->rulings[i]->action != AUTH_REJECT)
            continue;
        x->enhanced = auth_cases[x->rulings[i]->why].enhanced;
        x->text =
            "The sender of this message cannot be verified, and the recipient refuses such mail";
        return;
    }
}

/* What policy goes by for one recipient. */
static struct policy_for
known_of(const struct ending *x, int i)
{
    const struct mail_recipient *r = &x->m->recipients[i];
    const struct orgconf_spam_org *spam = orgconf_spam(x->m->conf->spam, r->org);

    return (struct policy_for){
        .recipient = r->key,
        .unproven = unproven(x, i),
        .approved = r->approved || senders_skip_spam(x, i),
        .sender = &x->j.senders[i],
        .auth = x->rulings ? x->rulings[i] : NULL,
        .org = r->org,
        .spam = &spam->rule,
        .no_graymail = x->c->outbound || orgconf_spam_exempt(spam, x->c->client_ip),
        .from_denied = x->j.auth && x->j.auth->dmarc.status == DMARC_FAIL &&
                       !(x->rulings && x->rulings[i]->said[AUTH_M_dmarc] == AUTH_SAID_PASS)};
}

int
intake_judge(struct ending *x)
{
    x->j.msg = x->msg;
    /* A worker is not trusted with what identifies the message. */
    x->msg->bytes = (int64_t)x->j.raw_len;
    token_sha256(x->j.raw, x->j.raw_len, x->msg->sha256);
    if (apply_auth_rules(x) < 0 || senders_of_message(x) < 0)
        return -1;
    x->j.decisions = arena_calloc(x->m->arena, (size_t)x->m->nrecipients, sizeof *x->j.decisions);
    x->j.who = arena_calloc(x->m->arena, (size_t)x->m->nrecipients, sizeof *x->j.who);
    for (int i = 0; i < x->m->nrecipients; i++) {
        x->j.who[i] = known_of(x, i);
        x->j.decisions[i] = policy_decide(x->msg, &x->j.who[i]);
    }
    prepare_refusal(x);
    return 0;
}
