#include "web_assets.h"

#include "../common/err.h"
#include "../common/i18n.h"
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

void
web_assets_languages(void)
{
    for (const struct asset_catalog *c = web_catalogs; c->lang; c++) {
        struct err e;
        if (i18n_add(c->lang, c->data, c->n, &e))
            bug("catalogue %s: %s", c->lang, e.text);
    }
}
