/* Help for end users, and whom they ask (ux.md U15). */
#ifndef SEKISHO_PG_HELP_H
#define SEKISHO_PG_HELP_H

#include <stdbool.h>

#include "../../store/store_help.h"
#include "../web_req.h"

struct buf;

struct pg_help_view {
    const char *version;
    struct store_help contact;
};
struct pg_help_desk_view {
    struct store_help contact;
    bool may_change;
};

/* Is there anything to show? */
bool pg_help_any(const struct store_help *h);
/* A link to write to the address. */
void pg_help_mail(struct web_req *r, struct buf *out, const char *address);

#endif
