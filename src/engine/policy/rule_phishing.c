#include "../msg/msg.h"
#include "rule.h"

bool
rule_phishing(const struct msg *m, const struct envelope *env, const char *recipient,
              struct rule_reason *why)
{
    const struct msg_finding *f = rule_finding(m, "phishing");
    (void)env, (void)recipient;
    if (f)
        *why = (struct rule_reason){f->code, f->evidence};
    return f != NULL;
}
