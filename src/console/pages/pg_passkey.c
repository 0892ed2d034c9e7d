#include "pg_passkey.h"

#include <string.h>

#include "../../common/jsonx.h"
#include "../../rpc/rpc.h"
#include "../../store/store_passkey.h"
#include "../view.h"
#include "../web_reply.h"
#include "../web_second.h"
#include "../web_session.h"
#include "pages.h"
#include "pg_actor.h"
#include "pg_security.h"
#include "templates.h"

#define CLIENT 2800
#define AUTH 5600
#define SIGN 1400

const struct field passkey_add_fields[] = {
    {"name", FIELD_TEXT, 60, false, NULL},
    {"client_data", FIELD_TEXT, CLIENT, true, NULL},
    {"auth_data", FIELD_TEXT, AUTH, true, NULL},
    FIELDS_END,
};
const struct field passkey_query[] = {
    {"next", FIELD_TEXT, REPLY_PATH_MAX, false, NULL},
    FIELDS_END,
};
const struct field passkey_signin_fields[] = {
    {"credential", FIELD_TEXT, SIGN, true, NULL},
    {"client_data", FIELD_TEXT, CLIENT, true, NULL},
    {"auth_data", FIELD_TEXT, AUTH, true, NULL},
    {"signature", FIELD_TEXT, SIGN, true, NULL},
    {"user", FIELD_TEXT, 100, false, NULL},
    {"next", FIELD_TEXT, REPLY_PATH_MAX, false, NULL},
    FIELDS_END,
};

static void
put(struct web_req *r, json_t *p, const char *field, const char *text)
{
    json_object_set(p, field, jsonx_text(r->a, text, strlen(text)));
}

static int
challenge(struct web_req *r, const char *purpose, const char *session, const char *password,
          json_t **reply)
{
    json_t *p = jsonx_own(r->a, json_object());
    put(r, p, "purpose", purpose);
    put(r, p, "session", session);
    put(r, p, "surface", r->surface == SURFACE_ADMIN ? "admin" : "portal");
    put(r, p, "password", password);
    put(r, p, "client_ip", r->client_ip);
    return rpc_call(r->a, RPC_passkey_challenge, p, reply, &r->err);
}

static struct pg_passkey_view
view_of(struct web_req *r, const json_t *reply)
{
    struct buf *known = buf_new(r->a, 0);
    const json_t *list = json_object_get(reply, "known");
    for (size_t i = 0; i < json_array_size(list); i++) {
        buf_str(known, i ? " " : "");
        buf_str(known, json_string_value(json_array_get(list, i)));
    }
    return (struct pg_passkey_view){.challenge = jsonx_str(reply, "challenge"),
                                    .rp = jsonx_str(reply, "rp"),
                                    .user = jsonx_str(reply, "user"),
                                    .known = buf_cstr(known),
                                    .next = "/"};
}

static int
ask(struct web_req *r, int status)
{
    return pg_security_question(
        r,
        (struct pg_security_ask){
            .path = PG_SECURITY "/passkey",
            .title = T("Add a passkey"),
            .text = T("With a passkey you sign in by fingerprint, face or the lock of your device, "
                      "without password and code. It works on this site only, so nobody can "
                      "trick you out of it."),
            .button = T("Continue")},
        status);
}

int
pg_passkey_form(struct web_req *r)
{
    return ask(r, 200);
}

int
pg_passkey_make(struct web_req *r)
{
    json_t *reply;
    if (challenge(r, "add", web_session_name(r), in_text(r, "current"), &reply))
        return -1;
    const char *result = jsonx_str(reply, "result");
    if (result && !strcmp(result, "limited"))
        return reply_wait(r, (int)jsonx_int(reply, "retry_after", 60));
    if (result && !strcmp(result, "off")) {
        in_error(r, "current",
                 N_("Passkeys need an address with a name: this page is known by its IP address"));
        return ask(r, 422);
    }
    if (!result || strcmp(result, "ok")) {
        in_error(r, "current", N_("This is not your present password"));
        return ask(r, 422);
    }
    struct pg_passkey_view v = view_of(r, reply);
    if (pg_security_held(r, &v.held))
        return -1;
    t_passkey_add(r, &v);
    return reply_page(r, 200);
}

static int
not_added(struct web_req *r)
{
    return reply_flash(
        r, PG_SECURITY,
        &(struct flash){"error", N_("The passkey was not added. Try again."), NULL, -1, NULL, NULL},
        NULL);
}

int
pg_passkey_add(struct web_req *r)
{
    json_t *reply, *p = jsonx_own(r->a, json_object());
    const char *name = in_text(r, "name");
    if (!in_ok(r))
        return not_added(r);
    put(r, p, "session", web_session_name(r));
    put(r, p, "client_data", in_text(r, "client_data"));
    put(r, p, "auth_data", in_text(r, "auth_data"));
    put(r, p, "name", *name ? name : pg_device(r, r->agent));
    put(r, p, "client_ip", r->client_ip);
    if (rpc_call(r->a, RPC_passkey_add, p, &reply, &r->err)) {
        if (r->err.cls != ERR_CONFLICT)
            return -1;
        r->err.cls = ERR_NONE;
        return not_added(r);
    }
    const char *result = jsonx_str(reply, "result");
    if (!result || strcmp(result, "ok"))
        return not_added(r);
    if (web_session_rotate(r))
        return -1;
    return reply_flash(r, PG_SECURITY,
                       &(struct flash){"ok", N_("Passkey added."), NULL, -1, NULL, NULL}, NULL);
}

/* ------------------------------------------------------------------ deleting */

static int
ask_delete(struct web_req *r, int status)
{
    struct store_passkey_name *rows;
    int n;
    if (store_passkey_list(r->db, &r->scope, r->a, &rows, &n, &r->err))
        return -1;
    for (int i = 0; i < n; i++)
        if (!strcmp(rows[i].passkey_id, r->id))
            return pg_security_question(
                r,
                (struct pg_security_ask){
                    .path = arena_printf(r->a, PG_SECURITY "/passkeys/%s/delete", r->id),
                    .title = T("Delete this passkey?"),
                    .text = TF(T("\"{name}\" then no longer signs you in. Delete it on your "
                                 "device, too."),
                               "name", rows[i].name),
                    .button = T("Delete the passkey"),
                    .danger = true},
                status);
    return reply_error(r, 404);
}

int
pg_passkey_delete_form(struct web_req *r)
{
    return ask_delete(r, 200);
}

int
pg_passkey_delete(struct web_req *r)
{
    json_t *reply, *p = jsonx_own(r->a, json_object());
    put(r, p, "session", web_session_name(r));
    put(r, p, "password", in_text(r, "current"));
    put(r, p, "passkey", r->id);
    put(r, p, "client_ip", r->client_ip);
    if (rpc_call(r->a, RPC_passkey_delete, p, &reply, &r->err))
        return -1;
    const char *result = jsonx_str(reply, "result");
    if (result && !strcmp(result, "limited"))
        return reply_wait(r, (int)jsonx_int(reply, "retry_after", 60));
    if (!result || strcmp(result, "ok")) {
        in_error(r, "current", N_("This is not your present password"));
        return ask_delete(r, 422);
    }
    return reply_flash(r, PG_SECURITY,
                       &(struct flash){"ok", N_("Passkey deleted."), NULL, -1, NULL, NULL}, NULL);
}

/* ------------------------------------------------------------------ signing in */

static int
signin_page(struct web_req *r, int status, const char *problem)
{
    json_t *reply;
    if (challenge(r, "sign-in", web_browser_name(r), "", &reply))
        return -1;
    const char *result = jsonx_str(reply, "result");
    if (result && !strcmp(result, "limited"))
        return reply_wait(r, (int)jsonx_int(reply, "retry_after", 60));
    struct pg_passkey_view v = view_of(r, reply);
    v.problem = problem;
    if (!result || strcmp(result, "ok"))
        v.challenge = NULL;
    v.next = reply_back_field(r, "next", "/");
    t_passkey_signin(r, &v);
    return reply_page(r, status);
}

int
pg_passkey_signin_form(struct web_req *r)
{
    if (r->session.present)
        return reply_redirect(r, reply_back_field(r, "next", "/"));
    return signin_page(r, 200, NULL);
}

int
pg_passkey_signin(struct web_req *r)
{
    static const char *const names[] = {"credential", "client_data", "auth_data", "signature",
                                        "user"};
    json_t *reply, *p = jsonx_own(r->a, json_object());
    if (r->session.present)
        return reply_redirect(r, reply_back_field(r, "next", "/"));
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        put(r, p, names[i], in_text(r, names[i]));
    put(r, p, "session", web_browser_name(r));
    put(r, p, "surface", r->surface == SURFACE_ADMIN ? "admin" : "portal");
    put(r, p, "client_ip", r->client_ip);
    if (rpc_call(r->a, RPC_passkey_verify, p, &reply, &r->err))
        return -1;
    const char *result = jsonx_str(reply, "result");
    if (result && !strcmp(result, "limited"))
        return reply_wait(r, (int)jsonx_int(reply, "retry_after", 60));
    if (result && !strcmp(result, "suspended"))
        return signin_page(r, 403, T("This account is suspended. Ask your administrator."));
    if (!result || strcmp(result, "ok"))
        return signin_page(r, 401, T("This passkey is not known here."));
    if (web_sign_in(r, jsonx_str(reply, "ticket")))
        return -1;
    return reply_redirect(r, reply_back_field(r, "next", "/"));
}
