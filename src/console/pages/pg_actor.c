#include "pg_actor.h"

#include <string.h>

#include "../../common/when.h"

struct store_actor
pg_actor(struct web_req *r)
{
    return (struct store_actor){r->session.account_id, r->session.address,
                                r->surface == SURFACE_ADMIN ? "admin" : "portal", r->client_ip};
}

bool
pg_may(const struct web_req *r, unsigned roles)
{
    return (r->session.role & roles) != 0;
}

int64_t
pg_since(const char *period)
{
    static const struct {
        const char *word;
        int64_t hours;
    } periods[] = {{"1h", 1}, {"24h", 24}, {"7d", 7 * 24}, {"30d", 30 * 24}};
    for (size_t i = 0; i < sizeof periods / sizeof *periods; i++)
        if (!strcmp(period, periods[i].word))
            return when_now() - periods[i].hours * 3600 * 1000;
    return 0;
}

int
pg_chosen(struct web_req *r, const char *const **ids)
{
    const char *one = in_text(r, "one");
    if (!*one)
        return in_uuids(r, "id", ids);
    const char **only = arena_alloc(r->a, sizeof *only);
    *only = one;
    *ids = only;
    return 1;
}

const char *
pg_joined(struct web_req *r, const char *const *ids, int n)
{
    struct buf *b = buf_new(r->a, 0);
    for (int i = 0; i < n; i++) {
        buf_str(b, i ? "," : "");
        buf_str(b, ids[i]);
    }
    return buf_cstr(b);
}
