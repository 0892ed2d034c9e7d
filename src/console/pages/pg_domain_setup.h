/* Checks of domains in DNS, as pages show them. */
#ifndef SEKISHO_PG_DOMAIN_SETUP_H
#define SEKISHO_PG_DOMAIN_SETUP_H

#include "pg_domains.h"

struct pg_mx {
    const char *host;
    int preference;
    bool rival, ours;
};
struct pg_check {
    const char *item, *code;
    const char *name;        /* short, translated */
    const char *title, *sub; /* sentences, translated */
    const char *icon, *tone;
    bool ok;
    bool nameless; /* the record would name the gateway, which has no name that DNS could have */
    int64_t checked_at, failed_at;
    /* from the detail, safe to show; "" and 0 when not there */
    const char *record_name, *wanted, *ours;
    const char *const *found;
    int nfound, first, lookups;
    int64_t ttl; /* seconds */
    const struct pg_mx *mx;
    int nmx;
};
struct pg_domain_setup {
    const struct pg_domain *d;
    const struct pg_check *checks;
    int n, done;
    bool may_change;
    bool pending, late; /* a look is on its way; and should have ended long ago */
    int64_t checked_at, next_at;
    bool proof_needed; /* only the rule about viruses works until the domain is verified */
    const char *relay; /* host:port for the customer's own mail server; NULL: no complete name */
};

/* Of a row; of its domain only name counts. */
struct store_dcheck;
void pg_check_view(struct web_req *r, const char *domain, const struct store_dcheck *k,
                   struct pg_check *out);
/* Adds to rows what is missing: n of them, in any order. */
int pg_domains_missing(struct web_req *r, struct pg_domain *rows, int n);

#endif
