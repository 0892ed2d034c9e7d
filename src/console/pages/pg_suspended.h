/* Sources whose outbound mail is stopped. */
#ifndef SEKISHO_PG_SUSPENDED_H
#define SEKISHO_PG_SUSPENDED_H

#include <stdbool.h>
#include <stdint.h>

#include "../ui.h"

struct pg_suspension {
    const char *source, *note;
    int64_t created_at;
};
struct pg_suspended {
    const struct pg_suspension *rows;
    int n;
    bool may_change;
    struct ui_pager pager;
    const char *typed, *note; /* in the form */
};

#endif
