#include "web_assets.h"

#include "../common/err.h"
#include "view.h"

#include <string.h>

const struct asset *
web_asset_by_path(const char *path)
{
    for (const struct asset *a = web_assets; a->name; a++)
        if (!strcmp(a->path, path))
            return a;
    return NULL;
}

const char *
view_asset(const char *name)
{
    for (const struct asset *a = web_assets; a->name; a++)
        if (!strcmp(a->name, name))
            return a->path;
    bug("there is no asset \"%s\"", name);
}
