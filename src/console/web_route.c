/*
 * The route table of routes.def and the search in it. Paths are compared byte for byte, never
 * decoded: no other spelling of a path exists.
 */
#include "web_core.h"

#include "../common/token.h"

#include <string.h>

#define GET M_GET
#define POST M_POST
#define ADMIN SURFACE_ADMIN
#define PORTAL SURFACE_PORTAL

#define ROUTE(surface, method, path, roles, fields, handler, nav)                                  \
    extern const struct field fields[];                                                            \
    web_handler handler;
#include "routes.def"
#undef ROUTE

const struct route web_routes[] = {
#define ROUTE(surface, method, path, roles, fields, handler, nav)                                  \
    {surface, method, path, roles, (method) == M_POST, fields, handler, nav},
#include "routes.def"
#undef ROUTE
    {0},
};
const int web_nroutes = sizeof web_routes / sizeof *web_routes - 1;

/* n bytes of path against a pattern with at most one {id}; the id's place goes to *id. */
static bool
matches(const char *pattern, const char *path, size_t n, const char **id)
{
    const char *brace = strstr(pattern, "{id}");
    *id = NULL;
    if (!brace)
        return strlen(pattern) == n && !memcmp(pattern, path, n);
    size_t before = (size_t)(brace - pattern), after = strlen(brace + 4);
    if (n != before + UUID_LEN + after || memcmp(pattern, path, before) ||
        memcmp(brace + 4, path + n - after, after))
        return false;
    *id = path + before;
    return true;
}

static const struct route *
find(struct arena *a, enum surface surface, unsigned methods, const char *path, size_t n,
     const char **id_out)
{
    for (const struct route *r = web_routes; r->path; r++) {
        const char *id;
        if (r->surface != surface || !(r->method & methods) || !matches(r->path, path, n, &id))
            continue;
        *id_out = NULL;
        if (!id)
            return r;
        *id_out = arena_strndup(a, id, UUID_LEN);
        if (token_is_uuid(*id_out))
            return r;
    }
    return NULL;
}

void
web_route_find(struct arena *a, enum surface surface, const char *method, const char *path,
               struct web_match *out)
{
    size_t n = strlen(path);
    bool get = !strcmp(method, "GET") || !strcmp(method, "HEAD"), post = !strcmp(method, "POST");
    const char *id;
    *out = (struct web_match){0};
    if (get || post)
        out->route = find(a, surface, get ? M_GET : M_POST, path, n, &out->id);
    if (out->route)
        return;
    bool has_get = find(a, surface, M_GET, path, n, &id) != NULL;
    bool has_post = find(a, surface, M_POST, path, n, &id) != NULL;
    if (has_get || has_post) {
        out->allow = has_get && has_post ? "GET, HEAD, POST" : has_get ? "GET, HEAD" : "POST";
        return;
    }
    while (n > 1 && path[n - 1] == '/')
        n--;
    if (get && n != strlen(path) && find(a, surface, M_GET, path, n, &id))
        out->redirect = arena_strndup(a, path, n);
}
