#include "auth_ruling.h"

#include <string.h>

#include "../../common/domain_pattern.h"
#include "../../common/suffixes.h"
#include "../authn/arc_word.h"
#include "../authn/dmarc.h"

struct judging {
    const struct auth_rule *rule;
    const struct auth_facts *f;
    const struct auth_outcome *o;
    const char *author; /* domain of the From field; "" */
    struct ipnet ip;
    bool has_ip;
    struct auth_ruling *out;
};

/* What a check says of this mail: case is AUTH_CASES when it passes, -1 when it says nothing. */
#define PASS AUTH_CASES
#define NOTHING (-1)

/* ---------------------------------------------------------------- pairs of domain and address */

static int
judge_ip(struct judging *j)
{
    bool listed = false;

    for (int i = 0; i < j->rule->npairs; i++) {
        const struct auth_pair *p = &j->rule->pairs[i];
        if (!*j->author || !domain_pattern_matches(p->domain, j->author))
            continue;
        if (j->has_ip && ipnet_covers(&p->net, &j->ip))
            return PASS;
        listed = true;
    }
    return listed ? AUTH_C_ip_mismatch : NOTHING;
}

/* ---------------------------------------------------------------- SPF */

static int
judge_spf(struct judging *j)
{
    static const int cases[] = {
        [SPF_NONE] = AUTH_C_spf_none,
        [SPF_NEUTRAL] = AUTH_C_spf_neutral,
        [SPF_PASS] = PASS,
        [SPF_FAIL] = AUTH_C_spf_fail,
        [SPF_SOFTFAIL] = AUTH_C_spf_softfail,
        [SPF_TEMPERROR] = AUTH_C_spf_temperror,
        [SPF_PERMERROR] = AUTH_C_spf_permerror,
    };

    return j->out->by_ip ? NOTHING : cases[j->o->spf.status];
}

/* ---------------------------------------------------------------- DKIM */

static int
judge_dkim(struct judging *j)
{
    const struct auth_peers *enforced = &j->rule->method[AUTH_M_dkim].enforced;
    bool signed_by_author = false, unknown = false;

    for (int i = 0; i < j->o->ndkim; i++) {
        const struct auth_dkim *s = &j->o->dkim[i];
        if (!*j->author || !dmarc_aligned(suffixes(), s->domain, j->author, false))
            continue;
        if (s->status == DKIM_PASS)
            return PASS;
        unknown |= s->status == DKIM_TEMPERROR;
        signed_by_author |= !s->testing;
    }
    if (unknown)
        return NOTHING;
    if (signed_by_author || auth_peers_have(enforced, j->author, NULL) ||
        auth_peers_have(enforced, j->f->sender_domain, j->has_ip ? &j->ip : NULL))
        return AUTH_C_dkim_fail;
    return NOTHING;
}

/* ---------------------------------------------------------------- DMARC */

/* A seal says who made it, and that nothing changed since. So one of those who are believed must say
 * that the mail was the author's when he saw it, and everybody who had it after him must be believed,
 * too. With "any" the seals alone count, as spec 8.5 has it. */
static bool
believed(const struct judging *j)
{
    const struct arc_verdict *v = &j->o->arc;

    if (v->status != ARC_PASS || j->rule->arc == AUTH_ARC_OFF)
        return false;
    if (j->rule->arc == AUTH_ARC_ANY)
        return true;
    for (int i = v->nwords - 1; i >= 0; i--) {
        if (!auth_peers_have(&j->rule->sealers, v->words[i].sealer, NULL))
            return false;
        if (v->words[i].author)
            return true;
    }
    return false;
}

static int
failed_case(const struct dmarc_result *d)
{
    int policy = (int)d->policy - (d->record.testing ? 1 : 0);

    return policy >= DMARC_P_REJECT       ? AUTH_C_dmarc_reject
           : policy == DMARC_P_QUARANTINE ? AUTH_C_dmarc_quarantine
                                          : AUTH_C_dmarc_none;
}

/* Two From fields, or one with authors of several domains: nobody knows whom people will see. Mail
 * without author is no forgery of anybody. */
static bool
author_hidden(const struct dmarc_result *d)
{
    return d->code && strncmp(d->code, "from-", 5) == 0 && strcmp(d->code, "from-missing") != 0;
}

static int
judge_dmarc(struct judging *j)
{
    const struct dmarc_result *d = &j->o->dmarc;

    switch (d->status) {
    case DMARC_PASS:
        return PASS;
    case DMARC_TEMPERROR:
        return NOTHING;
    case DMARC_FAIL:
        if (j->out->by_ip)
            return PASS;
        j->out->by_arc = believed(j);
        return j->out->by_arc ? PASS : failed_case(d);
    case DMARC_NONE:
    case DMARC_PERMERROR:
        break;
    }
    if (author_hidden(d))
        return AUTH_C_dmarc_author;
    if (auth_peers_have(&j->rule->method[AUTH_M_dmarc].enforced, j->author, NULL))
        return AUTH_C_dmarc_reject;
    return AUTH_C_dmarc_missing;
}

/* ---------------------------------------------------------------- all of them */

static const struct {
    int (*judge)(struct judging *j);
} methods[AUTH_METHODS] = {
#define AUTH_METHOD(id) {judge_##id},
#include "../../common/auth_cases.def"
};

static bool
applies(const struct judging *j, enum auth_method m)
{
    const struct auth_method_rule *r = &j->rule->method[m];
    const struct ipnet *ip = j->has_ip ? &j->ip : NULL;

    if (!r->on || (r->skip_null && !*j->f->sender))
        return false;
    /* SPF is about the envelope, the others are about the author: anybody can write another's domain into
     * an envelope. */
    return !auth_peers_have(&r->ignored, m == AUTH_M_spf ? j->f->sender_domain : j->author, ip);
}

/* Results that are no failure, and are accepted, are not worth a tag. */
static bool
worth_a_tag(int said)
{
    return said != AUTH_C_spf_none && said != AUTH_C_spf_neutral && said != AUTH_C_spf_temperror &&
           said != AUTH_C_dmarc_missing;
}

static const char *
domain_of(const struct judging *j, enum auth_method m)
{
    return m == AUTH_M_spf && *j->o->spf.domain ? j->o->spf.domain : j->author;
}

void
auth_rule_apply(const struct auth_rule *rule, const struct auth_facts *f, struct auth_ruling *out)
{
    struct judging j = {.rule = rule, .f = f, .o = f->outcome, .out = out};

    *out = (struct auth_ruling){.domain = "", .tag = ""};
    j.author = f->outcome->dmarc.from_domain;
    j.has_ip = ipnet_address(f->client_ip, &j.ip);
    for (int m = 0; m < AUTH_METHODS; m++) {
        const struct auth_method_rule *r = &rule->method[m];
        int said = applies(&j, (enum auth_method)m) ? methods[m].judge(&j) : NOTHING;
        if (said == NOTHING)
            continue;
        out->said[m] = said == PASS ? AUTH_SAID_PASS : AUTH_SAID_FAIL;
        if (said == PASS) {
            out->by_ip |= m == AUTH_M_ip;
            continue;
        }
        out->failed[m] = (enum auth_case)said;
        if (rule->action[said] != AUTH_ACCEPT) {
            out->action = rule->action[said];
            out->why = (enum auth_case)said;
            out->domain = domain_of(&j, (enum auth_method)m);
            return;
        }
        if (!*out->tag && worth_a_tag(said) && !(r->spare_signed && j.o->ndkim > 0))
            out->tag = r->tag;
    }
}
