/* Sign in with address and password: portal and console. */
#ifndef SEKISHO_PG_SIGNIN_H
#define SEKISHO_PG_SIGNIN_H

struct pg_signin_view {
    const char *address; /* kept after an error */
    const char *problem; /* sentence above the form, NULL = none */
    const char *next;    /* page to go to afterwards, "" = the first */
};

#endif
