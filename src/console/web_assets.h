/*
 * Style sheet, scripts, icons and pictures: bytes inside the module, made by
 * src/tools/assetc.c. A path carries a hash of the content, so browsers may keep it for ever.
 */
#ifndef SEKISHO_WEB_ASSETS_H
#define SEKISHO_WEB_ASSETS_H

#include <stddef.h>

struct asset {
    const char *name; /* "style.css" */
    const char *path; /* "/a/style.0123456789ab.css" */
    const char *type; /* Content-Type */
    const char *etag; /* with its quotes */
    const unsigned char *data, *gz; /* gz NULL: not smaller when compressed */
    size_t n, gz_n;
};
extern const struct asset web_assets[];            /* sorted by path; name NULL ends it */

/* NULL when there is none (an outdated hash, too). */
const struct asset *web_asset_by_path(const char *path);

#endif
