#include "orgconf_connection.h"

#include <stdlib.h>
#include <string.h>

#include "../../common/arena.h"
#include "../../common/domain_pattern.h"
#include "../../common/err.h"
#include "../../store/db.h"
#include "../../store/store_orgconf.h"
#include "orgconf.h"

int orgconf_connection_load(struct db *db, struct arena *a, const struct orgconf_connection **out,
                            struct err *e);

static const struct conn_rules defaults = {
    .org = "", .dynamic_level = 2, .check_sender = true, .rate = {2000, 200, 0, 1000, 500, 0}};

/* ---------------------------------------------------------------- loading */

/* The rows of all topics; each is sorted by organisation in its first column. */
struct rows {
    struct db_rows settings, addresses, countries, lists, rdns;
};

static int
query(struct db *db, struct arena *a, struct rows *r, struct err *e)
{
    if (store_orgconf_conn_settings(db, a, &r->settings, e) < 0 ||
        store_orgconf_conn_addresses(db, a, &r->addresses, e) < 0 ||
        store_orgconf_conn_countries(db, a, &r->countries, e) < 0 ||
        store_orgconf_conn_lists(db, a, &r->lists, e) < 0)
        return -1;
    return store_orgconf_conn_rdns(db, a, &r->rdns, e);
}

/* The next organisation in order that any topic names; NULL at the end. at: a row for each topic. */
static const char *
next_org(const struct rows *r, const int at[5])
{
    const struct db_rows *all[] = {&r->settings, &r->addresses, &r->countries, &r->lists, &r->rdns};
    const char *first = NULL;

    for (int i = 0; i < 5; i++)
        if (at[i] < all[i]->n && (!first || strcmp(row_text(all[i], at[i], 0), first) < 0))
            first = row_text(all[i], at[i], 0);
    return first;
}

/* How many rows from `at` on are that organisation's. */
static int
count(const struct db_rows *r, int at, const char *org)
{
    int n = 0;

    while (at + n < r->n && strcmp(row_text(r, at + n, 0), org) == 0)
        n++;
    return n;
}

static void
read_settings(const struct db_rows *r, int i, struct conn_rules *o)
{
    o->dynamic_level = (int)row_int(r, i, 1);
    o->check_sender = row_bool(r, i, 2);
    o->approved_no_spam = row_bool(r, i, 3);
    for (int k = 0; k < RATE__COUNT; k++)
        o->rate[k] = (int)row_int(r, i, 4 + k);
}

static void
read_lists(struct arena *a, const struct rows *r, const int at[5], struct conn_rules *o)
{
    struct conn_net *nets = arena_calloc(a, (size_t)o->nnets, sizeof *nets);
    struct conn_country *countries = arena_calloc(a, (size_t)o->ncountries, sizeof *countries);
    struct conn_zone *zones = arena_calloc(a, (size_t)o->nzones, sizeof *zones);
    struct conn_rdns *rdns = arena_calloc(a, (size_t)o->nrdns, sizeof *rdns);

    for (int i = 0; i < o->nnets; i++) {
        (void)ipnet_parse(row_text(&r->addresses, at[1] + i, 1), &nets[i].net, NULL);
        nets[i].approved = row_bool(&r->addresses, at[1] + i, 2);
    }
    for (int i = 0; i < o->ncountries; i++) {
        memcpy(countries[i].code, row_text(&r->countries, at[2] + i, 1), 2);
        countries[i].approved = row_bool(&r->countries, at[2] + i, 2);
    }
    for (int i = 0; i < o->nzones; i++) {
        zones[i].zone = row_text(&r->lists, at[3] + i, 1);
        (void)dnsbl_codes_parse(row_text(&r->lists, at[3] + i, 2), &zones[i].codes, NULL);
    }
    for (int i = 0; i < o->nrdns; i++)
        rdns[i] =
            (struct conn_rdns){row_text(&r->rdns, at[4] + i, 1), row_bool(&r->rdns, at[4] + i, 2),
                               row_bool(&r->rdns, at[4] + i, 3)};
    o->nets = nets;
    o->countries = countries;
    o->zones = zones;
    o->rdns = rdns;
}

int
orgconf_connection_load(struct db *db, struct arena *a, const struct orgconf_connection **out,
                        struct err *e)
{
    struct orgconf_connection *c = arena_alloc(a, sizeof *c);
    struct conn_rules *list;
    struct rows r;
    int at[5] = {0}, n;
    const char *org;

    if (query(db, a, &r, e) < 0)
        return -1;
    n = r.settings.n + r.addresses.n + r.countries.n + r.lists.n + r.rdns.n; /* at most */
    list = arena_calloc(a, (size_t)n, sizeof *list);
    while ((org = next_org(&r, at))) {
        struct conn_rules *o = &list[c->n++];
        *o = defaults;
        o->org = org;
        if (count(&r.settings, at[0], org))
            read_settings(&r.settings, at[0]++, o);
        o->nnets = count(&r.addresses, at[1], org);
        o->ncountries = count(&r.countries, at[2], org);
        o->nzones = count(&r.lists, at[3], org);
        o->nrdns = count(&r.rdns, at[4], org);
        read_lists(a, &r, at, o);
        at[1] += o->nnets;
        at[2] += o->ncountries;
        at[3] += o->nzones;
        at[4] += o->nrdns;
    }
    c->list = list;
    *out = c;
    return 0;
}

/* ---------------------------------------------------------------- asking */

static int
by_org(const void *org, const void *rules)
{
    return strcmp(org, ((const struct conn_rules *)rules)->org);
}

const struct conn_rules *
orgconf_connection(const struct orgconf_connection *c, const char *org)
{
    const struct conn_rules *found =
        c->n ? bsearch(org, c->list, (size_t)c->n, sizeof *c->list, by_org) : NULL;

    return found ? found : &defaults;
}

enum conn_listed
conn_rules_address(const struct conn_rules *r, const struct ipnet *ip)
{
    enum conn_listed found = CONN_NOT_LISTED;

    for (int i = 0; i < r->nnets; i++) {
        if (!ipnet_covers(&r->nets[i].net, ip))
            continue;
        if (r->nets[i].approved)
            return CONN_APPROVED;
        found = CONN_BLOCKED;
    }
    return found;
}

enum conn_listed
conn_rules_country(const struct conn_rules *r, const char *country)
{
    for (int i = 0; i < r->ncountries; i++)
        if (strcmp(r->countries[i].code, country) == 0)
            return r->countries[i].approved ? CONN_APPROVED : CONN_BLOCKED;
    return CONN_NOT_LISTED;
}

const struct conn_rdns *
conn_rules_rdns(const struct conn_rules *r, const char *domain)
{
    const struct conn_rdns *best = NULL;

    for (int i = 0; i < r->nrdns; i++) {
        const struct conn_rdns *x = &r->rdns[i];
        if (strcmp(x->sender, domain) == 0)
            return x; /* of the null sender, too */
        if (!*domain)
            continue;
        if ((strcmp(x->sender, "*") == 0 && !best) ||
            (strcmp(x->sender, "*") != 0 && domain_pattern_matches(x->sender, domain) &&
             (!best || strlen(x->sender) > strlen(best->sender))))
            best = x;
    }
    return best;
}
