/* Passkeys: made on the security page, used to sign in. */
#ifndef SEKISHO_PG_PASSKEY_H
#define SEKISHO_PG_PASSKEY_H

#include <stdint.h>

/* What assets/js/passkey.js hands to the browser. known: ids with spaces between. */
struct pg_passkey_view {
    const char *challenge, *rp, *user, *known;
    const char *next;    /* sign-in: where to go */
    const char *problem; /* sentence above, NULL = none */
    int64_t held;
};

#endif
