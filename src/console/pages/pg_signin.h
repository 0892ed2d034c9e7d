/* Sign in with address and password: portal and console. */
#ifndef SEKISHO_PG_SIGNIN_H
#define SEKISHO_PG_SIGNIN_H

#include <jansson.h>

struct web_req;

struct pg_signin_view {
    const char *address; /* kept after an error */
    const char *problem; /* sentence above the form, NULL = none */
    const char *next;    /* page to go to afterwards, "" = the first */
};

/* Asks the engine about address and password: the reply of auth.verify. */
int pg_signin_ask(struct web_req *r, const char *address, const char *password, json_t **reply);

#endif
