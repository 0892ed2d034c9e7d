/* TLS peers: what a domain wants of TLS with another one. */
#ifndef SEKISHO_PG_TLS_H
#define SEKISHO_PG_TLS_H

#include <stdbool.h>

#include "../ui.h"

struct web_req;

struct pg_tls_peer {
    const char *id, *domain; /* domain "" = all other domains */
    bool inbound, active;
    const char *peer; /* "*" = all others */
    const char *min_version, *level;
};
struct pg_tls {
    const struct pg_tls_peer *rows;
    int n;
    bool may_change;
    bool no_certificate; /* this gateway cannot do TLS for mail that comes in */
    struct ui_pager pager;
};

/* Adding (id NULL) or changing one. */
struct pg_tls_form {
    const char *version; /* of the peer that is changed */
    const char *id;
    bool inbound, no_certificate;
    const char *domain;              /* changing: its name, "" = all other domains */
    const struct ui_option *domains; /* adding */
    const char *domain_id, *peer, *min_version, *level;
    bool active;
};

const char *pg_tls_level(struct web_req *r, const char *level);
/* For select; ended by value NULL. */
const struct ui_option *pg_tls_levels(struct web_req *r, bool inbound);
const struct ui_option *pg_tls_versions(struct web_req *r);

#endif
