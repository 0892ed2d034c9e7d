#include "orgconf_reputation.h"

#include <stdlib.h>
#include <string.h>

#include "../../common/arena.h"
#include "../../common/err.h"
#include "../../store/db.h"
#include "../../store/store_audit.h"
#include "../../store/store_orgconf.h"
#include "orgconf.h"

int orgconf_reputation_load(struct db *db, struct arena *a, const struct orgconf_reputation **out,
                            struct err *e);

static const struct rep_rules defaults = {.org = "", .level = RISK_CATCH_DEFAULT};

/* ---------------------------------------------------------------- loading */

enum { SETTINGS, LISTS, ENTRIES, TOPICS };

/* The rows of all topics; each is sorted by organisation in its first column. */
struct rows {
    struct db_rows of[TOPICS];
    int at[TOPICS];
};

static const char *
next_org(const struct rows *r)
{
    const char *first = NULL;

    for (int i = 0; i < TOPICS; i++)
        if (r->at[i] < r->of[i].n &&
            (!first || strcmp(row_text(&r->of[i], r->at[i], 0), first) < 0))
            first = row_text(&r->of[i], r->at[i], 0);
    return first;
}

static int
count(const struct rows *r, int topic, const char *org)
{
    int n = 0;

    while (r->at[topic] + n < r->of[topic].n &&
           strcmp(row_text(&r->of[topic], r->at[topic] + n, 0), org) == 0)
        n++;
    return n;
}

static void
read_settings(struct rows *r, struct rep_rules *o)
{
    if (!count(r, SETTINGS, o->org))
        return;
    o->level = (int)row_int(&r->of[SETTINGS], r->at[SETTINGS], 1);
    o->untested = row_bool(&r->of[SETTINGS], r->at[SETTINGS], 2);
    r->at[SETTINGS]++;
}

static void
read_lists(struct arena *a, struct rows *r, struct rep_rules *o)
{
    const struct db_rows *d = &r->of[LISTS];
    struct rep_list *lists;

    o->nlists = count(r, LISTS, o->org);
    lists = arena_calloc(a, (size_t)o->nlists, sizeof *lists);
    for (int i = 0; i < o->nlists; i++, r->at[LISTS]++) {
        int k = r->at[LISTS];
        lists[i] = (struct rep_list){.zone = row_text(d, k, 1),
                                     .level = risk_level_named(row_text(d, k, 3)),
                                     .hosts = row_bool(d, k, 4),
                                     .addresses = row_bool(d, k, 5)};
        (void)urlbl_codes_parse(row_text(d, k, 2), &lists[i].codes, NULL);
    }
    o->lists = lists;
}

static void
read_entries(struct arena *a, struct rows *r, struct rep_rules *o)
{
    const struct db_rows *d = &r->of[ENTRIES];
    struct rep_entry *x;

    o->nentries = count(r, ENTRIES, o->org);
    x = arena_calloc(a, (size_t)o->nentries, sizeof *x);
    for (int i = 0; i < o->nentries; i++, r->at[ENTRIES]++) {
        int k = r->at[ENTRIES];
        x[i] = (struct rep_entry){.value = row_text(d, k, 3),
                                  .type = threat_type_named(row_text(d, k, 2)),
                                  .approved = row_bool(d, k, 1),
                                  .block = row_bool(d, k, 4),
                                  .everywhere = strcmp(o->org, STORE_NO_ORG) == 0,
                                  .expires_at = row_int(d, k, 5)};
        if (x[i].approved)
            continue;
        o->has_files |= x[i].type == THREAT_FILE;
        o->has_senders |= x[i].type == THREAT_SENDER || x[i].type == THREAT_DOMAIN;
        o->has_ips |= x[i].type == THREAT_IP;
        o->has_links |=
            x[i].type == THREAT_URL || x[i].type == THREAT_DOMAIN || x[i].type == THREAT_IP;
    }
    o->entries = x;
}

/* What whoever runs the gateway lists is in everybody's rules. */
static void
add_everywhere(struct rep_rules *o, const struct rep_rules *all)
{
    o->everywhere = all;
    o->has_files |= all->has_files;
    o->has_senders |= all->has_senders;
    o->has_ips |= all->has_ips;
    o->has_links |= all->has_links;
}

int
orgconf_reputation_load(struct db *db, struct arena *a, const struct orgconf_reputation **out,
                        struct err *e)
{
    struct orgconf_reputation *c = arena_alloc(a, sizeof *c);
    struct rep_rules *list;
    struct rows r = {0};
    const char *org;
    int orgs = 0;

    if (store_orgconf_reputation_settings(db, a, &r.of[SETTINGS], e) < 0 ||
        store_orgconf_reputation_lists(db, a, &r.of[LISTS], e) < 0 ||
        store_orgconf_reputation_entries(db, a, &r.of[ENTRIES], e) < 0)
        return -1;
    for (struct rows look = r; (org = next_org(&look)); orgs++)
        for (int i = 0; i < TOPICS; i++)
            look.at[i] += count(&look, i, org);
    list = arena_calloc(a, (size_t)orgs, sizeof *list);
    while ((org = next_org(&r))) {
        struct rep_rules *o = &list[c->n++];
        *o = defaults;
        o->org = org;
        read_settings(&r, o);
        read_lists(a, &r, o);
        read_entries(a, &r, o);
    }
    c->list = list;
    c->rest = defaults;
    /* It sorts before all others. */
    if (c->n && strcmp(list[0].org, STORE_NO_ORG) == 0) {
        for (int i = 1; i < c->n; i++)
            add_everywhere(&list[i], &list[0]);
        add_everywhere(&c->rest, &list[0]);
    }
    *out = c;
    return 0;
}

/* ---------------------------------------------------------------- asking */

static int
by_org(const void *org, const void *rules)
{
    return strcmp(org, ((const struct rep_rules *)rules)->org);
}

const struct rep_rules *
orgconf_reputation(const struct orgconf_reputation *c, const char *org)
{
    const struct rep_rules *found =
        c->n ? bsearch(org, c->list, (size_t)c->n, sizeof *c->list, by_org) : NULL;

    return found ? found : &c->rest;
}

/* The first with that value, or where it would be: one may be of both lists. */
static int
first_of(const struct rep_rules *r, const char *value)
{
    int low = 0, high = r->nentries;

    while (low < high) {
        int middle = low + (high - low) / 2;
        if (strcmp(r->entries[middle].value, value) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static const struct rep_entry *
find(const struct rep_rules *r, bool approved, const struct threat *t, int64_t now)
{
    for (int i = first_of(r, t->value);
         i < r->nentries && strcmp(r->entries[i].value, t->value) == 0; i++) {
        const struct rep_entry *x = &r->entries[i];
        if (x->approved == approved && x->type == t->type &&
            (!x->expires_at || x->expires_at > now))
            return x;
    }
    return NULL;
}

static const struct rep_entry *
find_any(const struct rep_rules *r, bool approved, const struct threat *t, int n, int64_t now)
{
    const struct rep_entry *found = NULL;

    for (int k = 0; r && r->nentries && k < n && !found; k++)
        found = find(r, approved, &t[k], now);
    return found;
}

const struct rep_entry *
rep_rules_approved(const struct rep_rules *r, const struct threat *t, int n, int64_t now)
{
    return find_any(r, true, t, n, now);
}

const struct rep_entry *
rep_rules_object(const struct rep_rules *r, const struct threat *t, int n, int64_t now)
{
    const struct rep_entry *own = find_any(r, false, t, n, now),
                           *all = find_any(r->everywhere, false, t, n, now);

    return !own || (all && all->block && !own->block) ? all : own;
}
