#include "auth_ruling.h"
#include "policy.h"
#include "rule.h"

/* What the rule for the recipient's domain wants refused or deleted: nobody gets it, whatever is in
 * it. */
bool
rule_auth_refuse(const struct msg *m, const struct policy_for *who, struct rule_reason *why)
{
    (void)m;
    if (!who->auth || (who->auth->action != AUTH_REJECT && who->auth->action != AUTH_DELETE))
        return false;
    *why = (struct rule_reason){auth_cases[who->auth->why].key, who->auth->domain,
                                who->auth->action == AUTH_REJECT ? DISP_REJECT : DISP_DELETE};
    return true;
}
