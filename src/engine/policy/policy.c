#include "policy.h"
#include "rule.h"
#include "sender_decide.h"
#include "../msg/msg.h"

#include <string.h>

static const struct {
    const char *name, *kind;
    rule_matches *matches;
} rules[] = {
#define RULE(id, kind) {#id, kind, rule_##id},
#include "rules.def"
#undef RULE
};

const char *
disposition_name(enum disposition d)
{
    static const char *const names[] = {"deliver", "quarantine", "reject", "delete", "hold"};
    return names[d];
}

const struct msg_finding *
rule_finding(const struct msg *m, const char *kind)
{
    for (int i = 0; i < m->nfindings; i++)
        if (strcmp(m->findings[i].kind, kind) == 0)
            return &m->findings[i];
    return NULL;
}

double
policy_score(const struct msg *m)
{
    double sum = 0;
    for (int i = 0; i < m->nfindings; i++)
        sum += m->findings[i].score;
    return sum;
}

static struct decision
by_rules(const struct msg *m, const struct policy_for *who)
{
    struct rule_reason why;
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
        if (rules[i].matches(m, who, &why))
            return (struct decision){why.disposition, rules[i].kind, rules[i].name,
                                     why.code,        why.slot,      ""};
    return (struct decision){DISP_DELIVER, "", "", "", "", ""};
}

/* A blocked sender is refused. What is worse than a blocked sender keeps its name: when the refusal
 * cannot be told to the sender, the copy is held, and nobody must take malware for less. */
static void
by_sender(const struct sender_decision *sender, struct decision *d)
{
    if (sender->verdict == SENDER_BLOCKED) {
        d->disposition = DISP_REJECT;
        if (*d->kind && strcmp(d->kind, "spam") != 0)
            d->note = "sender-blocked";
        else
            *d = (struct decision){DISP_REJECT, "blocked", "sender_list", "sender-blocked", "", ""};
    } else if (sender->verdict == SENDER_APPROVED) {
        d->note = "sender-approved";
    } else if (sender->unproven) {
        d->note = "sender-unproven";
    }
}

/* Mail for a domain whose owner is not known is not judged by anybody's rules (A12). The name of the
 * rule is in tracking also when nothing was found. */
static struct decision
decide_unproven(const struct msg *m, const struct policy_for *who)
{
    struct rule_reason why;
    if (rule_malware(m, who, &why))
        return (struct decision){DISP_QUARANTINE, "malware", POLICY_RULE_UNPROVEN, why.code,
                                 why.slot, ""};
    if (rule_unscannable(m, who, &why)) /* nobody knows whether there is a virus in it */
        return (struct decision){DISP_QUARANTINE, "unscannable", POLICY_RULE_UNPROVEN, why.code,
                                 why.slot, ""};
    return (struct decision){DISP_DELIVER, "", POLICY_RULE_UNPROVEN, "", "", ""};
}

struct decision
policy_decide(const struct msg *m, const struct policy_for *who)
{
    static const struct policy_for nobody = {.recipient = ""};
    struct decision d;

    if (who && who->unproven)
        return decide_unproven(m, who);
    d = by_rules(m, who ? who : &nobody);

    if (who && who->sender)
        by_sender(who->sender, &d);
    return d;
}

const char *
policy_verdict(const struct msg *m)
{
    struct decision d = policy_decide(m, NULL);
    return *d.kind ? d.kind : "clean";
}
