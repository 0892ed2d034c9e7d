/* Who decides about release requests: groups, and who is named one by one. */
#ifndef SEKISHO_PG_APPROVERS_H
#define SEKISHO_PG_APPROVERS_H

#include "../../store/store_approver.h"
#include "../../store/store_request.h"
#include "../ui.h"

struct web_req;

struct pg_approvers {
    const struct store_approver_group *groups;
    const char *const *members, *const *domains; /* a sentence for each group */
    const struct store_approver *single;
    int ngroups, nsingle;
    bool may_change;
};
struct pg_approver_form {
    const char *id;                       /* NULL: a new one */
    const char *name, *members, *domains; /* as typed */
    const char *version;
    bool may_change;
};

#endif
