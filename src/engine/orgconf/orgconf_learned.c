#include "orgconf_learned.h"

#include <stdlib.h>
#include <string.h>

#include "../../common/arena.h"
#include "../../common/jsonx.h"
#include "../../common/token.h"
#include "../../store/db.h"
#include "../../store/store_orgconf.h"
#include "orgconf.h"

int orgconf_learned_load(struct db *db, struct arena *a, const struct orgconf_learned **out,
                         struct err *e);

int
orgconf_learned_load(struct db *db, struct arena *a, const struct orgconf_learned **out,
                     struct err *e)
{
    struct orgconf_learned *c = arena_alloc(a, sizeof *c);
    struct orgconf_learned_org *list;
    struct db_rows r;

    if (store_orgconf_learned(db, a, &r, e) < 0)
        return -1;
    list = arena_calloc(a, (size_t)r.n, sizeof *list);
    for (int i = 0; i < r.n; i++) {
        size_t n;
        const unsigned char *p = row_bytes(a, &r, i, 1, &n);
        list[i] = (struct orgconf_learned_org){row_text(&r, i, 0),
                                               jsonx_own(a, json_string(token_base64url(a, p, n)))};
    }
    *c = (struct orgconf_learned){r.n, list};
    *out = c;
    return 0;
}

static int
by_org(const void *org, const void *x)
{
    return strcmp(org, ((const struct orgconf_learned_org *)x)->org);
}

const json_t *
orgconf_learned(const struct orgconf_learned *c, const char *org)
{
    const struct orgconf_learned_org *found =
        c->n ? bsearch(org, c->list, (size_t)c->n, sizeof *c->list, by_org) : NULL;

    return found ? found->model : NULL;
}
