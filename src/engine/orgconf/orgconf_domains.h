/* The active domains of all organisations. */
#ifndef SEKISHO_ORGCONF_DOMAINS_H
#define SEKISHO_ORGCONF_DOMAINS_H

#include <stdbool.h>

struct orgconf_domain {
    const char *name; /* A-labels, lower case */
    const char *org, *domain_id;
    bool check_recipients;
    bool proven; /* it is the organisation's: seen in DNS, or the word of who runs this gateway */
};
struct orgconf_domains {
    int n;
    const struct orgconf_domain *list; /* sorted by name */
};

/* NULL: nobody owns it. */
const struct orgconf_domain *orgconf_domain(const struct orgconf_domains *d, const char *name);
/* The organisation when all domains are one's, else "". */
const char *orgconf_domains_only_org(const struct orgconf_domains *d);

#endif
