/* Settings of the signed-in administrator. */
#ifndef SEKISHO_PG_ACCOUNT_H
#define SEKISHO_PG_ACCOUNT_H

#include <stdbool.h>

struct pg_account {
    const char *address, *role;
    const char *name, *lang, *tz, *theme, *date_style, *row_height; /* lang, tz "" = the organisation's */
    bool shortcuts;
};

#endif
