/* Connection rules of all organisations (0008-connection.sql). */
#ifndef SEKISHO_ORGCONF_CONNECTION_H
#define SEKISHO_ORGCONF_CONNECTION_H

#include <stdbool.h>

#include "../../common/dnsbl_codes.h"
#include "../../common/ipnet.h"

struct conn_net {
    struct ipnet net;
    bool approved;
};
struct conn_country {
    char code[3];
    bool approved;
};
struct conn_zone {
    const char *zone;
    struct dnsbl_codes codes;
};
struct conn_rdns {
    const char *sender; /* pattern (domain_pattern.h), "*" all others, "" the null sender */
    bool missing, invalid;
};
enum conn_rate {
    RATE_IN_IP,
    RATE_IN_RECIPIENT,
    RATE_IN_DOMAIN,
    RATE_OUT_IP,
    RATE_OUT_SENDER,
    RATE_OUT_DOMAIN,
    RATE__COUNT
};

struct conn_rules {
    const char *org;
    int dynamic_level;
    bool check_sender, approved_no_spam;
    int rate[RATE__COUNT]; /* message-recipients in its window, 0: no limit */
    const struct conn_net *nets;
    const struct conn_country *countries;
    const struct conn_zone *zones; /* those that are on */
    const struct conn_rdns *rdns;
    int nnets, ncountries, nzones, nrdns;
};

struct orgconf_connection {
    int n;
    const struct conn_rules *list; /* sorted by org */
};

/* Never NULL: who has set nothing has the defaults. */
const struct conn_rules *orgconf_connection(const struct orgconf_connection *c, const char *org);

/* What the rules say of one address, or of a country ("JP"). */
enum conn_listed { CONN_NOT_LISTED, CONN_APPROVED, CONN_BLOCKED };
enum conn_listed conn_rules_address(const struct conn_rules *r, const struct ipnet *ip);
enum conn_listed conn_rules_country(const struct conn_rules *r, const char *country);
/* The rule for a sender's domain ("" for the null sender): its own, the longest of those above it, else that of all
 * others. NULL: nothing is asked. */
const struct conn_rdns *conn_rules_rdns(const struct conn_rules *r, const char *domain);

#endif
