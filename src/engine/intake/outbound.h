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

#define OUTBOUND_OFF_TEXT "Outbound mail of that sender's domain is switched off"
#define OUTBOUND_IP_TEXT "Sender IP not allowed for that sender's domain"

/* May this client send for the domain? NULL: it may. Else the reply's text. An address that was
 * listed just now counts: m->conf may become a newer one. */
const char *outbound_refusal(struct gate *g, const struct conn *c, struct mail *m,
                             const struct orgconf_domain *d);
/* Is mail of the organisation from this client or sender stopped? NULL: no. Else the reply's text,
 * in the arena of m; *source: which one. */
const char *outbound_suspended(const struct conn *c, struct mail *m, const char *org,
                               const char **source);

#endif
