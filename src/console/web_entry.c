/*
 * The one flow of a request: copied out of the connection by web_conn.c, run here as a coroutine:
 * route -> session -> language -> access -> input -> form token -> handler -> reply. Nothing in a
 * handler can forget a step, because none of them is its own.
 */
#include "web_call.h"
#include "web_core.h"
#include "web_gzip.h"
#include "web_input.h"
#include "web_reply.h"
#include "web_session.h"
#include "web_assets.h"
#include "coro.h"
#include "view.h"

#include "../common/evlog.h"
#include "../common/token.h"
#include "../common/when.h"

#include <string.h>

#define PAGE_MAX (16u * 1024 * 1024)
#define BODY_BASE 8192u /* bytes of body besides the declared fields */
#define FIELD_BASE 200u /* ... and of the name and the frame of each value */
#define GZIP_MIN 1400

struct db *web_db; /* opened by console_init.c for each worker */

/* What the coroutine and its end share. */
struct run {
    struct web_call *call;
    struct web_req r;
    struct web_state state;
    struct web_reply reply;
    bool admitted;
};

static struct run *
run_new(struct web_call *call)
{
    struct run *run = arena_alloc(call->a, sizeof *run);
    struct web_req *r = &run->r;
    run->call = call;
    r->magic = WEB_REQ_MAGIC;
    r->a = call->a;
    r->surface = web_site.surface;
    r->method = !strcmp(call->head.method, "POST") ? M_POST : M_GET;
    r->path = call->head.path;
    r->query = call->head.query;
    r->agent = call->head.agent;
    r->client_ip = web_site_client(call->a, call->client_ip, call->head.forwarded_for);
    r->fragment = !strcmp(call->head.fragment, "1");
    r->db = web_db;
    r->tz = "UTC";
    r->session.flash = "";
    r->session.address = r->session.name = r->session.org_name = "";
    r->session.theme = "system";
    r->session.page_size = 50;
    r->session.csrf = "";
    r->state = &run->state;
    r->reply = &run->reply;
    r->out = buf_new(call->a, PAGE_MAX);
    run->state.head = &call->head;
    run->state.is_head = !strcmp(call->head.method, "HEAD");
    web_language(r, NULL, NULL);
    return run;
}

/* The secret behind the form tokens of somebody who is not signed in lives in a cookie of its own
 * (double submit; __Host- keeps other hosts from planting one). */
static void
form_secret(struct web_req *r)
{
    struct web_state *s = r->state;
    size_t n;
    if (!s->secret_known) {
        const char *cookie = web_cookie(r->a, s->head->cookie, web_site.cookie_form);
        const unsigned char *secret =
            cookie && strlen(cookie) == 43 ? token_unbase64url(r->a, cookie, &n) : NULL;
        if (secret && n == 32) {
            memcpy(s->secret, secret, 32);
        } else {
            token_random(s->secret, 32);
            s->set_form_cookie = true;
        }
        s->secret_known = true;
    }
    r->session.csrf = web_token_make(r->a, s->secret);
}

static int
fail(struct web_req *r, int status, const char *code)
{
    if (!r->err.cls)
        err_set(&r->err, ERR_DENIED, code, "%s", code);
    return web_error_page(r, status);
}

/* Signed out: a page asks to sign in and comes back, anything else gets 401. */
static int
ask_to_sign_in(struct web_req *r)
{
    if (r->method != M_GET || r->fragment)
        return fail(r, 401, "no-session");
    const char *here = *r->query ? arena_printf(r->a, "%s?%s", r->path, r->query) : r->path;
    bool first = !strcmp(here, "/") || !web_own_path(here);
    if (first)
        return reply_redirect(r, "/signin");
    struct buf *b = buf_new(r->a, 0);
    buf_str(b, "/signin?next=");
    view_url_part(b, here, "/");
    return reply_redirect(r, web_own_path(b->data) ? b->data : "/signin");
}

static int
no_route(struct web_req *r, const struct web_match *m)
{
    if (m->redirect && web_own_path(m->redirect)) {
        reply_redirect(r,
                       *r->query && web_own_path(arena_printf(r->a, "%s?%s", m->redirect, r->query))
                           ? arena_printf(r->a, "%s?%s", m->redirect, r->query)
                           : m->redirect);
        r->reply->status = 308;
        return 0;
    }
    r->reply->allow = m->allow;
    return fail(r, m->allow ? 405 : 404, m->allow ? "method" : "no-route");
}

/* Route, session, role. 0: come in, 1: a reply was made, -1. */
static int
enter(struct run *run)
{
    struct web_req *r = &run->r;
    struct web_match m;
    web_route_find(r->a, r->surface, run->call->head.method, r->path, &m);
    r->route = m.route;
    r->id = m.id;
    r->token = m.token;
    if (r->route && r->route->roles & WEB_ROLES_LINK)
        return 0;
    if (web_session_load(r))
        return -1;
    form_secret(r);
    int status = r->route ? web_access(r) : 0;
    if (r->route && !status && web_may_go_on(r))
        return 0;
    if (r->route && !status)
        return reply_redirect(r, "/settings/security") ? -1 : 1;
    int made = !r->route       ? no_route(r, &m)
               : status == 401 ? ask_to_sign_in(r)
                               : fail(r, status, "role");
    return made ? -1 : 1;
}

static int
serve(struct run *run)
{
    struct web_req *r = &run->r;
    struct web_pairs pairs = {0};
    int status = enter(run);
    if (status)
        return status < 0 ? -1 : 0;
    if (r->method == M_POST)
        status = web_body_parse(r->a, run->call->head.content_type, run->call->body,
                                run->call->head.length, &pairs);
    else
        status = web_form_parse(r->a, r->query, strlen(r->query), &pairs);
    if (status)
        return fail(r, status, "input");
    if (r->method == M_POST && r->route->roles & ROLE_LINK && !web_from_us(&run->call->head))
        return fail(r, 403, "form-token");
    if (r->method == M_POST && r->route->csrf &&
        (!web_from_us(&run->call->head) || run->state.set_form_cookie ||
         !web_token_check(r->a, run->state.secret, web_pairs_get(&pairs, "csrf"))))
        return fail(r, 403, "form-token");
    web_input_read(r, r->route->fields, &pairs);
    return r->route->handler(r);
}

static void
failed(struct run *run)
{
    struct web_req *r = &run->r;
    /* Whoever has a session gets no token while we cannot read it: it would not fit later. */
    bool link = r->route && r->route->roles & WEB_ROLES_LINK;
    if (!link && !*r->session.csrf && !web_cookie(r->a, run->call->head.cookie, web_site.cookie_session))
        form_secret(r);
    run->reply = (struct web_reply){.cookies = run->reply.cookies};
    web_error_page(r, web_error_status(&r->err));
}

static void
run_coro(void *arg)
{
    struct run *run = arg;
    struct web_req *r = &run->r;
    if (serve(run)) {
        failed(run);
        return;
    }
    if (!run->reply.status)
        bug("%s: the handler made no reply", r->route ? r->route->path : r->path);
    web_session_flash(r);
}

static void
admit_coro(void *arg)
{
    struct run *run = arg;
    int status = enter(run);
    run->admitted = !status;
    if (status < 0)
        failed(run);
}

static void
compress_page(struct run *run)
{
    struct web_reply *p = &run->reply;
    if (p->n >= GZIP_MIN && p->type && !strncmp(p->type, "text/html", 9) &&
        web_gzip_accepted(run->call->head.accept_encoding))
        p->gzip = web_gzip(run->r.a, &p->body, &p->n);
}

/* Reply -> bytes -> connection; in the event loop. */
static void
finish(struct run *run)
{
    struct web_req *r = &run->r;
    struct web_reply *p = &run->reply;
    struct web_call *call = run->call;
    if (run->state.set_form_cookie && p->type && !p->sandbox)
        web_set_cookie(r, web_site.cookie_form, token_base64url(r->a, run->state.secret, 32), 86400,
                       false);
    compress_page(run);
    p->close = call->close = call->close || call->head.close;
    call->out_head = buf_new(r->a, 0);
    web_reply_head(r, call->out_head);
    call->out_body = p->body;
    call->out_n = run->state.is_head || p->status == 304 ? 0 : p->n;
    evlog(EVLOG_INFO, "web.request", "method", call->head.method, "path", web_log_path(r->path),
          "status",
          arena_printf(r->a, "%d", p->status), "us",
          arena_printf(r->a, "%lld", (long long)(when_mono_us() - call->start_us)), "ip",
          r->client_ip, "account", r->session.present ? r->session.account_id : NULL, NULL);
    web_conn_answer(call);
}

static void
run_done(void *arg)
{
    finish(arg);
}

static void
admit_done(void *arg)
{
    struct run *run = arg;
    if (run->admitted) {
        web_conn_go_on(run->call);
        return;
    }
    run->call->close = true; /* what follows is a body that nobody reads */
    finish(run);
}

static void
serve_asset(struct run *run)
{
    const struct asset *a = web_asset_by_path(run->r.path);
    struct web_reply *p = &run->reply;
    bool get = run->r.method == M_GET;
    if (!a || !get) {
        p->allow = a ? "GET, HEAD" : NULL;
        fail(&run->r, a ? 405 : 404, "no-asset");
        return;
    }
    p->type = a->type;
    p->etag = a->etag;
    p->immutable = true;
    if (strstr(run->call->head.if_none_match, a->etag)) {
        p->status = 304;
        return;
    }
    p->status = 200;
    p->gzip = a->gz && web_gzip_accepted(run->call->head.accept_encoding);
    p->body = p->gzip ? a->gz : a->data;
    p->n = p->gzip ? a->gz_n : a->n;
}

void
web_entry(struct web_call *call)
{
    struct run *run = run_new(call);
    struct web_reply *p = &run->reply;
    if (!strcmp(call->head.path, "/health") && run->r.method == M_GET) {
        p->status = 200;
        p->type = "text/plain; charset=utf-8";
        p->body = "ok\n";
        p->n = 3;
        finish(run);
    } else if (!web_site_host(call->head.host)) {
        web_entry_refuse(call, 421);
    } else if (!strncmp(call->head.path, "/a/", 3)) {
        serve_asset(run);
        finish(run);
    } else {
        coro_start(run_coro, run_done, run);
    }
}

void
web_entry_refuse(struct web_call *call, int status)
{
    if (!call->head.path) { /* nothing was read */
        call->head = (struct web_head){"",
                                       "/",
                                       "",
                                       .host = "",
                                       .content_type = "",
                                       .cookie = "",
                                       .origin = "",
                                       .sec_fetch_site = "",
                                       .accept_language = "",
                                       .accept_encoding = "",
                                       .agent = "",
                                       .if_none_match = "",
                                       .forwarded_for = "",
                                       .fragment = ""};
    }
    struct run *run = run_new(call);
    call->close = true;
    struct web_match m;
    web_route_find(run->r.a, web_site.surface, call->head.method, run->r.path, &m);
    if (status == 405)
        run->reply.allow = m.allow ? m.allow : "GET, HEAD, POST";
    fail(&run->r, status, "refused");
    finish(run);
}

/* The declared fields at their longest; every byte may be three in a form. */
static size_t
body_max(const struct route *route)
{
    size_t max = BODY_BASE;
    for (const struct field *f = route->fields; f->name; f++) {
        size_t n = f->max > 0 ? (size_t)f->max : 100;
        max += f->kind == FIELD_FILE    ? n + FIELD_BASE
               : f->kind == FIELD_UUIDS ? n * FIELD_BASE
                                        : 3 * n + FIELD_BASE;
    }
    return max;
}

int
web_entry_body(const struct web_head *h, bool *ask)
{
    struct arena *a = arena_new();
    struct web_match m;
    web_route_find(a, web_site.surface, h->method, h->path, &m);
    const char *cookie = web_cookie(a, h->cookie, web_site.cookie_session);
    bool some = cookie && strlen(cookie) == 43;
    arena_free(&a);
    if (!web_site_host(h->host))
        return 421;
    if (!m.route)
        return m.allow ? 405 : 404;
    *ask = !(m.route->roles & (ROLE_ANYONE | WEB_ROLES_LINK));
    if (*ask && !some)
        return 401;
    return h->length > body_max(m.route) ? 413 : 0;
}

void
web_entry_admit(struct web_call *call)
{
    coro_start(admit_coro, admit_done, run_new(call));
}
