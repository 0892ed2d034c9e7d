#include "pg_version.h"

#include <string.h>

#include "../../store/store.h"
#include "../ui.h"
#include "../view.h"

/* A page with several forms is also shown by routes that do not have the field. */
static bool
declared(const struct web_req *r)
{
    for (const struct field *f = r->route->fields; f->name; f++)
        if (!strcmp(f->name, "version"))
            return r->method == M_POST;
    return false;
}

const char *
pg_version(struct web_req *r, const char *now)
{
    return declared(r) && !in_error_of(r, "version") ? in_text(r, "version") : now;
}

bool
pg_version_stale(struct web_req *r)
{
    if (r->err.cls != ERR_CONFLICT || strcmp(r->err.code, STORE_CHANGED))
        return false;
    r->err.cls = ERR_NONE;
    in_error(r, "version",
             N_("Somebody changed this meanwhile. Look at it again before you save."));
    return true;
}
