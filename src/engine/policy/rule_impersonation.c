#include "../msg/msg.h"
#include "policy.h"
#include "rule.h"

#include <string.h>

/* One of the organisation's people writes from an address that is his, and its domain denies it. */
static const struct msg_finding *
denied(const struct msg *m, const struct policy_for *who)
{
    for (int i = 0; who->from_denied && i < m->nfindings; i++)
        if (strcmp(m->findings[i].code, "person-own-address") == 0 &&
            rule_counts(&m->findings[i], who))
            return &m->findings[i];
    return NULL;
}

bool
rule_impersonation(const struct msg *m, const struct policy_for *who, struct rule_reason *why)
{
    const struct msg_finding *f = rule_finding(m, who, "impersonation");
    enum disposition d;

    if (who->approved || !rule_spam_action(who, SPAM_K_impersonation, &d))
        return false;
    if (f)
        *why = (struct rule_reason){f->code, f->evidence, d};
    else if ((f = denied(m, who)))
        *why = (struct rule_reason){"person-denied", f->evidence, d};
    return f != NULL;
}
