#include "../msg/msg.h"
#include "rule.h"

bool
rule_unscannable(const struct msg *m, const struct policy_for *who, struct rule_reason *why)
{
    const struct msg_finding *f = rule_finding(m, who, "unscannable");
    if (f)
        *why = (struct rule_reason){f->code, f->evidence, DISP_QUARANTINE};
    return f != NULL;
}
