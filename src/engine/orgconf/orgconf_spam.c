#include "orgconf_spam.h"

#include <stdlib.h>
#include <string.h>

#include "../../common/arena.h"
#include "../../common/err.h"
#include "../../common/evlog.h"
#include "../../common/jsonx.h"
#include "../../common/spam_entry.h"
#include "../../store/db.h"
#include "../../store/store_spam.h"
#include "../scan/lists.h"
#include "../scan/people_name.h"
#include "orgconf.h"

#define OWN_MAX 500 /* own domains that others are compared with */

int orgconf_spam_load(struct db *db, struct arena *a, const struct orgconf_spam **out,
                      struct err *e);

/* One organisation while its rows are read. */
struct reading {
    struct arena *a;
    struct orgconf_spam_org *o;
    json_t *own, *domains, *exceptions, *people;
    const char **keys;
    const json_t **key_addresses;
    struct ipnet *exempt;
};

static void
read_setting(struct reading *r, const char *settings)
{
    struct err e;
    json_t *j;

    if (jsonx_load(r->a, settings, strlen(settings), SPAM_RULE_BYTES * 4, &j, &e) < 0 ||
        spam_rule_from_json(r->a, j, &r->o->rule, &e) < 0) {
        spam_rule_default(&r->o->rule);
        evlog(EVLOG_ERROR, "spam-rule.unreadable", "org", r->o->org, "reason", e.text, NULL);
    }
}

static void
read_key(struct reading *r, const char *name, const json_t *addresses)
{
    const char *key = people_key(r->a, name);

    if (!*key)
        return;
    r->key_addresses[r->o->nkeys] = addresses;
    r->keys[r->o->nkeys++] = key;
}

static void
read_person(struct reading *r, const char *value)
{
    json_t *addresses = jsonx_own(r->a, json_array());
    struct spam_person p;

    spam_person_read(r->a, value, &p);
    for (int i = 0; i < p.naddresses; i++)
        json_array_append_new(addresses, json_string(p.addresses[i]));
    read_key(r, arena_printf(r->a, "%s %s", p.first, p.last), addresses);
    if (*p.middle)
        read_key(r, arena_printf(r->a, "%s %s %s", p.first, p.middle, p.last), addresses);
    json_array_append_new(r->people, json_pack("{ss ss ss sO}", "first", p.first, "middle",
                                               p.middle, "last", p.last, "addresses", addresses));
}

static void
read_row(struct reading *r, const char *what, const char *value)
{
    if (strcmp(what, "setting") == 0)
        read_setting(r, value);
    else if (strcmp(what, "own") == 0 && json_array_size(r->own) < OWN_MAX)
        json_array_append_new(r->own, json_string(value));
    else if (strcmp(what, "domain") == 0)
        json_array_append_new(r->domains, json_string(value));
    else if (strcmp(what, "exception") == 0)
        json_array_append_new(r->exceptions, json_string(value));
    else if (strcmp(what, "person") == 0)
        read_person(r, value);
    else if (strcmp(what, "graymail") == 0 &&
             ipnet_parse(value, &r->exempt[r->o->nexempt], NULL) == 0)
        r->o->nexempt++;
}

/* The rows of one organisation, from `at` on; returns the first one of the next. */
static int
read_org(struct arena *a, const struct db_rows *rows, int at, struct orgconf_spam_org *o)
{
    struct reading r = {a,    o,    json_array(), json_array(), json_array(), json_array(),
                        NULL, NULL, NULL};
    json_t *lists = jsonx_own(a, json_object());
    int end = at;

    *o = (struct orgconf_spam_org){.org = row_text(rows, at, 0)};
    spam_rule_default(&o->rule);
    while (end < rows->n && strcmp(row_text(rows, end, 0), o->org) == 0)
        end++;
    r.keys = arena_calloc(a, (size_t)(end - at) * 2, sizeof *r.keys);
    r.key_addresses = arena_calloc(a, (size_t)(end - at) * 2, sizeof *r.key_addresses);
    r.exempt = arena_calloc(a, (size_t)(end - at), sizeof *r.exempt);
    for (int i = at; i < end; i++)
        read_row(&r, row_text(rows, i, 1), row_text(rows, i, 2));
    o->exempt = r.exempt;
    o->keys = r.keys;
    o->key_addresses = r.key_addresses;
    json_object_set_new(lists, "own", r.own);
    json_object_set_new(lists, "domains", r.domains);
    json_object_set_new(lists, "exceptions", r.exceptions);
    if (o->rule.people)
        json_object_set(lists, "people", r.people);
    json_decref(r.people);
    if (o->rule.domains)
        json_object_set_new(lists, "closeness", json_integer(o->rule.close));
    lists_fold(a, lists);
    o->lists = lists;
    return end;
}

int
orgconf_spam_load(struct db *db, struct arena *a, const struct orgconf_spam **out, struct err *e)
{
    struct orgconf_spam *c = arena_alloc(a, sizeof *c);
    struct orgconf_spam_org *list;
    struct db_rows r;
    int orgs = 0;

    if (store_spam_all(db, a, &r, e) < 0)
        return -1;
    for (int i = 0; i < r.n; i++)
        orgs += i == 0 || strcmp(row_text(&r, i, 0), row_text(&r, i - 1, 0)) != 0;
    list = arena_calloc(a, (size_t)orgs, sizeof *list);
    for (int i = 0; i < r.n;)
        i = read_org(a, &r, i, &list[c->n++]);
    c->list = list;
    *out = c;
    return 0;
}

static int
by_org(const void *org, const void *one)
{
    return strcmp(org, ((const struct orgconf_spam_org *)one)->org);
}

static struct orgconf_spam_org defaults = {.org = ""};

static void __attribute__((constructor)) make_defaults(void)
{
    spam_rule_default(&defaults.rule);
}

const struct orgconf_spam_org *
orgconf_spam(const struct orgconf_spam *c, const char *org)
{
    const struct orgconf_spam_org *found =
        c->n ? bsearch(org, c->list, (size_t)c->n, sizeof *c->list, by_org) : NULL;

    return found ? found : &defaults;
}

bool
orgconf_spam_exempt(const struct orgconf_spam_org *o, const char *client_ip)
{
    struct ipnet ip;

    if (!o->nexempt || !ipnet_address(client_ip, &ip))
        return false;
    for (int i = 0; i < o->nexempt; i++)
        if (ipnet_covers(&o->exempt[i], &ip))
            return true;
    return false;
}
