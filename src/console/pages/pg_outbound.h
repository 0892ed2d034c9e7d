/* Outbound servers of a domain. */
#ifndef SEKISHO_PG_OUTBOUND_H
#define SEKISHO_PG_OUTBOUND_H

#include <stdbool.h>
#include <stdint.h>

struct pg_network {
    const char *network;
    int64_t created_at;
};
struct pg_domain;
struct pg_outbound {
    const struct pg_domain *d;
    const char *id;
    bool on, may_change, full;
    const struct pg_network *rows;
    int n;
    const char *operators; /* relay_networks of the settings, "" = none */
    const char *typed;
};

#endif
