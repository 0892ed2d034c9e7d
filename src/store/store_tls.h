/* TLS peers: what a domain wants of TLS with another one, in and out. */
#ifndef SEKISHO_STORE_TLS_H
#define SEKISHO_STORE_TLS_H

#include "store.h"

struct store_tls_peer {
    const char *peer_id, *org_id;
    const char *domain_id, *domain;  /* "" = for domains without an entry that applies */
    const char *direction;           /* in, out */
    const char *peer;                /* domain of the other side, "*" = the others */
    const char *min_version, *level; /* "1.2"; as in 0009-peers.sql */
    bool active;
    const char *version; /* as read; see STORE_CHANGED */
};

/* By domain, direction, peer; after the entry with that id ("" = from the start), or before it. limit 1 to 100. */
int store_tls_list(struct db *db, const struct scope *sc, struct arena *a, const char *from,
                   bool back, int limit, struct store_tls_peer **rows, int *n, bool *more,
                   struct err *e);
int store_tls_get(struct db *db, const struct scope *sc, struct arena *a, const char *peer_id,
                  struct store_tls_peer *out, struct err *e);
/* ERR_CONFLICT "peer_twice"; "too_many": there are 1,000; "routes_taken": as many domains as Postfix has transports
 * for, or eight of the organisation, have outbound entries already. */
int store_tls_add(struct db *db, const struct scope *sc, struct arena *a,
                  const struct store_actor *by, const struct store_tls_peer *p, char peer_id[37],
                  struct err *e);
/* min_version, level, active; compares version. ERR_NOTFOUND. */
int store_tls_change(struct db *db, const struct scope *sc, struct arena *a,
                     const struct store_actor *by, const struct store_tls_peer *p, struct err *e);
int store_tls_delete(struct db *db, const struct scope *sc, struct arena *a,
                     const struct store_actor *by, const char *peer_id, struct err *e);

#endif
