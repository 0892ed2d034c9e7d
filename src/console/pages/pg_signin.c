/*
 * Sign in and out, for both programs. The engine checks the password; what it answers for an
 * unknown address and for a wrong password is the same, in words and in time (T-W9).
 */
#include "pg_signin.h"

#include <string.h>

#include "../../common/addr.h"
#include "../../common/jsonx.h"
#include "../../rpc/rpc.h"
#include "../../store/store_proof.h"
#include "../view.h"
#include "../web_reply.h"
#include "../web_session.h"
#include "pages.h"
#include "pg_second.h"
#include "templates.h"

const struct field signin_query[] = {
    {"next", FIELD_TEXT, REPLY_PATH_MAX, false, NULL},
    FIELDS_END,
};
const struct field signin_fields[] = {
    {"address", FIELD_TEXT, 320, true, NULL},
    {"password", FIELD_PASSWORD, 1024, false, NULL}, /* the portal asks for it on the second page */
    {"next", FIELD_TEXT, REPLY_PATH_MAX, false, NULL},
    FIELDS_END,
};

int
pg_signin_form(struct web_req *r)
{
    const char *next = reply_back_field(r, "next", "/");
    if (r->session.present)
        return reply_redirect(r, next);
    struct pg_signin_ways ways = {true, r->surface == SURFACE_PORTAL};
    t_signin(r, &(struct pg_signin_view){"", NULL, next, false, ways});
    return reply_page(r, 200);
}

int
pg_signin_ways(struct web_req *r, const char *address, struct pg_signin_ways *out)
{
    struct addr a;
    struct store_ways ways;
    *out = (struct pg_signin_ways){r->surface == SURFACE_PORTAL, r->surface == SURFACE_PORTAL};
    if (r->surface != SURFACE_PORTAL || addr_parse(r->a, address, &a, NULL))
        return 0;
    if (store_proof_ways(r->db, r->a, a.domain, &ways, &r->err))
        return -1;
    *out = (struct pg_signin_ways){ways.link, ways.may_register};
    return 0;
}

static int
again(struct web_req *r, int status, const char *problem)
{
    struct pg_signin_ways ways;
    if (pg_signin_ways(r, in_text(r, "address"), &ways))
        return -1;
    t_signin(r, &(struct pg_signin_view){in_text(r, "address"), problem,
                                         reply_back_field(r, "next", "/"), in_given(r, "password"),
                                         ways});
    return reply_page(r, status);
}

/* The portal's first step: whoever it is, the second page follows. */
static int
address_step(struct web_req *r)
{
    struct pg_signin_ways ways;
    struct addr a;
    if (!in_error_of(r, "address") && addr_parse(r->a, in_text(r, "address"), &a, NULL))
        in_error(r, "address", N_("Enter an address such as name@example.com"));
    if (!in_ok(r))
        return again(r, 422, NULL);
    if (pg_signin_ways(r, a.key, &ways))
        return -1;
    t_signin(r, &(struct pg_signin_view){in_text(r, "address"), NULL,
                                         reply_back_field(r, "next", "/"), true, ways});
    return reply_page(r, 200);
}

static int
refused(struct web_req *r, const json_t *reply)
{
    const char *result = jsonx_str(reply, "result");
    int64_t wait = jsonx_int(reply, "retry_after", 60);
    if (result && !strcmp(result, "limited"))
        return again(r, 429,
                     TF(TN("Too many tries. Wait {n} second, then try again.",
                           "Too many tries. Wait {n} seconds, then try again.", wait),
                        "n", view_int(r, wait)));
    if (result && !strcmp(result, "suspended"))
        return again(r, 403, T("This account is suspended. Ask your administrator."));
    return again(r, 401, T("The address or the password is wrong."));
}

int
pg_signin_ask(struct web_req *r, const char *address, const char *password, json_t **reply)
{
    json_t *params = jsonx_own(r->a, json_object());
    json_object_set(params, "address", jsonx_text(r->a, address, strlen(address)));
    json_object_set(params, "password", jsonx_text(r->a, password, strlen(password)));
    json_object_set_new(params, "surface",
                        json_string(r->surface == SURFACE_ADMIN ? "admin" : "portal"));
    json_object_set_new(params, "client_ip", json_string(r->client_ip));
    return rpc_call(r->a, RPC_auth_verify, params, reply, &r->err);
}

int
pg_signin(struct web_req *r)
{
    json_t *reply;
    if (r->surface == SURFACE_PORTAL && !in_given(r, "password"))
        return address_step(r);
    if (!*in_text(r, "password"))
        in_error(r, "password", N_("Fill in this field."));
    if (in_error_of(r, "address") || in_error_of(r, "password"))
        return again(r, 422, NULL);
    if (pg_signin_ask(r, in_text(r, "address"), in_text(r, "password"), &reply))
        return -1;
    const char *result = jsonx_str(reply, "result"), *ticket = jsonx_str(reply, "ticket");
    if (result && !strcmp(result, "second") && ticket)
        return pg_second_start(r, ticket, reply_back_field(r, "next", "/"));
    if (!result || strcmp(result, "ok") || !ticket)
        return refused(r, reply);
    if (web_sign_in(r, ticket)) {
        if (r->err.cls != ERR_DENIED)
            return -1;
        r->err.cls = ERR_NONE;
        return again(r, 403,
                     r->surface == SURFACE_ADMIN
                         ? T("This account is for the portal, not for administrators.")
                         : T("This account cannot be used here."));
    }
    return reply_redirect(r, reply_back_field(r, "next", "/"));
}

int
pg_signout(struct web_req *r)
{
    if (web_sign_out(r))
        return -1;
    return reply_redirect(r, "/signin");
}
