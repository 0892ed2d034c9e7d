/* "Who looked at my mail" (N13). */
#ifndef SEKISHO_PG_LOOKS_H
#define SEKISHO_PG_LOOKS_H

#include <stdint.h>

#include "../../store/store_looks.h"
#include "../ui.h"

struct pg_look {
    const struct store_look *l;
    const char *who;
    const char *icon, *tone, *what; /* what: in the reader's language */
};
struct pg_looks_view {
    struct pg_look *rows;
    int n;
    bool first; /* page */
    struct ui_pager pager;
    int64_t held;
};

#endif
