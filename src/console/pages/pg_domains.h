/* Domains and their inbound servers. */
#ifndef SEKISHO_PG_DOMAINS_H
#define SEKISHO_PG_DOMAINS_H

#include <stdbool.h>
#include <stdint.h>

struct web_req;

struct pg_server {
    const char *id, *recipient, *host;
    int port, preference;
};

struct pg_domain {
    const char *id;
    const char *name;    /* A-labels */
    const char *unicode; /* NULL: the same */
    bool active, check_recipients;
    bool looked, completed; /* DNS was looked at; every check is fine (A01) */
    const char *missing;    /* the checks that are not, translated */
    int64_t created_at, mail_24h, held;
    const struct pg_server *servers;
    int nservers;
};

struct pg_domains {
    const struct pg_domain *rows;
    int n;
    bool may_change;
};

struct pg_domain_add {
    const char *name, *server;
};

struct pg_domain_page {
    const struct pg_domain *d;
    bool may_change;
    /* what was typed into the form below the list */
    const char *recipient, *host;
    int64_t preference;
};

struct pg_server_page {
    const char *id, *domain_id, *domain;
    const char *recipient, *host;
    int64_t preference;
};

struct pg_domain_delete {
    const struct pg_domain *d;
    const char *typed;
};

/* NULL and r->err when there is none. */
const struct pg_domain *pg_domain_load(struct web_req *r, const char *id);

/* Shared with the set-up: what was typed into a field; errors stand beside it. */
int pg_domain_check_name(struct web_req *r, const char *field, char **name);
void pg_domain_check_server(struct web_req *r, const char *field, const char **host, int *port);

/* True when r->err says that the engine does not answer; the error is then forgotten. */
bool pg_engine_silent(struct web_req *r);

#endif
