#include "orgconf_passwords.h"

#include <stdlib.h>
#include <string.h>

#include "../../common/arena.h"
#include "../../common/jsonx.h"
#include "../../store/db.h"
#include "../../store/store_file_password.h"
#include "orgconf.h"

int orgconf_passwords_load(struct db *db, struct arena *a, const struct orgconf_passwords **out,
                           struct err *e);

static json_t *
new_list(struct arena *a)
{
    return jsonx_own(a, json_pack("{s[]}", "list"));
}

/* The rows of one organisation, from `at` on; returns the first one of the next. */
static int
read_org(struct arena *a, const struct db_rows *r, int at, struct orgconf_passwords_org *o)
{
    json_t *object = new_list(a), *list = json_object_get(object, "list");

    *o = (struct orgconf_passwords_org){row_text(r, at, 0), true, true, 60, object};
    for (; at < r->n && strcmp(row_text(r, at, 0), o->org) == 0; at++)
        if (row_null(r, at, 1)) {
            o->inbound = row_bool(r, at, 2);
            o->outbound = row_bool(r, at, 3);
            o->earlier_minutes = (int)row_int(r, at, 4);
        } else {
            json_array_append_new(list, json_string(row_text(r, at, 1)));
        }
    return at;
}

int
orgconf_passwords_load(struct db *db, struct arena *a, const struct orgconf_passwords **out,
                       struct err *e)
{
    struct orgconf_passwords *c = arena_alloc(a, sizeof *c);
    struct orgconf_passwords_org *orgs;
    struct db_rows r;

    if (store_file_password_all(db, a, &r, e) < 0)
        return -1;
    orgs = arena_calloc(a, (size_t)r.n + 1, sizeof *orgs);
    *c = (struct orgconf_passwords){
        .orgs = orgs, .off = jsonx_own(a, json_pack("{sb}", "off", 1)), .none = new_list(a)};
    for (int i = 0; i < r.n;)
        i = read_org(a, &r, i, &orgs[c->n++]);
    *out = c;
    return 0;
}

static int
by_org(const void *org, const void *one)
{
    return strcmp(org, ((const struct orgconf_passwords_org *)one)->org);
}

const struct orgconf_passwords_org *
orgconf_passwords(const struct orgconf_passwords *c, const char *org)
{
    static const struct orgconf_passwords_org defaults = {"", true, true, 60, NULL};
    const struct orgconf_passwords_org *found =
        c->n ? bsearch(org, c->orgs, (size_t)c->n, sizeof *c->orgs, by_org) : NULL;

    return found ? found : &defaults;
}

const json_t *
orgconf_passwords_list(const struct orgconf_passwords *c, const char *org, bool outbound)
{
    const struct orgconf_passwords_org *o = orgconf_passwords(c, org);

    return (outbound ? o->outbound : o->inbound) ? (o->list ? o->list : c->none) : c->off;
}
