#include "auth_ruling.h"
#include "policy.h"
#include "rule.h"

/* Behind the rules for what is dangerous: people may deliver unverified mail themselves. */
bool
rule_auth_hold(const struct msg *m, const struct policy_for *who, struct rule_reason *why)
{
    (void)m;
    if (!who->auth || who->auth->action != AUTH_QUARANTINE)
        return false;
    *why = (struct rule_reason){auth_cases[who->auth->why].key, who->auth->domain, DISP_QUARANTINE};
    return true;
}
