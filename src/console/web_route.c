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
    {surface, method, path, roles, (method) == M_POST && !((roles) & WEB_ROLES_LINK),              \
     fields,  handler, nav},
#include "routes.def"
#undef ROUTE
    {0},
};
const int web_nroutes = sizeof web_routes / sizeof *web_routes - 1;

/* A link's token: anything of base64url's characters. Whether it is one is the page's question. */
static bool
matches_token(const char *pattern, size_t before, const char *path, size_t n)
{
    return n > before && n - before <= WEB_TOKEN_MAX && !memcmp(pattern, path, before) &&
           strspn(path + before, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                 "0123456789-_") >= n - before;
}

/* n bytes of path against a pattern with at most one {id}; the id's place goes to *id. */
static bool
matches(const char *pattern, const char *path, size_t n, const char **id)
{
    const char *brace = strstr(pattern, "{id}"), *token = strstr(pattern, "{token}");
    *id = NULL;
    if (token)
        return matches_token(pattern, (size_t)(token - pattern), path, n);
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
    if (out->route) {
        const char *token = strstr(out->route->path, "{token}");
        if (token)
            out->token = arena_strdup(a, path + (token - out->route->path));
        return;
    }
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

const char *
web_log_path(const char *path)
{
    for (const struct route *r = web_routes; r->path; r++) {
        const char *token = strstr(r->path, "{token}");
        if (token && !strncmp(path, r->path, (size_t)(token - r->path)))
            return r->path;
    }
    return path;
}
