/* Outbound servers of domains, and sources whose outbound mail is stopped. */
#ifndef SEKISHO_STORE_OUTBOUND_H
#define SEKISHO_STORE_OUTBOUND_H

#include "store.h"

#define OUTBOUND_MAX 30     /* networks of a domain */
#define OUTBOUND_BITS_V4 16 /* shortest prefix: a wider net is half an open relay */
#define OUTBOUND_BITS_V6 32

struct store_network {
    const char *domain_id, *domain, *network; /* "192.0.2.0/24" */
    int64_t created_at;
};
/* By domain and network. domain_id NULL: of all. */
int store_outbound_list(struct db *db, const struct scope *sc, struct arena *a,
                        const char *domain_id, struct store_network **rows, int *n, struct err *e);
/* ERR_CONFLICT "network_twice", "network_many"; ERR_INPUT for one that is too wide; ERR_NOTFOUND. */
int store_outbound_add(struct db *db, const struct scope *sc, struct arena *a,
                       const struct store_actor *by, const char *domain_id, const char *network,
                       struct err *e);
int store_outbound_delete(struct db *db, const struct scope *sc, struct arena *a,
                          const struct store_actor *by, const char *domain_id, const char *network,
                          struct err *e);

struct store_suspension {
    const char *org_id, *source, *note;
    int64_t created_at;
};
/* By source. Keyset: after (before, when back) the given source. limit 1 to 100. */
int store_suspension_list(struct db *db, const struct scope *sc, struct arena *a, const char *from,
                          bool back, int limit, struct store_suspension **rows, int *n, bool *more,
                          struct err *e);
/* source: an IP address as ipnet_text() writes it, or an address in lower case. ERR_CONFLICT
 * "suspended_twice". */
int store_suspension_add(struct db *db, const struct scope *sc, struct arena *a,
                         const struct store_actor *by, const char *org, const char *source,
                         const char *note, struct err *e);
/* Mail from it is taken again. *note: what was written to it. ERR_NOTFOUND. */
int store_suspension_delete(struct db *db, const struct scope *sc, struct arena *a,
                            const struct store_actor *by, const char *org, const char *source,
                            const char **note, struct err *e);

#endif
