#include "orgconf_senders.h"

#include <stdlib.h>
#include <string.h>

#include "../../common/arena.h"
#include "../../common/sender_skips.h"
#include "../../store/db.h"
#include "../../store/store_orgconf.h"
#include "orgconf.h"

int orgconf_senders_load(struct db *db, struct arena *a, const struct orgconf_senders **out,
                         struct err *e);

int
orgconf_senders_load(struct db *db, struct arena *a, const struct orgconf_senders **out,
                     struct err *e)
{
    struct orgconf_senders *s = arena_alloc(a, sizeof *s);
    struct orgconf_sender *list;
    struct db_rows r;

    if (store_orgconf_senders(db, a, &r, e) < 0)
        return -1;
    list = arena_calloc(a, (size_t)r.n, sizeof *list);
    for (int i = 0; i < r.n; i++)
        list[i] = (struct orgconf_sender){.org = row_text(&r, i, 0),
                                          .header_match = row_bool(&r, i, 1),
                                          .insert_header = row_bool(&r, i, 2),
                                          .skips = sender_skips_without(row_text(&r, i, 3)),
                                          .used = row_bool(&r, i, 4)};
    *s = (struct orgconf_senders){r.n, list};
    *out = s;
    return 0;
}

static int
by_org(const void *org, const void *one)
{
    return strcmp(org, ((const struct orgconf_sender *)one)->org);
}

const struct orgconf_sender *
orgconf_sender(const struct orgconf_senders *s, const char *org)
{
    static const struct orgconf_sender none = {.org = "", .header_match = true};
    const struct orgconf_sender *one =
        s->n ? bsearch(org, s->list, (size_t)s->n, sizeof *s->list, by_org) : NULL;

    return one ? one : &none;
}
