/* Who must have a second step of signing in, from when, and what counts (ux.md A35). */
#ifndef SEKISHO_PG_SECOND_RULE_H
#define SEKISHO_PG_SECOND_RULE_H

#include "../../store/store_second.h"

struct pg_second_rule_view {
    struct store_second_rule rule;
    int64_t admins, users; /* who have nothing that counts */
    bool may_change;
};

#endif
