/* U3: the code of an authenticator app, or a recovery code. The engine decides; the page passes on what was typed. */
#include "pg_second.h"

#include <string.h>

#include "../../common/jsonx.h"
#include "../../rpc/rpc.h"
#include "../view.h"
#include "../web_reply.h"
#include "../web_second.h"
#include "../web_session.h"
#include "pages.h"
#include "templates.h"

const struct field second_query[] = {
    {"next", FIELD_TEXT, REPLY_PATH_MAX, false, NULL},
    {"recovery", FIELD_BOOL, 0, false, NULL},
    FIELDS_END,
};
const struct field second_fields[] = {
    {"code", FIELD_TEXT, 200, true, NULL},
    {"trust", FIELD_BOOL, 0, false, NULL},
    {"recovery", FIELD_BOOL, 0, false, NULL},
    {"next", FIELD_TEXT, REPLY_PATH_MAX, false, NULL},
    FIELDS_END,
};

static const char *
surface_name(const struct web_req *r)
{
    return r->surface == SURFACE_ADMIN ? "admin" : "portal";
}

int
pg_second_start(struct web_req *r, const char *half, const char *next)
{
    json_t *reply, *p = jsonx_own(r->a, json_pack("{ss ss ss}", "ticket", half, "device",
                                                  web_device_get(r), "surface", surface_name(r)));
    if (rpc_call(r->a, RPC_second_device, p, &reply, &r->err))
        return -1;
    const char *ticket = jsonx_str(reply, "ticket");
    if (ticket && *ticket)
        return web_sign_in(r, ticket) ? -1 : reply_redirect(r, next);
    web_half_set(r, half,
                 (struct web_half){json_is_true(json_object_get(reply, "may_trust")),
                                   json_is_true(json_object_get(reply, "app"))});
    return reply_redirect(r, view_path(r, "/login/2", "next", strcmp(next, "/") ? next : "", NULL));
}

int
pg_second_form(struct web_req *r)
{
    struct pg_second_view v = {.next = reply_back_field(r, "next", "/"),
                               .recovery = in_bool(r, "recovery")};
    if (r->session.present)
        return reply_redirect(r, v.next);
    if (!web_half_get(r, &v.half))
        return reply_redirect(r, "/signin");
    t_second(r, &v);
    return reply_page(r, 200);
}

static int
gone(struct web_req *r)
{
    web_half_forget(r);
    t_second(r, &(struct pg_second_view){.gone = true, .next = "/"});
    return reply_page(r, 410);
}

static int
again(struct web_req *r, struct pg_second_view *v, int status, const char *problem)
{
    v->problem = problem;
    v->trust = in_bool(r, "trust");
    t_second(r, v);
    return reply_page(r, status);
}

static int
refused(struct web_req *r, struct pg_second_view *v, const json_t *reply)
{
    const char *result = jsonx_str(reply, "result");
    int64_t wait = jsonx_int(reply, "retry_after", 60);
    if (result && !strcmp(result, "gone"))
        return gone(r);
    if (result && !strcmp(result, "limited"))
        return again(r, v, 429,
                     TF(TN("Too many tries. Wait {n} second, then try again.",
                           "Too many tries. Wait {n} seconds, then try again.", wait),
                        "n", view_int(r, wait)));
    return again(r, v, 401,
                 v->recovery
                     ? T("This recovery code is wrong, or it was used before.")
                     : T("This code is wrong, or it was used before. Wait for the next one."));
}

int
pg_second(struct web_req *r)
{
    struct pg_second_view v = {.next = reply_back_field(r, "next", "/"),
                               .recovery = in_bool(r, "recovery")};
    const char *half = web_half_get(r, &v.half), *code = in_text(r, "code");
    json_t *reply, *p;
    if (!half)
        return gone(r);
    if (!in_ok(r))
        return again(r, &v, 422, NULL);
    p = jsonx_own(r->a, json_pack("{ss ss ss sb}", "ticket", half, "surface", surface_name(r),
                                  "client_ip", r->client_ip, "trust",
                                  v.half.may_trust && in_bool(r, "trust")));
    json_object_set(p, "code", jsonx_text(r->a, code, strlen(code)));
    if (rpc_call(r->a, RPC_second_verify, p, &reply, &r->err))
        return -1;
    const char *result = jsonx_str(reply, "result"), *device = jsonx_str(reply, "device");
    if (!result || strcmp(result, "ok"))
        return refused(r, &v, reply);
    if (web_sign_in(r, jsonx_str(reply, "ticket")))
        return -1;
    web_half_forget(r);
    if (device && *device)
        web_device_set(r, device);
    return reply_redirect(r, v.next);
}
