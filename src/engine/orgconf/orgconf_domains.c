#include "orgconf_domains.h"

#include <stdlib.h>
#include <string.h>

#include "../../common/arena.h"
#include "../../store/db.h"
#include "../../store/store_orgconf.h"
#include "orgconf.h"

int orgconf_domains_load(struct db *db, struct arena *a, const struct orgconf_domains **out,
                         struct err *e);

int
orgconf_domains_load(struct db *db, struct arena *a, const struct orgconf_domains **out,
                     struct err *e)
{
    struct orgconf_domains *d = arena_alloc(a, sizeof *d);
    struct orgconf_domain *list;
    struct db_rows r;

    if (store_orgconf_domains(db, a, &r, e) < 0)
        return -1;
    list = arena_calloc(a, (size_t)r.n, sizeof *list);
    for (int i = 0; i < r.n; i++)
        list[i] = (struct orgconf_domain){.name = row_text(&r, i, 0),
                                          .org = row_text(&r, i, 1),
                                          .domain_id = row_text(&r, i, 2),
                                          .check_recipients = row_bool(&r, i, 3),
                                          .proven = row_bool(&r, i, 4)};
    *d = (struct orgconf_domains){r.n, list};
    *out = d;
    return 0;
}

static int
by_name(const void *name, const void *domain)
{
    return strcmp(name, ((const struct orgconf_domain *)domain)->name);
}

const struct orgconf_domain *
orgconf_domain(const struct orgconf_domains *d, const char *name)
{
    if (d->n == 0)
        return NULL;
    return bsearch(name, d->list, (size_t)d->n, sizeof *d->list, by_name);
}

const char *
orgconf_domains_only_org(const struct orgconf_domains *d)
{
    for (int i = 1; i < d->n; i++)
        if (strcmp(d->list[i].org, d->list[0].org) != 0)
            return "";
    return d->n > 0 ? d->list[0].org : "";
}
