/* What people reported about held mail, for administrators. */
#ifndef SEKISHO_PG_REPORTS_H
#define SEKISHO_PG_REPORTS_H

#include <stdbool.h>
#include <stdint.h>

#include "../ui.h"

struct pg_report {
    const char *id, *message, *by, *what, *kind, *sender, *subject, *decided_by; /* safe */
    const char *tone, *icon, *word;                                              /* of what */
    int64_t at;
    int others; /* who else said something about it */
};
struct pg_reports {
    const char *state; /* open, agreed, dismissed */
    const struct pg_report *rows;
    int n;
    bool may_act;
    const char *here;
    struct ui_pager pager;
};

#endif
