/* The route table itself (every line of routes.def) and the search in it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "console/web_core.h"

#define ID "0193a5c2-7d5e-7c1a-8b7e-000000000001"

static struct arena *a;

static const char *
example(const char *pattern)
{
    const char *brace = strstr(pattern, "{id}"), *token = strstr(pattern, "{token}");
    if (token)
        return arena_printf(a, "%.*s%s", (int)(token - pattern), pattern, "aB-_9");
    return brace ? arena_printf(a, "%.*s%s%s", (int)(brace - pattern), pattern, ID, brace + 4) : pattern;
}

static void
every_route_is_found(void **state)
{
    (void)state;
    assert_true(web_nroutes > 0);
    for (int i = 0; i < web_nroutes; i++) {
        const struct route *r = &web_routes[i];
        struct web_match m;
        web_route_find(a, r->surface, r->method == M_POST ? "POST" : "GET", example(r->path), &m);
        if (m.route != r)
            fail_msg("%s is hidden by another route", r->path);
        assert_true(!strstr(r->path, "{id}") == !m.id);
        if (m.id)
            assert_string_equal(m.id, ID);
        if (r->method == M_GET) {
            web_route_find(a, r->surface, "HEAD", example(r->path), &m);
            assert_ptr_equal(m.route, r);
        }
    }
}

/* What every line must keep: typed input, a role, the form token. */
static void
every_route_is_sane(void **state)
{
    (void)state;
    for (int i = 0; i < web_nroutes; i++) {
        const struct route *r = &web_routes[i];
        assert_true(*r->path == '/' && strncmp(r->path, "/a/", 3) && r->path[1] != '/');
        assert_non_null(r->handler);
        assert_non_null(r->fields);
        if (!r->roles)
            fail_msg("%s admits nobody", r->path);
        if (r->surface == SURFACE_ADMIN && (r->roles & ROLE_USER) && !(r->roles & ROLE_ANYONE))
            fail_msg("%s lets end users into the console", r->path);
        /* Links check a token of their own, and there is no other way to be without one. */
        bool link = r->roles & WEB_ROLES_LINK;
        assert_int_equal(link, strstr(r->path, "{token}") != NULL);
        if (link && r->roles & ~(unsigned)WEB_ROLES_LINK)
            fail_msg("%s is a link and something else", r->path);
        if (r->method == M_POST && !r->csrf && !link)
            fail_msg("POST %s without form token", r->path);
        for (const struct field *f = r->fields; f->name; f++) {
            if (!strcmp(f->name, "csrf"))
                fail_msg("%s declares csrf itself", r->path);
            if ((f->kind == FIELD_TEXT || f->kind == FIELD_LINES || f->kind == FIELD_PASSWORD ||
                 f->kind == FIELD_FILE) && f->max <= 0)
                fail_msg("%s: %s has no largest length", r->path, f->name);
            if (f->kind == FIELD_CHOICE && !f->choices)
                fail_msg("%s: %s has no choices", r->path, f->name);
            for (const struct field *g = f + 1; g->name; g++)
                assert_string_not_equal(f->name, g->name);
        }
        for (int k = 0; k < i; k++)
            if (web_routes[k].surface == r->surface && web_routes[k].method == r->method &&
                !strcmp(web_routes[k].path, r->path))
                fail_msg("%s is there twice", r->path);
    }
}

static void
not_found(void **state)
{
    struct web_match m;
    (void)state;
    static const char *const paths[] = {"/language/x", "/LANGUAGE", "/%6canguage", "//language", "/./language",
                                        "/language%2f", "/.git/config", "/..", "/language;x", ""};
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        web_route_find(a, SURFACE_ADMIN, "POST", paths[i], &m);
        assert_null(m.route);
        assert_null(m.allow);
    }
}

static void
method_and_slash(void **state)
{
    struct web_match m;
    (void)state;
    static const char *const methods[] = {"GET", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE", "post", ""};
    for (size_t i = 0; i < sizeof methods / sizeof *methods; i++) {
        web_route_find(a, SURFACE_ADMIN, methods[i], "/language", &m);
        assert_null(m.route);
        assert_string_equal(m.allow, "POST");
    }
    /* A state change never follows a redirect. */
    web_route_find(a, SURFACE_ADMIN, "POST", "/language/", &m);
    assert_null(m.route);
    assert_null(m.redirect);
    for (int i = 0; i < web_nroutes; i++)
        if (web_routes[i].method == M_GET && strcmp(web_routes[i].path, "/") &&
            !strstr(web_routes[i].path, "{token}")) {
            const char *path = example(web_routes[i].path);
            web_route_find(a, web_routes[i].surface, "GET", arena_printf(a, "%s//", path), &m);
            assert_null(m.route);
            assert_string_equal(m.redirect, path);
        }
    web_route_find(a, SURFACE_ADMIN, "GET", "//evil.example/", &m);
    assert_null(m.redirect);
}

/* T-L4: whatever comes after the prefix of a link stays out of logs. */
static void
tokens_are_not_logged(void **state)
{
    struct web_match m;
    (void)state;
    assert_string_equal(web_log_path("/d/AbC"), "/d/{token}");
    assert_string_equal(web_log_path("/d/AbC/def?x"), "/d/{token}");
    assert_string_equal(web_log_path("/d/"), "/d/{token}");
    assert_string_equal(web_log_path("/deleted"), "/deleted");
    web_route_find(a, SURFACE_PORTAL, "GET", "/d/AbC-_9", &m);
    assert_string_equal(m.token, "AbC-_9");
    static const char *const none[] = {"/d/", "/d/a.b", "/d/a%41", "/d/a/b", "/d", "/D/a"};
    for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
        web_route_find(a, SURFACE_PORTAL, "GET", none[i], &m);
        assert_null(m.route);
    }
}

static int
setup(void **state)
{
    (void)state;
    a = arena_new();
    return 0;
}
static int
teardown(void **state)
{
    (void)state;
    arena_free(&a);
    return 0;
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_route_is_found),
        {"T-W3 T-W7 every route names its roles and wants a token", every_route_is_sane, NULL, NULL, NULL},
        cmocka_unit_test(not_found),
        cmocka_unit_test(method_and_slash),
        {"T-L4 what a link holds is not logged", tokens_are_not_logged, NULL, NULL, NULL},
    };
    return cmocka_run_group_tests_name("web_route", tests, setup, teardown);
}
