#include "../msg/msg.h"
#include "policy.h"
#include "rule.h"

#include <string.h>

/* A category that the organisation has chosen; which one says the scanner. */
static const struct msg_finding *
chosen(const struct msg *m, const struct policy_for *who)
{
    const struct spam_rule *rule = rule_settings(who);

    for (int i = 0; i < m->nfindings; i++)
        for (int g = 0; g < SPAM_GRAYS; g++)
            if (rule->gray[g] && strcmp(m->findings[i].scanner, "graymail") == 0 &&
                strcmp(m->findings[i].code, spam_grays[g].id) == 0)
                return &m->findings[i];
    return NULL;
}

bool
rule_graymail(const struct msg *m, const struct policy_for *who, struct rule_reason *why)
{
    const struct msg_finding *f;
    enum disposition d;

    if (who->approved || who->no_graymail || !rule_spam_action(who, SPAM_K_graymail, &d) ||
        !(f = chosen(m, who)))
        return false;
    *why = (struct rule_reason){f->code, f->evidence, d};
    return true;
}
