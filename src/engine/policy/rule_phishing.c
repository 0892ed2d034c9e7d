#include "../msg/msg.h"
#include "rule.h"

bool
rule_phishing(const struct msg *m, const struct policy_for *who, struct rule_reason *why)
{
    const struct msg_finding *f = rule_finding(m, who, "phishing");
    enum disposition d;

    if (!f || !rule_spam_action(who, SPAM_K_phishing, &d))
        return false;
    *why = (struct rule_reason){f->code, f->evidence, d};
    return true;
}
