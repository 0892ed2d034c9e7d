/* The contract of a policy rule: does it match, and which finding is the reason. Pure. */
#ifndef SEKISHO_RULE_H
#define SEKISHO_RULE_H

#include <stdbool.h>

#include "../../common/spam_rule.h"
#include "policy.h"

struct msg;
struct msg_finding;
struct policy_for;

struct rule_reason {
    const char *code, *slot;
    enum disposition disposition;
};
typedef bool rule_matches(const struct msg *m, const struct policy_for *who,
                          struct rule_reason *why);

#define RULE(id, kind) rule_matches rule_##id;
#include "rules.def"
#undef RULE

/* Does it count for this recipient? */
bool rule_counts(const struct msg_finding *f, const struct policy_for *who);
/* The first finding of that kind that counts for him, NULL when there is none. */
const struct msg_finding *rule_finding(const struct msg *m, const struct policy_for *who,
                                       const char *kind);
/* What his organisation has set, or the defaults. */
const struct spam_rule *rule_settings(const struct policy_for *who);
/* What his organisation does with mail of a kind that it may set; *d: the disposition of that. false:
 * nothing, the rule does not apply. */
bool rule_spam_action(const struct policy_for *who, enum spam_kind kind, enum disposition *d);

#endif
