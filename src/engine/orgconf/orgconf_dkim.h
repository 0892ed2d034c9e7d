/* The keys that sign outbound mail now, opened once for each snapshot or read of one organisation. */
#ifndef SEKISHO_ORGCONF_DKIM_H
#define SEKISHO_ORGCONF_DKIM_H

#include <stdbool.h>

#include "../authn/auth_canon.h"
#include "../authn/auth_private.h"

struct arena;
struct db;
struct err;

struct orgconf_dkim_key {
    const char *selector;
    struct auth_private key;
    bool usable; /* false: it could not be opened, which was logged; mail must not leave unsigned */
};
struct orgconf_dkim_domain {
    const char *name; /* A-labels, lower case: d= */
    const char *org;
    bool null_sender; /* mail with the null sender is signed, too */
    enum auth_canon header, body;
    const char *const *headers; /* names to sign, ended by NULL */
    bool oversign_all;          /* else only From */
    int expire_days;            /* 0: never */
    int nkeys;                  /* at least one; RSA first */
    const struct orgconf_dkim_key *keys;
};
struct orgconf_dkim {
    int n;
    const struct orgconf_dkim_domain *list; /* sorted by name */
};

/* The master key opens them: to be called once, before the first look. Without it no key is
 * usable. */
void orgconf_dkim_open_with(const unsigned char master[32]);

/* Those of one organisation as they are now, for who has no snapshot (the jobs role). -1 and *e
 * when the database does not answer. */
int orgconf_dkim_read(struct db *db, struct arena *a, const char *org,
                      const struct orgconf_dkim **out, struct err *e);

/* NULL: it does not sign. */
const struct orgconf_dkim_domain *orgconf_dkim(const struct orgconf_dkim *d, const char *name);

#endif
