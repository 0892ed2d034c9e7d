#include "orgconf_suspended.h"

#include <stdlib.h>
#include <string.h>

#include "../../common/arena.h"
#include "../../store/db.h"
#include "../../store/store_orgconf.h"
#include "orgconf.h"

int orgconf_suspended_load(struct db *db, struct arena *a, const struct orgconf_suspended **out,
                           struct err *e);

int
orgconf_suspended_load(struct db *db, struct arena *a, const struct orgconf_suspended **out,
                       struct err *e)
{
    struct orgconf_suspended *s = arena_alloc(a, sizeof *s);
    struct orgconf_source *list;
    struct db_rows r;

    if (store_orgconf_suspended(db, a, &r, e) < 0)
        return -1;
    list = arena_calloc(a, (size_t)r.n, sizeof *list);
    for (int i = 0; i < r.n; i++)
        list[i] = (struct orgconf_source){row_text(&r, i, 0), row_text(&r, i, 1)};
    *s = (struct orgconf_suspended){r.n, list};
    *out = s;
    return 0;
}

static int
compare(const void *a, const void *b)
{
    const struct orgconf_source *x = a, *y = b;
    int order = strcmp(x->org, y->org);

    return order ? order : strcmp(x->source, y->source);
}

bool
orgconf_is_suspended(const struct orgconf_suspended *s, const char *org, const char *source)
{
    struct orgconf_source key = {org, source};

    return s->n > 0 && bsearch(&key, s->list, (size_t)s->n, sizeof key, compare);
}
