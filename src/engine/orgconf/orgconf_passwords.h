/* Passwords for files in mail (0018-passwords.sql). */
#ifndef SEKISHO_ORGCONF_PASSWORDS_H
#define SEKISHO_ORGCONF_PASSWORDS_H

#include <jansson.h>
#include <stdbool.h>

struct orgconf_passwords_org {
    const char *org;
    bool inbound, outbound;
    int earlier_minutes;
    /* For the scanners (envelope.lists, topic "passwords"): {"list": [password...]}, in the order of trying */
    const json_t *list;
};
struct orgconf_passwords {
    int n;
    const struct orgconf_passwords_org *orgs; /* sorted by org */
    const json_t *off, *none;                 /* {"off": true}: nothing is tried; {"list": []} */
};

/* Never NULL: who has set nothing has the defaults. */
const struct orgconf_passwords_org *orgconf_passwords(const struct orgconf_passwords *c,
                                                      const char *org);
/* What the scanners get for mail of that direction; never NULL. */
const json_t *orgconf_passwords_list(const struct orgconf_passwords *c, const char *org,
                                     bool outbound);

#endif
