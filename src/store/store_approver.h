/*
 * Groups of accounts that decide about release requests: for the domains that they name, or (none named) for the whole
 * organisation. Who is named one by one is in store_request.h; how both count together says request_decides() in
 * sql/migrations/0027-approver-groups.sql.
 */
#ifndef SEKISHO_STORE_APPROVER_H
#define SEKISHO_STORE_APPROVER_H

#include "store.h"

#define STORE_APPROVER_MEMBERS 50
#define STORE_APPROVER_DOMAINS 500

struct store_approver_group {
    const char *group_id, *name;
    const char *const *members; /* addresses of accounts */
    const char *const *domains; /* none: all */
    int nmembers, ndomains;
    const char *version; /* NULL: whatever is stored is replaced */
};

/* By name. group_id NULL: all of the organisation. */
int store_approver_groups(struct db *db, const struct scope *sc, struct arena *a, const char *org,
                          const char *group_id, struct store_approver_group **rows, int *n,
                          struct err *e);
/* group_id NULL: a new one. ERR_INPUT "approver": e->text is an address or domain that cannot be in it; ERR_CONFLICT
 * "approver_group_twice" (name), "too_many"; STORE_CHANGED. */
int store_approver_group_save(struct db *db, const struct scope *sc, struct arena *a,
                              const struct store_actor *by, const char *org,
                              const struct store_approver_group *x, struct err *e);
/* ERR_NOTFOUND */
int store_approver_group_delete(struct db *db, const struct scope *sc, struct arena *a,
                                const struct store_actor *by, const char *org, const char *group_id,
                                struct err *e);

#endif
