/*
 * Valid recipients of a domain, and the domain's two switches: take mail for listed recipients only,
 * relay mail of its senders.
 */
#ifndef SEKISHO_STORE_RECIPIENT_H
#define SEKISHO_STORE_RECIPIENT_H

#include "store.h"

#define RECIPIENTS_COUNTED 100000

/* By address; those that begin with `begins` ("" = all). Keyset: after the given address (before it
 * when back). limit 1 to 1000. */
int store_recipient_list(struct db *db, const struct scope *sc, struct arena *a,
                         const char *domain_id, const char *begins, const char *from, bool back,
                         int limit, const char ***addresses, int *n, bool *more, struct err *e);
/* How many there are: of all, or of the given ones. Counts to RECIPIENTS_COUNTED + 1. */
int store_recipient_count(struct db *db, const struct scope *sc, struct arena *a,
                          const char *domain_id, const char *const *only, int nonly, int64_t *n,
                          struct err *e);
/* Adds addresses (lower case, of the domain); *added: those that were not there. */
int store_recipient_import(struct db *db, const struct scope *sc, struct arena *a,
                           const struct store_actor *by, const char *domain_id,
                           const char *const *addresses, int n, int64_t *added, struct err *e);
/* ERR_NOTFOUND. */
int store_recipient_delete(struct db *db, const struct scope *sc, struct arena *a,
                           const struct store_actor *by, const char *domain_id, const char *address,
                           struct err *e);
/* For the engine: is it listed, itself or without its tag? */
int store_recipient_valid(struct db *db, struct arena *a, const char *org, const char *domain_id,
                          const char *address, bool *valid, struct err *e);

struct store_switches {
    const char *name; /* of the domain */
    bool check_recipients, outbound;
};
int store_domain_switches(struct db *db, const struct scope *sc, struct arena *a,
                          const char *domain_id, struct store_switches *out, struct err *e);
/* NULL: as it is. ERR_NOTFOUND. */
int store_domain_switch(struct db *db, const struct scope *sc, struct arena *a,
                        const struct store_actor *by, const char *domain_id,
                        const bool *check_recipients, const bool *outbound, struct err *e);

#endif
