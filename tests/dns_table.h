/* A table of TXT records that grows, for tests: keys of signatures. */
#ifndef SEKISHO_TEST_DNS_TABLE_H
#define SEKISHO_TEST_DNS_TABLE_H

#include "fake_dns.h"

#define DNS_TABLE_MAX 256

struct dns_table {
    struct fake_zone zone;
    struct fake_record row[DNS_TABLE_MAX];
};

/* text NULL: DNS_TEMPERROR */
static inline void
dns_table_add(struct dns_table *t, const char *name, const char *text)
{
    if (t->zone.n < DNS_TABLE_MAX)
        t->row[t->zone.n++] = text ? (struct fake_record){name, DNS_TXT, text, strlen(text), 0}
                                   : (struct fake_record){name, FAKE_TIMEOUT, NULL, 0, 0};
}

static inline struct dns
dns_table_dns(struct dns_table *t)
{
    t->zone.records = t->row;
    return fake_dns(&t->zone);
}

#endif
