#include "../msg/msg.h"
#include "policy.h"
#include "rule.h"

#include <string.h>

bool
rule_spam(const struct msg *m, const struct policy_for *who, struct rule_reason *why)
{
    const struct msg_finding *f = rule_finding(m, "spam");
    if (who->approved || (!f && policy_score(m) < POLICY_THRESHOLD))
        return false;
    *why = (struct rule_reason){f && strcmp(f->code, "gtube") == 0 ? "gtube" : "spam-score", "",
                                DISP_QUARANTINE};
    return true;
}
