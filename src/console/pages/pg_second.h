/* The second step of signing in: portal and console. */
#ifndef SEKISHO_PG_SECOND_H
#define SEKISHO_PG_SECOND_H

#include <stdbool.h>

#include "../web_second.h"

struct web_req;

struct pg_second_view {
    const char *next;
    const char *problem; /* sentence above the form, NULL = none */
    bool recovery;       /* asks for a recovery code */
    struct web_half half;
    bool trust;
    bool gone; /* nothing but a link to start again */
};

/* The password was right, and the account has a second step: on to its page, or straight in from a
 * trusted browser. */
int pg_second_start(struct web_req *r, const char *half, const char *next);

#endif
