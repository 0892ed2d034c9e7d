#include "orgconf_outbound.h"

#include <string.h>

#include "../../common/arena.h"
#include "../../common/err.h"
#include "../../store/db.h"
#include "../../store/store_orgconf.h"
#include "orgconf.h"

int orgconf_outbound_load(struct db *db, struct arena *a, const struct orgconf_outbound **out,
                          struct err *e);

int
orgconf_outbound_load(struct db *db, struct arena *a, const struct orgconf_outbound **out,
                      struct err *e)
{
    struct orgconf_outbound *o = arena_alloc(a, sizeof *o);
    struct orgconf_network *list;
    struct db_rows r;

    if (store_orgconf_outbound(db, a, &r, e) < 0)
        return -1;
    list = arena_calloc(a, (size_t)r.n, sizeof *list);
    for (int i = 0; i < r.n; i++) {
        list[i].domain_id = row_text(&r, i, 0);
        list[i].has_net = !row_null(&r, i, 1);
        if (list[i].has_net && ipnet_parse(row_text(&r, i, 1), &list[i].net, e) < 0)
            return -1;
    }
    *o = (struct orgconf_outbound){r.n, list};
    *out = o;
    return 0;
}

/* The first that is not before domain_id. */
static int
first_of(const struct orgconf_outbound *o, const char *domain_id)
{
    int low = 0, high = o->n;

    while (low < high) {
        int middle = low + (high - low) / 2;
        if (strcmp(o->list[middle].domain_id, domain_id) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

enum outbound_may
orgconf_outbound_may(const struct orgconf_outbound *o, const char *domain_id,
                     const struct ipnet *client)
{
    enum outbound_may may = OUTBOUND_OFF;

    for (int i = first_of(o, domain_id); i < o->n && strcmp(o->list[i].domain_id, domain_id) == 0;
         i++) {
        if (client && o->list[i].has_net && ipnet_covers(&o->list[i].net, client))
            return OUTBOUND_LISTED;
        may = OUTBOUND_NOT;
    }
    return may;
}

bool
orgconf_outbound_any(const struct orgconf_outbound *o, const struct ipnet *client)
{
    for (int i = 0; i < o->n; i++)
        if (o->list[i].has_net && ipnet_covers(&o->list[i].net, client))
            return true;
    return false;
}
