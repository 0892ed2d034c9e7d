/* Rules of sender authentication: their documents (common/auth_rule.h reads them). */
#ifndef SEKISHO_STORE_AUTH_RULE_H
#define SEKISHO_STORE_AUTH_RULE_H

#include <stdbool.h>

struct arena;
struct db;
struct err;
struct scope;
struct store_actor;

struct store_auth_rule {
    const char *org_id;
    const char *domain_id; /* "": for all domains */
    const char *domain;    /* name */
    const char *settings;  /* JSON; NULL: has none of its own */
    const char *version;   /* of settings, "" without; filled by store_auth_rule_get() */
};

/* All rules of all organisations, by organisation; domain and settings that are NULL do not occur. */
int store_auth_rule_all(struct db *db, struct arena *a, struct store_auth_rule **rows, int *n,
                        struct err *e);
/* Of one organisation: the default always, then domains by name: `limit` of them (1 to 100) behind the name
 * `from` ("" = from the start), or before it. */
int store_auth_rule_list(struct db *db, const struct scope *sc, struct arena *a, const char *org,
                         const char *from, bool back, int limit, struct store_auth_rule **rows,
                         int *n, bool *more, struct err *e);
/* domain_id "": the default. ERR_NOTFOUND. */
int store_auth_rule_get(struct db *db, const struct scope *sc, struct arena *a, const char *org,
                        const char *domain_id, struct store_auth_rule *out, struct err *e);
/* version: see STORE_CHANGED. */
int store_auth_rule_put(struct db *db, const struct scope *sc, struct arena *a,
                        const struct store_actor *by, const char *org, const char *domain_id,
                        const char *settings, const char *version, struct err *e);
/* The domain goes by the default again. ERR_NOTFOUND. */
int store_auth_rule_delete(struct db *db, const struct scope *sc, struct arena *a,
                           const struct store_actor *by, const char *org, const char *domain_id,
                           struct err *e);

#endif
