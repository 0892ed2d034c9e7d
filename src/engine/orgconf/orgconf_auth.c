#include "orgconf_auth.h"

#include <stdlib.h>
#include <string.h>

#include "../../common/arena.h"
#include "../../common/err.h"
#include "../../common/evlog.h"
#include "../../common/jsonx.h"
#include "../../store/store_auth_rule.h"
#include "orgconf.h"

struct entry {
    const char *org, *domain_id; /* "": of all domains */
    bool unreadable;
    struct auth_rule rule;
};
struct orgconf_auth {
    int n;
    const struct entry *list; /* sorted by both */
    struct auth_rule none;
};

int orgconf_auth_load(struct db *db, struct arena *a, const struct orgconf_auth **out,
                      struct err *e);

static int
by_key(const void *x, const void *y)
{
    const struct entry *a = x, *b = y;
    int c = strcmp(a->org, b->org);

    return c ? c : strcmp(a->domain_id, b->domain_id);
}

static int
read_rule(struct arena *a, const char *settings, struct auth_rule *out, struct err *e)
{
    json_t *j;

    if (jsonx_load(a, settings, strlen(settings), AUTH_RULE_BYTES * 4, &j, e) < 0)
        return -1;
    return auth_rule_from_json(a, j, out, e);
}

int
orgconf_auth_load(struct db *db, struct arena *a, const struct orgconf_auth **out, struct err *e)
{
    struct orgconf_auth *c = arena_alloc(a, sizeof *c);
    struct store_auth_rule *rows;
    struct entry *list;

    if (store_auth_rule_all(db, a, &rows, &c->n, e) < 0)
        return -1;
    list = arena_calloc(a, (size_t)c->n, sizeof *list);
    for (int i = 0; i < c->n; i++) {
        list[i] = (struct entry){.org = rows[i].org_id, .domain_id = rows[i].domain_id};
        if (read_rule(a, rows[i].settings, &list[i].rule, e) < 0) {
            list[i].unreadable = true;
            evlog(EVLOG_ERROR, "auth-rule.unreadable", "org", list[i].org, "domain",
                  list[i].domain_id, "reason", e->text, NULL);
        }
    }
    if (c->n > 1)
        qsort(list, (size_t)c->n, sizeof *list, by_key);
    c->list = list;
    auth_rule_default(&c->none);
    *out = c;
    return 0;
}

static const struct entry *
find(const struct orgconf_auth *c, const char *org, const char *domain_id)
{
    const struct entry key = {.org = org, .domain_id = domain_id};

    return c->n ? bsearch(&key, c->list, (size_t)c->n, sizeof key, by_key) : NULL;
}

const struct auth_rule *
orgconf_auth_rule(const struct orgconf_auth *c, const char *org, const char *domain_id)
{
    const struct entry *own = find(c, org, domain_id);

    if (!own)
        own = find(c, org, "");
    if (own && own->unreadable)
        return NULL;
    return own ? &own->rule : &c->none;
}
