/* The contract of a policy rule: does it match, and which finding is the reason. Pure. */
#ifndef SEKISHO_RULE_H
#define SEKISHO_RULE_H

#include <stdbool.h>

#include "policy.h"

struct msg;
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

/* The first finding of that kind, NULL when there is none. */
const struct msg_finding *rule_finding(const struct msg *m, const char *kind);

#endif
