/* DNS as a table, for tests: names (lower case) and their TXT records. */
#ifndef SEKISHO_TEST_DNS_TABLE_H
#define SEKISHO_TEST_DNS_TABLE_H

#include <string.h>
#include <strings.h>

#include "common/arena.h"
#include "engine/authn/dns.h"

#define DNS_TABLE_MAX 256

struct dns_table {
    int n, asked;
    struct {
        const char *name, *text; /* text NULL: TEMPERROR */
    } row[DNS_TABLE_MAX];
};

static inline void
dns_table_add(struct dns_table *t, const char *name, const char *text)
{
    if (t->n < DNS_TABLE_MAX) {
        t->row[t->n].name = name;
        t->row[t->n++].text = text;
    }
}

static inline void
dns_table_ask(struct dns *d, struct arena *a, const char *name, enum dns_type type,
              struct dns_answer *out)
{
    struct dns_table *t = d->arg;
    struct dns_record *r = arena_calloc(a, DNS_TABLE_MAX, sizeof *r);
    memset(out, 0, sizeof *out);
    out->status = DNS_NXDOMAIN;
    out->records = r;
    t->asked++;
    for (int i = 0; i < t->n; i++) {
        if (strcasecmp(t->row[i].name, name) != 0)
            continue;
        if (!t->row[i].text) {
            out->status = DNS_TEMPERROR;
            return;
        }
        out->status = DNS_NODATA;
        if (type != DNS_TXT)
            continue;
        r[out->n].data = (const unsigned char *)t->row[i].text;
        r[out->n++].len = strlen(t->row[i].text);
    }
    if (out->n)
        out->status = DNS_OK;
}

static inline struct dns
dns_table_dns(struct dns_table *t)
{
    return (struct dns){dns_table_ask, t, DNS_QUESTIONS};
}

#endif
