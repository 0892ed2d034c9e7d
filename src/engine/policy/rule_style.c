/* Not written as he writes in whose name it is (F26): an action of its own, since a style is a hint and no proof. */
#include "../msg/msg.h"
#include "rule.h"

bool
rule_style(const struct msg *m, const struct policy_for *who, struct rule_reason *why)
{
    const struct msg_finding *f = rule_finding(m, who, "style");
    enum disposition d;

    if (who->approved || !f || !rule_spam_action(who, SPAM_K_style, &d))
        return false;
    *why = (struct rule_reason){f->code, f->evidence, d};
    return true;
}
