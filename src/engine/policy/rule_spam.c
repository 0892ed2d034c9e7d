#include "../msg/msg.h"
#include "policy.h"
#include "rule.h"

#include <string.h>

bool
rule_spam(const struct msg *m, const struct policy_for *who, struct rule_reason *why)
{
    const struct msg_finding *f = rule_finding(m, who, "spam");
    enum disposition d;

    if (who->approved || !rule_spam_action(who, SPAM_K_spam, &d) ||
        (!f && policy_score_for(m, who) < policy_threshold(who)))
        return false;
    *why = (struct rule_reason){f && strcmp(f->code, "gtube") == 0 ? "gtube" : "spam-score", "", d};
    return true;
}
