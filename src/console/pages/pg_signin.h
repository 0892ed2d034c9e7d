/*
 * Sign in. The portal asks for the address first and then offers what its domain allows: a password, a mailed
 * link. The console asks for address and password at once.
 */
#ifndef SEKISHO_PG_SIGNIN_H
#define SEKISHO_PG_SIGNIN_H

#include <jansson.h>
#include <stdbool.h>

struct web_req;

/* What can be done with an address: by its domain, never by whether an account exists. Single sign-on will be
 * one more of them. */
struct pg_signin_ways {
    bool link, may_register;
};

struct pg_signin_view {
    const char *address; /* kept after an error */
    const char *problem; /* sentence above the form, NULL = none */
    const char *next;    /* page to go to afterwards, "" = the first */
    bool password_step;  /* the address is known, now the way */
    struct pg_signin_ways ways;
};

/* Asks the engine about address and password: the reply of auth.verify. */
int pg_signin_ask(struct web_req *r, const char *address, const char *password, json_t **reply);
/* Of an address as typed; all of them for one that cannot be read. */
int pg_signin_ways(struct web_req *r, const char *address, struct pg_signin_ways *out);

#endif
