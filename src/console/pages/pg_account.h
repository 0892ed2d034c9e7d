/* Settings of the signed-in administrator. */
#ifndef SEKISHO_PG_ACCOUNT_H
#define SEKISHO_PG_ACCOUNT_H

struct pg_account {
    const char *address, *role;
    const char *name, *lang, *tz, *theme; /* lang, tz "" = the organisation's */
};

#endif
