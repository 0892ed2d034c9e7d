/* A struct dns that answers from a table: for tests of mail authentication. Names in any case. */
#ifndef SEKISHO_FAKE_DNS_H
#define SEKISHO_FAKE_DNS_H

#include <string.h>
#include <strings.h>

#include "common/arena.h"
#include "engine/authn/dns.h"

#define FAKE_TIMEOUT ((enum dns_type)0) /* what else the name has is not known now */

struct fake_record {
    const char *name;
    enum dns_type type;
    const char *data; /* bytes as struct dns_record has them */
    size_t len;
    unsigned preference;
};

struct fake_zone {
    const struct fake_record *records;
    int n, asked;
};

static inline bool
fake_same_name(const char *x, const char *y)
{
    size_t n = strlen(x), m = strlen(y);
    n -= n > 0 && x[n - 1] == '.';
    m -= m > 0 && y[m - 1] == '.';
    return n == m && strncasecmp(x, y, n) == 0;
}

static inline void
fake_ask(struct dns *d, struct arena *a, const char *name, enum dns_type type,
         struct dns_answer *out)
{
    struct fake_zone *z = d->arg;
    struct dns_record *found = arena_calloc(a, (size_t)z->n, sizeof *found);
    bool exists = false, timeout = false;

    z->asked++;
    *out = (struct dns_answer){.records = found, .ttl = 60};
    for (int i = 0; i < z->n; i++) {
        const struct fake_record *r = &z->records[i];
        if (!fake_same_name(r->name, name))
            continue;
        if (r->type == DNS_CNAME && type != DNS_CNAME) {
            fake_ask(d, a, r->data, type, out);
            return;
        }
        exists = true;
        timeout = timeout || r->type == FAKE_TIMEOUT;
        if (r->type != type)
            continue;
        found[out->n++] = (struct dns_record){
            .preference = r->preference, .data = arena_memdup(a, r->data, r->len), .len = r->len};
    }
    out->status = out->n ? DNS_OK : timeout ? DNS_TEMPERROR : exists ? DNS_NODATA : DNS_NXDOMAIN;
}

static inline struct dns
fake_dns(struct fake_zone *z)
{
    return (struct dns){.ask = fake_ask, .arg = z, .left = DNS_QUESTIONS};
}

#endif
