/*
 * Domains and where their accepted mail goes. Postfix's maps read the same rows, so a change works
 * at once.
 */
#ifndef SEKISHO_STORE_DOMAIN_H
#define SEKISHO_STORE_DOMAIN_H

#include "store.h"

struct store_server {
    const char *server_id, *domain_id, *recipient, *host;
    int port, preference;
};

struct store_domain {
    const char *domain_id, *org_id, *name, *state;
    bool check_recipients;
    int64_t created_at, mail_24h, held;
    struct store_server *servers; /* by recipient, preference */
    int nservers;
};

/* All domains of the scope (CLI, scope NULL: of the installation), by name; at most 1000. */
int store_domain_list(struct db *db, const struct scope *sc, struct arena *a,
                      struct store_domain **rows, int *n, struct err *e);
int store_domain_get(struct db *db, const struct scope *sc, struct arena *a, const char *domain_id,
                     struct store_domain *out, struct err *e);
/* By name (A-labels). */
int store_domain_find(struct db *db, const struct scope *sc, struct arena *a, const char *name,
                      struct store_domain *out, struct err *e);

/* A domain with its first server. org: whose it becomes. Accounts with an address in it get their
 * mailbox. ERR_CONFLICT code "domain_taken". */
int store_domain_add(struct db *db, const struct scope *sc, struct arena *a,
                     const struct store_actor *by, const char *org, const char *name,
                     const char *host, int port, char domain_id[37], struct err *e);
/* Held mail stays; later mail is refused. ERR_NOTFOUND. */
int store_domain_delete(struct db *db, const struct scope *sc, struct arena *a,
                        const struct store_actor *by, const char *domain_id, struct err *e);

/* For the engine. ERR_NOTFOUND. */
int store_domain_server_get(struct db *db, struct arena *a, const char *org, const char *server_id,
                            struct store_server *out, struct err *e);
/* s->server_id "" or NULL: a new one (id made here). ERR_CONFLICT code "server_twice". */
int store_domain_server_add(struct db *db, const struct scope *sc, struct arena *a,
                            const struct store_actor *by, const struct store_server *s,
                            struct err *e);
int store_domain_server_change(struct db *db, const struct scope *sc, struct arena *a,
                               const struct store_actor *by, const struct store_server *s,
                               struct err *e);
/* The last server of a domain stays: ERR_CONFLICT code "last_server". */
int store_domain_server_delete(struct db *db, const struct scope *sc, struct arena *a,
                               const struct store_actor *by, const char *domain_id,
                               const char *server_id, struct err *e);

#endif
