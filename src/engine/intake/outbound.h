/*
 * Outbound mail by where it comes from: the outbound servers of the sender's domain, the operator's
 * relay_networks, suspended sources. Postfix lets in whoever is listed anywhere (map_outbound_client);
 * what he may send as is decided here.
 */
#ifndef SEKISHO_OUTBOUND_H
#define SEKISHO_OUTBOUND_H

#include <stdbool.h>

struct conn;
struct gate;
struct mail;
struct orgconf_domain;

/* May this client send for the domain (NULL: for any)? *text NULL: it may; else the reply's text. m->conf is
 * set, perhaps to a newer one. -1: the database does not say. */
int outbound_refusal(struct gate *g, const struct conn *c, struct mail *m,
                     const struct orgconf_domain *d, const char **text);
/* Has nobody proved yet whose domain it is, and does whoever runs the gateway ask for that (A12)? NULL: no. */
bool outbound_unproven(const struct orgconf_domain *d);
/* Is mail of the organisation from this client or sender stopped? NULL: no. Else the reply's text,
 * in the arena of m; *source: which one. */
const char *outbound_suspended(const struct conn *c, struct mail *m, const char *org,
                               const char **source);

#endif
